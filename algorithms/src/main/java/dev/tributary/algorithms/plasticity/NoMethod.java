package dev.tributary.algorithms.plasticity;

/** No method: plain training, the arm that the others are measured against. */
public record NoMethod() implements PlasticityMethod {

  @Override
  public String id() {
    return "none";
  }

  @Override
  public PlasticityHook hook(PlasticityStart start) {
    return PlasticityHook.NONE;
  }
}
