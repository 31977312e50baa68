package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.WireSize.Sizes;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;

/** How the training part of a round ended. */
public sealed interface RoundOutcome extends NoSerializationVerificationNeeded {

  /** What was refused or could not be done, in order of arrival. */
  List<Refused> refusals();

  /** What it cost on the wire. */
  Traffic traffic();

  /**
   * Bytes between server and clients, as devices would exchange them: each client counts by itself,
   * though clients that share a host share its download.
   *
   * @param down weights and orders to train
   * @param up deltas and reports, refused ones too
   * @param upAtFp32 what {@code up} would be if the same deltas had travelled as float32
   */
  record Traffic(Sizes down, Sizes up, Sizes upAtFp32) {
    /** Nothing. */
    static final Traffic NONE = new Traffic(Sizes.NONE, Sizes.NONE, Sizes.NONE);
  }

  /**
   * Every client of the cohort answered with an update that was taken.
   *
   * @param meanDelta the weighted mean of the deltas
   * @param updates what the clients reported, sorted by client
   */
  record Complete(
      ParameterVector meanDelta, List<Updated> updates, List<Refused> refusals, Traffic traffic)
      implements RoundOutcome {}

  /** The quorum was met, but not every client answered well. */
  record Partial(
      ParameterVector meanDelta,
      List<Updated> updates,
      List<Refused> refusals,
      List<String> missing,
      Traffic traffic)
      implements RoundOutcome {}

  /**
   * Too few clients answered, or too few updates could be taken; the weights stay and the run ends,
   * resumable.
   *
   * @param answered how many clients answered, well or not
   * @param quorum how many had to
   * @param taken how many updates were taken
   * @param needed how many had to be
   * @param deadline how long the clients that are missing had, from the start of the round
   */
  record Failed(
      int answered,
      int quorum,
      int taken,
      int needed,
      List<Refused> refusals,
      List<String> missing,
      Duration deadline,
      Traffic traffic)
      implements RoundOutcome {

    /** What was missing, in a sentence. */
    public String reason() {
      StringBuilder reason =
          new StringBuilder(
              "%d clients answered and %d must; %d updates were taken and %d must be"
                  .formatted(answered, quorum, taken, needed));
      if (!missing.isEmpty()) {
        reason.append(
            "; no answer within %s s (federation.deadline-seconds) from %s"
                .formatted(seconds(deadline), missing));
      }
      TreeMap<RefusalCode, List<Refused>> byCode = new TreeMap<>();
      // In an order that does not depend on who was first.
      List<Refused> sorted = new ArrayList<>(refusals);
      sorted.sort(Comparator.comparing(Refused::client));
      sorted.forEach(r -> byCode.computeIfAbsent(r.code(), _ -> new ArrayList<>()).add(r));
      byCode.forEach(
          (code, all) -> {
            Refused first = all.getFirst();
            reason.append("; %s: %s (%s)".formatted(first.client(), code, first.message()));
            if (all.size() > 1) {
              reason.append(
                  ", likewise "
                      + String.join(", ", all.stream().skip(1).map(Refused::client).toList()));
            }
          });
      return reason.toString();
    }

    private static String seconds(Duration time) {
      return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString();
    }
  }
}
