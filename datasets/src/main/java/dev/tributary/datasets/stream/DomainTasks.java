package dev.tributary.datasets.stream;

import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.SettingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/** Streams with a domain a task. */
final class DomainTasks {
  private DomainTasks() {}

  static List<StreamTask> divide(
      StreamOptions options, List<StreamSource> sources, Seeds shared, Seeds own) {
    List<StreamSource> ordered = ordered(options, sources, shared);
    List<StreamTask> tasks = new ArrayList<>();
    for (int s : options.taskOrder(ordered.size(), own)) {
      StreamSource source = ordered.get(s);
      int t = tasks.size();
      ClassIndex train = new ClassIndex(source.train());
      int[] classes = new ClassIndex(source.whole()).present();
      int[] order = train.shuffled(classes, own.child("shuffle", t));
      tasks.add(
          new StreamTask(
              t, source.name(), source.train().subset(order), source.test(), classes, true));
    }
    return tasks;
  }

  private static List<StreamSource> ordered(
      StreamOptions options, List<StreamSource> sources, Seeds shared) {
    List<String> wanted = options.domainOrder();
    if (wanted.equals(StreamOptions.NATURAL_DOMAINS)) {
      return sources;
    }
    if (wanted.equals(StreamOptions.SHUFFLED_DOMAINS)) {
      int[] order = shared.child("domain-order").stream().permutation(sources.size());
      return Arrays.stream(order).mapToObj(sources::get).toList();
    }
    List<String> names = sources.stream().map(StreamSource::name).toList();
    if (wanted.size() != names.size() || !new HashSet<>(wanted).equals(new HashSet<>(names))) {
      throw new SettingException(
          "stream.domain-order must be natural, shuffled or a list that has each of %s once, got %s"
              .formatted(names, wanted));
    }
    return wanted.stream().map(name -> sources.get(names.indexOf(name))).toList();
  }
}
