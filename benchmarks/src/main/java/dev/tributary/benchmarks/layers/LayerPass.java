package dev.tributary.benchmarks.layers;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.nn.Initialization;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Tensor;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A layer by itself, in training, on a batch of noise. JMH makes a subclass of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LayerPass {
  /** The batch that all are measured with. */
  static final int BATCH = 32;

  /** A name of {@link Subjects}. */
  @Param("lite-cnn/conv1")
  public String subject = "";

  private final Pass pass = Pass.training(Seeds.root(1));
  private @Nullable Network network;
  private @Nullable Tensor gradient;

  /** For JMH. */
  public LayerPass() {}

  /** Builds the layer and goes forward once, so that there is something to go back from. */
  @Setup
  public void build() {
    LayerSpec layer = Subjects.named(subject);
    Engine engine = Engine.create();
    engine.enter();
    Network built = new Network(List.of(layer), engine, BATCH, true);
    Initialization values = new Initialization(built.layout(), Seeds.root(1));
    layer.initialize(values);
    built.load(values.vector());
    Tensor input = built.input(BATCH);
    float[] noise = new float[input.size()];
    RandomStream random = Seeds.root(2).stream();
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    input.copyIn(noise, noise.length);
    // Zeros stay zeros where a layer overwrites them; other numbers would drift, in the end to
    // denormal ones, which are slow.
    gradient = Tensor.zeros(layer.output().prepend(BATCH));
    built.forward(input, pass);
    network = built;
  }

  /** The layer's output. */
  @Benchmark
  public Tensor forward() {
    Network live = live();
    return live.forward(live.input(BATCH), pass);
  }

  /** The gradients of the layer's input and parameters. */
  @Benchmark
  public Tensor backward() {
    if (gradient == null) {
      throw new IllegalStateException("the layer is not built");
    }
    return live().backward(gradient, pass);
  }

  private Network live() {
    if (network == null) {
      throw new IllegalStateException("the layer is not built");
    }
    return network;
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    live().close();
    if (gradient != null) {
      gradient.close();
    }
  }
}
