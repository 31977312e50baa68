package dev.tributary.scenarios.cli;

import java.util.Map;

/**
 * Training examples by class.
 *
 * @param each what a row is: {@code client}, or {@code task} where data change over time
 * @param rows examples by class, in the order of the classes' numbers, by the row's name
 */
public record ClassCounts(String each, Map<String, int[]> rows) {}
