package dev.tributary.engine.training;

import dev.tributary.engine.model.Model;
import dev.tributary.engine.optim.OptimizerOptions;
import dev.tributary.engine.settings.Settings;

/**
 * How a client trains.
 *
 * @param epochs passes over the client's data, &ge; 1; key {@code local-epochs}, default 1
 * @param batchSize examples per step, &ge; 1; key {@code batch-size}, default 32
 * @param optimizer section {@code optimizer}
 * @param dropLast what becomes of a last, shorter batch; key {@code drop-last}, default auto
 */
public record LocalOptions(
    int epochs, int batchSize, OptimizerOptions optimizer, DropLast dropLast) {

  /** What becomes of an epoch's last batch when the examples do not come out even. */
  public enum DropLast {
    /**
     * It is trained on, unless it has one example and the model has batch normalisation: one
     * example has no variance. An epoch's only batch is never dropped.
     */
    AUTO,
    /** It is dropped; an error where that leaves no batch. */
    ALWAYS,
    /** It is trained on. */
    NEVER
  }

  /** Checks the ranges. */
  public LocalOptions {
    if (epochs < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "epochs and batch size must be >= 1, got " + epochs + " and " + batchSize);
    }
  }

  /** Reads and checks a section. */
  public static LocalOptions from(Settings settings) {
    int epochs = settings.integer("local-epochs", 1);
    settings.require(epochs >= 1, "local-epochs", ">= 1", epochs);
    int batch = settings.integer("batch-size", 32);
    settings.require(batch >= 1, "batch-size", ">= 1", batch);
    return new LocalOptions(
        epochs,
        batch,
        OptimizerOptions.from(settings.section("optimizer")),
        settings.choice("drop-last", DropLast.AUTO));
  }

  /** The same, where what {@link DropLast#AUTO} means for a model is settled. */
  public LocalOptions of(Model model) {
    return dropLast == DropLast.AUTO && !model.batchNormalized()
        ? new LocalOptions(epochs, batchSize, optimizer, DropLast.NEVER)
        : this;
  }

  /**
   * The examples an epoch trains on: all, or those without the last short batch.
   *
   * @param examples the size of the training set, &ge; 1
   * @param batchNormalized whether the model has batch normalisation
   */
  public int examplesPerEpoch(int examples, boolean batchNormalized) {
    int rest = examples % batchSize;
    int even = examples - rest;
    return switch (dropLast) {
      case NEVER -> examples;
      case AUTO -> rest == 1 && batchNormalized && even > 0 ? even : examples;
      case ALWAYS -> {
        if (even == 0) {
          throw new IllegalArgumentException(
              "drop-last = always leaves no batch of "
                  + batchSize
                  + " among "
                  + examples
                  + " examples; use drop-last = auto or a smaller batch-size");
        }
        yield even;
      }
    };
  }
}
