package dev.tributary.algorithms;

import dev.tributary.engine.parameters.ParameterVector;

/**
 * One client's part in one round.
 *
 * @param round the round, from 1
 * @param start the whole model to start from: what the server sent, merged with what the client
 *     kept
 * @param training the local training on the client's data, with the scenario's epochs, batch size
 *     and optimiser, and the seeds of this client and round
 */
public record ClientRound(int round, ParameterVector start, LocalTraining training) {}
