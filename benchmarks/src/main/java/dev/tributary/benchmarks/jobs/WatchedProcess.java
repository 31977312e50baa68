package dev.tributary.benchmarks.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that was run to its end.
 *
 * @param exit its exit status
 * @param output what it wrote to its standard output
 * @param errors what it wrote to its standard error
 * @param peakBytes the most resident memory that it and its children had, as the kernel keeps it;
 *     NaN where there is no /proc
 */
record WatchedProcess(int exit, String output, String errors, double peakBytes) {
  private static final int LOOK_MILLIS = 50;

  /**
   * Runs a program and waits for it.
   *
   * @param folder for its output, which is taken from there
   * @param changes environment variables to set; an empty value takes one away
   */
  static WatchedProcess run(Path folder, List<String> command, Map<String, String> changes)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    changes.forEach(
        (name, value) -> {
          if (value.isEmpty()) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    Process process = builder.start();
    // If the bench is ended from outside, what it started must not go on without it.
    Thread end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      process.getOutputStream().close();
      double peak = 0;
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, bytes(process.toHandle()));
      }
      return new WatchedProcess(
          process.exitValue(),
          Files.readString(output),
          Files.readString(errors),
          peak == 0 ? Double.NaN : peak);
    } finally {
      process.destroy();
      release(end);
    }
  }

  private static void release(Thread end) {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook does its work.
    }
  }

  /** Its exit status and the last line that it wrote to its standard error. */
  String complaint() {
    String status = "exit status " + exit;
    return errors
        .strip()
        .lines()
        .reduce((_, last) -> last)
        .map(l -> status + ": " + l)
        .orElse(status);
  }

  /** The high-water marks of a process and its children together; 0 where there is no /proc. */
  private static double bytes(ProcessHandle process) {
    try (Stream<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants())) {
      return all.mapToDouble(p -> highWater(Path.of("/proc", Long.toString(p.pid()), "status")))
          .sum();
    }
  }

  /** The line {@code VmHWM: 1234 kB}; 0 where it is missing or the process has just ended. */
  private static double highWater(Path status) {
    try {
      for (String line : Files.readString(status, StandardCharsets.ISO_8859_1).split("\n")) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Double.parseDouble(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0;
    } catch (IOException e) {
      // No such process any more, or no such system: nothing to add.
      return 0;
    }
  }
}
