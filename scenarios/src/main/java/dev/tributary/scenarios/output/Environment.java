package dev.tributary.scenarios.output;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * {@code environment.json}: what a run ran on. Nothing here identifies a person or a machine beyond
 * its kind: no host name, no user, no paths.
 *
 * @param started when, ISO-8601 in UTC
 * @param versions of Tributary and the libraries that numbers depend on
 * @param revision the source's commit as {@code git describe} tells it, empty if unknown
 * @param java the JVM
 * @param os the operating system
 * @param cpu its model
 * @param cpuFlags how many instruction-set flags it reports, 0 if unknown
 * @param cores logical processors available to the process
 * @param memoryBytes physical memory, 0 if unknown
 * @param heapBytes the JVM's maximum heap
 * @param engine the engine's fingerprint
 * @param data what a reader must know about the data, for example that they are drawn
 */
public record Environment(
    String started,
    Map<String, String> versions,
    String revision,
    String java,
    String os,
    String cpu,
    int cpuFlags,
    int cores,
    long memoryBytes,
    long heapBytes,
    Map<String, String> engine,
    List<String> data) {

  /**
   * Looks at this process's machine.
   *
   * @param home where Tributary's sources lie, for their revision
   * @param started when the run began
   */
  public static Environment here(
      Path home, Instant started, Map<String, String> engine, List<String> data) {
    Map<String, String> cpu = cpuInfo();
    String flags = cpu.getOrDefault("flags", cpu.getOrDefault("Features", ""));
    return new Environment(
        started.toString(),
        libraries(),
        output(home, "git", "describe", "--always", "--dirty", "--tags"),
        System.getProperty("java.vm.name", "") + " " + Runtime.version(),
        System.getProperty("os.name", "")
            + " "
            + System.getProperty("os.version", "")
            + " "
            + System.getProperty("os.arch", ""),
        cpu.getOrDefault("model name", System.getProperty("os.arch", "unknown")),
        flags.isBlank() ? 0 : flags.strip().split("\\s+").length,
        Runtime.getRuntime().availableProcessors(),
        physicalMemory(),
        Runtime.getRuntime().maxMemory(),
        engine,
        data);
  }

  /** Tributary's own version and those of the libraries that numbers depend on. */
  public static Map<String, String> libraries() {
    Properties properties = new Properties();
    String name = "/dev/tributary/scenarios/version.properties";
    try (InputStream in = Environment.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the build");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read", e);
    }
    Map<String, String> versions = new TreeMap<>();
    properties.forEach((k, v) -> versions.put(String.valueOf(k), String.valueOf(v)));
    String own = versions.remove("version");
    versions.put("tributary", String.valueOf(own));
    return versions;
  }

  private static Map<String, String> cpuInfo() {
    Map<String, String> first = new LinkedHashMap<>();
    Path file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      for (String line : RunFiles.text(file).split("\n")) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          first.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
    } else {
      String brand = output(Path.of("."), "sysctl", "-n", "machdep.cpu.brand_string");
      if (!brand.isEmpty()) {
        first.put("model name", brand);
      }
    }
    return first;
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os
        ? os.getTotalMemorySize()
        : 0;
  }

  /** The first line that a small program prints; empty where it is missing or fails. */
  public static String output(Path folder, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(3, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "";
      }
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.exitValue() == 0 ? text.lines().findFirst().orElse("").strip() : "";
    } catch (IOException e) {
      // The program is not there: what it would tell is unknown, and that is no fault.
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
