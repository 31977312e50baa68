package dev.tributary.algorithms;

import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.algorithms.federated.FedAvg;
import dev.tributary.algorithms.federated.FedBn;
import dev.tributary.algorithms.federated.FedProx;
import dev.tributary.algorithms.federated.FedWon;
import dev.tributary.algorithms.federated.SiloBn;
import dev.tributary.algorithms.federated.Standalone;
import dev.tributary.algorithms.federated.Weighting;
import dev.tributary.engine.model.ConvolutionKind;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.settings.Settings;
import java.util.List;

/** All federated methods by name; adding one is adding a line here. */
public final class AlgorithmCatalog {

  private static final String WEIGHTING = "weighting = examples | uniform";

  private static final Catalog<FederatedAlgorithm> METHODS =
      Catalog.of(
          new Entry<>(
              "fedavg",
              "averages everything",
              "McMahan et al., AISTATS 2017",
              WEIGHTING,
              s -> new FedAvg("fedavg", ModelFilling.BATCH_NORM, Weighting.from(s))),
          new Entry<>(
              "fedavg-gn",
              "FedAvg on a model with group normalisation",
              "Hsieh et al., ICML 2020",
              WEIGHTING,
              s -> new FedAvg("fedavg-gn", norm(NormalizationKind.GROUP), Weighting.from(s))),
          new Entry<>(
              "fedavg-ln",
              "FedAvg on a model with layer normalisation",
              "Du et al., arXiv:2210.03277, 2022",
              WEIGHTING,
              s -> new FedAvg("fedavg-ln", norm(NormalizationKind.LAYER), Weighting.from(s))),
          new Entry<>(
              "fedprox",
              "FedAvg with a proximal term in the local objective",
              "Li et al., MLSys 2020",
              "mu = 0.01, norm = squared | plain, skip-first-round = false, skip-first-batch ="
                  + " false, "
                  + WEIGHTING,
              s -> new FedProx(FedProx.Options.from(s))),
          new Entry<>(
              "silobn",
              "keeps batch normalisation's statistics at the client",
              "Andreux et al., DCL 2020",
              WEIGHTING,
              s -> new SiloBn(Weighting.from(s))),
          new Entry<>(
              "fedbn",
              "keeps whole normalisation layers at the client",
              "Li et al., ICLR 2021",
              WEIGHTING,
              s -> new FedBn(Weighting.from(s))),
          new Entry<>(
              "fedwon",
              "no normalisation: weight-standardised convolutions, adaptive gradient clipping",
              "Zhuang and Lyu, ICLR 2024",
              "clip = 0.64, clip-biases = true, clip-last-layer = true, " + WEIGHTING,
              s -> new FedWon(FedWon.Options.from(s))),
          new Entry<>(
              "standalone",
              "no federation: each client trains alone, the floor to beat",
              "",
              "",
              _ -> new Standalone()));

  private AlgorithmCatalog() {}

  /** All methods, in the order of the documentation. */
  public static List<Entry<FederatedAlgorithm>> entries() {
    return METHODS.entries();
  }

  /** The method that {@code settings.name} names, with its settings read from the same section. */
  public static FederatedAlgorithm create(Settings settings) {
    return METHODS.create(settings, "fedavg");
  }

  private static ModelFilling norm(NormalizationKind kind) {
    return new ModelFilling(kind, ConvolutionKind.PLAIN, false);
  }
}
