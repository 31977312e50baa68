package dev.tributary.algorithms.testtime;

import dev.tributary.engine.training.Calibration;
import dev.tributary.engine.training.Evaluation;

/**
 * How a method did on one shift.
 *
 * @param shift the shift's name
 * @param evaluation examples, correct ones and loss
 * @param calibration bins of confidence, and entropy
 */
public record ShiftResult(String shift, Evaluation evaluation, Calibration calibration) {}
