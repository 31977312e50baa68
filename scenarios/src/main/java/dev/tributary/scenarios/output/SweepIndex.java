package dev.tributary.scenarios.output;

import java.util.List;

/**
 * What {@code sweep.json} holds.
 *
 * @param name the scenario's
 * @param labels of the runs in order; each names a directory
 * @param methods what a comparison calls them, in the same order
 */
public record SweepIndex(String name, List<String> labels, List<String> methods) {}
