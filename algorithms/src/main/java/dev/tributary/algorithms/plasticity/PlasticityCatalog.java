package dev.tributary.algorithms.plasticity;

import dev.tributary.algorithms.Catalog;
import dev.tributary.algorithms.Catalog.Entry;
import dev.tributary.engine.settings.Settings;
import java.util.List;

/** All methods against the loss of plasticity by name; adding one is adding a line here. */
public final class PlasticityCatalog {

  private static final Catalog<PlasticityMethod> METHODS =
      Catalog.of(
          new Entry<>("none", "plain training", "", "", _ -> new NoMethod()),
          new Entry<>(
              "l2",
              "pulls weights towards zero",
              "Lyle et al., ICML 2023",
              "coefficient = 0.001",
              s -> new L2(L2.Options.from(s))),
          new Entry<>(
              "shrink-perturb",
              "shrinks weights and adds a little of a fresh network",
              "Ash and Adams, NeurIPS 2020",
              "shrink = 0.6, perturb = 0.01, at-task-start = true, every = infinity",
              s -> new ShrinkPerturb(ShrinkPerturb.Options.from(s))),
          new Entry<>(
              "regenerative",
              "pulls weights towards their initial values",
              "Kumar et al., CoLLAs 2024",
              "coefficient = 0.001",
              s -> new Regenerative(Regenerative.Options.from(s))),
          new Entry<>(
              "redo",
              "begins dormant units anew",
              "Sokar et al., ICML 2023",
              "tau = 0.1, every = 1000, probe = 64",
              s -> new ReDo(ReDo.Options.from(s))),
          new Entry<>(
              "nap",
              "normalises before every nonlinearity and projects weights to their initial norm",
              "Lyle et al., NeurIPS 2024",
              "every = 1, affine = none | joint | regularised, coefficient = 0.001",
              s -> new Nap(Nap.Options.from(s))));

  private PlasticityCatalog() {}

  /** All methods, in the order of the documentation. */
  public static List<Entry<PlasticityMethod>> entries() {
    return METHODS.entries();
  }

  /** The method that {@code settings.name} names, with its settings read from the same section. */
  public static PlasticityMethod create(Settings settings) {
    return METHODS.create(settings, "none");
  }
}
