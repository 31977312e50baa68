package dev.tributary.datasets.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.engine.random.Seeds;
import dev.tributary.engine.settings.MapSettings;
import dev.tributary.engine.settings.SettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionOptionsTest {

  @Test
  void defaults() {
    assertThat(PartitionOptions.from(MapSettings.empty()))
        .isEqualTo(new PartitionOptions(SplitKind.BY_DOMAIN, 0, 0.5, 2, 1));
    assertThat(read(Map.of("split", "iid")))
        .isEqualTo(new PartitionOptions(SplitKind.IID, 10, 0.5, 2, 1));
  }

  @Test
  void everyKeyIsRead() {
    var dirichlet = Map.of("split", "dirichlet", "clients", 7, "alpha", 0.1, "min-samples", 3);
    assertThat(read(dirichlet)).isEqualTo(new PartitionOptions(SplitKind.DIRICHLET, 7, 0.1, 2, 3));
    assertThat(read(dirichlet).partitioner(List.of(100)))
        .isEqualTo(new DirichletPartitioner(0.1, 3));
    var shards = Map.of("split", "shards", "clients", 4, "shards-per-client", 5, "min-samples", 2);
    assertThat(read(shards).partitioner(List.of(100))).isEqualTo(new ShardPartitioner(5, 2));
    var quantity = Map.<String, Object>of("split", "quantity", "alpha", 2);
    assertThat(read(quantity).partitioner(List.of(100))).isEqualTo(new QuantityPartitioner(2, 1));
    var iid = Map.<String, Object>of("split", "iid", "min-samples", 4);
    assertThat(read(iid).partitioner(List.of(100))).isEqualTo(new IidPartitioner(4));
  }

  @Test
  void byDomainTakesItsClientsFromTheDomains() {
    PartitionOptions options = read(Map.of("split", "by-domain"));
    assertThat(options.divide(new int[5], List.of(3, 2), Seeds.root(1)))
        .containsExactly(new int[] {0, 1, 2}, new int[] {3, 4});
    assertThatThrownBy(
            () -> read(Map.of("clients", 3)).divide(new int[5], List.of(3, 2), Seeds.root(1)))
        .isInstanceOf(PartitionException.class)
        .hasMessageContaining("clients must be 2, got 3");
  }

  static List<Arguments> mistakes() {
    return List.of(
        Arguments.of(Map.of("split", "diriclet"), "split", "dirichlet", "diriclet"),
        Arguments.of(Map.of("split", "dirichlet", "alpha", 0), "alpha", "> 0", "0"),
        Arguments.of(Map.of("split", "quantity", "alpha", Double.NaN), "alpha", "finite", "NaN"),
        Arguments.of(
            Map.of("split", "quantity", "alpha", Double.POSITIVE_INFINITY),
            "alpha",
            "finite",
            "Inf"),
        Arguments.of(Map.of("split", "iid", "alpha", 0.4), "alpha", "split = iid", "0.4"),
        Arguments.of(Map.of("split", "iid", "clients", 0), "clients", ">= 1", "0"),
        Arguments.of(Map.of("clients", -1), "clients", "number of domains", "-1"),
        Arguments.of(
            Map.of("split", "shards", "shards-per-client", 0), "shards-per-client", ">= 1", "0"),
        Arguments.of(
            Map.of("split", "iid", "shards-per-client", 3),
            "shards-per-client",
            "only shards",
            "3"),
        Arguments.of(Map.of("min-samples", 0), "min-samples", ">= 1", "0"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesNameKeyRuleAndValue(
      Map<String, Object> values, String key, String rule, String value) {
    assertThatThrownBy(() -> read(values))
        .isInstanceOf(SettingException.class)
        .hasMessageContainingAll(key, rule, value);
  }

  private static PartitionOptions read(Map<String, ?> values) {
    return PartitionOptions.from(MapSettings.of(Map.copyOf(values)));
  }
}
