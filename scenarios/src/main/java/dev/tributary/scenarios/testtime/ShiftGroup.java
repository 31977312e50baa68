package dev.tributary.scenarios.testtime;

import dev.tributary.algorithms.testtime.Shift;
import java.util.List;
import java.util.function.Supplier;

/**
 * Shifts that a method meets one after the other, in one go.
 *
 * @param severity of the corruptions; 0 for none
 * @param names of the shifts, at least one
 * @param shifts makes them; costly
 */
record ShiftGroup(int severity, List<String> names, Supplier<List<Shift>> shifts) {}
