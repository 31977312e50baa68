package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.data.JoinedExamples;
import java.util.List;

/**
 * Where the tasks of one learner come from: its data, or its data of one domain.
 *
 * @param name the domain's id; names the task of a domain-incremental stream
 * @param train what the learner trains on
 * @param test what it is tested on; from other examples than {@code train}
 * @param whole all examples of the domain, other learners' included: their classes are the task's,
 *     the same for every learner, whichever it happens to have
 */
public record StreamSource(String name, Examples train, Examples test, Examples whole) {

  /** A learner that has all there is. */
  public StreamSource(String name, Examples train, Examples test) {
    this(name, train, test, new JoinedExamples(List.of(train, test)));
  }
}
