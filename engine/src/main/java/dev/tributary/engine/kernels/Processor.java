package dev.tributary.engine.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/** Facts about the processor and the libraries on it that can change the bits of a result. */
final class Processor {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final Set<String> INSTRUCTION_SETS =
      Set.of(
          "sse4_2",
          "avx",
          "avx2",
          "fma",
          "avx512f",
          "avx512bw",
          "avx512vl",
          "avx512_vnni",
          "avx_vnni",
          "avx512_bf16",
          "amx_tile",
          "asimd",
          "asimdhp",
          "asimddp",
          "sve",
          "sve2");

  private Processor() {}

  static Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>();
    facts.put("os", System.getProperty("os.name"));
    facts.put("arch", System.getProperty("os.arch"));
    facts.put("isa", instructionSets());
    facts.put("java", String.valueOf(Runtime.version().feature()));
    facts.put("nd4j", nd4jVersion());
    facts.put("nd4j-backend", Nd4j.getBackend().getClass().getSimpleName());
    facts.put("nd4j-classifier", classifier());
    facts.put("openblas-core", Blas.coreName());
    return facts;
  }

  /** The instruction sets that numeric libraries choose by, sorted; "unknown" off Linux. */
  private static String instructionSets() {
    if (!Files.isReadable(CPUINFO)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      List<String> flags =
          lines
              .filter(l -> l.startsWith("flags") || l.startsWith("Features"))
              .findFirst()
              .map(l -> Arrays.asList(l.substring(l.indexOf(':') + 1).trim().split(" ")))
              .orElse(List.of());
      Set<String> known = new TreeSet<>(flags);
      known.retainAll(INSTRUCTION_SETS);
      return String.join(" ", known);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + CPUINFO, e);
    }
  }

  private static String nd4jVersion() {
    String path = location(Nd4j.class);
    int from = path.lastIndexOf("nd4j-api-");
    return from < 0 ? "unknown" : path.substring(from + 9).replace(".jar", "");
  }

  /** Which build of ND4J's library the class path holds; oneDNN is in its name if it is in it. */
  private static String classifier() {
    for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
      String file = Path.of(entry).getFileName() + "";
      if (file.startsWith("nd4j-native-") && file.contains("onednn")) {
        return "onednn";
      }
    }
    return "plain";
  }

  private static String location(Class<?> type) {
    java.net.URL url = type.getResource(type.getSimpleName() + ".class");
    return url == null ? "" : url.getPath().replaceAll("!.*", "");
  }
}
