package dev.tributary.benchmarks.norm;

import static dev.tributary.engine.onednn.Argument.diffDst;
import static dev.tributary.engine.onednn.Argument.diffScale;
import static dev.tributary.engine.onednn.Argument.diffShift;
import static dev.tributary.engine.onednn.Argument.diffSrc;
import static dev.tributary.engine.onednn.Argument.dst;
import static dev.tributary.engine.onednn.Argument.mean;
import static dev.tributary.engine.onednn.Argument.scale;
import static dev.tributary.engine.onednn.Argument.shift;
import static dev.tributary.engine.onednn.Argument.src;
import static dev.tributary.engine.onednn.Argument.variance;

import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.onednn.Operation;
import dev.tributary.engine.onednn.Primitive;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Window;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * oneDNN's batch normalisation on memory as oneDNN's convolutions leave it, which is where the
 * compiled engine has it: channels in blocks, much faster than row-major order.
 */
final class OneDnnNorm implements Contender {
  private final Engine engine = Engine.create();
  private final OneDnn dnnl = new OneDnn();
  private final Primitive forward;
  private final Primitive backward;

  OneDnnNorm(Images images) {
    int c = images.channels();
    Desc any = dnnl.any(images.batch(), c, images.side(), images.side());
    Operation convolution =
        dnnl.operations()
            .convolution(any, dnnl.any(c, c, 3, 3), dnnl.plain(c), any, Window.square(3, 1, 1), 0);
    Desc form = convolution.dst();
    Desc channels = dnnl.plain(c);
    Operation operation = dnnl.operations().batchNorm(form, form, 1e-5, true, false);
    Memory x = noise(form, "x");
    Memory means = zeros(channels);
    Memory variances = zeros(channels);
    Memory scales = noise(channels, "scale");
    this.forward =
        dnnl.bind(
            operation,
            src(x),
            dst(zeros(form)),
            scale(scales),
            shift(noise(channels, "shift")),
            mean(means),
            variance(variances));
    this.backward =
        dnnl.bind(
            dnnl.operations().batchNormBackward(form, form, form, 1e-5, false, operation),
            src(x),
            mean(means),
            variance(variances),
            scale(scales),
            diffDst(noise(form, "dy")),
            diffSrc(zeros(form)),
            diffScale(zeros(channels)),
            diffShift(zeros(channels)));
  }

  private Memory zeros(Desc form) {
    return dnnl.memory(form, dnnl.allocate(form.bytes()));
  }

  private Memory noise(Desc form, String name) {
    MemorySegment memory = dnnl.allocate(form.bytes());
    RandomStream random = Seeds.root(1).child(name).stream();
    for (long i = 0; i < form.bytes() / Float.BYTES; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return dnnl.memory(form, memory);
  }

  @Override
  public void pass() {
    engine.enter();
    forward.run();
    backward.run();
  }

  @Override
  public void close() {
    dnnl.close();
  }
}
