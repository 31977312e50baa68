package dev.tributary.engine.parameters;

import dev.tributary.engine.hash.Sha256;
import dev.tributary.engine.tensor.Shape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The order, roles, shapes and offsets of all tensors of a model in one flat float32 vector.
 *
 * <p>Trainable tensors come first, in the order the layers declare them, then the others (running
 * statistics, counters). So the gradient, the optimiser's state and a clip all run over the prefix
 * {@code [0, trainableSize)}. Two parties whose {@link #fingerprint} agrees mean the same thing by
 * every element.
 */
public final class ParameterLayout {
  private final List<ParameterSpec> specs;
  private final int size;
  private final int trainableSize;
  private final String fingerprint;

  private ParameterLayout(List<ParameterSpec> specs, int size, int trainableSize) {
    this.specs = List.copyOf(specs);
    this.size = size;
    this.trainableSize = trainableSize;
    this.fingerprint = fingerprint(specs);
  }

  /** Starts an empty layout. */
  public static Builder builder() {
    return new Builder();
  }

  /** All tensors, in the order of their offsets. */
  public List<ParameterSpec> specs() {
    return specs;
  }

  /** The number of float32 elements in the whole vector. */
  public int size() {
    return size;
  }

  /** The length of the prefix that gradients move. */
  public int trainableSize() {
    return trainableSize;
  }

  /** 16 hexadecimal digits that change with any name, role, shape or order. */
  public String fingerprint() {
    return fingerprint;
  }

  /** The tensor with this name. */
  public ParameterSpec spec(String name) {
    return specs.stream()
        .filter(s -> s.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no tensor named "
                        + name
                        + "; there are "
                        + specs.stream().map(ParameterSpec::name).toList()));
  }

  /** The roles that occur. */
  public Set<Role> roles() {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    specs.forEach(s -> roles.add(s.role()));
    return roles;
  }

  /**
   * The tensors whose role is in {@code roles}, as a layout of its own with a map back to this one.
   */
  public ParameterSubset select(Set<Role> roles) {
    return new ParameterSubset(this, specs.stream().filter(s -> roles.contains(s.role())).toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParameterLayout layout && fingerprint.equals(layout.fingerprint);
  }

  @Override
  public int hashCode() {
    return fingerprint.hashCode();
  }

  @Override
  public String toString() {
    return "layout " + fingerprint + " (" + specs.size() + " tensors, " + size + " elements)";
  }

  private static String fingerprint(List<ParameterSpec> specs) {
    StringBuilder lines = new StringBuilder();
    for (ParameterSpec spec : specs) {
      lines.append(spec.name() + '|' + spec.role() + '|' + spec.shape() + '\n');
    }
    return Sha256.hex(lines.toString()).substring(0, 16);
  }

  /** Collects tensors in the order the layers declare them. */
  public static final class Builder {
    private record Entry(String name, Role role, Shape shape) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Builder() {}

    /** Adds a tensor; its name must be new. */
    public Builder add(String name, Role role, Shape shape) {
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            "two tensors are named " + name + "; names must be unique in a model");
      }
      entries.add(new Entry(name, role, shape));
      return this;
    }

    /** Fixes the offsets. */
    public ParameterLayout build() {
      List<ParameterSpec> specs = new ArrayList<>();
      int trainable = append(specs, 0, true);
      int size = append(specs, trainable, false);
      return new ParameterLayout(specs, size, trainable);
    }

    private int append(List<ParameterSpec> specs, int offset, boolean trainable) {
      int end = offset;
      for (Entry entry : entries) {
        if (entry.role().trainable() == trainable) {
          specs.add(new ParameterSpec(entry.name(), entry.role(), entry.shape(), end));
          end = Math.addExact(end, entry.shape().size());
        }
      }
      return end;
    }
  }
}
