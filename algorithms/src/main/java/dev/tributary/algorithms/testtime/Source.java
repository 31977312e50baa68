package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;

/**
 * No adaptation: plain evaluation with the running statistics, what the others are measured
 * against.
 *
 * <pre>
 *   y = gamma (x - mu_s) / sqrt(var_s + eps) + beta
 * </pre>
 *
 * <p><b>Cost.</b> None. A prediction depends on its own sample alone, so neither the size nor the
 * order of batches matters. Any model will do.
 */
public record Source() implements TestTimeAdapter {

  @Override
  public String id() {
    return "source";
  }

  @Override
  public Session open(Model model, ParameterVector source, Engine engine, int largestBatch) {
    return LiveSession.predicting(model, source, engine, largestBatch);
  }
}
