package dev.tributary.benchmarks.norm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tributary.engine.integer.IntegerL1Norm;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** L1 batch normalisation from codes of 8 bits to codes, and back. */
final class IntegerNorm implements Contender {
  private final Images images;
  private final IntegerL1Norm norm;
  private final float[] gamma;
  private final float[] beta;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment x;
  private final MemorySegment y;
  private final MemorySegment dy;
  private final MemorySegment dx;
  private long step;

  IntegerNorm(Images images) {
    this.images = images;
    this.norm = new IntegerL1Norm(images.channels(), 1, 1e-5, 8);
    this.gamma = new float[images.channels()];
    Arrays.fill(gamma, 1f);
    this.beta = new float[images.channels()];
    this.x = codes("x");
    this.y = codes("y");
    this.dy = codes("dy");
    this.dx = codes("dx");
  }

  private MemorySegment codes(String name) {
    MemorySegment codes = arena.allocate(images.size(), 64);
    RandomStream random = Seeds.root(1).child(name).stream();
    for (int i = 0; i < images.size(); i++) {
      codes.set(JAVA_BYTE, i, (byte) Math.clamp(Math.round(30 * random.nextGaussian()), -127, 127));
    }
    return codes;
  }

  /** Which loops run. */
  String tier() {
    return norm.tier();
  }

  @Override
  public void pass() {
    int positions = images.side() * images.side();
    norm.forward(x, 0.03, images.batch(), positions, gamma, beta, y);
    norm.backward(x, dy, 0.001, ++step, dx);
  }

  @Override
  public void close() {
    arena.close();
  }
}
