package dev.tributary.engine.cuda;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests that pass on whatever ND4J computes on: on the processor with its usual backend, on a GPU
 * with {@code -Pcuda}, which runs them alone. With that backend and no GPU they skip.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("cuda")
@ExtendWith(OnDevice.Condition.class)
public @interface OnDevice {

  /** Whether ND4J's backend has what it needs. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (OnDevice.class.getResource("/org/nd4j/linalg/jcublas/JCublasBackend.class") == null) {
        return ConditionEvaluationResult.enabled("ND4J computes on the processor");
      }
      String absence = CudaDevice.driverAbsence();
      return absence.isEmpty()
          ? ConditionEvaluationResult.enabled("ND4J computes on a GPU")
          : ConditionEvaluationResult.disabled("ND4J's CUDA backend has no GPU: " + absence);
    }
  }
}
