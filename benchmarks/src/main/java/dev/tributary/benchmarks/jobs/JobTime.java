package dev.tributary.benchmarks.jobs;

import java.util.List;

/**
 * What one run of a job took.
 *
 * @param rate client trainings a second over all rounds but the first
 * @param firstSeconds the first round
 * @param megabytes the most memory that its processes had
 */
record JobTime(double rate, double firstSeconds, double megabytes) {

  /**
   * From the seconds of each round, at least two.
   *
   * @param cohort client trainings a round
   */
  static JobTime of(List<Double> seconds, int cohort, double peakBytes) {
    double steady = seconds.stream().skip(1).mapToDouble(s -> s).sum();
    return new JobTime(cohort * (seconds.size() - 1) / steady, seconds.getFirst(), peakBytes / 1e6);
  }
}
