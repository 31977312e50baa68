package dev.tributary.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterLayout;
import java.util.Arrays;

/** Blobs that must be refused, at the cost of little memory. */
final class Refusals {
  /** Exceptions with their messages and traces; a tensor of the claimed sizes would be far more. */
  private static final long SMALL = 1 << 20;

  private Refusals() {}

  /** How decoding a blob fails. */
  static WireException refusal(byte[] blob, ParameterLayout layout, long maxBytes)
      throws Throwable {
    WireException[] refusal = new WireException[1];
    long allocated =
        Allocation.during(
            () -> {
              try {
                TensorCodec.decode(ByteString.copyFrom(blob), layout, maxBytes);
              } catch (WireException e) {
                refusal[0] = e;
              }
            });
    assertThat(allocated).isLessThan(SMALL);
    if (refusal[0] == null) {
      return fail("taken, though it must be refused: " + Arrays.toString(blob));
    }
    return refusal[0];
  }
}
