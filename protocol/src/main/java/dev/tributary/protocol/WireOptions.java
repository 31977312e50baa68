package dev.tributary.protocol;

import dev.tributary.engine.settings.Names;
import dev.tributary.engine.settings.Settings;
import dev.tributary.protocol.TensorCodec.Encoding;

/**
 * How tensors travel.
 *
 * @param weights from the server to its clients; never in codes
 * @param deltas from clients to the server
 * @param errorFeedback whether a client keeps what the codes of its delta leave out and adds it to
 *     its next one (Karimireddy et al., ICML 2019); only with codes
 */
public record WireOptions(Encoding weights, Encoding deltas, boolean errorFeedback) {
  /** All of it in float32. */
  public static final WireOptions FP32 = new WireOptions(Encoding.FP32, Encoding.FP32, false);

  /** Refuses what cannot be. */
  public WireOptions {
    if (weights.coded() || (errorFeedback && !deltas.coded())) {
      throw new IllegalArgumentException(
          "codes are for deltas and feedback is for codes, got %s weights and %s deltas, feedback %s"
              .formatted(weights, deltas, errorFeedback));
    }
  }

  /** Reads {@code encoding}, {@code delta-encoding} and {@code error-feedback}. */
  public static WireOptions from(Settings federation) {
    String word = federation.text("encoding", Names.of(Encoding.FP32));
    federation.require(
        word.equals(Names.of(Encoding.FP32)) || word.equals(Names.of(Encoding.FP16)),
        "encoding",
        "fp32 or fp16, for it is about the weights, which codes would round anew in every round;"
            + " delta-encoding is about deltas and may be int8, int6 or int4, too",
        word);
    Encoding weights = federation.choice("encoding", Encoding.FP32);
    Encoding deltas = federation.choice("delta-encoding", weights);
    boolean feedback = federation.flag("error-feedback", false);
    federation.require(
        !feedback || deltas.coded(),
        "error-feedback",
        "false unless delta-encoding is int8, int6 or int4: other deltas leave nothing out that"
            + " is worth keeping",
        feedback);
    return new WireOptions(weights, deltas, feedback);
  }
}
