package dev.tributary.scenarios.testtime;

import dev.tributary.datasets.Domain;
import dev.tributary.datasets.corruption.Corruptions;
import dev.tributary.engine.kernels.Engine;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.random.Seeds;
import dev.tributary.scenarios.output.TestTimeRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What comes after the last round.
 *
 * @param options the section {@code test-time}
 * @param domains trained on
 * @param unseen held out of training
 * @param corruptions how images are corrupted; empty where nothing comes
 * @param model what was trained
 * @param engine what computes
 * @param seeds the run's root
 */
public record TestTime(
    TestTimeOptions options,
    List<Domain> domains,
    List<Domain> unseen,
    Optional<Corruptions> corruptions,
    Model model,
    Engine engine,
    Seeds seeds) {

  /** Whether nothing comes. */
  public boolean isEmpty() {
    return options.isEmpty();
  }

  /** What a reader of the results must know; may be empty. */
  public List<String> notes() {
    return corruptions.map(Corruptions::notes).orElse(List.of());
  }

  /**
   * Throws where a method cannot work on the model, before anything is trained.
   *
   * @param initial the model before training
   * @throws IllegalArgumentException with the reason and the way out
   */
  public void require(ParameterVector initial) {
    options.adapters().values().forEach(a -> a.open(model, initial, engine, 1).close());
  }

  /**
   * Adapts and tests the trained model; what {@code log} holds already is not measured again.
   *
   * @param weights the whole trained model
   * @param workers threads, &ge; 1
   */
  public List<TestTimeRecord> run(
      ParameterVector weights, Path log, int workers, TestTimePhase.Watcher watcher) {
    TestTimeData data =
        new TestTimeData(options, domains, unseen, corruptions.orElseThrow(), seeds);
    return new TestTimePhase(options, model, engine, weights, log)
        .run(data.groups(), workers, watcher);
  }
}
