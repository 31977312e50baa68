package dev.tributary.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tributary.engine.kernels.ActivationKind;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdaB2NAllocationTest {
  private static final Shape IMAGE = Shape.of(3, 4, 4);

  @Test
  void aStepAllocatesNothingOnTheHeap() {
    assumeTrue(Engine.create().oneDnn(), "oneDNN is not there for this machine");
    List<LayerSpec> chain =
        List.of(
            new AdaB2N("n", IMAGE, 3, 0.4, false),
            new Activation("a", IMAGE, ActivationKind.RELU, 1),
            new AdaB2N("m", IMAGE, 3, 0.4, true));
    try (Network network = new Network(chain, Engine.create(), 8, true);
        Tensor dy = Tensor.zeros(IMAGE.prepend(8))) {
      Pass pass = Pass.steps(Seeds.root(1));
      pass.tasks(new BatchTasks(new int[] {0, 0, 0, 0, 2, 2, 2, 2}, 3, true, 0.1));
      // A view or an array per step would be 100 times 16 bytes at least. What the just-in-time
      // compiler does away with is there until it has come to it.
      long least = Long.MAX_VALUE;
      for (int i = 0; i < 500 && least >= 1600; i++) {
        least = Math.min(least, allocated(network, dy, pass));
      }
      assertThat(least).isLessThan(1600);
    }
  }

  private static long allocated(Network network, Tensor dy, Pass pass) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Tensor x = network.input(8);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100; i++) {
      pass.next(0);
      network.forward(x, pass);
      network.backward(dy, pass);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
