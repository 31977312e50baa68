package dev.tributary.server;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.ClientFacts;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.WireOptions;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * What one round is: who trains, from which weights, and when it ends.
 *
 * @param number from 1
 * @param cohort by client id
 * @param weights the encoded shared weights
 * @param shared the layout of weights and deltas
 * @param wire how weights and deltas travel
 * @param maxBlobBytes the largest encoded delta that is fetched
 * @param quorum the share of the cohort that must have answered at the deadline
 * @param minAccepted the share of the cohort whose updates must have been taken
 * @param deadline from the start of the round
 * @param answered hears how many have answered, each time one more has
 */
public record RoundPlan(
    int number,
    Map<String, Member> cohort,
    BlobRef weights,
    ParameterLayout shared,
    WireOptions wire,
    long maxBlobBytes,
    double quorum,
    double minAccepted,
    Duration deadline,
    IntConsumer answered) {

  /**
   * A member of the cohort.
   *
   * @param facts what it said when it joined
   * @param share its share in the mean, in (0, 1]; all of a cohort sum to 1
   * @param localState SHA-256 of the state it should hold, or empty
   * @param host where it lives, or null while its host is away
   */
  public record Member(
      ClientFacts facts, double share, String localState, @Nullable ActorRef<HostMessage> host) {}

  /** How many must have answered. */
  int mustAnswer() {
    return atLeast(quorum);
  }

  /** How many updates must have been taken; one in any case. */
  int mustBeTaken() {
    return Math.max(1, atLeast(minAccepted));
  }

  /** The smallest number that is this share of the cohort; 0.55 of 100 is 55 and not 56. */
  private int atLeast(double share) {
    return (int) Math.ceil(share * cohort.size() - 1e-9);
  }
}
