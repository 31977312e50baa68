package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;

/**
 * A method of adaptation at test time: how a trained model predicts batches without labels, and
 * what it changes on the way. Pure: no actors, no clock, nothing random, and the source's weights
 * stay as they are.
 */
public interface TestTimeAdapter {

  /** The name in scenario files, for example {@code alpha-bn}. */
  String id();

  /**
   * Begins to predict with a source model.
   *
   * @param model the model as it was trained
   * @param source its weights; never changed
   * @param engine what computes
   * @param largestBatch the most samples of a batch, &ge; 1
   * @throws IllegalArgumentException if the model has no statistics that the method could adapt
   */
  Session open(Model model, ParameterVector source, Engine engine, int largestBatch);

  /**
   * A source model in the course of its adaptation. To be used by one thread, always the same. What
   * it predicts depends on the batches since it was opened or reset, in their order, and on nothing
   * else.
   */
  interface Session extends AutoCloseable {

    /**
     * The logits of a batch, by the weights before anything that this batch makes the method
     * change.
     *
     * @param features [n, sample...], row by row; what follows is not looked at
     * @param n the number of samples, 1 to the largest batch
     * @return [n, classes], row by row
     * @throws IllegalArgumentException if a feature is NaN or infinite
     */
    double[] predict(float[] features, int n);

    /** Goes back to the source's weights and forgets all batches. */
    void reset();

    /**
     * The weights as they are now, in the model's own layout. Mixed statistics are a batch's and no
     * part of them: those of methods that take no steps are the source's.
     */
    ParameterVector adapted();

    @Override
    void close();
  }
}
