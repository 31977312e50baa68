package dev.tributary.algorithms.testtime;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.training.TestTimeNetwork;
import dev.tributary.engine.training.UnlabelledLoss;

/** A session on a live network; the methods differ in the model and the loss they give it. */
final class LiveSession implements TestTimeAdapter.Session {
  private final TestTimeNetwork network;
  private final ParameterVector source;

  private LiveSession(TestTimeNetwork network, ParameterVector source) {
    this.network = network;
    this.source = source;
    network.load(source);
  }

  /** One that predicts and changes nothing. */
  static LiveSession predicting(
      Model model, ParameterVector source, Engine engine, int largestBatch) {
    return new LiveSession(new TestTimeNetwork(model, engine, largestBatch, null), source);
  }

  /** One whose every prediction is followed by a step of Adam on gamma and beta. */
  static LiveSession descending(
      Model model,
      ParameterVector source,
      Engine engine,
      int largestBatch,
      UnlabelledLoss loss,
      double lr) {
    TestTimeNetwork.Descent descent = new TestTimeNetwork.Descent(loss, OptimizerOptions.adam(lr));
    return new LiveSession(new TestTimeNetwork(model, engine, largestBatch, descent), source);
  }

  @Override
  public double[] predict(float[] features, int n) {
    return network.predict(features, n);
  }

  @Override
  public void reset() {
    network.load(source);
  }

  @Override
  public ParameterVector adapted() {
    return network.save();
  }

  @Override
  public void close() {
    network.close();
  }
}
