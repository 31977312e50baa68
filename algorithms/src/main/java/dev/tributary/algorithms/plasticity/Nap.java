package dev.tributary.algorithms.plasticity;

import dev.tributary.engine.model.ConvolutionKind;
import dev.tributary.engine.model.Model;
import dev.tributary.engine.model.ModelFilling;
import dev.tributary.engine.model.NormalizationKind;
import dev.tributary.engine.model.Stage;
import dev.tributary.engine.optim.NormProjection;
import dev.tributary.engine.parameters.ParameterVector;
import dev.tributary.engine.parameters.Role;
import dev.tributary.engine.settings.Settings;
import dev.tributary.engine.training.Step;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * NaP, normalise and project: a normalisation before every nonlinearity makes a network blind to
 * the size of its weights, and projecting the weights back to the size they began with keeps the
 * effective learning rate where the schedule puts it.
 *
 * <p>C. Lyle, Z. Zheng, K. Khetarpal, J. Martens, H. van Hasselt, R. Pascanu, W. Dabney:
 * Normalization and effective learning rates in reinforcement learning. NeurIPS 2024,
 * arXiv:2407.01800.
 *
 * <pre>
 *   model:     h_l = act(norm(W_l h_(l-1) + b_l))
 *   step:      w &lt;- optimiser(w, g);   every k steps, for each hidden l:
 *              W_l &lt;- rho_l W_l / ||W_l||_F,   rho_l = ||W_l||_F at initialisation
 *   joint:     (gamma, beta) &lt;- sqrt(d) (gamma, beta) / ||(gamma, beta)||    of each norm's d units
 *   server:    the average of projected weights is shorter than each; it is projected again
 * </pre>
 *
 * <p><b>Symbols.</b> k: {@link Options#every}; gamma, beta: {@link Options#affine}. The projection
 * is {@link NormProjection}. rho_l is taken from the initial weights, so nothing is kept.
 *
 * <p><b>Choices</b> where the paper, or what can be read of it, is silent. Which weights: all but
 * the output layer's, by role and place. A bias before a norm adds nothing there that the norm's
 * shift could not, and the paper leaves it out; this project's layers have one, and it takes the
 * same factor as its weight, so that the projection changes no output. Running statistics are not
 * scaled: they are right in evaluation where every step ends with a projection, so behind batch
 * normalisation k must be 1. {@code affine = regularised} is a pull of {@code coefficient} to gamma
 * = 1, beta = 0; its size is ours. The optimiser's state is left alone. A standardised convolution
 * needs no norm: it is blind to its weight's size by itself. Batch, group and layer normalisation
 * all do; where nothing else says, it is layer normalisation.
 *
 * <p><b>Mind.</b> Growing weights anneal a learning rate without being asked; with NaP that is the
 * schedule's task ({@code optimizer.schedule}).
 *
 * <p><b>Cost.</b> Two passes over the hidden weights every k steps. k = infinity with {@code
 * affine} other than {@code regularised} is plain training to the bit.
 */
public record Nap(Options options) implements PlasticityMethod {
  private static final Set<Role> AFFINE = EnumSet.of(Role.NORM_SCALE, Role.NORM_SHIFT);

  /** What is done about the scale and shift of normalisation layers. */
  public enum Affine {
    /** Nothing. */
    NONE,
    /** They are projected together, as one vector, to their initial norm. */
    JOINT,
    /** They are pulled to 1 and 0. */
    REGULARISED
  }

  /** Settings below {@code plasticity}. */
  public record Options(Every every, Affine affine, double coefficient) {
    /**
     * Reads {@code every} (steps, &ge; 1, default 1, {@code infinity} switches the projection off),
     * {@code affine = none | joint | regularised} and {@code coefficient} (of {@code regularised},
     * &ge; 0, default 0.001).
     */
    public static Options from(Settings settings) {
      return new Options(
          Every.from(settings, new Every(1)),
          settings.choice("affine", Affine.NONE),
          Coefficient.from(settings, 1e-3));
    }
  }

  @Override
  public String id() {
    return "nap";
  }

  @Override
  public Optional<ModelFilling> filling() {
    return Optional.of(new ModelFilling(NormalizationKind.LAYER, ConvolutionKind.PLAIN, false));
  }

  @Override
  public void require(Model model) {
    List<Stage> weighted = Stage.of(model).stream().filter(s -> s.weighted() != null).toList();
    List<Stage> hidden = weighted.subList(0, weighted.size() - 1);
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException(
          "plasticity nap projects hidden weights, but "
              + model
              + " has none; choose a model with hidden layers, or plasticity.name = none");
    }
    for (Stage stage : hidden) {
      if (!stage.scaleInvariant()) {
        throw new IllegalArgumentException(
            "plasticity nap must have a normalisation before every nonlinearity, but "
                + stage.name()
                + " of "
                + model
                + " has none behind it: shrinking its weights would change what the model"
                + " computes; set model.normalization = layer, group or batch, or choose another"
                + " plasticity.name");
      }
      boolean running =
          Stage.tensor(model.layout(), stage.normalization(), Role.NORM_RUNNING_MEAN).isPresent();
      if (running && options.every().between()) {
        throw new IllegalArgumentException(
            "plasticity nap must project after every step where running statistics follow a weight,"
                + " as behind "
                + stage.name()
                + " of "
                + model
                + ": between projections they are taken at another size of the weights than"
                + " evaluation meets; set plasticity.every = 1, or model.normalization = layer or"
                + " group");
      }
    }
  }

  @Override
  public PlasticityHook hook(PlasticityStart start) {
    return new Projecting(options, start);
  }

  @Override
  public ParameterVector afterAggregate(ParameterVector weights, ParameterVector initial) {
    return options.every().never() ? weights : projection(options, initial).project(weights);
  }

  private static NormProjection projection(Options options, ParameterVector initial) {
    return new NormProjection(initial, options.affine() == Affine.JOINT);
  }

  private static final class Projecting implements PlasticityHook {
    private final Options options;
    private final NormProjection projection;
    private final @Nullable PullToInitial pull;
    private long taken;

    Projecting(Options options, PlasticityStart start) {
      this.options = options;
      this.projection = projection(options, start.initial());
      this.pull =
          options.affine() == Affine.REGULARISED && options.coefficient() != 0
              ? new PullToInitial(options.coefficient(), start.initial(), AFFINE)
              : null;
      this.taken = start.steps();
    }

    @Override
    public boolean needsGradient(int epoch, int batch) {
      return pull != null;
    }

    @Override
    public void afterBackward(Step step) {
      if (pull != null) {
        pull.addGradient(step);
      }
    }

    @Override
    public void afterUpdate(Step step) {
      taken++;
      if (options.every().at(taken)) {
        projection.project(step.weights());
      }
    }

    @Override
    public void close() {
      if (pull != null) {
        pull.close();
      }
    }
  }
}
