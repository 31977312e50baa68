package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.diagnostics.Probe;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.Stage;
import dev.tributary.engine.nn.Activation;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.tensor.Tensor;
import dev.tributary.engine.training.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * ReDo, recycling dormant neurons: units that hardly respond to anything are begun anew, in such a
 * way that the network's output changes little.
 *
 * <p>G. Sokar, R. Agarwal, P. S. Castro, U. Evci: The Dormant Neuron Phenomenon in Deep
 * Reinforcement Learning. ICML 2023, arXiv:2302.12902.
 *
 * <pre>
 *   s_i = E_x |h_i(x)| / (1/H sum_k E_x |h_k(x)|)     over a probe batch x, H units in the layer
 *   every k steps, where s_i &lt;= tau:   incoming weights of i &lt;- as at initialisation,
 *                                      outgoing weights of i &lt;- 0
 * </pre>
 *
 * <p><b>Symbols.</b> tau: {@link Options#tau}; k: {@link Options#every}; x: {@link Options#probe}
 * of the learner's own examples, drawn anew each time; a unit is a feature of a dense layer or a
 * channel of a convolution, whose E runs over places too.
 *
 * <p>A dead unit (s = 0) can be begun anew without any change of the output, unless layer or group
 * normalisation counts it among the units of a sample: then its new values move the others'. A unit
 * that still responds (0 &lt; s &lt;= tau) takes what it contributed along.
 *
 * <p><b>Choices.</b> With the incoming weights go the unit's bias, its gain in a standardised
 * convolution, and its scale and shift in the normalisation that follows. Batch normalisation takes
 * the statistics of the probe. All layers are judged by one pass before anything changes; units
 * whose activation enters a residual sum or block are left alone, since what is outgoing there is
 * not one layer's. In a standardised convolution the outgoing zeros are raw weights.
 *
 * <p><b>Differences from the source.</b> The optimiser's moments and running statistics of recycled
 * units are not reset: they are out of a step's reach.
 *
 * <p><b>Cost.</b> Every k steps one forward pass over the probe in a network made for it, and where
 * a unit is dormant a draw of a whole model. tau &lt; 0 is plain training to the bit.
 */
public record ReDo(Options options) implements PlasticityMethod {
  private static final Set<Role> INCOMING =
      EnumSet.of(Role.WEIGHT, Role.BIAS, Role.GAIN, Role.NORM_SCALE, Role.NORM_SHIFT);

  /** Settings below {@code plasticity}. */
  public record Options(double tau, Every every, int probe) {
    /**
     * Reads {@code tau} (finite, default 0.1; below 0 it switches recycling off), {@code every}
     * (steps, default 1000) and {@code probe} (examples, &ge; 1, default 64).
     */
    public static Options from(Settings settings) {
      double tau = settings.number("tau", 0.1);
      settings.require(Double.isFinite(tau), "tau", "a finite number", tau);
      int probe = settings.integer("probe", 64);
      settings.require(probe >= 1, "probe", ">= 1", probe);
      return new Options(tau, Every.from(settings, new Every(1000)), probe);
    }
  }

  @Override
  public String id() {
    return "redo";
  }

  @Override
  public PlasticityHook hook(PlasticityStart start) {
    return options.tau() < 0 || options.every().never()
        ? PlasticityHook.NONE
        : new Periodic(options.every(), start.steps(), new Recycling(options, start));
  }

  /** A layer whose units can be begun anew: all that leaves them goes into one next layer. */
  private record Recyclable(
      Activation activation, List<ParameterSpec> incoming, ParameterSpec outgoing) {

    static List<Recyclable> of(Model model) {
      List<Recyclable> all = new ArrayList<>();
      for (Stage stage : Stage.of(model)) {
        Activation activation = stage.activation();
        if (stage.weighted() != null && activation != null && stage.next() != null) {
          List<ParameterSpec> incoming = new ArrayList<>();
          for (Role role : INCOMING) {
            Stage.tensor(model.layout(), stage.weighted(), role).ifPresent(incoming::add);
            Stage.tensor(model.layout(), stage.normalization(), role).ifPresent(incoming::add);
          }
          Stage.tensor(model.layout(), stage.next(), Role.WEIGHT)
              .ifPresent(w -> all.add(new Recyclable(activation, incoming, w)));
        }
      }
      return all;
    }

    /** Begins a unit of {@code weights} anew, the trainable parameters of the whole model. */
    void recycle(int unit, float[] weights, ParameterVector fresh) {
      for (ParameterSpec spec : incoming) {
        int share = spec.shape().rowSize();
        int from = spec.offset() + unit * share;
        for (int i = from; i < from + share; i++) {
          weights[i] = fresh.get(i);
        }
      }
      // Each row of the next layer has one input of this unit, or the several that its places
      // became.
      int row = outgoing.shape().rowSize();
      int inputs = row / activation.input().axis(0);
      for (int at = outgoing.offset() + unit * inputs; at < outgoing.end(); at += row) {
        Arrays.fill(weights, at, at + inputs, 0f);
      }
    }
  }

  private static final class Recycling implements Periodic.Change {
    private final Options options;
    private final PlasticityStart start;
    private final List<Recyclable> layers;

    Recycling(Options options, PlasticityStart start) {
      this.options = options;
      this.start = start;
      this.layers = Recyclable.of(start.model());
    }

    @Override
    public void after(Step step, long taken) {
      Tensor live = step.weights();
      float[] weights = live.toFloats();
      ParameterVector fresh = null;
      try (Probe probe = probe(live, taken)) {
        for (Recyclable layer : layers) {
          double[] scores = probe.activity(layer.activation()).scores();
          for (int unit = 0; unit < scores.length; unit++) {
            if (scores[unit] <= options.tau()) {
              if (fresh == null) {
                fresh = start.model().initial(start.seeds().child("recycle", taken));
              }
              layer.recycle(unit, weights, fresh);
            }
          }
        }
      }
      if (fresh != null) {
        live.copyIn(weights, weights.length);
      }
    }

    /** What the units do on a batch drawn from the learner's examples. */
    private Probe probe(Tensor live, long taken) {
      int n = Math.min(options.probe(), start.data().size());
      int[] order = start.seeds().child("probe", taken).stream().permutation(start.data().size());
      Probe probe = new Probe(start.model(), start.engine(), n);
      probe.loadTrainable(live);
      probe.run(start.data(), Arrays.copyOf(order, n), true);
      return probe;
    }
  }
}
