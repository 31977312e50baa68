package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.TensorCodec;
import dev.tributary.protocol.TensorCodec.Encoding;
import dev.tributary.protocol.WireSize;
import dev.tributary.protocol.WireSize.Sizes;

/** Counts the bytes of a round as they are told, answered and fetched; for one round only. */
final class TrafficCount {
  private final long deltaPayload;
  private final long plainPayload;
  private final long plainBytes;
  private final Sizes weights;
  private Sizes down = Sizes.NONE;
  private Sizes up = Sizes.NONE;
  private Sizes upAtFp32 = Sizes.NONE;

  TrafficCount(RoundPlan plan) {
    ParameterLayout layout = plan.shared();
    this.deltaPayload = TensorCodec.payloadBytes(layout, plan.wire().deltas());
    this.plainPayload = TensorCodec.payloadBytes(layout, Encoding.FP32);
    this.plainBytes = TensorCodec.blobBytes(layout, Encoding.FP32);
    this.weights =
        WireSize.blob(plan.weights(), TensorCodec.payloadBytes(layout, plan.wire().weights()));
  }

  /** An order, and the weights that its client takes. */
  void told(HostMessage.Train order) {
    down = down.plus(WireSize.of(order)).plus(weights);
  }

  void answered(RoundMessage message) {
    Sizes size = WireSize.of(message);
    up = up.plus(size);
    upAtFp32 = upAtFp32.plus(size);
  }

  void fetched(BlobRef delta) {
    up = up.plus(WireSize.blob(delta, Math.min(deltaPayload, delta.size())));
    BlobRef plain = new BlobRef(delta.id(), plainBytes, delta.source());
    upAtFp32 = upAtFp32.plus(WireSize.blob(plain, plainPayload));
  }

  RoundOutcome.Traffic soFar() {
    return new RoundOutcome.Traffic(down, up, upAtFp32);
  }
}
