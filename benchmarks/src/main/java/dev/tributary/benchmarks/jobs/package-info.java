/** Whole federated jobs as a user runs them, against plain PyTorch loops. */
@NullMarked
package dev.tributary.benchmarks.jobs;

import org.jspecify.annotations.NullMarked;
