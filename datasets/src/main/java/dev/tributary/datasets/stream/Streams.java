package dev.tributary.datasets.stream;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.Names;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Makes the stream of a learner from its data.
 *
 * <p>Two sources of chance: what all learners of a federation share (which classes are a task,
 * permutations of pixels, meanings of labels), and what each has for itself (the order of examples
 * and, if the options say so, of tasks).
 */
public final class Streams {
  private Streams() {}

  /**
   * The stream of a single learner from one set.
   *
   * @param train what it trains on
   * @param test what it is tested on; validation data give the same tasks when they take its place
   * @param seeds the run's
   * @throws dev.tributary.engine.settings.SettingException when the data cannot be divided so
   */
  public static TaskStream divide(
      StreamOptions options, Examples train, Examples test, Seeds seeds) {
    Seeds shared = seeds.child("stream");
    return divide(
        options, List.of(new StreamSource("all", train, test)), shared, shared.child("learner"));
  }

  /**
   * The stream of a single learner that has all domains: one after the other if the kind is
   * domain-incremental, else pooled.
   *
   * @param domains at least one, of one shape and number of classes
   * @param seeds the run's
   * @throws dev.tributary.engine.settings.SettingException when the data cannot be divided so
   */
  public static TaskStream divide(StreamOptions options, List<Domain> domains, Seeds seeds) {
    if (options.kind() == StreamKind.DOMAIN_INCREMENTAL) {
      Seeds shared = seeds.child("stream");
      List<StreamSource> sources =
          domains.stream().map(d -> new StreamSource(d.id(), d.train(), d.test())).toList();
      return divide(options, sources, shared, shared.child("learner"));
    }
    ImageSet train = domains.getFirst().train();
    ImageSet test = domains.getFirst().test();
    for (Domain domain : domains.subList(1, domains.size())) {
      train = train.append(domain.train());
      test = test.append(domain.test());
    }
    return divide(options, train, test, seeds);
  }

  /**
   * The stream of one learner of several.
   *
   * @param sources its data: one source, or one for each domain if the kind is domain-incremental;
   *     all learners give the domains in the same order
   * @param shared the seeds that all learners have in common
   * @param own the seeds of this learner
   * @throws dev.tributary.engine.settings.SettingException when the data cannot be divided so
   * @throws IllegalArgumentException when there is no source, or several for a kind that takes one
   */
  public static TaskStream divide(
      StreamOptions options, List<StreamSource> sources, Seeds shared, Seeds own) {
    boolean byDomain = options.kind() == StreamKind.DOMAIN_INCREMENTAL;
    if (sources.isEmpty() || (sources.size() > 1 && !byDomain)) {
      throw new IllegalArgumentException(
          "a stream of kind %s wants %s, got %d sources"
              .formatted(
                  Names.of(options.kind()),
                  byDomain ? "at least one domain" : "one set of examples",
                  sources.size()));
    }
    StreamSource source = sources.getFirst();
    return switch (options.kind()) {
      case NONE -> new TaskStream(List.of(everything(source, own)), false);
      case CLASS_INCREMENTAL ->
          new TaskStream(new ClassTasks(options, source, shared, own).incremental(), true);
      case TASK_INCREMENTAL ->
          new TaskStream(new ClassTasks(options, source, shared, own).incremental(), false);
      case BLURRY -> new TaskStream(new ClassTasks(options, source, shared, own).blurry(), true);
      case RECURRING ->
          new TaskStream(new ClassTasks(options, source, shared, own).recurring(), true);
      case DOMAIN_INCREMENTAL -> byDomain(DomainTasks.divide(options, sources, shared, own));
      case LABEL_DRIFT -> new TaskStream(LabelDrift.divide(options, source, shared, own), false);
      case RANDOM_LABELS -> new TaskStream(RandomLabels.divide(options, source, own), false);
      case PERMUTED -> new TaskStream(PixelTasks.permuted(options, source, shared, own), false);
      case ROTATED -> new TaskStream(PixelTasks.rotated(options, source, own), false);
    };
  }

  private static StreamTask everything(StreamSource source, Seeds own) {
    Examples train = source.train();
    int[] classes = WholeTasks.classes(train);
    int[] order = new ClassIndex(train).shuffled(classes, own.child("shuffle"));
    return new StreamTask(0, source.name(), train.subset(order), source.test(), classes, true);
  }

  /** Domains bring new classes where, as with Omniglot's alphabets, no two have one in common. */
  private static TaskStream byDomain(List<StreamTask> tasks) {
    IntStream classes = tasks.stream().flatMapToInt(task -> IntStream.of(task.classes()));
    long together = tasks.stream().mapToLong(task -> task.classes().length).sum();
    return new TaskStream(tasks, tasks.size() > 1 && classes.distinct().count() == together);
  }
}
