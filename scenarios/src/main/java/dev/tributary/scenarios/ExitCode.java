package dev.tributary.scenarios;

/**
 * The exit codes of the command line, in ranges that scripts can rely on. A number keeps its
 * meaning for ever: none is used again for something else. {@code docs/exit-codes.md} says the same
 * to users, and a test compares the two.
 */
public enum ExitCode {
  /** Everything asked for was done. */
  OK(0, "done"),
  /** The command line itself is wrong: an unknown verb or option, a missing argument. */
  USAGE(2, "the command line is wrong"),
  /** A setting has a wrong type, a value outside its range, or does not go with another. */
  SCENARIO_INVALID(10, "a setting is wrong"),
  /** The scenario file, or one that it includes, is missing or cannot be parsed. */
  SCENARIO_UNREADABLE(11, "the scenario file is missing or cannot be parsed"),
  /** The scenario has a key that nothing reads. */
  SCENARIO_UNKNOWN_KEY(12, "the scenario has an unknown key"),
  /** The data are not where they should be. */
  DATA_MISSING(20, "data are missing"),
  /** The data are there, but not what they should be. */
  DATA_CORRUPT(21, "data are corrupt"),
  /** The data could not be fetched. */
  DATA_FETCH(22, "data could not be fetched"),
  /** The run directory cannot be made or used: foreign content, or a path that is no directory. */
  RUN_DIRECTORY(30, "the run directory cannot be used"),
  /** Another process is writing to the run directory. */
  RUN_LOCKED(31, "another process holds the run directory"),
  /** A file could not be written: a full disk, no permission. */
  DISK(32, "a file could not be written"),
  /** A file of a run is missing, or is not what this version writes. */
  RUN_UNREADABLE(33, "a file of the run cannot be read"),
  /** The run ended without its result. */
  RUN_FAILED(40, "the run failed"),
  /** Too few clients answered in time. */
  QUORUM(41, "too few clients answered"),
  /** The engine, the data or the scenario here could give other bits than the run began with. */
  ENGINE_MISMATCH(42, "the engine, the data or the scenario differs from what the run began with"),
  /** Clients answered, but too few of their updates could be taken into the mean. */
  UPDATES_REFUSED(43, "too few updates could be taken"),
  /** A server or client process cannot be reached, or its address cannot be used. */
  CLUSTER(50, "the cluster cannot be formed"),
  /** The server did not take the client in. */
  JOIN_REFUSED(51, "the server refused the client"),
  /** A benchmark's opponent was missing or failed, so something was not compared. */
  BENCH_INCOMPLETE(60, "a benchmark's opponent was missing or failed"),
  /** A bug of Tributary. */
  INTERNAL(70, "a bug of Tributary"),
  /** Stopped by Ctrl-C or a signal; the run can be resumed. */
  INTERRUPTED(130, "interrupted; a run can be resumed");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The process's exit status, 0 to 255. */
  public int code() {
    return code;
  }

  /** A few words on what it means. */
  public String meaning() {
    return meaning;
  }
}
