package dev.tributary.scenarios.cli;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * What the command line cannot do by itself: everything that trains or reads data. Found as a
 * service, and only when a verb needs it, so that help never waits for native libraries.
 *
 * <p>Methods return when the work is done and throw {@link Failure} for what the user can put
 * right.
 */
public interface Backend {

  /** Runs a scenario, all cells of its sweep. */
  ExitCode run(Requests.Run request, Console console);

  /** Continues a run or a sweep. */
  ExitCode resume(Requests.Resume request, Console console);

  /** Leads a federation of processes. */
  ExitCode server(Requests.Server request, Console console);

  /** Takes part in one. */
  ExitCode client(Requests.Client request, Console console);

  /**
   * How the data of a scenario are divided: a row per client or, where they change over time, per
   * task. Pictures are written where the request says.
   */
  ClassCounts preview(Requests.Preview request, Console console);

  /** Loads the engine and tells what could change its bits: names with values, in order. */
  Map<String, String> engineFingerprint();

  /** The backend on the class path. */
  static Backend load() {
    return ServiceLoader.load(Backend.class)
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.INTERNAL,
                    "there is no run engine on the class path; build Tributary with: mvn package"
                        + " -DskipTests"));
  }
}
