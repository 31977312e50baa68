package dev.tributary.scenarios.output;

import dev.tributary.scenarios.ExitCode;
import dev.tributary.scenarios.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one run, held by this process alone until it is closed.
 *
 * <p>The hold is a lock of the operating system on {@code .tributary}: it ends with the process,
 * however that ends, so nothing stale is left to clean up after {@code kill -9}.
 */
public final class RunDirectory implements AutoCloseable {
  private static final String CLAIM = ".tributary";

  private final Path path;
  private final FileChannel claim;

  private RunDirectory(Path path, FileChannel claim) {
    this.path = path;
    this.claim = claim;
  }

  /**
   * Makes and claims the directory of a new run. An empty directory is taken; one with anything in
   * it is not.
   */
  public static RunDirectory create(Path path) {
    Path occupied = null;
    try {
      Files.createDirectories(path);
      occupied = firstEntry(path);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY, path + " is a file; choose another directory with --out", e);
    } catch (IOException e) {
      throw cannotUse(path, e);
    }
    if (occupied != null && isRun(path)) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY,
          path
              + " already holds a run; continue it with: tributary resume "
              + path
              + ", or choose another directory with --out");
    }
    if (occupied != null) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY,
          path
              + " is not empty (it has "
              + occupied.getFileName()
              + ") and is not the directory of a run; choose another one with --out");
    }
    RunDirectory directory = claim(path);
    try {
      Files.createDirectories(directory.checkpoints());
      Files.createDirectories(directory.tensorBoard());
    } catch (IOException e) {
      directory.close();
      throw cannotUse(path, e);
    }
    return directory;
  }

  /** Claims the directory of a run that was begun before. */
  public static RunDirectory open(Path path) {
    requireRun(path);
    return claim(path);
  }

  /** Removes the directory of a run that nothing was written to since it was made. */
  public static void remove(Path path) {
    try {
      for (String name : List.of(RunFiles.CHECKPOINTS, RunFiles.TENSORBOARD, RunFiles.SCENARIO)) {
        Files.deleteIfExists(path.resolve(name));
      }
      Files.deleteIfExists(path.resolve(CLAIM));
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw cannotUse(path, e);
    }
  }

  /** Throws unless there is a run in the directory; takes no hold of it. */
  public static void requireRun(Path path) {
    if (!Files.isDirectory(path)) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY,
          Files.exists(path)
              ? path + " is a file; name the directory of a run"
              : "there is no directory " + path + "; runs are under runs/ unless --out was given");
    }
    if (!isRun(path)) {
      throw new Failure(
          ExitCode.RUN_DIRECTORY,
          path + " is not the directory of a run: it has no " + RunFiles.SCENARIO);
    }
  }

  /** Whether the directory was made for a run. */
  public static boolean isRun(Path path) {
    return Files.exists(path.resolve(CLAIM)) || Files.exists(path.resolve(RunFiles.SCENARIO));
  }

  /**
   * {@code base} if nothing is there, else {@code base-2}, {@code base-3} and so on: where a run
   * goes when nobody said where.
   */
  public static Path free(Path base) {
    Path path = base;
    for (int i = 2; Files.exists(path); i++) {
      path = base.resolveSibling(base.getFileName() + "-" + i);
    }
    return path;
  }

  private static RunDirectory claim(Path path) {
    try {
      FileChannel channel =
          FileChannel.open(
              path.resolve(CLAIM), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        channel.close();
        throw new Failure(
            ExitCode.RUN_LOCKED,
            path
                + " is in use by another process; wait for it to end, or choose another directory"
                + " with --out");
      }
      return new RunDirectory(path, channel);
    } catch (IOException e) {
      throw cannotUse(path, e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // This very JVM holds it already.
      return false;
    }
  }

  private static @Nullable Path firstEntry(Path path) throws IOException {
    try (var entries = Files.list(path)) {
      return entries.sorted().findFirst().orElse(null);
    }
  }

  private static Failure cannotUse(Path path, IOException e) {
    Failure why = AtomicFiles.notWritten(path, e);
    return new Failure(ExitCode.RUN_DIRECTORY, String.valueOf(why.getMessage()), e);
  }

  /** The directory itself. */
  public Path path() {
    return path;
  }

  /** A file of the run, by one of the names in {@link RunFiles}. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** Where checkpoints are. */
  public Path checkpoints() {
    return path.resolve(RunFiles.CHECKPOINTS);
  }

  /** Where TensorBoard's event files are. */
  public Path tensorBoard() {
    return path.resolve(RunFiles.TENSORBOARD);
  }

  /** Lets go of the directory. */
  @Override
  public void close() {
    try {
      claim.close();
    } catch (IOException e) {
      throw cannotUse(path, e);
    }
  }
}
