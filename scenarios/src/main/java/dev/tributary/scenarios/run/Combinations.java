package dev.tributary.scenarios.run;

import dev.tributary.algorithms.FederatedAlgorithm;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelCatalog;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.ModelOptions;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.SettingException;
import java.util.function.Supplier;

/**
 * What of a scenario goes together, with each other and with the data. What does not is for the
 * user to put right, so it is told like any setting, before anything is trained.
 */
final class Combinations {
  /** Of the features of a batch; what layers make of them is larger and must be counted too. */
  private static final int MOST_VALUES = 1 << 24;

  private Combinations() {}

  /**
   * The scenario's model for its data.
   *
   * @param tasks of the stream; 0 without one
   */
  static Model model(Scenario scenario, FederatedData data, int tasks) {
    ModelOptions options = scenario.model().withTasks(tasks);
    Model built;
    try {
      built = ModelCatalog.build(options, filling(scenario), data.shape(), data.classes());
    } catch (IllegalArgumentException e) {
      throw told(
          "model.name = %s cannot be built for samples of %s and %d classes: %s"
              .formatted(options.name(), data.shape(), data.classes(), e.getMessage()),
          e);
    }
    Model model = made(() -> scenario.precision().apply(built));
    possible(() -> scenario.plasticity().require(model));
    return model;
  }

  /** Throws where more is asked for than there is: of clients, or of memory for a batch. */
  static void requireRoom(Scenario scenario, FederatedData data) {
    int clients = data.clients().size();
    int asked = scenario.server().clientsPerRound();
    if (asked > clients) {
      throw new SettingException(
          "federation.clients-per-round must be at most %d, the number of clients, or 0 for all, got %d"
              .formatted(clients, asked));
    }
    int most = MOST_VALUES / data.shape().size();
    if (scenario.local().batchSize() > most) {
      throw new SettingException(
          "federation.batch-size must be at most %d for samples of %s, got %d; a batch is held in memory as a whole, and no client needs one larger than its data"
              .formatted(most, data.shape(), scenario.local().batchSize()));
    }
  }

  /** Throws where a method acts at borders of tasks that a client could miss. */
  static void requireWholeCohorts(Scenario scenario, int clients) {
    int asked = scenario.server().clientsPerRound();
    boolean some = (asked > 0 && asked < clients) || scenario.server().quorum() < 1;
    String actor = "";
    if (scenario.continual().actsAtBorders()) {
      actor = "continual.name = " + scenario.continual().id();
    } else if (scenario.plasticity().actsAtBorders()) {
      actor = "plasticity.name = " + scenario.plasticity().id();
    }
    if (some && !actor.isEmpty()) {
      throw new SettingException(
          ("%s needs every client in every round, because it acts when a task begins or ends, but"
                  + " federation has clients-per-round = %d of %d clients and quorum = %s; set"
                  + " clients-per-round = 0 and quorum = 1, or choose a method that does not")
              .formatted(actor, asked, clients, scenario.server().quorum()));
    }
  }

  /** Runs a check that throws {@link IllegalArgumentException}. */
  static void possible(Runnable check) {
    made(
        () -> {
          check.run();
          return true;
        });
  }

  /** What does not go together is for the user to put right, so it is told like any setting. */
  private static <T> T made(Supplier<T> thing) {
    try {
      return thing.get();
    } catch (IllegalArgumentException e) {
      throw told(String.valueOf(e.getMessage()), e);
    }
  }

  private static SettingException told(String message, IllegalArgumentException cause) {
    SettingException told = new SettingException(message);
    told.initCause(cause);
    return told;
  }

  /**
   * An algorithm that wants nothing special leaves the choice to the plasticity method; one whose
   * clients keep normalisation to themselves wants batch normalisation.
   */
  private static ModelFilling filling(Scenario scenario) {
    FederatedAlgorithm algorithm = scenario.algorithm();
    ModelFilling own = algorithm.filling();
    boolean open =
        own.equals(ModelFilling.BATCH_NORM)
            && (algorithm.sharedRoles().isEmpty()
                || algorithm.sharedRoles().containsAll(Role.ofModels()));
    return open ? scenario.plasticity().filling().orElse(own) : own;
  }
}
