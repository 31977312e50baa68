package dev.tributary.benchmarks.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** Shell scripts where programs are expected, so that opponents can do all that can go wrong. */
public final class FakePython {
  private FakePython() {}

  /**
   * A bench whose Python is a shell script, called with {@code -B SCRIPT ARGUMENTS...}.
   *
   * @param home gets the script, and is Tributary's directory
   * @param only as on the command line
   */
  public static Bench bench(Path home, String only, String script) throws IOException {
    return bench(home, only, program(home.resolve("python"), script));
  }

  /** A bench without any Python. */
  public static Bench none(Path home, String only) {
    return bench(home, only, Path.of("/nowhere/python"));
  }

  private static Bench bench(Path home, String only, Path python) {
    return new Bench(
        new Bench.Options(true, false, only),
        home,
        Map.of(PythonPeer.INTERPRETER, python.toString()),
        _ -> {});
  }

  /** Writes a program. */
  public static Path program(Path file, String script) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + script);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }
}
