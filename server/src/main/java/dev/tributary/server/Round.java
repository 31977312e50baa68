package dev.tributary.server;

import com.google.protobuf.ByteString;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.protocol.BlobCommand;
import dev.tributary.protocol.BlobFetch;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.RoundMessage.Refused;
import dev.tributary.protocol.RoundMessage.Updated;
import dev.tributary.protocol.WireException;
import dev.tributary.server.Standings.Standing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * The training part of one round: tells each client of the cohort to train, checks what comes back
 * before it believes any of it, adds it to the mean and frees it.
 *
 * <p>One timer, from the start: it does not begin anew with each message, so a trickle of
 * stragglers cannot hold the round open; what is not fetched then is missing. Every answer that is
 * not taken is kept with its reason.
 */
public final class Round extends AbstractBehavior<Round.Command> {

  /** What a round understands; the answers of clients come in through an adapter. */
  public sealed interface Command extends NoSerializationVerificationNeeded {}

  /** A client's host is back (or new): a client that still owes an answer is told again. */
  public record HostBack(String client, ActorRef<HostMessage> host) implements Command {}

  private record FromClient(RoundMessage message) implements Command {}

  private record FromFetch(BlobFetch.Result result) implements Command {}

  private record Checked(Updated update, @Nullable Refused refusal) implements Command {}

  private record Mean(ParameterVector meanDelta) implements Command {}

  private record Broken(Throwable cause) implements Command {}

  private enum Deadline implements Command {
    PASSED
  }

  /** How often a client trains again because its delta could not be fetched. */
  private static final int REPEATS = 3;

  /**
   * So many bytes of deltas may be on their way or waiting to be added, at least so many deltas:
   * enough to keep a network and the work thread busy, however many have been offered.
   */
  private static final long IN_HAND_BYTES = 64L << 20;

  private static final int IN_HAND_AT_LEAST = 4;

  private final RoundPlan plan;
  private final ServerWork work;
  private final ActorRef<RoundOutcome> replyTo;
  private final MeanAccumulator mean;
  private final ActorRef<RoundMessage> answers;
  private final ActorRef<BlobFetch.Result> fetches;
  private final Standings standing;
  private final Map<String, ActorRef<HostMessage>> hosts = new HashMap<>();
  private final Map<String, Integer> repeats = new HashMap<>();
  private final Map<BlobRef, Updated> fetching = new HashMap<>();
  private final ArrayDeque<Updated> offered = new ArrayDeque<>();
  private final long inHandLimit;
  private final Map<String, Updated> taken = new TreeMap<>();
  private final List<Refused> refusals = new ArrayList<>();
  private final TrafficCount traffic;
  private int inHand;
  private boolean closing;
  private boolean averaging;

  /**
   * A round that starts at once and answers {@code replyTo} once.
   *
   * @param mean of the plan's layout, used by nobody else until then; what it held is forgotten
   */
  public static Behavior<Command> create(
      RoundPlan plan, MeanAccumulator mean, ServerWork work, ActorRef<RoundOutcome> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(Deadline.PASSED, plan.deadline());
                  return new Round(context, plan, mean, work, replyTo);
                }));
  }

  private Round(
      ActorContext<Command> context,
      RoundPlan plan,
      MeanAccumulator mean,
      ServerWork work,
      ActorRef<RoundOutcome> replyTo) {
    super(context);
    this.plan = plan;
    this.work = work;
    this.replyTo = replyTo;
    this.standing = new Standings(plan.cohort().keySet());
    this.inHandLimit = Math.max(IN_HAND_AT_LEAST, IN_HAND_BYTES / plan.maxBlobBytes());
    this.mean = mean;
    mean.clear();
    this.traffic = new TrafficCount(plan);
    this.answers = context.messageAdapter(RoundMessage.class, FromClient::new);
    this.fetches = context.messageAdapter(BlobFetch.Result.class, FromFetch::new);
    plan.cohort()
        .forEach(
            (client, member) -> {
              if (member.host() != null) {
                hosts.put(client, member.host());
                assign(client);
              }
            });
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::on).build();
  }

  private Behavior<Command> on(Command command) {
    return switch (command) {
      case HostBack(String client, ActorRef<HostMessage> host) -> {
        hosts.put(client, host);
        if (standing.of(client) == Standing.OWES) {
          assign(client);
        }
        yield this;
      }
      case FromClient(RoundMessage message) -> {
        onAnswer(message);
        yield closeIfDone();
      }
      case FromFetch(BlobFetch.Result result) -> {
        onFetched(result);
        yield closeIfDone();
      }
      case Checked(Updated update, Refused refusal) -> {
        done();
        if (refusal == null) {
          standing.put(update.client(), Standing.TAKEN);
          taken.put(update.client(), update);
        } else {
          refuse(refusal);
        }
        plan.answered().accept(standing.settled());
        yield closeIfDone();
      }
      case Deadline _ -> {
        closing = true;
        giveUpDeltas();
        yield closeIfDone();
      }
      case Mean(ParameterVector meanDelta) -> end(meanDelta);
      case Broken(Throwable cause) ->
          throw new IllegalStateException("the mean of round " + plan.number() + " failed", cause);
    };
  }

  private void assign(String client) {
    RoundPlan.Member member = plan.cohort().get(client);
    ActorRef<HostMessage> host = hosts.get(client);
    if (member != null && host != null) {
      HostMessage.Train order =
          new HostMessage.Train(
              plan.number(), client, plan.weights(), member.localState(), answers);
      traffic.told(order);
      host.tell(order);
    }
  }

  private void onAnswer(RoundMessage message) {
    traffic.answered(message);
    RoundPlan.Member member = plan.cohort().get(message.client());
    Standing now = standing.of(message.client());
    if (message.round() != plan.number()) {
      dismiss(message, RefusalCode.WRONG_ROUND, "this is round " + plan.number());
    } else if (member == null || now == null) {
      dismiss(message, RefusalCode.UNKNOWN_CLIENT, "the client is not in this round's cohort");
    } else if (now != Standing.OWES) {
      dismiss(message, RefusalCode.DUPLICATE, "the client has answered already");
    } else if (closing) {
      dismiss(message, RefusalCode.WRONG_ROUND, "the round's deadline has passed");
    } else {
      switch (message) {
        case Refused refused
            when refused.code() == RefusalCode.TRANSFER_FAILED && mayTryAgain(refused.client()) -> {
          // The weights did not get there: nothing was trained, so nothing is decided.
          refusals.add(refused);
          assign(refused.client());
        }
        case Refused refused -> refuse(refused);
        case Updated updated -> onUpdated(updated, member);
        case RoundMessage.Evaluated _ ->
            note(message, RefusalCode.MALFORMED, "an evaluation was not asked for");
      }
    }
  }

  private void onUpdated(Updated updated, RoundPlan.Member member) {
    if (updated.examples() != member.facts().trainExamples()) {
      refuse(
          refusal(
              updated,
              RefusalCode.WRONG_EXAMPLES,
              "it reports %d examples and joined with %d"
                  .formatted(updated.examples(), member.facts().trainExamples())));
      release(updated);
      return;
    }
    Updated other = fetching.putIfAbsent(updated.delta(), updated);
    if (other != null) {
      refuse(
          refusal(
              updated,
              RefusalCode.MALFORMED,
              "its delta " + updated.delta().id() + " is that of " + other.client()));
      return;
    }
    standing.put(updated.client(), Standing.IN_HAND);
    offered.add(updated);
    fetchNext();
  }

  private void fetchNext() {
    while (inHand < inHandLimit && !offered.isEmpty()) {
      inHand++;
      BlobRef delta = offered.remove().delta();
      getContext().spawnAnonymous(BlobFetch.create(delta, fetches, plan.maxBlobBytes()));
    }
  }

  /** One delta less in hand: added, refused or lost. */
  private void done() {
    inHand--;
    fetchNext();
  }

  private void onFetched(BlobFetch.Result result) {
    switch (result) {
      case BlobFetch.Result.Fetched(BlobRef ref, ByteString bytes) -> {
        Updated updated = fetching.remove(ref);
        if (updated != null) {
          traffic.fetched(ref);
          getContext()
              .pipeToSelf(
                  work.run(() -> check(updated, bytes)),
                  (checked, failure) -> failure == null ? checked : new Broken(failure));
        }
      }
      case BlobFetch.Result.Failed(BlobRef ref, RefusalCode code, String message) -> {
        done();
        Updated updated = fetching.remove(ref);
        if (updated != null && code == RefusalCode.TRANSFER_FAILED) {
          onLost(updated, message);
        } else if (updated != null) {
          refuse(refusal(updated, code, message));
        }
      }
    }
  }

  /**
   * The delta is lost, with its host perhaps. The same training gives the same bits, so the client
   * is asked again: at once, in case its host is there (or was back before the loss was noticed),
   * and whenever a host of its comes back.
   */
  private void onLost(Updated updated, String message) {
    String client = updated.client();
    if (!mayTryAgain(client)) {
      refuse(refusal(updated, RefusalCode.TRANSFER_FAILED, message));
      return;
    }
    note(updated, RefusalCode.TRANSFER_FAILED, message);
    standing.put(client, Standing.OWES);
    assign(client);
  }

  private boolean mayTryAgain(String client) {
    return repeats.merge(client, 1, Integer::sum) <= REPEATS;
  }

  /** Those that are being fetched are released when this actor stops, the others here. */
  private void giveUpDeltas() {
    offered.forEach(updated -> fetching.remove(updated.delta()));
    for (Updated updated : offered) {
      note(updated, RefusalCode.TRANSFER_FAILED, "its delta was not fetched by the deadline");
      standing.put(updated.client(), Standing.OWES);
      release(updated);
    }
    offered.clear();
    for (Updated updated : fetching.values()) {
      note(updated, RefusalCode.TRANSFER_FAILED, "its delta was on its way at the deadline");
      standing.put(updated.client(), Standing.OWES);
    }
    fetching.clear();
  }

  /** On the work thread: checks and adds; whatever is wrong refuses this update alone. */
  private Checked check(Updated updated, ByteString bytes) {
    try {
      RoundPlan.Member member = plan.cohort().get(updated.client());
      if (member == null) {
        throw new IllegalStateException(updated.client() + " left the cohort");
      }
      mean.add(bytes, plan.maxBlobBytes(), member.share());
      return new Checked(updated, null);
    } catch (WireException e) {
      return new Checked(updated, refusal(updated, e.code(), String.valueOf(e.getMessage())));
    }
  }

  private Behavior<Command> closeIfDone() {
    boolean checking = standing.count(Standing.IN_HAND) > 0;
    boolean owing = standing.count(Standing.OWES) > 0;
    if (averaging || checking || (owing && !closing)) {
      return this;
    }
    int cohort = plan.cohort().size();
    int answered = cohort - standing.count(Standing.OWES);
    int quorum = plan.mustAnswer();
    int needed = plan.mustBeTaken();
    if (answered < quorum || taken.size() < needed) {
      replyTo.tell(
          new RoundOutcome.Failed(
              answered,
              quorum,
              taken.size(),
              needed,
              List.copyOf(refusals),
              standing.owing(),
              plan.deadline(),
              traffic.soFar()));
      return Behaviors.stopped();
    }
    averaging = true;
    getContext()
        .pipeToSelf(
            work.run(mean::mean),
            (vector, failure) -> failure == null ? new Mean(vector) : new Broken(failure));
    return this;
  }

  private Behavior<Command> end(ParameterVector meanDelta) {
    List<Updated> updates = List.copyOf(taken.values());
    replyTo.tell(
        taken.size() == plan.cohort().size()
            ? new RoundOutcome.Complete(meanDelta, updates, List.copyOf(refusals), traffic.soFar())
            : new RoundOutcome.Partial(
                meanDelta, updates, List.copyOf(refusals), standing.owing(), traffic.soFar()));
    return Behaviors.stopped();
  }

  private void refuse(Refused refused) {
    standing.put(refused.client(), Standing.REFUSED);
    refusals.add(refused);
  }

  /** Passes an answer over; nobody will come for its delta, unless it is being fetched already. */
  private void dismiss(RoundMessage message, RefusalCode code, String reason) {
    note(message, code, reason);
    if (message instanceof Updated updated && !fetching.containsKey(updated.delta())) {
      release(updated);
    }
  }

  private static void release(Updated updated) {
    updated.delta().source().tell(new BlobCommand.Release(updated.delta().id()));
  }

  /** Keeps the reason without changing where the client stands: it may still answer well. */
  private void note(RoundMessage message, RefusalCode code, String reason) {
    refusals.add(refusal(message, code, reason));
  }

  private static Refused refusal(RoundMessage message, RefusalCode code, String reason) {
    return new Refused(message.round(), message.client(), code, reason);
  }
}
