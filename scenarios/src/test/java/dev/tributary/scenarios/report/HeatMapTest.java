package dev.tributary.scenarios.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

  /**
   * 0.06 of the way from the page's colour to the full one for nothing known, all of it for all.
   */
  @Test
  void cellsHaveTheirPercentAndTheirShade() {
    String svg =
        HeatMap.svg(
            "d", "a", List.of("0", "1", "2"), List.of("r"), List.of(List.of(0.0, 0.5, 1.0)));
    assertThat(svg)
        .contains("fill:#f2f7fa;fill:light-dark(#f2f7fa,#182027)")
        .contains("fill:#4c9ed9;fill:light-dark(#4c9ed9,#56b4e9)")
        .contains("<title>50.0 %</title>", ">50</text>", ">100</text>");
  }

  /** 4.5 is what WCAG 2 asks of text of this size. */
  @Test
  void numbersCanBeReadOnEveryCell() {
    for (Shade shade : List.of(HeatMap.LIGHT, HeatMap.DARK)) {
      for (int i = -10; i <= 1010; i++) {
        double share = i / 1000.0;
        assertThat(Shade.contrast(shade.text(share), shade.cell(share)))
            .as("%.3f on %06x", share, shade.cell(share))
            .isGreaterThanOrEqualTo(4.5);
      }
    }
  }

  @Test
  void contrastIsThatOfTheStandard() {
    assertThat(Shade.contrast(0xffffff, 0x000000)).isEqualTo(21, within(1e-9));
    assertThat(Shade.contrast(0x123456, 0x123456)).isEqualTo(1, within(1e-9));
    // The lightest gray that passes on white, and the next one that does not.
    assertThat(Shade.contrast(0xffffff, 0x767676)).isGreaterThan(4.5);
    assertThat(Shade.contrast(0x777777, 0xffffff)).isLessThan(4.5);
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
    assertThat(svg.split("fill:none", -1)).hasSize(3);
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
