package dev.tributary.client;

import com.google.protobuf.ByteString;
import dev.tributary.client.LocalWork.LocalRefusal;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorElements;
import dev.tributary.protocol.WireException;
import dev.tributary.protocol.WireOptions;

/**
 * How a client's delta becomes bytes, and what these leave out of it.
 *
 * <p>Without feedback codes are rounded by draws, so that their mean over clients and rounds is the
 * delta. With feedback (Karimireddy et al., "Error Feedback Fixes SignSGD and other Gradient
 * Compression Schemes", ICML 2019, algorithm 1, by the client instead of the worker)
 *
 * <pre>
 *   p_t = delta_t + e_t,   sent: Q(p_t),   e_{t+1} = p_t - Q(p_t),   e_1 = 0
 * </pre>
 *
 * <p>so what is sent and what is left over sum to the deltas, but for rounding to float32; and Q
 * takes the nearest codes, which are biased but nearer: what they leave out is sent later anyway.
 * Here t counts the rounds that the client took part in and whose update was taken.
 *
 * <p>Symbols: e = {@code residual}, Q = {@link TensorCodec}'s codes.
 */
final class Uplink {
  private static final String RESIDUAL = "delta.residual";

  private final ParameterLayout shared;
  private final WireOptions wire;
  private final ParameterLayout residual;

  Uplink(ParameterLayout shared, WireOptions wire) {
    this.shared = shared;
    this.wire = wire;
    this.residual = residual(shared, wire);
  }

  /**
   * What a client keeps of its deltas: one tensor for all elements that travel in codes, without
   * feedback nothing.
   */
  static ParameterLayout residual(ParameterLayout shared, WireOptions wire) {
    ParameterLayout.Builder builder = ParameterLayout.builder();
    if (wire.errorFeedback() && shared.trainableSize() > 0) {
      builder.add(RESIDUAL, Role.RESIDUAL, Shape.of(shared.trainableSize()));
    }
    return builder.build();
  }

  /**
   * What goes up and what stays.
   *
   * @param blob the encoded delta
   * @param residual e_{t+1}; of size 0 without feedback
   */
  record Sent(ByteString blob, ParameterVector residual) {}

  /**
   * Encodes a delta.
   *
   * @param norm of the delta, which is not finite where an element is not
   * @param before e_t
   * @param draws of this client and round
   * @throws LocalRefusal NOT_FINITE, where there are no codes for the delta
   */
  Sent send(ParameterVector delta, double norm, ParameterVector before, Seeds draws)
      throws LocalRefusal {
    if (wire.deltas().coded() && !Double.isFinite(norm)) {
      int bad = delta.firstNonFinite();
      throw new LocalRefusal(
          RefusalCode.NOT_FINITE,
          "element %d of the delta is %s, and only finite values have codes"
              .formatted(bad, delta.get(bad)));
    }
    if (residual.size() == 0) {
      return new Sent(TensorCodec.encode(delta, wire.deltas(), draws), before);
    }
    ParameterVector sum =
        ParameterVector.written(
            shared,
            p -> {
              delta.copyTo(0, p, p.length);
              for (int i = 0; i < residual.size(); i++) {
                p[i] += before.get(i);
              }
            });
    ByteString blob = TensorCodec.encode(sum, wire.deltas());
    return new Sent(blob, left(sum, blob));
  }

  /** The sum less what a reader of the blob reads. */
  private ParameterVector left(ParameterVector sum, ByteString blob) {
    try {
      TensorElements elements = TensorCodec.open(blob, shared, blob.size());
      return ParameterVector.written(residual, e -> left(sum, elements, e));
    } catch (WireException e) {
      throw new IllegalStateException("a delta that was just encoded cannot be read", e);
    }
  }

  private static void left(ParameterVector sum, TensorElements elements, float[] left) {
    TensorElements.Block block = new TensorElements.Block();
    int at = 0;
    while (at < left.length) {
      int count = elements.read(block);
      for (int i = 0; i < count; i++) {
        left[at + i] = sum.get(at + i) - block.values()[i];
      }
      at += count;
    }
  }
}
