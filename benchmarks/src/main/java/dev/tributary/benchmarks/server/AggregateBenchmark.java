package dev.tributary.benchmarks.server;

import dev.tributary.benchmarks.harness.Bench;
import dev.tributary.benchmarks.harness.Benchmark;
import dev.tributary.benchmarks.harness.Better;
import dev.tributary.benchmarks.harness.Row;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.server.MeanAccumulator;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code aggregate}: the server's mean against a plain memory copy that moves as many bytes as a
 * plain sum would.
 *
 * <p>That is, for each parameter and update 4 of the update and 8 of the sum read and 8 written,
 * and in the end 8 read and 4 written. Ours moves fewer, which the note says: the first update
 * waits for the second, and of one alone there is no sum. A copy of half as many bytes reads and
 * writes as many.
 */
public final class AggregateBenchmark implements Benchmark {
  private static final int BYTES_PER_UPDATE = 20;
  private static final int BYTES_AT_THE_END = 12;

  /** So many different updates lie in memory; more of them are these again. */
  private static final int DISTINCT = 4;

  @Override
  public String name() {
    return "aggregate";
  }

  @Override
  public String summary() {
    return "the server's mean of updates, against a memory copy of as many bytes";
  }

  @Override
  public void run(Bench bench) {
    for (int size : new int[] {280_000, 14_200_000}) {
      for (int updates : new int[] {1, 32}) {
        String name = "%,d parameters, updates %d".formatted(size, updates);
        if (bench.wants(name)) {
          bench.row(one(bench, name, size, updates));
        }
      }
    }
  }

  /** The bytes a parameter that a plain sum of so many updates reads and writes. */
  static int bytes(int updates) {
    return BYTES_PER_UPDATE * updates + BYTES_AT_THE_END;
  }

  /** And ours: the first update is read twice, once to check it, and goes in with the second. */
  static int moved(int updates) {
    int read = 4 * (updates + 1);
    if (updates == 1) {
      return read + 4;
    }
    int sumsWritten = 8 * (updates - 1);
    int sumsRead = 8 * (updates - 2) + 8;
    return read + sumsWritten + sumsRead + 4;
  }

  private static Row one(Bench bench, String name, int size, int updates) {
    ParameterLayout layout =
        ParameterLayout.builder().add("w", Role.WEIGHT, Shape.of(size)).build();
    List<ParameterVector> vectors = new ArrayList<>();
    for (int i = 0; i < Math.min(updates, DISTINCT); i++) {
      vectors.add(vector(layout, Seeds.root(1).child("update", i).stream()));
    }
    long bytes = (long) size * bytes(updates);
    byte[] from = new byte[BYTES_PER_UPDATE / 2 * size];
    byte[] to = new byte[from.length];
    double seconds = bench.options().quick() ? 0.5 : 1;
    MeanAccumulator accumulator = new MeanAccumulator(layout);
    Runnable mean = () -> mean(accumulator, vectors, updates);
    Runnable copy = () -> copy(from, to, bytes / 2);
    rate(mean, bytes, seconds);
    rate(copy, bytes, seconds);
    double[] ours = new double[bench.pairs()];
    double[] theirs = new double[bench.pairs()];
    for (int i = 0; i < ours.length; i++) {
      ours[i] = rate(mean, bytes, seconds);
      theirs[i] = rate(copy, bytes, seconds);
    }
    String note =
        "theirs copies %d bytes a parameter, as many as a plain sum moves; ours moves %d"
            .formatted(bytes(updates), moved(updates));
    return Row.compared(name, 1, "GB/s", Better.HIGHER, ours, theirs, note);
  }

  private static ParameterVector vector(ParameterLayout layout, RandomStream random) {
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (random.nextInt(2001) - 1000) * 1e-5f;
    }
    return ParameterVector.of(layout, values);
  }

  /** As in a run, one accumulator serves all rounds. */
  private static void mean(MeanAccumulator mean, List<ParameterVector> vectors, int updates) {
    mean.clear();
    for (int i = 0; i < updates; i++) {
      mean.add(vectors.get(i % vectors.size()), 1.0 / updates);
    }
    if (mean.mean().size() != vectors.getFirst().size()) {
      throw new IllegalStateException("the mean has another size");
    }
  }

  private static void copy(byte[] from, byte[] to, long bytes) {
    for (long left = bytes; left > 0; left -= from.length) {
      System.arraycopy(from, 0, to, 0, (int) Math.min(left, from.length));
    }
  }

  /** Repeats until the time is over; billions of bytes a second. */
  private static double rate(Runnable work, long bytes, double seconds) {
    long begin = System.nanoTime();
    long times = 0;
    do {
      work.run();
      times++;
    } while (System.nanoTime() - begin < seconds * 1e9);
    return bytes * times / (double) (System.nanoTime() - begin);
  }
}
