package dev.tributary.engine.model;

import dev.tributary.engine.nn.Activation;
import dev.tributary.engine.nn.Conv2d;
import dev.tributary.engine.nn.LayerSpec;
import dev.tributary.engine.nn.Network;
import dev.tributary.engine.nn.QuantizedLayer;
import dev.tributary.engine.nn.Residual;
import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.parameters.ParameterSpec;
import dev.tributary.engine.parameters.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A layer with weights and what follows it up to the next one: the unit in which methods that
 * normalise, project or recycle look at a model.
 *
 * @param weighted the convolution or dense layer, or null for what follows a residual sum
 * @param normalization the normalisation layer between weights and nonlinearity, or null
 * @param activation the nonlinearity, or null (the output layer, the end of a residual branch)
 * @param next the one layer with weights that the activation feeds, or null where there is none, or
 *     more than one (a residual block)
 */
public record Stage(
    @Nullable LayerSpec weighted,
    @Nullable LayerSpec normalization,
    @Nullable Activation activation,
    @Nullable LayerSpec next) {

  /** The stages of a model in the order of its layers, blocks' branches before their shortcuts. */
  public static List<Stage> of(Model model) {
    List<Stage> stages = new ArrayList<>();
    walk(model.layers(), stages);
    return List.copyOf(stages);
  }

  /** A layer's tensor of a role, in the layout of the model. */
  public static Optional<ParameterSpec> tensor(
      ParameterLayout layout, @Nullable LayerSpec layer, Role role) {
    if (layer == null) {
      return Optional.empty();
    }
    return Network.layout(List.of(layer)).specs().stream()
        .filter(s -> s.role() == role)
        .findFirst()
        .map(s -> layout.spec(s.name()));
  }

  /** The name of the layer with weights, or of the activation after a residual sum. */
  public String name() {
    if (weighted != null) {
      return weighted.name();
    }
    return activation == null ? "" : activation.name();
  }

  /** The units: channels or features that pass the activation; 0 without one. */
  public int units() {
    return activation == null ? 0 : activation.input().axis(0);
  }

  /**
   * Whether multiplying weight and bias by the same positive number changes nothing behind: a
   * normalisation follows (true up to its eps, and of running statistics once they are taken anew),
   * or the weight is standardised before use (true of the weight alone).
   */
  public boolean scaleInvariant() {
    return normalization != null
        || (weighted != null
            && QuantizedLayer.source(weighted) instanceof Conv2d conv
            && conv.standardization() != null);
  }

  private static void walk(List<LayerSpec> layers, List<Stage> stages) {
    Stage open = new Stage(null, null, null, null);
    for (LayerSpec layer : layers) {
      if (layer instanceof Residual residual) {
        close(open, null, stages);
        walk(residual.branch(), stages);
        walk(residual.shortcut(), stages);
        open = new Stage(null, null, null, null);
        continue;
      }
      ParameterLayout own = Network.layout(List.of(layer));
      if (own.roles().contains(Role.WEIGHT)) {
        close(open, layer, stages);
        open = new Stage(layer, null, null, null);
      } else if (open.activation == null) {
        boolean normalizes = own.roles().stream().anyMatch(Role::normalization);
        open =
            new Stage(
                open.weighted,
                normalizes ? layer : open.normalization,
                layer instanceof Activation a ? a : null,
                null);
      }
    }
    close(open, null, stages);
  }

  private static void close(Stage open, @Nullable LayerSpec next, List<Stage> stages) {
    if (open.weighted != null || open.activation != null) {
      stages.add(new Stage(open.weighted, open.normalization, open.activation, next));
    }
  }
}
