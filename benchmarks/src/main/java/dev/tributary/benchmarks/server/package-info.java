/** What the server and the actors cost, without any training. */
@NullMarked
package dev.tributary.benchmarks.server;

import org.jspecify.annotations.NullMarked;
