/**
 * Scenario files: HOCON with includes, overrides and sweeps, where every error names the key, the
 * value, its place and the way out.
 */
@NullMarked
package dev.tributary.scenarios.config;

import org.jspecify.annotations.NullMarked;
