package dev.tributary.server;

import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.RoundMessage.Evaluated;
import dev.tributary.protocol.RoundMessage.Refused;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * The evaluation part of a round: every client of the federation evaluates the new shared weights,
 * merged with what it keeps, on its own data. It needs all of them, so that a figure always means
 * the same examples.
 */
public final class EvaluationRound extends AbstractBehavior<EvaluationRound.Command> {

  /** What an evaluation understands. */
  public sealed interface Command extends NoSerializationVerificationNeeded {}

  /** A client's host is back (or new): a client that still owes an answer is told again. */
  public record HostBack(String client, ActorRef<HostMessage> host) implements Command {}

  private record FromClient(RoundMessage message) implements Command {}

  private enum Deadline implements Command {
    PASSED
  }

  /** How an evaluation ended. */
  public sealed interface Outcome extends NoSerializationVerificationNeeded {}

  /** All answered; by client. */
  public record Done(SortedMap<String, Evaluated> results) implements Outcome {}

  /** Some did not or could not; why. */
  public record Failed(String message) implements Outcome {}

  /**
   * The facts.
   *
   * @param round the round after which this is
   * @param members all clients, by id
   * @param weights the encoded shared weights
   * @param splits which splits
   * @param deadline from the start of the evaluation
   */
  public record Plan(
      int round,
      Map<String, Member> members,
      BlobRef weights,
      Set<String> splits,
      Duration deadline) {}

  /** A client: the state it should hold, and its host unless that is away. */
  public record Member(String localState, @Nullable ActorRef<HostMessage> host) {}

  /** How often a client is asked again because the weights did not reach it. */
  private static final int REPEATS = 3;

  private final Plan plan;
  private final ActorRef<Outcome> replyTo;
  private final ActorRef<RoundMessage> answers;
  private final TreeMap<String, Evaluated> results = new TreeMap<>();
  private final Map<String, ActorRef<HostMessage>> hosts = new HashMap<>();
  private final Map<String, Integer> repeats = new HashMap<>();

  /** An evaluation that starts at once and answers {@code replyTo} once. */
  public static Behavior<Command> create(Plan plan, ActorRef<Outcome> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startSingleTimer(Deadline.PASSED, plan.deadline());
                  return new EvaluationRound(context, plan, replyTo);
                }));
  }

  private EvaluationRound(ActorContext<Command> context, Plan plan, ActorRef<Outcome> replyTo) {
    super(context);
    this.plan = plan;
    this.replyTo = replyTo;
    this.answers = context.messageAdapter(RoundMessage.class, FromClient::new);
    plan.members()
        .forEach(
            (client, member) -> {
              if (member.host() != null) {
                ask(client, member.localState(), member.host());
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
        Member member = plan.members().get(client);
        if (member != null && !results.containsKey(client)) {
          ask(client, member.localState(), host);
        }
        yield this;
      }
      case FromClient(Evaluated evaluated) when isAsked(evaluated) -> {
        results.put(evaluated.client(), evaluated);
        yield results.size() == plan.members().size() ? end(new Done(results)) : this;
      }
      case FromClient(Refused refused) when isOwed(refused) && mayTryAgain(refused) -> {
        Member member = plan.members().get(refused.client());
        ActorRef<HostMessage> host = hosts.get(refused.client());
        if (member != null && host != null) {
          ask(refused.client(), member.localState(), host);
        }
        yield this;
      }
      case FromClient(Refused refused) when isOwed(refused) ->
          end(
              new Failed(
                  "client %s could not evaluate after round %d (%s): %s"
                      .formatted(
                          refused.client(), refused.round(), refused.code(), refused.message())));
      case FromClient _ -> this;
      case Deadline _ -> {
        TreeSet<String> missing = new TreeSet<>(plan.members().keySet());
        missing.removeAll(results.keySet());
        yield end(
            new Failed(
                "within %s s (federation.deadline-seconds) these clients have not evaluated round %d: %s"
                    .formatted(plan.deadline().toMillis() / 1e3, plan.round(), missing)));
      }
    };
  }

  /** A stranger's answer, or a second one, can neither help nor harm. */
  private boolean isOwed(RoundMessage message) {
    return message.round() == plan.round()
        && plan.members().containsKey(message.client())
        && !results.containsKey(message.client());
  }

  private boolean mayTryAgain(Refused refused) {
    return refused.code() == RefusalCode.TRANSFER_FAILED
        && repeats.merge(refused.client(), 1, Integer::sum) <= REPEATS;
  }

  private boolean isAsked(Evaluated evaluated) {
    return isOwed(evaluated) && evaluated.results().keySet().equals(plan.splits());
  }

  private void ask(String client, String localState, ActorRef<HostMessage> host) {
    hosts.put(client, host);
    host.tell(
        new HostMessage.Evaluate(
            plan.round(), client, plan.weights(), localState, plan.splits(), answers));
  }

  private Behavior<Command> end(Outcome outcome) {
    replyTo.tell(outcome);
    return Behaviors.stopped();
  }
}
