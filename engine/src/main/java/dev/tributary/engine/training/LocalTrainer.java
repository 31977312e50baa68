package dev.tributary.engine.training;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.optim.Optimizer;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Trains a {@link Model} on one client's examples with a fresh optimiser, in mini-batches shuffled
 * anew each epoch.
 *
 * <p>Epoch e's order is drawn from {@code seeds.child("shuffle", e)}, the random numbers of step s
 * (dropout) from {@code seeds.child("step", s)}. One trainer serves one thread, always the same;
 * its memory is allocated once.
 */
public final class LocalTrainer implements Trainer {
  private static final int EVALUATION_BATCH = 256;
  private static final long EVALUATION_BYTES = 96L << 20;

  private final Model model;
  private final Engine engine;
  private final LocalOptions options;
  private final int evaluationBatch;
  private final Network network;
  private final Optimizer optimizer;
  private final Tensor start;
  private final Tensor logitGradients;
  private final float[] features;
  private final int[] labels;
  private final double[] losses;
  private final int[] predictions;
  private final int capacity;
  private @Nullable Learner learner;

  /** Allocates the network, the optimiser's state and room for the start weights. */
  public LocalTrainer(Model model, Engine engine, LocalOptions options) {
    this(model, engine, options, options.batchSize());
  }

  /**
   * A trainer whose {@link #learn} serves larger steps.
   *
   * @param largestStep the most rows of a batch in one forward pass of a {@link Learner}, &ge; 1
   */
  public LocalTrainer(Model model, Engine engine, LocalOptions options, int largestStep) {
    this.model = model;
    this.engine = engine;
    this.options = options;
    this.evaluationBatch = evaluationBatch(model);
    int batch = Math.max(Math.max(options.batchSize(), largestStep), evaluationBatch);
    this.capacity = batch;
    int trainable = model.layout().trainableSize();
    this.network = model.network(engine, batch);
    this.optimizer = new Optimizer(options.optimizer(), engine, trainable);
    this.start = Tensor.zeros(network.weights().shape(), engine.type());
    this.logitGradients =
        Tensor.zeros(Shape.of(options.batchSize(), model.classes()), engine.type());
    this.features = new float[batch * model.input().size()];
    this.labels = new int[batch];
    this.losses = new double[batch];
    this.predictions = new int[batch];
  }

  @Override
  public ParameterLayout layout() {
    return model.layout();
  }

  /** What is trained. */
  public Model model() {
    return model;
  }

  @Override
  public TrainingResult train(
      ParameterVector startVector, Examples data, Seeds seeds, StepHook hook) {
    check(data);
    engine.enter();
    int examples = options.examplesPerEpoch(data.size(), model.batchNormalized());
    int perEpoch = Math.ceilDiv(examples, options.batchSize());
    network.load(startVector);
    if (!hook.equals(StepHook.NONE)) {
      start.copyFrom(network.weights());
    }
    optimizer.reset(Math.multiplyExact(perEpoch, options.epochs()));
    double loss = 0;
    LiveStep live = new LiveStep(network, start);
    Pass pass = Pass.steps(seeds);
    for (int epoch = 0; epoch < options.epochs(); epoch++) {
      int[] order = seeds.child("shuffle", epoch).stream().permutation(data.size());
      for (int batch = 0; batch < perEpoch; batch++) {
        int from = batch * options.batchSize();
        int n = Math.min(options.batchSize(), examples - from);
        live.at(epoch, batch);
        loss += n * step(data, order, from, n, pass, live, hook);
      }
    }
    long samples = (long) examples * options.epochs();
    int steps = perEpoch * options.epochs();
    return new TrainingResult(network.save(), data.size(), samples, steps, loss / samples);
  }

  /** One step; returns the batch's mean loss before it. */
  private double step(
      Examples data, int[] order, int from, int n, Pass pass, LiveStep live, StepHook hook) {
    for (int i = 0; i < n; i++) {
      read(data, order[from + i], i);
    }
    boolean gradient = hook.needsGradient(live.epoch(), live.batch());
    boolean descends = !gradient && options.optimizer().plainDescent();
    double rate = optimizer.next();
    pass.next(descends ? rate : 0);
    Tensor logits = network.forward(batch(n), pass);
    Tensor dlogits = logitGradients.rows(n);
    double loss = engine.kernels().softmaxCrossEntropy(logits, labels, dlogits);
    if (descends) {
      network.descend(dlogits, pass);
    } else {
      network.backward(dlogits, pass);
      if (gradient) {
        hook.afterBackward(live);
      }
      optimizer.update(network.weights(), network.gradient(), rate);
    }
    hook.afterUpdate(live);
    return loss;
  }

  @Override
  public Learner learn(ParameterVector from, Seeds seeds, StepHook hook, int plannedSteps) {
    Learner made = learner;
    if (made == null) {
      made = new Learner(model, engine, network, optimizer, start, capacity);
      learner = made;
    }
    made.begin(from, seeds, hook, plannedSteps);
    return made;
  }

  @Override
  public Evaluation evaluate(ParameterVector weights, Examples data, int[] within) {
    check(data);
    engine.enter();
    network.load(weights);
    long correct = 0;
    long correctWithin = 0;
    double loss = 0;
    for (int from = 0; from < data.size(); from += evaluationBatch) {
      int n = Math.min(evaluationBatch, data.size() - from);
      for (int i = 0; i < n; i++) {
        read(data, from + i, i);
      }
      // Few sizes, since each wants a plan of its own; what fills a batch up is not counted. It is
      // the first row again, for layers of integers take one scale over all rows.
      int size = evaluationSize(n);
      int row = model.input().size();
      for (int i = n; i < size; i++) {
        System.arraycopy(features, 0, features, i * row, row);
      }
      Tensor logits = network.forward(batch(size), Pass.EVALUATION);
      engine.kernels().classify(logits, labels, losses, predictions);
      for (int i = 0; i < n; i++) {
        loss += losses[i];
        correct += predictions[i] == labels[i] ? 1 : 0;
      }
      correctWithin += within.length == 0 ? 0 : correctWithin(logits, n, within);
    }
    return new Evaluation(data.size(), correct, within.length == 0 ? correct : correctWithin, loss);
  }

  @Override
  public void close() {
    network.close();
    optimizer.close();
    start.close();
    logitGradients.close();
    if (learner != null) {
      learner.close();
    }
  }

  private int correctWithin(Tensor logits, int n, int[] within) {
    float[] values = new float[n * model.classes()];
    logits.copyOut(values, values.length);
    int correct = 0;
    for (int i = 0; i < n; i++) {
      int best = within[0];
      for (int c : within) {
        best = values[i * model.classes() + c] > values[i * model.classes() + best] ? c : best;
      }
      correct += best == labels[i] ? 1 : 0;
    }
    return correct;
  }

  private void read(Examples data, int index, int row) {
    Reading.read(data, index, features, row * model.input().size());
    int label = data.label(index);
    if (label < 0 || label >= model.classes()) {
      throw new IllegalArgumentException(
          "example "
              + index
              + " has label "
              + label
              + ", but "
              + model
              + " knows labels 0 to "
              + (model.classes() - 1));
    }
    labels[row] = label;
  }

  private Tensor batch(int n) {
    Tensor input = network.input(n);
    input.copyIn(features, input.size());
    return input;
  }

  private void check(Examples data) {
    if (data.size() < 1) {
      throw new IllegalArgumentException("a data set must have at least one example, got none");
    }
    if (!data.shape().equals(model.input())) {
      throw new IllegalArgumentException(
          "the examples have shape "
              + data.shape()
              + ", but "
              + model
              + " takes "
              + model.input()
              + "; resize the data or build the model for their shape");
    }
  }

  /** The next power of two, at most a full batch. */
  private int evaluationSize(int n) {
    return Math.min(evaluationBatch, Integer.highestOneBit(Math.max(1, 2 * n - 1)));
  }

  /** Up to 256 samples, fewer where their activations would need more than 96 MiB. */
  private static int evaluationBatch(Model model) {
    long perSample = model.layers().stream().mapToLong(l -> l.output().size()).sum() * Float.BYTES;
    return Math.clamp(EVALUATION_BYTES / Math.max(1, perSample), 1, EVALUATION_BATCH);
  }
}
