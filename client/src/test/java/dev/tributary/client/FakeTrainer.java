package dev.tributary.client;

import com.google.protobuf.ByteString;
import dev.tributary.algorithms.federated.FedBn;
import dev.tributary.algorithms.federated.Weighting;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.Evaluation;
import dev.tributary.engine.training.Learner;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.Trainer;
import dev.tributary.engine.training.TrainingResult;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Trains by adding one draw of its seeds to every element: quick, deterministic, and different for
 * every client, round and start. Remembers what it was given.
 */
final class FakeTrainer implements Trainer {
  /** conv.weight 0 1, bn.scale 2, bn.shift 3, bn.mean 4, bn.var 5. */
  static final ParameterLayout LAYOUT =
      ParameterLayout.builder()
          .add("conv.weight", Role.WEIGHT, Shape.of(2))
          .add("bn.scale", Role.NORM_SCALE, Shape.of(1))
          .add("bn.shift", Role.NORM_SHIFT, Shape.of(1))
          .add("bn.mean", Role.NORM_RUNNING_MEAN, Shape.of(1))
          .add("bn.var", Role.NORM_RUNNING_VAR, Shape.of(1))
          .build();

  static final ParameterVector INITIAL = ParameterVector.of(LAYOUT, 0.5f, -0.5f, 1, -0f, 0, 1);

  /** What FedBN shares of a layout like this, as a server sends it. */
  static final ByteString WEIGHTS =
      TensorCodec.encode(
          ParameterVector.of(
              LAYOUT.select(new FedBn(Weighting.EXAMPLES).sharedRoles()).layout(), 10, 20),
          Encoding.FP32);

  final List<ParameterVector> starts = new CopyOnWriteArrayList<>();
  final List<ParameterVector> ends = new CopyOnWriteArrayList<>();
  final List<ParameterVector> evaluated = new CopyOnWriteArrayList<>();
  final Thread maker = Thread.currentThread();
  volatile @Nullable Thread closer;
  final AtomicInteger closed = new AtomicInteger();

  @Override
  public ParameterLayout layout() {
    return LAYOUT;
  }

  @Override
  public TrainingResult train(ParameterVector start, Examples data, Seeds seeds, StepHook hook) {
    starts.add(start);
    if (data.size() == 13) {
      throw new IllegalStateException("thirteen examples bring bad luck");
    }
    RandomStream random = seeds.stream();
    float[] values = start.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += random.nextFloat();
    }
    if (data.size() == 14) {
      values[3] = Float.NaN;
    }
    ParameterVector end = ParameterVector.of(LAYOUT, values);
    ends.add(end);
    return new TrainingResult(end, data.size(), 2L * data.size(), 3, 0.25);
  }

  @Override
  public Learner learn(ParameterVector start, Seeds seeds, StepHook hook, int plannedSteps) {
    throw new UnsupportedOperationException("this trainer only trains whole rounds");
  }

  @Override
  public Evaluation evaluate(ParameterVector weights, Examples data, int[] within) {
    evaluated.add(weights);
    return new Evaluation(data.size(), 1, 0.5);
  }

  @Override
  public void close() {
    closer = Thread.currentThread();
    closed.incrementAndGet();
  }

  /** A client with so many training examples, 4 to validate on and none to test on. */
  static ClientData client(String id, int examples) {
    return new ClientData(
        id,
        "domain",
        new Blank(examples),
        Map.of("validation", new Blank(4), "test", new Blank(0)));
  }

  /** Examples that nobody reads. */
  private record Blank(int size) implements Examples {
    @Override
    public Shape shape() {
      return Shape.of(1);
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public int label(int index) {
      return 0;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      target[offset] = 0;
    }
  }
}
