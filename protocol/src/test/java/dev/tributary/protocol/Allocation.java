package dev.tributary.protocol;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** How many bytes of heap some code asks for. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** Runs it twice and measures the second run: loading classes takes memory, too. */
  static long during(ThrowingCallable code) throws Throwable {
    code.call();
    long before = THREADS.getCurrentThreadAllocatedBytes();
    code.call();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
