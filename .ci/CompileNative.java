import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compiles a folder of C to a shared library, if there is a C compiler; without one the library is
 * left out and the build goes on. Arguments: the folder, the library.
 */
void main(String... args) throws Exception {
  Path folder = Path.of(args[0]);
  Path library = Path.of(args[1]);
  if (Files.exists(library) && newest(folder).compareTo(Files.getLastModifiedTime(library)) < 0) {
    return;
  }
  Files.createDirectories(library.getParent());
  Files.deleteIfExists(library);
  String compiler = System.getenv().getOrDefault("CC", "cc");
  // Clang on macOS has no OpenMP of its own: one thread is better than no kernels.
  for (List<String> extra : List.of(List.of("-fopenmp"), List.<String>of())) {
    String problem = compile(compiler, extra, folder, library);
    if (problem.isEmpty()) {
      return;
    }
    IO.println("integer kernels, " + compiler + " " + extra + ": " + problem);
  }
  IO.println("integer kernels of our own: left out; other tiers take their place");
}

FileTime newest(Path folder) throws IOException {
  try (Stream<Path> files = Files.list(folder)) {
    FileTime newest = FileTime.fromMillis(0);
    for (Path file : files.toList()) {
      FileTime time = Files.getLastModifiedTime(file);
      newest = time.compareTo(newest) > 0 ? time : newest;
    }
    return newest;
  }
}

/** Empty on success, else what the compiler says. */
String compile(String compiler, List<String> extra, Path folder, Path library) throws Exception {
  List<String> command = new ArrayList<>(List.of(compiler, "-std=gnu11", "-O3"));
  // The same bits as Java: no fused multiplication and addition where the code has two steps.
  command.addAll(List.of("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"));
  if (System.getProperty("os.arch").equals("amd64")) {
    command.add("-mprefer-vector-width=512");
  }
  command.addAll(List.of("-fPIC", "-shared"));
  command.addAll(extra);
  command.addAll(List.of("-o", library.toString()));
  try (Stream<Path> files = Files.list(folder)) {
    files.map(Path::toString).filter(f -> f.endsWith(".c")).sorted().forEach(command::add);
  }
  command.add("-lm");
  try {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes()).strip();
    return process.waitFor() == 0 ? "" : output.isEmpty() ? "failed" : output;
  } catch (IOException e) {
    return "not found";
  }
}
