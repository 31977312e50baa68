package dev.tributary.scenarios.cli;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What every verb works with.
 *
 * @param console where it speaks
 * @param backend what trains; asked for only by verbs that need it
 * @param environment the process's environment variables
 */
record Session(Console console, Supplier<Backend> backend, Map<String, String> environment) {}
