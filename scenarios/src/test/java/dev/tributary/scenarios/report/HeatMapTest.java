package dev.tributary.scenarios.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeatMapTest {
  private static final double NAN = Double.NaN;

  @Test
  void namesAreEscaped() {
    String svg =
        HeatMap.svg(
            "a \"b\" & c", "<across>", List.of("x<y"), List.of("p&q"), List.of(List.of(0.5)));
    assertThat(svg)
        .contains("&lt;across&gt;", "x&lt;y", "p&amp;q", "aria-label=\"a &quot;b&quot; &amp; c\"")
        .doesNotContain("<across>", "x<y", "p&q");
  }

  /** Darker is higher: 0.06 of full colour for nothing known, all of it for everything. */
  @Test
  void cellsHaveTheirPercentAndTheirShade() {
    String svg =
        HeatMap.svg(
            "d", "a", List.of("0", "1", "2"), List.of("r"), List.of(List.of(0.0, 0.5, 1.0)));
    assertThat(svg)
        .contains("fill-opacity:0.060", "fill-opacity:0.530", "fill-opacity:1.000")
        .contains("<title>50.0 %</title>", ">50</text>", ">100</text>");
  }

  @Test
  void whatWasNotMeasuredIsAnEmptyCell() {
    String svg =
        HeatMap.svg(
            "d",
            "a",
            List.of("0", "1"),
            List.of("r", "s"),
            List.of(List.of(0.4, NAN), List.of(NAN, 1.0)));
    assertThat(svg).doesNotContain("NaN").containsOnlyOnce(">40</text>").containsOnlyOnce(">100<");
    assertThat(svg.split("<title>not measured</title>", -1)).hasSize(3);
    assertThat(svg.split("fill-opacity:0.000", -1)).hasSize(3);
  }

  /** Fifty columns leave no room for numbers; they stand in the cells' titles. */
  @Test
  void narrowCellsKeepTheirNumbersInTheirTitles() {
    List<String> names = Collections.nCopies(50, "t");
    String svg = HeatMap.svg("d", "a", names, List.of("r"), List.of(Collections.nCopies(50, 0.25)));
    assertThat(svg).doesNotContain(">25</text>");
    assertThat(svg.split("<title>25.0 %</title>", -1)).hasSize(51);
  }
}
