package dev.tributary.algorithms.testtime;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.kernels.Softmax;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.training.Calibration;
import dev.tributary.engine.training.Evaluation;
import java.util.ArrayList;
import java.util.List;

/**
 * Feeds shifts to a method batch by batch and says how it did on each. The method sees features
 * alone; labels are used here, after the prediction.
 *
 * <p>Examples arrive in their own order: whoever wants a mixed stream mixes it before. A shift's
 * last batch is as small as what is left. Nothing is random: the same arguments give the same bits.
 *
 * @param adapter the method
 * @param model the model as it was trained
 * @param engine what computes
 * @param batchSize the samples of a batch, &ge; 1
 * @param reset when the method goes back to the source
 */
public record AdaptationRun(
    TestTimeAdapter adapter, Model model, Engine engine, int batchSize, ResetRule reset) {

  /** Checks the range. */
  public AdaptationRun {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "the batch size at test time must be >= 1, got " + batchSize);
    }
  }

  /**
   * Predicts all shifts, one after the other.
   *
   * @param source the trained weights; not changed
   * @param shifts what comes, in this order
   * @return one result for each shift, in the same order
   */
  public List<ShiftResult> run(ParameterVector source, List<Shift> shifts) {
    List<ShiftResult> results = new ArrayList<>();
    try (TestTimeAdapter.Session session = adapter.open(model, source, engine, batchSize)) {
      for (Shift shift : shifts) {
        requireFit(shift);
        if (reset == ResetRule.PER_SHIFT) {
          session.reset();
        }
        results.add(run(session, shift));
      }
    }
    return results;
  }

  private ShiftResult run(TestTimeAdapter.Session session, Shift shift) {
    Examples examples = shift.examples();
    float[] features = new float[batchSize * model.input().size()];
    int[] labels = new int[batchSize];
    Evaluation evaluation = Evaluation.NONE;
    Calibration calibration = Calibration.NONE;
    for (int from = 0; from < examples.size(); from += batchSize) {
      int n = Math.min(batchSize, examples.size() - from);
      for (int i = 0; i < n; i++) {
        examples.read(from + i, features, i * model.input().size());
        labels[i] = examples.label(from + i);
      }
      if (reset == ResetRule.PER_BATCH) {
        session.reset();
      }
      double[] logits = session.predict(features, n);
      evaluation = evaluation.plus(evaluation(logits, labels, n));
      calibration = calibration.plus(Calibration.of(logits, labels, n, model.classes()));
    }
    return new ShiftResult(shift.name(), evaluation, calibration);
  }

  private Evaluation evaluation(double[] logits, int[] labels, int n) {
    int classes = model.classes();
    long correct = 0;
    double loss = 0;
    for (int i = 0; i < n; i++) {
      correct += Softmax.argmax(logits, i * classes, classes) == labels[i] ? 1 : 0;
      loss += Softmax.loss(logits, i * classes, classes, labels[i]);
    }
    return new Evaluation(n, correct, loss);
  }

  private void requireFit(Shift shift) {
    Examples examples = shift.examples();
    if (!examples.shape().equals(model.input()) || examples.classes() != model.classes()) {
      throw new IllegalArgumentException(
          "shift %s has examples of shape %s in %d classes, but %s takes others; give it the data"
                  .formatted(shift.name(), examples.shape(), examples.classes(), model)
              + " that the model was trained for, changed in looks alone");
    }
  }
}
