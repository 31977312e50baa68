package dev.tributary.algorithms;

import dev.tributary.engine.data.Examples;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSubset;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.training.LocalOptions;
import dev.tributary.engine.training.LocalTrainer;
import dev.tributary.engine.training.TrainingResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * A federation without actors or wires, with the division of labour that {@link FederatedAlgorithm}
 * describes: merge, train, keep the unshared part, send the shared delta; mean, aggregate.
 */
final class TinyFederation {
  private final FederatedAlgorithm algorithm;
  private final ParameterSubset shared;
  private final ParameterSubset local;
  private final List<ParameterVector> kept = new ArrayList<>();
  private ParameterVector weights;
  private int round;

  TinyFederation(FederatedAlgorithm algorithm, ParameterVector initial, int clients) {
    this.algorithm = algorithm;
    EnumSet<Role> others = EnumSet.allOf(Role.class);
    others.removeAll(algorithm.sharedRoles());
    this.shared = initial.layout().select(algorithm.sharedRoles());
    this.local = initial.layout().select(others);
    this.weights = shared.gather(initial);
    for (int i = 0; i < clients; i++) {
      kept.add(initial);
    }
  }

  /** What travels. */
  ParameterLayout sharedLayout() {
    return shared.layout();
  }

  /** What each client keeps. */
  ParameterSubset local() {
    return local;
  }

  /** A client's whole model as it would start the next round, or be evaluated, with. */
  ParameterVector model(int client) {
    return shared.scatter(weights, kept.get(client));
  }

  /** One round in which every client takes part with the training given for it. */
  void round(List<LocalTraining> trainings) {
    round++;
    List<ParameterVector> deltas = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    for (int i = 0; i < trainings.size(); i++) {
      TrainingResult result = algorithm.train(new ClientRound(round, model(i), trainings.get(i)));
      kept.set(i, result.weights());
      deltas.add(shared.gather(result.weights()).minus(weights));
      shares.add(algorithm.weight(result.examples()));
    }
    weights = algorithm.aggregate(weights, mean(deltas, shares));
  }

  /** Whole rounds on real data by the engine's trainer; every client's model at the end. */
  static List<ParameterVector> train(
      FederatedAlgorithm algorithm,
      Model model,
      LocalOptions options,
      int rounds,
      List<? extends Examples> data) {
    TinyFederation federation =
        new TinyFederation(algorithm, model.initial(Seeds.root(1)), data.size());
    try (LocalTrainer trainer = new LocalTrainer(model, Toy.engine(), options)) {
      for (int r = 1; r <= rounds; r++) {
        Seeds seeds = Seeds.root(2).child("round", r);
        List<LocalTraining> trainings = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
          Examples own = data.get(i);
          Seeds clientSeeds = seeds.child("client", i);
          trainings.add((start, hook) -> trainer.train(start, own, clientSeeds, hook));
        }
        federation.round(trainings);
      }
    }
    List<ParameterVector> models = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      models.add(federation.model(i));
    }
    return models;
  }

  private static ParameterVector mean(List<ParameterVector> deltas, List<Double> weights) {
    double total = weights.stream().mapToDouble(w -> w).sum();
    ParameterLayout layout = deltas.getFirst().layout();
    float[] mean = new float[layout.size()];
    for (int e = 0; e < mean.length; e++) {
      double sum = 0;
      for (int i = 0; i < deltas.size(); i++) {
        sum += weights.get(i) / total * deltas.get(i).get(e);
      }
      mean[e] = (float) sum;
    }
    return ParameterVector.of(layout, mean);
  }
}
