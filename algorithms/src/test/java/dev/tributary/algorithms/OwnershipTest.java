package dev.tributary.algorithms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.training.StepHook;
import dev.tributary.engine.training.TrainingResult;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who averages what, per role: a table written by hand against what each method declares and
 * against what a round of two clients really does.
 */
class OwnershipTest {
  /** s: shared and averaged; -: stays with each client. */
  private static final String TABLE =
      """
      role               fedavg  fedavg-gn  fedavg-ln  fedprox  silobn  fedbn  fedwon  standalone
      WEIGHT             s       s          s          s        s       s      s       -
      BIAS               s       s          s          s        s       s      s       -
      GAIN               s       s          s          s        s       s      s       -
      NORM_SCALE         s       s          s          s        s       -      s       -
      NORM_SHIFT         s       s          s          s        s       -      s       -
      NORM_RUNNING_MEAN  s       s          s          s        -       -      s       -
      NORM_RUNNING_VAR   s       s          s          s        -       -      s       -
      NORM_COUNTER       s       s          s          s        -       -      s       -
      TASK_WEIGHT        s       s          s          s        s       -      s       -
      ADAPTER            s       s          s          s        s       s      s       -
      MEMORY             -       -          -          -        -       -      -       -
      RESIDUAL           -       -          -          -        -       -      -       -
      """;

  /**
   * One number per role at each of two clients after training, with their mean and their mean
   * weighted 25 to 75, by hand.
   */
  private enum Numbers {
    WEIGHT(2, 6, 4, 5),
    BIAS(-1, 3, 1, 2),
    GAIN(1.5, 0.5, 1, 0.75),
    NORM_SCALE(1.2, 0.8, 1, 0.9),
    NORM_SHIFT(0.1, 0.3, 0.2, 0.25),
    NORM_RUNNING_MEAN(5, 1, 3, 2),
    NORM_RUNNING_VAR(4, 9, 6.5, 7.75),
    NORM_COUNTER(8, 16, 12, 14),
    TASK_WEIGHT(-2, 2, 0, 1),
    ADAPTER(0, 4, 2, 3),
    MEMORY(7, 9, 8, 8.5),
    RESIDUAL(0.5, -0.5, 0, -0.25);

    final double a;
    final double b;
    final double mean;
    final double weighted;

    Numbers(double a, double b, double mean, double weighted) {
      this.a = a;
      this.b = b;
      this.mean = mean;
      this.weighted = weighted;
    }

    Role role() {
      return Role.valueOf(name());
    }
  }

  static Stream<Entry<FederatedAlgorithm>> entries() {
    return AlgorithmCatalog.entries().stream();
  }

  /** Per method and role, whether the table says shared. */
  private static Map<String, Map<Role, Boolean>> table() {
    List<String[]> rows = TABLE.lines().map(line -> line.split(" +", -1)).toList();
    Map<String, Map<Role, Boolean>> table = new HashMap<>();
    for (int column = 1; column < rows.getFirst().length; column++) {
      Map<Role, Boolean> roles = new EnumMap<>(Role.class);
      for (String[] row : rows.subList(1, rows.size())) {
        roles.put(Role.valueOf(row[0]), row[column].equals("s"));
      }
      table.put(rows.getFirst()[column], roles);
    }
    return table;
  }

  private static Map<Role, Boolean> expected(Entry<FederatedAlgorithm> entry) {
    return table().getOrDefault(entry.id(), Map.of());
  }

  @Test
  void theTableHasEveryMethodAndEveryRole() {
    assertThat(table().keySet())
        .containsExactlyInAnyOrderElementsOf(entries().map(Entry::id).toList());
    assertThat(table().values()).allSatisfy(t -> assertThat(t).containsOnlyKeys(Role.values()));
    assertThat(Arrays.stream(Numbers.values()).map(Numbers::role)).containsExactly(Role.values());
  }

  @ParameterizedTest
  @MethodSource("entries")
  void declaresWhatTheTableSays(Entry<FederatedAlgorithm> entry) {
    FederatedAlgorithm algorithm = Toy.algorithm(entry.id(), Map.of());
    for (Role role : Role.values()) {
      assertThat(algorithm.sharedRoles().contains(role))
          .as("%s shares %s", entry.id(), role)
          .isEqualTo(expected(entry).get(role));
    }
  }

  @ParameterizedTest
  @MethodSource("entries")
  void aRoundOfTwoAlikeGivesTheMeanOfTheSharedAndKeepsTheRest(Entry<FederatedAlgorithm> entry) {
    TinyFederation federation = federation(entry, Map.of());
    federation.round(List.of(becomes(true, 50), becomes(false, 50)));

    check(entry, federation, false);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void aRoundOfTwentyFiveToSeventyFiveGivesTheWeightedMean(Entry<FederatedAlgorithm> entry) {
    TinyFederation federation = federation(entry, Map.of());
    federation.round(List.of(becomes(true, 25), becomes(false, 75)));

    check(entry, federation, true);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void uniformWeightingDoesNotLookAtTheNumberOfExamples(Entry<FederatedAlgorithm> entry) {
    boolean choice = entry.keys().contains("weighting");
    TinyFederation federation =
        federation(entry, choice ? Map.of("weighting", "uniform") : Map.of());
    federation.round(List.of(becomes(true, 25), becomes(false, 75)));

    check(entry, federation, false);
  }

  @ParameterizedTest
  @MethodSource("entries")
  void whatIsKeptIsTheStartOfTheNextRoundAndWhatIsSharedIsTheSameForBoth(
      Entry<FederatedAlgorithm> entry) {
    TinyFederation federation = federation(entry, Map.of());
    federation.round(List.of(becomes(true, 25), becomes(false, 75)));
    federation.round(List.of(stays(25), stays(75)));

    check(entry, federation, true);
  }

  private static TinyFederation federation(
      Entry<FederatedAlgorithm> entry, Map<String, Object> settings) {
    ParameterVector initial = ParameterVector.of(layout(), new float[Role.values().length]);
    return new TinyFederation(Toy.algorithm(entry.id(), settings), initial, 2);
  }

  private static void check(
      Entry<FederatedAlgorithm> entry, TinyFederation federation, boolean weighted) {
    ParameterVector a = federation.model(0);
    ParameterVector b = federation.model(1);
    for (Numbers n : Numbers.values()) {
      boolean shared = expected(entry).getOrDefault(n.role(), false);
      double mean = weighted ? n.weighted : n.mean;
      int at = place(n.role());
      if (shared) {
        assertThat(a.get(at)).as("%s at A", n).isEqualTo((float) mean, offset(1e-6f));
        assertThat(b.get(at)).as("%s at B", n).isEqualTo(a.get(at));
      } else {
        assertThat(a.get(at)).as("%s at A", n).isEqualTo((float) n.a);
        assertThat(b.get(at)).as("%s at B", n).isEqualTo((float) n.b);
      }
    }
  }

  /** One number per role, under names that say nothing, or the wrong thing. */
  private static ParameterLayout layout() {
    Map<Role, String> misleading =
        Map.of(
            Role.WEIGHT, "bn1.weight",
            Role.BIAS, "norm.running_mean",
            Role.NORM_SCALE, "conv1.weight",
            Role.NORM_SHIFT, "conv1.bias",
            Role.NORM_RUNNING_MEAN, "fc1.bias",
            Role.NORM_RUNNING_VAR, "downsample.1");
    ParameterLayout.Builder builder = ParameterLayout.builder();
    for (Role role : Role.values()) {
      builder.add(
          misleading.getOrDefault(role, "t" + role.name().length() + role.name().charAt(0)),
          role,
          Shape.of(1));
    }
    return builder.build();
  }

  private static int place(Role role) {
    return layout().specs().stream()
        .filter(s -> s.role() == role)
        .mapToInt(ParameterSpec::offset)
        .findFirst()
        .orElseThrow();
  }

  private static LocalTraining becomes(boolean a, int examples) {
    float[] values = new float[Numbers.values().length];
    for (Numbers n : Numbers.values()) {
      values[place(n.role())] = (float) (a ? n.a : n.b);
    }
    return (_, _) -> result(ParameterVector.of(layout(), values), examples);
  }

  private static LocalTraining stays(int examples) {
    return (ParameterVector start, StepHook _) -> result(start, examples);
  }

  private static TrainingResult result(ParameterVector weights, int examples) {
    return new TrainingResult(weights, examples, examples, 1, 0);
  }
}
