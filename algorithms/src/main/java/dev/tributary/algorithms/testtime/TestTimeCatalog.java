package dev.tributary.algorithms.testtime;

import dev.tributary.algorithms.Catalog;
import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.engine.settings.Settings;
import java.util.List;

/** All methods of adaptation at test time by name; adding one is adding a line here. */
public final class TestTimeCatalog {

  private static final String STATISTICS = "source-weight = 0.9, unbiased = false, mixture = false";

  private static final Catalog<TestTimeAdapter> METHODS =
      Catalog.of(
          new Entry<>("source", "no adaptation: the running statistics", "", "", _ -> new Source()),
          new Entry<>(
              "bn-adapt",
              "the statistics of the test batch",
              "Nado et al., 2020; Schneider et al., NeurIPS 2020",
              "prior = 0, unbiased = false",
              s -> new BnAdapt(BnAdapt.Options.from(s))),
          new Entry<>(
              "alpha-bn",
              "the source's statistics mixed with the test batch's",
              "You et al., arXiv:2110.04065, 2021",
              STATISTICS,
              s -> new AlphaBn(AlphaBn.Options.from(s))),
          new Entry<>(
              "tent",
              "bn-adapt, and a step towards certainty after each batch",
              "Wang et al., ICLR 2021",
              "lr = 0.001",
              Tent::from),
          new Entry<>(
              "core",
              "alpha-bn, and a step that takes confused classes apart; loss not verified",
              "after You et al., arXiv:2110.04065, 2021",
              STATISTICS
                  + ", lr = 0.001, loss = row-normalised | cosine | mcc | unnormalised,"
                  + " temperature = 1",
              s -> new Core(Core.Options.from(s))));

  private TestTimeCatalog() {}

  /** All methods, in the order of the documentation. */
  public static List<Entry<TestTimeAdapter>> entries() {
    return METHODS.entries();
  }

  /** The method that {@code settings.name} names, with its settings read from the same section. */
  public static TestTimeAdapter create(Settings settings) {
    return METHODS.create(settings, "alpha-bn");
  }

  /** The methods. */
  public static Catalog<TestTimeAdapter> methods() {
    return METHODS;
  }
}
