package dev.tributary.engine.nn;

import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Primitive;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The work of a chain of layers for batches of one size, worked out once: steps with their
 * primitives, and offsets into memory that all plans of a network share, since one runs at a time.
 */
final class Plan {
  private static final int LINE = 64;

  /** One layer's work. */
  interface Step {
    void forward(Pass pass);

    void backward(Pass pass);
  }

  private record Piece(Place place, long offset, int floats) {}

  private final OneDnn dnnl;
  private final int batch;
  private final boolean training;
  private final List<Step> steps = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Piece> lent = new ArrayList<>();
  private long bytes;
  private long most;

  Plan(OneDnn dnnl, int batch, boolean training) {
    this.dnnl = dnnl;
    this.batch = batch;
    this.training = training;
  }

  OneDnn dnnl() {
    return dnnl;
  }

  /** The number of samples. */
  int batch() {
    return batch;
  }

  /** Whether there will be a backward pass. */
  boolean training() {
    return training;
  }

  void add(Step step) {
    steps.add(step);
  }

  /** The row-major format of a batch of samples of this shape. */
  Desc plain(Shape sample) {
    return dnnl.plain(sample.prepend(batch).toArray());
  }

  /** The format of a batch of images of this shape with their channels last. */
  Desc channelsLast(Shape sample) {
    return dnnl.channelsLast(batch, sample.axis(0), sample.axis(1), sample.axis(2));
  }

  /** Any format of a batch of samples of this shape. */
  Desc any(Shape sample) {
    return dnnl.any(sample.prepend(batch).toArray());
  }

  /** Room for something of this format. */
  Place place(Desc desc) {
    Place place = Place.ofMemory(dnnl);
    pieces.add(new Piece(place, bytes, floats(desc)));
    bytes += lines(desc);
    return place;
  }

  /**
   * Room for something of this format that nobody looks at after the step that writes it: all such
   * things lie in one place, so a step can have one.
   */
  Place lend(Desc desc) {
    Place place = Place.ofMemory(dnnl);
    lent.add(new Piece(place, 0, floats(desc)));
    most = Math.max(most, lines(desc));
    return place;
  }

  private static int floats(Desc desc) {
    return Math.toIntExact((desc.bytes() + Float.BYTES - 1) / Float.BYTES);
  }

  private static long lines(Desc desc) {
    return (desc.bytes() + LINE - 1) / LINE * LINE;
  }

  /** Room for a value of this format, and for its gradient if there will be one. */
  Value value(Desc desc, boolean plain, boolean gradient) {
    return new Value(desc, plain, place(desc), training && gradient ? place(desc) : null);
  }

  /** {@code value} in this format: itself, or a copy that a step of its own makes. */
  Value in(Desc desc, Value value) {
    return desc.sameAs(value.desc()) ? value : copy(value, desc, false);
  }

  /** {@code value} in row-major order in this plan's own memory. */
  Value rowMajor(Value value, Shape sample) {
    Place gradient = value.gradient();
    boolean tensors = value.data().isTensor() || (gradient != null && gradient.isTensor());
    return value.plain() && !tensors ? value : copy(value, plain(sample), true);
  }

  /** {@code value} in row-major order. */
  Value plain(Value value, Shape sample) {
    return value.plain() ? value : copy(value, plain(sample), true);
  }

  private Value copy(Value value, Desc desc, boolean plain) {
    Value copy = new Value(desc, plain, place(desc), value.gradient() == null ? null : place(desc));
    add(new Reorder(dnnl, value, copy));
    return copy;
  }

  /** {@code value} in tensors: itself, or a copy in the tensors of this exchange. */
  Value tensors(Value value, Exchange exchange) {
    return value.plain() && inTensors(value)
        ? value
        : copied(value, plain(exchange.sample()), true, exchange);
  }

  private static boolean inTensors(Value value) {
    Place gradient = value.gradient();
    return value.data().isTensor() && (gradient == null || gradient.isTensor());
  }

  private Value copied(Value value, Desc desc, boolean plain, Exchange exchange) {
    Place gradient = value.gradient();
    Value copy =
        new Value(
            desc,
            plain,
            Place.of(dnnl, exchange.data(batch)),
            gradient == null ? null : Place.of(dnnl, exchange.gradient(batch)));
    add(new Reorder(dnnl, value, copy));
    return copy;
  }

  /** The bytes of shared memory this plan needs. */
  long bytes() {
    return bytes + most;
  }

  /**
   * Says where the shared memory is.
   *
   * @param memory on a cache line's boundary
   */
  void settle(Tensor memory) {
    pieces.forEach(p -> settle(p, memory, p.offset));
    lent.forEach(p -> settle(p, memory, bytes));
  }

  private static void settle(Piece piece, Tensor memory, long offset) {
    int from = Math.toIntExact(offset / Float.BYTES);
    piece.place.move(memory.view(from, Shape.of(piece.floats)));
  }

  /** Runs primitives in their order. */
  static void run(List<Primitive> primitives) {
    for (int i = 0; i < primitives.size(); i++) {
      primitives.get(i).run();
    }
  }

  void forward(Pass pass) {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).forward(pass);
    }
  }

  void backward(Pass pass) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).backward(pass);
    }
  }
}
