package dev.tributary.scenarios.output;

/**
 * How a client's model does on the examples of one task of its stream.
 *
 * @param task the task's place in the client's stream, from 0
 * @param examples the number of examples
 * @param correct how many of them were classified correctly among all classes (class-incremental)
 * @param correctWithin how many among the classes of their task (task-incremental)
 * @param meanLoss the mean cross-entropy over all classes in nats; NaN without examples
 */
public record TaskMetrics(
    int task, long examples, long correct, long correctWithin, double meanLoss) {}
