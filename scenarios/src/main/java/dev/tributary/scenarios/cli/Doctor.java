package dev.tributary.scenarios.cli;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataSets;
import dev.tributary.datasets.DataStatus;
import dev.tributary.engine.cuda.CudaDevice;
import dev.tributary.engine.integer.NativeGemm;
import dev.tributary.scenarios.output.Environment;
import dev.tributary.scenarios.report.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.function.Supplier;

/** Looks at a machine with the eyes of somebody who wants to run a scenario. */
final class Doctor {
  /** There, and good. */
  static final String OK = "ok";

  /** Not there, and only some runs need it. */
  static final String ABSENT = "absent";

  /** Not there, and every run needs it. */
  static final String BROKEN = "broken";

  private static final long ENOUGH_MEMORY = 2_000_000_000L;
  private static final long ENOUGH_DISK = 2_000_000_000L;

  /**
   * One thing that was looked at.
   *
   * @param name what
   * @param status {@code ok}, {@code absent} (only some runs need it) or {@code broken}
   * @param found what is there
   * @param remedy how to get what is missing; empty if nothing is
   */
  record Check(String name, String status, String found, String remedy) {}

  private final Supplier<Backend> backend;
  private final Optional<Path> data;
  private final Path folder;

  Doctor(Supplier<Backend> backend, Optional<Path> data, Path folder) {
    this.backend = backend;
    this.data = data;
    this.folder = folder;
  }

  List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    Environment here = Environment.here(folder, Instant.EPOCH, Map.of(), List.of());
    checks.add(java());
    checks.add(engine());
    checks.add(new Check("processor", OK, here.cpu() + ", " + here.cores() + " cores", ""));
    checks.add(memory(here));
    checks.add(disk());
    checks.add(gpu());
    checks.add(compiler());
    checks.add(integerKernels());
    checks.add(data());
    return checks;
  }

  private static Check java() {
    int feature = Runtime.version().feature();
    return new Check(
        "java",
        feature >= 25 ? OK : BROKEN,
        System.getProperty("java.vm.name", "") + " " + Runtime.version(),
        feature >= 25 ? "" : "install a JDK 25, for example Temurin from https://adoptium.net");
  }

  private Check engine() {
    try {
      Map<String, String> fingerprint = backend.get().engineFingerprint();
      List<String> parts = new ArrayList<>();
      fingerprint.forEach((name, value) -> parts.add(name + " " + value));
      return new Check("engine", OK, String.join(", ", parts), "");
    } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
      return new Check(
          "engine",
          BROKEN,
          "ND4J's native libraries do not load: " + rootMessage(e),
          "supported are Linux, macOS and Windows on x86-64, and Linux and macOS on ARM64; on Linux"
              + " glibc is needed (not musl), and a writable home or"
              + " -Dorg.bytedeco.javacpp.cachedir");
    }
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private static Check memory(Environment here) {
    boolean enough = here.heapBytes() >= ENOUGH_MEMORY;
    return new Check(
        "memory",
        enough ? OK : ABSENT,
        (here.memoryBytes() > 0 ? Format.bytes(here.memoryBytes()) + ", " : "")
            + Format.bytes(here.heapBytes())
            + " for the Java heap",
        enough ? "" : "digit-cnn wants 2 GB of heap: TRIBUTARY_JAVA_OPTS=-Xmx2g ./tributary ...");
  }

  private Check disk() {
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      boolean writable = Files.isWritable(folder);
      return new Check(
          "disk",
          writable && free >= ENOUGH_DISK ? OK : ABSENT,
          Format.bytes(free) + " free here" + (writable ? "" : ", but not writable"),
          writable
              ? free >= ENOUGH_DISK ? "" : "runs with digit-cnn want some 2 GB; use --out elsewhere"
              : "go to a directory that you may write to, or use --out");
    } catch (IOException e) {
      return new Check("disk", ABSENT, "cannot be read: " + e.getMessage(), "use --out elsewhere");
    }
  }

  private static Check gpu() {
    return CudaDevice.find()
        .map(device -> new Check("gpu", OK, device.description(), ""))
        .orElseGet(
            () ->
                new Check(
                    "gpu",
                    ABSENT,
                    "not available because "
                        + CudaDevice.absence()
                        + "; everything runs on the processor",
                    ""));
  }

  private static Check compiler() {
    String version = Environment.output(Path.of("."), "cc", "--version");
    return version.isEmpty()
        ? new Check(
            "c compiler",
            ABSENT,
            "none found; only the integer kernels are built with one",
            "apt-get install gcc, or xcode-select --install, and build again")
        : new Check("c compiler", OK, version, "");
  }

  private static Check integerKernels() {
    try {
      return NativeGemm.available()
          ? new Check("integer kernels", OK, new NativeGemm().tier(), "")
          : new Check(
              "integer kernels",
              ABSENT,
              "built without a C compiler: integer products take a slower way to the same bits",
              "install a C compiler and build again");
    } catch (RuntimeException | LinkageError e) {
      return new Check(
          "integer kernels",
          ABSENT,
          "not to be loaded: " + rootMessage(e),
          "see the engine above; runs in float32 do without");
    }
  }

  private Check data() {
    DataDirectory directory = DataDirectory.resolve(data);
    List<String> present = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (DataSet set : DataSets.all()) {
      (directory.status(set) instanceof DataStatus.Present ? present : missing).add(set.id());
    }
    String found =
        "glyph-digits (built in)"
            + (present.isEmpty() ? "" : ", " + String.join(", ", present))
            + "; "
            + directory.path()
            + " ("
            + directory.origin()
            + ")";
    return missing.isEmpty()
        ? new Check("data", OK, found, "")
        : new Check(
            "data",
            present.isEmpty() ? ABSENT : OK,
            found,
            "not here: "
                + String.join(", ", missing)
                + "; get one with: tributary datasets fetch "
                + missing.getFirst());
  }
}
