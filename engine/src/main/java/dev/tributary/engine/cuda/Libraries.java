package dev.tributary.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The libraries of an installed CUDA, found as any program finds them: by the names that the
 * system's loader knows, and in the folders that CUDA's installer uses.
 *
 * <p>By name rather than from the redistributable of the CUDA presets, because the driver must be
 * the system's own in any case, because NVRTC must be as old as the GPU (CUDA 13 has given up those
 * before 7.5), and because those redistributables have a gigabyte.
 */
final class Libraries {
  private static final List<String> DRIVER = List.of("libcuda.so.1", "nvcuda.dll");

  /** Newest first. */
  private static final List<String> NVRTC =
      List.of(
          "libnvrtc.so.13",
          "libnvrtc.so.12",
          "libnvrtc.so.11.2",
          "libnvrtc.so",
          "nvrtc64_130_0.dll",
          "nvrtc64_120_0.dll",
          "nvrtc64_112_0.dll");

  private Libraries() {}

  static Optional<SymbolLookup> driver() {
    return DRIVER.stream().flatMap(name -> open(name).stream()).findFirst();
  }

  /** Every NVRTC there is, newest first. */
  static List<SymbolLookup> nvrtc() {
    List<SymbolLookup> found = new ArrayList<>();
    for (String name : NVRTC) {
      for (String folder : folders()) {
        Optional<SymbolLookup> library = open(folder + name);
        if (library.isPresent()) {
          found.add(library.get());
          break;
        }
      }
    }
    return found;
  }

  /** First what the loader finds by itself. */
  private static List<String> folders() {
    List<String> folders = new ArrayList<>(List.of(""));
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      String root = System.getenv(variable);
      if (root != null) {
        folders.add(root + "/lib64/");
        folders.add(root + "/bin/");
      }
    }
    folders.add("/usr/local/cuda/lib64/");
    return folders;
  }

  @SuppressWarnings("restricted")
  private static Optional<SymbolLookup> open(String name) {
    try {
      return Optional.of(
          name.contains("/")
              ? SymbolLookup.libraryLookup(java.nio.file.Path.of(name), Arena.global())
              : SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
