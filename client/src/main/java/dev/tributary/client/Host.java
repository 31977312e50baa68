package dev.tributary.client;

import com.google.protobuf.ByteString;
import dev.tributary.protocol.BlobFetch;
import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.BlobSource;
import dev.tributary.protocol.HostMessage;
import dev.tributary.protocol.HostMessage.Evaluate;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RefusalCode;
import dev.tributary.protocol.Rendezvous;
import dev.tributary.protocol.RoundMessage;
import dev.tributary.protocol.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * All clients of one process: joins the server, fetches each round's weights once for all of them,
 * passes orders on, and ends with the run. Evaluations go to the clients at once, trainings when it
 * is their {@linkplain Turns turn}.
 *
 * <p>Client actors are made when they are first asked to do something, so that a host of very many
 * clients costs little while they sleep.
 */
public final class Host extends AbstractBehavior<Host.Command> {

  /** What a host understands; the server speaks to it through an adapter. */
  public sealed interface Command extends NoSerializationVerificationNeeded {}

  private record FromServer(HostMessage message) implements Command {}

  private record Found(Receptionist.Listing listing) implements Command {}

  private record FromFetch(BlobFetch.Result result) implements Command {}

  private record ServerLost(ActorRef<ServerMessage> server) implements Command {}

  private record Fetched(String delta) implements Command {}

  private record RoundOver(ActorRef<RoundMessage> round) implements Command {}

  /** How a client's training ended. */
  sealed interface TurnEnd extends Command {}

  /** With a delta; {@code number} counts the client's trainings in this process. */
  record Trained(Train order, LocalWork.Trained result, long number) implements TurnEnd {}

  /** Without one; the round was told why. */
  record NotTrained(Train order) implements TurnEnd {}

  private enum Tick implements Command {
    JOIN_AGAIN,
    PASS_ON
  }

  /** How a host's work ended. */
  public sealed interface End {}

  /** The run is over. */
  public record RunOver(boolean complete, String message) implements End {}

  /** The server would not have these clients. */
  public record NotTaken(RefusalCode code, String message) implements End {}

  /** The server was there and is gone; it may come back and be joined again. */
  public record ServerGone() implements End {}

  /**
   * What a host is.
   *
   * @param name unique in the federation
   * @param clients its clients by id
   * @param scenario SHA-256 of the resolved scenario
   * @param engine what can change bits
   * @param work what its clients do
   * @param pool where they do it
   * @param maxWeightsBytes the largest encoded weights that are fetched
   */
  public record Setup(
      String name,
      SortedMap<String, ClientData> clients,
      String scenario,
      Map<String, String> engine,
      LocalWork work,
      TrainingPool pool,
      long maxWeightsBytes) {}

  private static final Duration JOIN_AGAIN_AFTER = Duration.ofSeconds(3);
  private static final int WEIGHTS_KEPT = 2;

  /** One that trains, one that is next, and two deltas on their way. */
  private static final int TURNS_PER_WORKER = 4;

  /** Much longer than a fetch waits for a source that is silent. */
  private static final Duration TURN_PATIENCE = Duration.ofSeconds(60);

  private final Setup setup;
  private final CompletableFuture<End> end;
  private final TimerScheduler<Command> timers;
  private final ActorRef<HostMessage> fromServer;
  private final ActorRef<BlobFetch.Result> fetches;
  private final Turns turns;
  private final Map<String, ActorRef<Client.Command>> clients = new HashMap<>();
  private final Map<BlobRef, ByteString> weights = new LinkedHashMap<>();
  private final Map<BlobRef, List<HostMessage>> waiting = new HashMap<>();
  private @Nullable ActorRef<ServerMessage> server;

  /**
   * A host that looks for the server at once and completes {@code end} when it stops; exceptionally
   * if it was stopped from outside or by a fault.
   */
  public static Behavior<Command> create(Setup setup, CompletableFuture<End> end) {
    return create(setup, end, TURN_PATIENCE);
  }

  /** As {@link #create(Setup, CompletableFuture)}; {@code patience} is that of the turns. */
  static Behavior<Command> create(Setup setup, CompletableFuture<End> end, Duration patience) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Host(context, timers, setup, end, patience)));
  }

  private Host(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Setup setup,
      CompletableFuture<End> end,
      Duration patience) {
    super(context);
    this.timers = timers;
    this.setup = setup;
    this.end = end;
    this.fromServer = context.messageAdapter(HostMessage.class, FromServer::new);
    this.fetches = context.messageAdapter(BlobFetch.Result.class, FromFetch::new);
    this.turns =
        new Turns(
            TURNS_PER_WORKER * setup.pool().workers(),
            patience,
            context.spawn(BlobSource.create(), "deltas"),
            context.messageAdapter(BlobSource.Freed.class, freed -> new Fetched(freed.id())));
    timers.startTimerWithFixedDelay(Tick.PASS_ON, patience.dividedBy(4));
    context
        .getSystem()
        .receptionist()
        .tell(
            Receptionist.subscribe(
                Rendezvous.SERVER, context.messageAdapter(Receptionist.Listing.class, Found::new)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Command.class, this::on)
        .onSignal(PostStop.class, _ -> stopped())
        .build();
  }

  private Behavior<Command> on(Command command) {
    return switch (command) {
      case Found(Receptionist.Listing listing) -> {
        listing.getServiceInstances(Rendezvous.SERVER).stream().findFirst().ifPresent(this::found);
        yield this;
      }
      case Tick.JOIN_AGAIN -> {
        join();
        yield this;
      }
      case Tick.PASS_ON -> {
        turns.passOn();
        yield startNext();
      }
      case Fetched(String delta) -> {
        turns.fetched(delta);
        yield startNext();
      }
      case Trained trained -> {
        turns.offer(trained);
        yield startNext();
      }
      case NotTrained _ -> {
        turns.ended();
        yield startNext();
      }
      case RoundOver(ActorRef<RoundMessage> round) -> {
        turns.over(round);
        yield startNext();
      }
      case ServerLost(ActorRef<ServerMessage> lost) ->
          lost.equals(server) ? stop(new ServerGone()) : this;
      case FromServer(HostMessage message) -> onServer(message);
      case FromFetch(BlobFetch.Result result) -> {
        onFetched(result);
        yield this;
      }
    };
  }

  private void found(ActorRef<ServerMessage> found) {
    if (!found.equals(server)) {
      server = found;
      getContext().watchWith(found, new ServerLost(found));
      join();
    }
  }

  private void join() {
    if (server != null) {
      server.tell(
          new ServerMessage.Join(
              setup.name(),
              setup.scenario(),
              setup.engine(),
              setup.clients().values().stream().map(ClientData::facts).toList(),
              fromServer));
      timers.startSingleTimer(Tick.JOIN_AGAIN, JOIN_AGAIN_AFTER);
    }
  }

  private Behavior<Command> onServer(HostMessage message) {
    return switch (message) {
      case HostMessage.Joined _ -> {
        timers.cancel(Tick.JOIN_AGAIN);
        yield this;
      }
      case HostMessage.JoinRefused(RefusalCode code, String reason) ->
          stop(new NotTaken(code, reason));
      case HostMessage.Finished(boolean complete, String reason) ->
          stop(new RunOver(complete, reason));
      case Train train -> order(train, train.weights());
      case Evaluate evaluate -> order(evaluate, evaluate.weights());
    };
  }

  private Behavior<Command> order(HostMessage order, BlobRef ref) {
    ByteString bytes = weights.get(ref);
    if (bytes != null) {
      pass(order, bytes);
    } else if (waiting.containsKey(ref)) {
      waiting.get(ref).add(order);
    } else {
      waiting.put(ref, new ArrayList<>(List.of(order)));
      getContext().spawnAnonymous(BlobFetch.create(ref, fetches, setup.maxWeightsBytes()));
    }
    return this;
  }

  private void onFetched(BlobFetch.Result result) {
    switch (result) {
      case BlobFetch.Result.Fetched(BlobRef ref, ByteString bytes) -> {
        if (weights.size() == WEIGHTS_KEPT) {
          weights.remove(weights.keySet().iterator().next());
        }
        weights.put(ref, bytes);
        waiting.getOrDefault(ref, List.of()).forEach(order -> pass(order, bytes));
        waiting.remove(ref);
      }
      case BlobFetch.Result.Failed(BlobRef ref, RefusalCode code, String message) -> {
        waiting
            .getOrDefault(ref, List.of())
            .forEach(order -> refuse(order, code, "the weights did not arrive: " + message));
        waiting.remove(ref);
      }
    }
  }

  private void pass(HostMessage message, ByteString bytes) {
    Client.Order order = new Client.Order(message, bytes);
    String id = client(message);
    if (!setup.clients().containsKey(id)) {
      refuse(message, RefusalCode.UNKNOWN_CLIENT, "host " + setup.name() + " has no client " + id);
    } else if (message instanceof Train train) {
      if (turns.queue(order, train)) {
        getContext().watchWith(train.replyTo(), new RoundOver(train.replyTo()));
      }
      startNext();
    } else {
      tell(id, order);
    }
  }

  private Behavior<Command> startNext() {
    Client.Order order = turns.next();
    while (order != null) {
      tell(client(order.message()), order);
      order = turns.next();
    }
    return this;
  }

  private void tell(String id, Client.Order order) {
    clients.computeIfAbsent(id, this::spawn).tell(order);
  }

  private ActorRef<Client.Command> spawn(String id) {
    ClientData data = setup.clients().get(id);
    if (data == null) {
      throw new IllegalArgumentException("host " + setup.name() + " has no client " + id);
    }
    return getContext()
        .spawn(
            Behaviors.supervise(
                    Client.create(
                        data, setup.work(), setup.pool(), getContext().getSelf().narrow()))
                .onFailure(SupervisorStrategy.restart()),
            "client-" + id);
  }

  private static String client(HostMessage order) {
    return switch (order) {
      case Train train -> train.client();
      case Evaluate evaluate -> evaluate.client();
      case HostMessage.Joined _, HostMessage.JoinRefused _, HostMessage.Finished _ ->
          throw new IllegalArgumentException("not an order for a client: " + order);
    };
  }

  /** Tells the round that an order will not be done. */
  static void refuse(HostMessage order, RefusalCode code, String reason) {
    switch (order) {
      case Train train ->
          train
              .replyTo()
              .tell(new RoundMessage.Refused(train.round(), train.client(), code, reason));
      case Evaluate evaluate ->
          evaluate
              .replyTo()
              .tell(new RoundMessage.Refused(evaluate.round(), evaluate.client(), code, reason));
      case HostMessage.Joined _, HostMessage.JoinRefused _, HostMessage.Finished _ ->
          throw new IllegalArgumentException("not an order for a client: " + order);
    }
  }

  /** However it stops, whoever waits for its end must not wait for ever. */
  private Behavior<Command> stopped() {
    end.completeExceptionally(
        new IllegalStateException("host " + setup.name() + " was stopped before the run was over"));
    return this;
  }

  private Behavior<Command> stop(End how) {
    end.complete(how);
    return Behaviors.stopped();
  }
}
