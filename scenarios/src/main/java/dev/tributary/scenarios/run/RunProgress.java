package dev.tributary.scenarios.run;

import dev.tributary.scenarios.output.RoundRecord;
import java.util.Map;

/** Who watches a run as it goes, for a progress line; called on the server's work thread. */
public interface RunProgress {

  /** Watches nothing. */
  RunProgress NONE =
      new RunProgress() {
        @Override
        public void started(int from, int rounds, Map<String, String> domains) {}

        @Override
        public void answered(int round, int answered, int cohort) {}

        @Override
        public void round(RoundRecord record) {}
      };

  /**
   * The first round begins.
   *
   * @param from its number; more than 1 in a resumed run
   * @param rounds the number of the last
   * @param domains the title of each domain
   */
  void started(int from, int rounds, Map<String, String> domains);

  /** So many of a round's cohort have answered. */
  void answered(int round, int answered, int cohort);

  /** A round has ended. */
  void round(RoundRecord record);

  /** The trained model is being tested: so many of all cells are done. */
  default void testing(int done, int all) {}
}
