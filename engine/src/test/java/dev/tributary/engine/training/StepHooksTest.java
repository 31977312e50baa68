package dev.tributary.engine.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.engine.parameters.ParameterLayout;
import dev.tributary.engine.tensor.Shape;
import dev.tributary.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepHooksTest {
  private final List<String> calls = new ArrayList<>();

  /** A hook that needs the gradient in one epoch and says when it is called. */
  private StepHook hook(String name, int epoch) {
    return new StepHook() {
      @Override
      public boolean needsGradient(int e, int batch) {
        return e == epoch;
      }

      @Override
      public void afterBackward(Step step) {
        calls.add(name + " backward " + step.epoch());
      }

      @Override
      public void afterUpdate(Step step) {
        calls.add(name + " update " + step.epoch());
      }
    };
  }

  private record Moment(int epoch) implements Step {
    private static final Tensor NOTHING = Tensor.zeros(Shape.of(1));

    @Override
    public int batch() {
      return 0;
    }

    @Override
    public ParameterLayout layout() {
      return ParameterLayout.builder().build();
    }

    @Override
    public Tensor weights() {
      return NOTHING;
    }

    @Override
    public Tensor gradient() {
      return NOTHING;
    }

    @Override
    public Tensor start() {
      return NOTHING;
    }
  }

  @Test
  void callsTheFirstBeforeTheSecondAndNeitherUnasked() {
    StepHook both = StepHooks.both(hook("a", 0), StepHooks.both(hook("b", 1), hook("c", 0)));
    for (int epoch = 0; epoch < 3; epoch++) {
      boolean needed = both.needsGradient(epoch, 0);
      assertThat(needed).isEqualTo(epoch < 2);
      if (needed) {
        both.afterBackward(new Moment(epoch));
      }
      both.afterUpdate(new Moment(epoch));
    }

    assertThat(calls)
        .containsExactly(
            "a backward 0",
            "c backward 0",
            "a update 0",
            "b update 0",
            "c update 0",
            "b backward 1",
            "a update 1",
            "b update 1",
            "c update 1",
            "a update 2",
            "b update 2",
            "c update 2");
  }

  @Test
  void withNothingItIsTheOther() {
    StepHook hook = hook("a", 0);

    assertThat(StepHooks.both(hook, StepHook.NONE)).isSameAs(hook);
    assertThat(StepHooks.both(StepHook.NONE, hook)).isSameAs(hook);
    assertThat(StepHooks.both(StepHook.NONE, StepHook.NONE)).isSameAs(StepHook.NONE);
  }
}
