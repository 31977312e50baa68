package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.random.RandomStream;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A stream whose labels change their meaning: task s calls class y by the label pi_s(y), with pi_0
 * the identity. Each pi_s is pi_(s-1) with max(2, round(share K)) of the K labels, chosen by seed,
 * moved on in a cycle, so exactly so many classes get another label than before.
 *
 * <p>The change is gradual: of a task's n training examples, the i-th (from 0) has its new label
 * with probability min(1, (i + 1/2) / (window n)) and else the one of the task before; with window
 * 0 all have the new one, and only then is the boundary known. Test examples have the new labels.
 * In the first task nothing is old.
 *
 * <p>The definition is this project's own; a label that changes its meaning while images stay is
 * real concept drift in the sense of Gama, Zliobaite, Bifet, Pechenizkiy and Bouchachia ("A survey
 * on concept drift adaptation", ACM Computing Surveys 2014).
 */
final class LabelDrift {
  private LabelDrift() {}

  static List<StreamTask> divide(
      StreamOptions options, StreamSource source, Seeds shared, Seeds own) {
    int classes = source.train().classes();
    List<int[]> mappings = mappings(options, classes, shared);
    int[] order = options.taskOrder(options.tasks(), own);
    List<Examples> train = WholeTasks.train(options, source.train(), own);
    List<StreamTask> tasks = new ArrayList<>();
    for (int t = 0; t < order.length; t++) {
      int[] now = mappings.get(order[t]);
      int[] before = t == 0 ? now : mappings.get(order[t - 1]);
      RandomStream random = own.child("drift", t).stream();
      Examples mine = train.get(t);
      double window = options.driftWindow() * mine.size();
      int[] labels =
          IntStream.range(0, mine.size())
              .map(
                  i -> {
                    boolean taken = random.nextDouble() * window < i + 0.5;
                    return (taken ? now : before)[mine.label(i)];
                  })
              .toArray();
      tasks.add(
          new StreamTask(
              t,
              "labels " + order[t],
              new Relabelled(mine, labels),
              renamed(source.test(), now),
              WholeTasks.classes(source.train()),
              options.driftWindow() == 0));
    }
    return tasks;
  }

  /** The label of each class, task by task: [tasks][classes]. */
  static List<int[]> mappings(StreamOptions options, int classes, Seeds shared) {
    if (classes < 2) {
      throw new SettingException("stream.kind = label-drift needs at least 2 classes, got 1");
    }
    int moved = Math.max(2, (int) Math.round(options.driftShare() * classes));
    List<int[]> mappings = new ArrayList<>();
    mappings.add(IntStream.range(0, classes).toArray());
    for (int t = 1; t < options.tasks(); t++) {
      int[] cycle = Arrays.copyOf(shared.child("labels", t).stream().permutation(classes), moved);
      int[] next = IntStream.range(0, classes).toArray();
      for (int i = 0; i < moved; i++) {
        next[cycle[i]] = cycle[(i + 1) % moved];
      }
      mappings.add(Arrays.stream(mappings.getLast()).map(label -> next[label]).toArray());
    }
    return mappings;
  }

  private static Examples renamed(Examples examples, int[] mapping) {
    return new Relabelled(
        examples,
        IntStream.range(0, examples.size()).map(i -> mapping[examples.label(i)]).toArray());
  }
}
