package dev.tributary.algorithms.continual;

import dev.tributary.algorithms.Catalog;
import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.engine.settings.Settings;
import java.util.List;

/** All continual methods by name; adding one is adding a line here. */
public final class ContinualCatalog {

  private static final String REPLAY = "buffer = 200, replay = 0, buffer-kind = reservoir | ring";

  private static final Catalog<ContinualStrategy> METHODS =
      Catalog.of(
          new Entry<>("naive", "fine-tuning: the floor", "", "", _ -> new Naive()),
          new Entry<>("joint", "all tasks so far together: the bound", "", "", _ -> new Joint()),
          new Entry<>(
              "er",
              "replays a batch of the past in every step",
              "Chaudhry et al., 2019",
              REPLAY + ", joint = true",
              s -> new ExperienceReplay(ExperienceReplay.Options.from(s))),
          new Entry<>(
              "er-ace",
              "ER in which new examples compete among current classes only",
              "Caccia et al., 2022",
              REPLAY + ", joint = true, mask = batch | batch-and-new",
              s -> new ErAce(ErAce.Options.from(s))),
          new Entry<>(
              "derpp",
              "ER with the logits that replayed examples once had",
              "Buzzega et al., 2020",
              REPLAY + ", joint = true, alpha = 0.1, beta = 0.5",
              s -> new DerPlusPlus(DerPlusPlus.Options.from(s))),
          new Entry<>(
              "agem",
              "no step may raise the loss on the past",
              "Chaudhry et al., 2019",
              REPLAY,
              AGem::from),
          new Entry<>(
              "ewc",
              "holds weights by their Fisher information",
              "Kirkpatrick et al., 2017",
              "lambda = 10.0, fisher = empirical | model-sampled, online = false, gamma = 1.0",
              s -> new ElasticWeightConsolidation(ElasticWeightConsolidation.Options.from(s))),
          new Entry<>(
              "si",
              "holds weights by what their movement gained",
              "Zenke et al., 2017",
              "c = 0.1, xi = 0.1",
              s -> new SynapticIntelligence(SynapticIntelligence.Options.from(s))),
          new Entry<>(
              "lwf",
              "keeps the answers for old classes",
              "Li and Hoiem, 2016",
              "lambda = 1.0, temperature = 2.0",
              s -> new LearningWithoutForgetting(LearningWithoutForgetting.Options.from(s))),
          new Entry<>(
              "gdumb",
              "trains afresh on a balanced memory",
              "Prabhu et al., 2020",
              "buffer = 200, epochs = 30",
              s -> new GreedyDumb(GreedyDumb.Options.from(s))));

  private ContinualCatalog() {}

  /** All methods, in the order of the documentation. */
  public static List<Entry<ContinualStrategy>> entries() {
    return METHODS.entries();
  }

  /** The method that {@code settings.name} names, with its settings read from the same section. */
  public static ContinualStrategy create(Settings settings) {
    return METHODS.create(settings, "naive");
  }
}
