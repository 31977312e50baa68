package dev.tributary.benchmarks.server;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import com.sun.management.OperatingSystemMXBean;
import com.typesafe.config.ConfigFactory;
import dev.tributary.algorithms.federated.FedAvg;
import dev.tributary.algorithms.federated.Weighting;
import dev.tributary.client.ClientData;
import dev.tributary.client.Host;
import dev.tributary.client.LocalStates;
import dev.tributary.client.LocalWork;
import dev.tributary.client.TrainingPool;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.protocol.WireOptions;
import dev.tributary.server.Checkpoints;
import dev.tributary.server.Federation;
import dev.tributary.server.FederationSetup;
import dev.tributary.server.GlobalState;
import dev.tributary.server.RunEvent;
import dev.tributary.server.ServerOptions;
import dev.tributary.server.ServerWork;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * What a run in one process takes besides training: memory and time by the number of clients, with
 * a trainer that does nothing.
 *
 * <p>{@code MemoryProgram PARAMETERS WORKERS ROUNDS SAMPLED CLIENTS...}: with {@code SAMPLED} true
 * it collects garbage ten times a second and reports the most that was alive after it, beyond what
 * was before the run; with false it reports the time per client and round in the second half of the
 * rounds. All clients are in every cohort.
 */
public final class MemoryProgram {
  private static final Duration EVERY = Duration.ofMillis(100);

  private static final Set<String> HEAP =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());

  private MemoryProgram() {}

  /** Runs the program; see the class. */
  public static void main(String[] args) throws Exception {
    ParameterLayout layout =
        ParameterLayout.builder()
            .add("w", Role.WEIGHT, Shape.of(Integer.parseInt(args[0])))
            .build();
    int workers = Integer.parseInt(args[1]);
    int rounds = Integer.parseInt(args[2]);
    boolean sampled = Boolean.parseBoolean(args[3]);
    System.out.printf(
        "%,d parameters (%.1f MB), %d workers, %d rounds, heap of at most %,d MB%n",
        layout.size(),
        4e-6 * layout.size(),
        workers,
        rounds,
        Runtime.getRuntime().maxMemory() / 1_000_000);
    System.out.println(sampled ? "clients  peak live MB  left MB" : "clients  us per client-round");
    for (String clients : List.of(args).subList(4, args.length)) {
      Path folder = Files.createTempDirectory("memory");
      try {
        run(layout, workers, rounds, sampled, Integer.parseInt(clients), folder);
      } finally {
        delete(folder);
      }
    }
  }

  private static void run(
      ParameterLayout layout, int workers, int rounds, boolean sampled, int count, Path folder)
      throws Exception {
    TreeMap<String, ClientData> clients = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      String id = "client-%05d".formatted(i);
      clients.put(id, new ClientData(id, "domain", new Blank(8), Map.of("test", new Blank(4))));
    }
    FedAvg algorithm = new FedAvg("fedavg", ModelFilling.BATCH_NORM, Weighting.EXAMPLES);
    ParameterVector initial = ParameterVector.zeros(layout);
    LocalWork work =
        new LocalWork(
            algorithm,
            initial,
            new LocalStates(folder, LocalWork.localPart(algorithm, initial).layout()),
            WireOptions.FP32,
            Seeds.root(1));
    ServerOptions options =
        new ServerOptions(
            rounds,
            0,
            1,
            0.5,
            Duration.ofHours(1),
            WireOptions.FP32,
            rounds,
            Set.of("test"),
            Duration.ZERO);
    long before = live();
    long cpuBefore = cpu();
    try (Sampler sampler = new Sampler(sampled);
        ServerWork serverWork = new ServerWork();
        TrainingPool pool = new TrainingPool(workers, () -> new IdleTrainer(layout))) {
      List<Double> seconds = new ArrayList<>();
      FederationSetup server =
          new FederationSetup(
              options,
              algorithm,
              Seeds.root(1),
              new java.util.TreeSet<>(clients.keySet()),
              GlobalState.initial(initial),
              "scenario",
              Map.of(),
              new Checkpoints(folder, layout, "scenario", Map.of()),
              event -> {
                if (event instanceof RunEvent.RoundEnded ended) {
                  seconds.add(ended.seconds().getOrDefault("train", 0.0));
                }
              },
              serverWork);
      Host.Setup host =
          new Host.Setup(
              "host", clients, "scenario", Map.of(), work, pool, 4L * layout.size() + 4096);
      CompletableFuture<Host.End> end = new CompletableFuture<>();
      ActorSystem<Void> system =
          ActorSystem.create(
              both(server, host, end), "memory", ConfigFactory.load("tributary-local"));
      long left;
      try {
        if (!(end.get() instanceof Host.RunOver over && over.complete())) {
          throw new IllegalStateException("the run did not end well: " + end.get());
        }
        left = sampled ? live() - before : 0;
      } finally {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get();
      }
      if (sampled) {
        System.out.printf(
            "%,7d  %12.1f  %7.1f%n", count, (sampler.peak - before) / 1e6, left / 1e6);
      } else {
        double rest =
            seconds.stream().skip(rounds / 2).mapToDouble(s -> s).average().orElse(Double.NaN);
        System.out.printf(
            "%,7d  %.1f  (processor time of the whole run: %.1f)%n",
            count, rest / count * 1e6, (cpu() - cpuBefore) / 1e3 / count / rounds);
      }
    }
  }

  private static Behavior<Void> both(
      FederationSetup server, Host.Setup host, CompletableFuture<Host.End> end) {
    return Behaviors.setup(
        context -> {
          context.spawn(Federation.create(server), "server");
          context.spawn(Host.create(host, end), "host");
          return Behaviors.empty();
        });
  }

  /**
   * Bytes of the heap that were in use right after a collection, as the collector counted them:
   * what is allocated until this thread runs again does not count.
   */
  private static long live() {
    System.gc();
    return ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
        .map(GarbageCollectorMXBean::getLastGcInfo)
        .filter(Objects::nonNull)
        .max(Comparator.comparingLong(GcInfo::getEndTime))
        .orElseThrow()
        .getMemoryUsageAfterGc()
        .entrySet()
        .stream()
        .filter(pool -> HEAP.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  /** Nanoseconds of processor time that this process has used. */
  private static long cpu() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Collects garbage again and again, and keeps the most that was left. */
  private static final class Sampler implements AutoCloseable {
    private final Thread thread;
    private volatile boolean closed;
    private volatile long peak;

    Sampler(boolean on) {
      thread =
          Thread.ofPlatform()
              .daemon(true)
              .unstarted(
                  () -> {
                    while (!closed) {
                      peak = Math.max(peak, live());
                      try {
                        Thread.sleep(EVERY);
                      } catch (InterruptedException e) {
                        return;
                      }
                    }
                  });
      if (on) {
        thread.start();
      }
    }

    @Override
    public void close() {
      closed = true;
      thread.interrupt();
    }
  }

  /** Examples that nobody reads. */
  private record Blank(int size) implements Examples {
    @Override
    public Shape shape() {
      return Shape.of(1);
    }

    @Override
    public int classes() {
      return 2;
    }

    @Override
    public int label(int index) {
      return 0;
    }

    @Override
    public void read(int index, float[] target, int offset) {
      target[offset] = 0;
    }
  }
}
