package dev.tributary.protocol;

import dev.tributary.engine.training.Evaluation;
import java.util.Map;

/** What a round understands from clients. */
public sealed interface RoundMessage extends Wire {

  /** The round that is answered. */
  int round();

  /** The client that answers. */
  String client();

  /**
   * A client has trained.
   *
   * @param examples the size of its training split
   * @param samples the examples processed
   * @param steps the optimiser steps taken
   * @param meanLoss the mean training loss
   * @param deltaNorm the Euclidean norm of its delta
   * @param seconds the time its training took
   * @param localState SHA-256 of the state it keeps after this round, empty if it keeps none
   * @param delta the encoded delta (trained - start) of the shared tensors
   */
  record Updated(
      int round,
      String client,
      int examples,
      long samples,
      int steps,
      double meanLoss,
      double deltaNorm,
      double seconds,
      String localState,
      BlobRef delta)
      implements RoundMessage {}

  /** A client has evaluated; one result per split that was asked for. */
  record Evaluated(int round, String client, Map<String, Evaluation> results, double seconds)
      implements RoundMessage {}

  /** A client cannot do what it was asked. */
  record Refused(int round, String client, RefusalCode code, String message)
      implements RoundMessage {}
}
