package dev.tributary.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.benchmarks.harness.Benchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkCatalogTest {
  @Test
  void namesAreDifferentAndDocumented() throws IOException {
    List<String> names = BenchmarkCatalog.all().stream().map(Benchmark::name).toList();
    assertThat(names).doesNotHaveDuplicates().doesNotContain("list");
    String page = Files.readString(Path.of("../docs/benchmarks.md"));
    assertThat(page.lines().filter(line -> line.startsWith("## `")))
        .containsExactlyElementsOf(names.stream().map(name -> "## `" + name + "`").toList());
  }
}
