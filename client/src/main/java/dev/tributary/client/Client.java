package dev.tributary.client;

import com.google.protobuf.ByteString;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.HostMessage.Evaluate;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.RoundMessage;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * One simulated device: takes orders one at a time, has them done by the {@link TrainingPool},
 * answers evaluations itself and hands what it has trained to its {@link Host}. It never computes.
 */
public final class Client extends AbstractBehavior<Client.Command> {

  /** What a client understands. */
  public sealed interface Command extends NoSerializationVerificationNeeded {}

  /** Something to do, with the weights it needs already fetched; a Train or an Evaluate. */
  public record Order(HostMessage message, ByteString weights) implements Command {}

  private record Trained(Train order, LocalWork.Trained result) implements Command {}

  private record Evaluated(Evaluate order, LocalWork.Evaluated result) implements Command {}

  private record Failed(HostMessage order, Throwable cause) implements Command {}

  private final ClientData data;
  private final LocalWork work;
  private final TrainingPool pool;
  private final ActorRef<Host.TurnEnd> host;
  private final ArrayDeque<Order> waiting = new ArrayDeque<>();
  private boolean busy;
  private long trained;

  /** An idle client; {@code host} hears of the end of every training. */
  public static Behavior<Command> create(
      ClientData data, LocalWork work, TrainingPool pool, ActorRef<Host.TurnEnd> host) {
    return Behaviors.setup(context -> new Client(context, data, work, pool, host));
  }

  private Client(
      ActorContext<Command> context,
      ClientData data,
      LocalWork work,
      TrainingPool pool,
      ActorRef<Host.TurnEnd> host) {
    super(context);
    this.data = data;
    this.work = work;
    this.pool = pool;
    this.host = host;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Command.class, this::on).build();
  }

  private Behavior<Command> on(Command command) {
    switch (command) {
      case Order order -> waiting.add(order);
      case Trained(Train order, LocalWork.Trained result) -> {
        busy = false;
        host.tell(new Host.Trained(order, result, ++trained));
      }
      case Evaluated(Evaluate order, LocalWork.Evaluated result) -> {
        busy = false;
        order
            .replyTo()
            .tell(
                new RoundMessage.Evaluated(
                    order.round(), order.client(), result.results(), result.seconds()));
      }
      case Failed(HostMessage order, Throwable cause) -> {
        busy = false;
        refuse(order, cause);
        if (order instanceof Train train) {
          host.tell(new Host.NotTrained(train));
        }
      }
    }
    startNext();
    return this;
  }

  private void startNext() {
    if (busy || waiting.isEmpty()) {
      return;
    }
    Order order = waiting.remove();
    switch (order.message()) {
      case Train train -> {
        busy = true;
        getContext()
            .pipeToSelf(
                pool.submit(trainer -> work.train(train, order.weights(), data, trainer)),
                (result, failure) ->
                    failure == null ? new Trained(train, result) : new Failed(train, failure));
      }
      case Evaluate evaluate -> {
        busy = true;
        getContext()
            .pipeToSelf(
                pool.submit(trainer -> work.evaluate(evaluate, order.weights(), data, trainer)),
                (result, failure) ->
                    failure == null
                        ? new Evaluated(evaluate, result)
                        : new Failed(evaluate, failure));
      }
      case HostMessage.Joined _, HostMessage.JoinRefused _, HostMessage.Finished _ ->
          throw new IllegalArgumentException("not an order for a client: " + order.message());
    }
  }

  private void refuse(HostMessage order, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof CancellationException) {
      // This process is ending. A refusal would count as the client's answer; silence lets the
      // server wait for the host to be back.
      getContext().getLog().info("client {} leaves an order: {}", data.id(), cause.getMessage());
      return;
    }
    RefusalCode code =
        cause instanceof LocalWork.LocalRefusal refusal
            ? refusal.code()
            : RefusalCode.TRAINING_FAILED;
    getContext().getLog().warn("client {} refuses: {}", data.id(), code, cause);
    Host.refuse(order, code, cause.getMessage() == null ? cause.toString() : cause.getMessage());
  }
}
