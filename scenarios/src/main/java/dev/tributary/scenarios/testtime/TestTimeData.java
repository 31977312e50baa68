package dev.tributary.scenarios.testtime;

import dev.tributary.algorithms.testtime.ResetRule;
import dev.tributary.algorithms.testtime.Shift;
import dev.tributary.datasets.Domain;
import dev.tributary.datasets.ImageSet;
import dev.tributary.datasets.corruption.Corruption;
import dev.tributary.datasets.corruption.Corruptions;
import dev.tributary.engine.data.JoinedExamples;
import dev.tributary.engine.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The shifts of a run: test images of all domains, drawn and shuffled by the seed, as they are and
 * corrupted; and those of domains that were held out of training.
 */
final class TestTimeData {
  private final TestTimeOptions options;
  private final ImageSet test;
  private final int[] drawn;
  private final List<Domain> unseen;
  private final Corruptions corruptions;
  private final Seeds seeds;

  /**
   * @param domains trained on, at least one
   * @param unseen held out of training
   */
  TestTimeData(
      TestTimeOptions options,
      List<Domain> domains,
      List<Domain> unseen,
      Corruptions corruptions,
      Seeds seeds) {
    this.options = options;
    ImageSet pool = domains.getFirst().test();
    for (Domain domain : domains.subList(1, domains.size())) {
      pool = pool.append(domain.test());
    }
    this.test = pool;
    this.seeds = seeds.child("test-time");
    this.drawn = draw(pool.size(), "draw");
    this.unseen = unseen;
    this.corruptions = corruptions;
  }

  private int[] draw(int size, String purpose) {
    int[] order = seeds.child(purpose).stream().permutation(size);
    int count = options.examples() == 0 ? size : Math.min(size, options.examples());
    return Arrays.copyOf(order, count);
  }

  /** All groups, in the order of the options: clean, corrupted by severity, unseen domains. */
  List<ShiftGroup> groups() {
    List<ShiftGroup> groups = new ArrayList<>();
    groups.add(
        new ShiftGroup(0, List.of("clean"), () -> List.of(new Shift("clean", test.select(drawn)))));
    for (int severity : options.severities()) {
      if (!options.corruptions().isEmpty()) {
        addCorrupted(groups, severity);
      }
    }
    for (Domain domain : unseen) {
      String name = "unseen " + domain.id();
      groups.add(
          new ShiftGroup(
              0,
              List.of(name),
              () ->
                  List.of(
                      new Shift(name, domain.test().select(draw(domain.test().size(), name))))));
    }
    return groups;
  }

  private void addCorrupted(List<ShiftGroup> groups, int severity) {
    List<Corruption> all = options.corruptions();
    if (options.mixed()) {
      groups.add(new ShiftGroup(severity, List.of("mixed"), () -> List.of(mixed(all, severity))));
    } else if (options.reset() == ResetRule.NEVER) {
      groups.add(
          new ShiftGroup(
              severity,
              all.stream().map(Corruption::id).toList(),
              () -> all.stream().map(c -> corrupted(c, severity)).toList()));
    } else {
      for (Corruption corruption : all) {
        groups.add(
            new ShiftGroup(
                severity,
                List.of(corruption.id()),
                () -> List.of(corrupted(corruption, severity))));
      }
    }
  }

  private Shift corrupted(Corruption corruption, int severity) {
    return new Shift(corruption.id(), corruptions.apply(test, drawn, corruption, severity, seeds));
  }

  /** Each corruption on its share of the images, shuffled. */
  private Shift mixed(List<Corruption> all, int severity) {
    List<ImageSet> parts = new ArrayList<>();
    for (int c = 0; c < all.size(); c++) {
      int from = (int) ((long) drawn.length * c / all.size());
      int to = (int) ((long) drawn.length * (c + 1) / all.size());
      if (to > from) {
        parts.add(
            corruptions.apply(
                test, Arrays.copyOfRange(drawn, from, to), all.get(c), severity, seeds));
      }
    }
    JoinedExamples joined = new JoinedExamples(parts);
    return new Shift(
        "mixed", joined.subset(seeds.child("mix", severity).stream().permutation(joined.size())));
  }
}
