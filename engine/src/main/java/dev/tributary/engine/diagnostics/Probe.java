package dev.tributary.engine.diagnostics;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.Activation;
import dev.tributary.engine.nn.Dropout;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A second network of a model that runs forward only and keeps what its units do: the activity
 * behind each nonlinearity, and the features that the last layer sees.
 *
 * <p>It has no dropout and is computed layer by layer, never as a whole by oneDNN, which gives no
 * intermediate values. Its memory is its own: a probe changes nothing of the network that trains.
 * For one thread; closing it frees the memory.
 */
public final class Probe implements AutoCloseable {
  private final Network network;
  private final int batch;
  private final int inputs;
  private final Map<String, UnitActivity> activities = new HashMap<>();
  private final List<float[]> features = new ArrayList<>();

  /**
   * Builds the network.
   *
   * @param engine whose kernels compute
   * @param batch the most examples to pass through at once, &ge; 1
   */
  public Probe(Model model, Engine engine, int batch) {
    List<LayerSpec> layers = new ArrayList<>(watched(model.layers()));
    layers.add(new Watched(layers.removeLast(), (x, _) -> keep(x)));
    Engine plain = new Engine(engine.kernels(), engine.type(), engine.threadsPerWorker(), false);
    // The thread may be one that trains nothing and never said how many threads it wants.
    plain.enter();
    this.network = new Network(layers, plain, batch, false);
    this.batch = batch;
    this.inputs = model.input().size();
  }

  /** Takes all parameters of the model. */
  public void load(ParameterVector weights) {
    network.load(weights);
  }

  /** Takes the trainable parameters, flat, from a network in training; others stay. */
  public void loadTrainable(Tensor weights) {
    network.weights().copyFrom(weights);
  }

  /**
   * Passes examples through and keeps what they cause, instead of what earlier ones did.
   *
   * @param indices which examples, in this order, at least one
   * @param training whether batch normalisation takes the statistics of these examples (of up to a
   *     batch at a time) rather than the running ones
   */
  public void run(Examples examples, int[] indices, boolean training) {
    activities.values().forEach(UnitActivity::clear);
    features.clear();
    // Without dropout nothing draws from the seeds.
    Pass pass = training ? Pass.training(new Seeds(0)) : Pass.EVALUATION;
    float[] values = new float[batch * inputs];
    for (int from = 0; from < indices.length; from += batch) {
      int n = Math.min(batch, indices.length - from);
      for (int i = 0; i < n; i++) {
        examples.read(indices[from + i], values, i * inputs);
      }
      Tensor input = network.input(n);
      input.copyIn(values, input.size());
      network.forward(input, pass);
    }
  }

  /** What the units behind this nonlinearity of the model did. */
  public UnitActivity activity(Activation activation) {
    UnitActivity activity = activities.get(activation.name());
    if (activity == null) {
      throw new IllegalArgumentException("the probed model has no layer " + activation.name());
    }
    return activity;
  }

  /** What the last layer saw: a row for each example, in their order. */
  public List<float[]> features() {
    return List.copyOf(features);
  }

  @Override
  public void close() {
    network.close();
  }

  private void keep(Tensor input) {
    float[] values = input.toFloats();
    int width = input.shape().rowSize();
    for (int from = 0; from < values.length; from += width) {
      float[] row = new float[width];
      System.arraycopy(values, from, row, 0, width);
      features.add(row);
    }
  }

  private List<LayerSpec> watched(List<LayerSpec> layers) {
    List<LayerSpec> watched = new ArrayList<>();
    for (LayerSpec layer : layers) {
      switch (layer) {
        case Dropout _ -> {}
        case Activation a -> {
          UnitActivity activity = new UnitActivity(a.input().axis(0));
          activities.put(a.name(), activity);
          watched.add(new Watched(a, (_, y) -> activity.add(y)));
        }
        case Residual r ->
            watched.add(new Residual(r.name(), watched(r.branch()), watched(r.shortcut())));
        default -> watched.add(layer);
      }
    }
    return watched;
  }
}
