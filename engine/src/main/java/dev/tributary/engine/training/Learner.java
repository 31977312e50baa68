package dev.tributary.engine.training;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.nn.BatchTasks;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.Pass;
import dev.tributary.engine.optim.Optimizer;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A model in training, one optimiser step at a time: what a method works with that has its own idea
 * of a step (replay, several losses, a gradient that is changed).
 *
 * <pre>
 *   learner.clear();
 *   learner.add(examples, i);                    // rows of the batch
 *   float[] logits = learner.forward();          // [n, classes], training mode
 *   ... write d loss / d logits into learner.logitGradient() ...
 *   learner.backward();                          // the gradient of the weights
 *   learner.update();                            // the algorithm's hook and the optimiser
 * </pre>
 *
 * <p>Several forward and backward pairs before one {@link #update} add their gradients up. To be
 * used by one thread, always the same; it is a view of its {@link LocalTrainer}'s memory and valid
 * until that trains or evaluates again.
 */
public final class Learner {
  private final Model model;
  private final Engine engine;
  private final Network network;
  private final Optimizer optimizer;
  private final Tensor start;
  private final Tensor sum;
  private final Tensor logitGradients;
  private final int capacity;
  private final float[] features;
  private final int[] labels;
  private final float[] logits;
  private final float[] gradient;
  private final LiveStep live;
  private StepHook hook = StepHook.NONE;
  private Pass pass = Pass.EVALUATION;
  private int rows;
  private int passes;
  private int steps;
  private int epoch;
  private int epochStart;
  private @Nullable ExampleGradients examples;

  /** Over the memory of a trainer; {@code capacity} is the largest batch. */
  Learner(
      Model model,
      Engine engine,
      Network network,
      Optimizer optimizer,
      Tensor start,
      int capacity) {
    this.model = model;
    this.engine = engine;
    this.network = network;
    this.optimizer = optimizer;
    this.start = start;
    this.live = new LiveStep(network, start);
    this.capacity = capacity;
    this.sum = Tensor.zeros(network.weights().shape(), engine.type());
    this.logitGradients = Tensor.zeros(Shape.of(capacity, model.classes()), engine.type());
    this.features = new float[capacity * model.input().size()];
    this.labels = new int[capacity];
    this.logits = new float[capacity * model.classes()];
    this.gradient = new float[capacity * model.classes()];
  }

  /** Begins a training from these weights with a fresh optimiser. */
  void begin(ParameterVector from, Seeds seeds, StepHook newHook, int plannedSteps) {
    engine.enter();
    network.load(from);
    start.copyFrom(network.weights());
    optimizer.reset(plannedSteps);
    hook = newHook;
    pass = Pass.steps(seeds);
    rows = 0;
    passes = 0;
    steps = 0;
    beginEpoch(0);
  }

  /** Says that the coming steps are another pass over the data, from 0; hooks are told. */
  public void beginEpoch(int newEpoch) {
    epoch = newEpoch;
    epochStart = steps;
  }

  /** What is trained. */
  public Model model() {
    return model;
  }

  /** The number of classes: logits per row. */
  public int classes() {
    return model.classes();
  }

  /** The layout of all parameters. */
  public ParameterLayout layout() {
    return model.layout();
  }

  /** The most rows a batch can have. */
  public int capacity() {
    return capacity;
  }

  /** The optimiser steps taken since the training began. */
  public int steps() {
    return steps;
  }

  /** The trainable weights, flat and live: [layout().trainableSize()]. */
  public Tensor weights() {
    return network.weights();
  }

  /** The gradient after {@link #backward}, flat and live: [layout().trainableSize()]. */
  public Tensor gradient() {
    return network.gradient();
  }

  /** What computes. */
  public Engine engine() {
    return engine;
  }

  /** A copy of all parameters. */
  public ParameterVector save() {
    return network.save();
  }

  /** Sets all parameters; the optimiser keeps its state. */
  public void load(ParameterVector vector) {
    network.load(vector);
  }

  /** Says whose the rows of the coming forward passes are, for layers that know tasks. */
  public void tasks(BatchTasks tasks) {
    pass.tasks(tasks);
  }

  /**
   * Goes on from other parameters with an optimiser as good as new; the steps count on, and where
   * the training started stays where it was.
   *
   * @param plannedSteps for the schedule of the learning rate, &ge; 1
   */
  public void restart(ParameterVector from, int plannedSteps) {
    network.load(from);
    optimizer.reset(plannedSteps);
    discard();
  }

  /** Gradients of single examples at the parameters as they are now; valid until the next step. */
  public ExampleGradients exampleGradients() {
    ExampleGradients made = examples;
    if (made == null) {
      made = new ExampleGradients(model, engine);
      examples = made;
    }
    made.load(save());
    return made;
  }

  /** Makes the batch empty. */
  public void clear() {
    rows = 0;
  }

  /** The rows of the batch. */
  public int rows() {
    return rows;
  }

  /** The label of a row. */
  public int label(int row) {
    return labels[row];
  }

  /** Adds an example as the batch's last row and returns that row. */
  public int add(Examples source, int index) {
    if (rows == capacity) {
      throw new IllegalStateException("a batch holds at most " + capacity + " rows");
    }
    Reading.read(source, index, features, rows * model.input().size());
    labels[rows] = source.label(index);
    return rows++;
  }

  /**
   * The logits of the batch in training mode, [rows, classes] row-major; {@link #logitGradient} is
   * zero afterwards. The array is the learner's own and valid until the next call.
   */
  public float[] forward() {
    pass.next(0);
    read(network.forward(input(rows), pass));
    Arrays.fill(gradient, 0, rows * classes(), 0f);
    return logits;
  }

  /**
   * The logits of the batch in evaluation mode, as {@link #forward} gives them; nothing of the
   * training is moved. A {@link #backward} can not follow.
   */
  public float[] evaluate() {
    read(network.forward(input(rows), Pass.EVALUATION));
    return logits;
  }

  /** The logits of the last {@link #forward} or {@link #evaluate}, [rows, classes]. */
  public float[] logits() {
    return logits;
  }

  /** Where the derivative of the loss by each logit is put, [rows, classes]. */
  public float[] logitGradient() {
    return gradient;
  }

  /** Adds the gradient of the last {@link #forward}'s loss to that of this step. */
  public void backward() {
    Tensor dlogits = logitGradients.rows(rows);
    dlogits.copyIn(gradient, dlogits.size());
    if (passes++ == 0) {
      network.backward(dlogits, pass);
    } else {
      sum.copyFrom(network.gradient());
      network.backward(dlogits, pass);
      engine.kernels().add(network.gradient(), sum, network.gradient());
    }
  }

  /** Takes the optimiser step, with what the federated algorithm adds to it. */
  public void update() {
    if (passes == 0) {
      throw new IllegalStateException("a step needs a backward pass before its update");
    }
    passes = 0;
    int batch = steps - epochStart;
    live.at(epoch, batch);
    if (hook.needsGradient(epoch, batch)) {
      hook.afterBackward(live);
    }
    optimizer.update(network.weights(), network.gradient());
    hook.afterUpdate(live);
    steps++;
  }

  /** Forgets the gradients of this step. */
  public void discard() {
    passes = 0;
  }

  void close() {
    sum.close();
    logitGradients.close();
    if (examples != null) {
      examples.close();
    }
  }

  private Tensor input(int n) {
    Tensor input = network.input(n);
    input.copyIn(features, input.size());
    return input;
  }

  private void read(Tensor output) {
    output.copyOut(logits, rows * classes());
  }
}
