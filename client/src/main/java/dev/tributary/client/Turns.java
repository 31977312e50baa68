package dev.tributary.client;

import dev.tributary.protocol.BlobRef;
import dev.tributary.protocol.BlobSource;
import dev.tributary.protocol.HostMessage.Train;
import dev.tributary.protocol.RoundMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to train. A turn lasts from the start of a training until the server has fetched
 * its delta, and there is a fixed number of them, so a host holds a few deltas per worker, however
 * many clients are asked and however slowly the server takes what they made.
 *
 * <p>No message that gets lost can take a turn away for ever. A delta that nobody has fetched for
 * the whole of the patience stays on offer, but its turn passes on. When its round is over, its
 * turn passes on, the delta is forgotten, and orders of that round that still wait are dropped:
 * nobody is there to hear their answers.
 *
 * <p>Belongs to one {@link Host} and is used by it alone.
 */
final class Turns {
  private record Offer(ActorRef<RoundMessage> round, long since) {}

  private final int limit;
  private final Duration patience;
  private final ActorRef<BlobSource.Command> blobs;
  private final ActorRef<BlobSource.Freed> freed;
  private final Set<ActorRef<RoundMessage>> rounds = new HashSet<>();
  private final ArrayDeque<Client.Order> waiting = new ArrayDeque<>();
  private final Map<String, Offer> offers = new LinkedHashMap<>();
  private final Map<String, Offer> overdue = new HashMap<>();
  private int training;

  /**
   * @param limit the number of turns, &gt; 0
   * @param patience how long a delta may wait for its reader and keep its turn
   * @param blobs holds the deltas
   * @param freed hears which were fetched, for {@link #fetched}
   */
  Turns(
      int limit,
      Duration patience,
      ActorRef<BlobSource.Command> blobs,
      ActorRef<BlobSource.Freed> freed) {
    this.limit = limit;
    this.patience = patience;
    this.blobs = blobs;
    this.freed = freed;
  }

  /** Puts an order to train at the end of the queue; true if it is the first of its round. */
  boolean queue(Client.Order order, Train train) {
    waiting.add(order);
    return rounds.add(train.replyTo());
  }

  /** Takes the next order whose turn it is, or gives null. */
  Client.@Nullable Order next() {
    if (waiting.isEmpty() || training + offers.size() >= limit) {
      return null;
    }
    training++;
    return waiting.remove();
  }

  /** A training has ended without a delta. */
  void ended() {
    training--;
  }

  /** A training has ended: offers its delta to its round, unless that is over. */
  void offer(Host.Trained done) {
    training--;
    Train order = done.order();
    if (!rounds.contains(order.replyTo())) {
      return;
    }
    LocalWork.Trained trained = done.result();
    // Of one length whatever the numbers, which begin anew with a process: bytes are counted.
    String id = "delta-%s-%08d-%08d".formatted(order.client(), order.round(), done.number());
    offers.put(id, new Offer(order.replyTo(), System.nanoTime()));
    blobs.tell(new BlobSource.Lend(id, trained.delta(), 1, freed));
    order
        .replyTo()
        .tell(
            new RoundMessage.Updated(
                order.round(),
                order.client(),
                trained.result().examples(),
                trained.result().samples(),
                trained.result().steps(),
                trained.result().meanLoss(),
                trained.deltaNorm(),
                trained.seconds(),
                trained.localState(),
                new BlobRef(id, trained.delta().size(), blobs.narrow())));
  }

  /** The server has this delta, or wants it no more. */
  void fetched(String id) {
    offers.remove(id);
    overdue.remove(id);
  }

  /** Passes on the turns of deltas that have waited too long. */
  void passOn() {
    long now = System.nanoTime();
    Iterator<Map.Entry<String, Offer>> oldest = offers.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Offer> offer = oldest.next();
      if (now - offer.getValue().since() < patience.toNanos()) {
        return;
      }
      overdue.put(offer.getKey(), offer.getValue());
      oldest.remove();
    }
  }

  /** A round is over: forgets what was made for it and who waits. */
  void over(ActorRef<RoundMessage> round) {
    rounds.remove(round);
    waiting.removeIf(
        order -> order.message() instanceof Train train && train.replyTo().equals(round));
    forget(offers, round);
    forget(overdue, round);
  }

  private void forget(Map<String, Offer> some, ActorRef<RoundMessage> round) {
    some.entrySet()
        .removeIf(
            offer -> {
              boolean of = offer.getValue().round().equals(round);
              if (of) {
                blobs.tell(new BlobSource.Forget(offer.getKey()));
              }
              return of;
            });
  }
}
