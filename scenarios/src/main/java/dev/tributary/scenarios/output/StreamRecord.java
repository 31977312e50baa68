package dev.tributary.scenarios.output;

import java.util.List;

/**
 * Where one client of a stream is after a round.
 *
 * @param task the task it has just trained on, from 0
 * @param tasks by task: how its model does on each task's test examples; empty if not evaluated
 */
public record StreamRecord(int task, List<TaskMetrics> tasks) {}
