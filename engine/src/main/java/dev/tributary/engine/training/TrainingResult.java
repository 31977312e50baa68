package dev.tributary.engine.training;

import dev.tributary.engine.parameters.ParameterVector;

/**
 * What a local training gave.
 *
 * @param weights the whole model after the last step, running statistics included
 * @param examples the size of the local training set
 * @param samples the examples processed: examples times epochs, less dropped batches
 * @param steps the optimiser steps taken
 * @param meanLoss the mean training loss over the processed samples, before each step
 */
public record TrainingResult(
    ParameterVector weights, int examples, long samples, int steps, double meanLoss) {}
