package dev.tributary.engine.nn;

import dev.tributary.engine.onednn.Desc;
import dev.tributary.engine.onednn.Memory;
import dev.tributary.engine.onednn.OneDnn;
import dev.tributary.engine.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers of one value lie: a piece of a plan's memory, or a tensor. It can move, and
 * takes with it all that oneDNN knows by this address.
 */
final class Place {
  private final OneDnn dnnl;
  private final boolean ofTensor;
  private final List<Memory> memories = new ArrayList<>();
  private MemorySegment segment = MemorySegment.NULL;
  private @Nullable Tensor tensor;

  private Place(OneDnn dnnl, boolean ofTensor) {
    this.dnnl = dnnl;
    this.ofTensor = ofTensor;
  }

  /** A piece of memory that is given later. */
  static Place ofMemory(OneDnn dnnl) {
    return new Place(dnnl, false);
  }

  /** A tensor that is given later. */
  static Place ofTensor(OneDnn dnnl) {
    return new Place(dnnl, true);
  }

  /** A tensor. */
  static Place of(OneDnn dnnl, Tensor tensor) {
    Place place = ofTensor(dnnl);
    place.move(tensor);
    return place;
  }

  /** Whether it is a tensor with the shape of the value; else {@link #tensor} is flat. */
  boolean isTensor() {
    return ofTensor;
  }

  /** The tensor that lies here, when the place is known. */
  Tensor tensor() {
    return Order.forwardFirst(tensor);
  }

  void move(Tensor to) {
    if (tensor != to) {
      tensor = to;
      move(to.memory());
    }
  }

  void move(MemorySegment to) {
    segment = to;
    for (Memory memory : memories) {
      memory.at(to);
    }
  }

  /** What lies here, seen in this format. */
  Memory as(Desc desc) {
    for (Memory memory : memories) {
      if (memory.desc() == desc) {
        return memory;
      }
    }
    Memory memory = dnnl.memory(desc, segment);
    memories.add(memory);
    return memory;
  }
}
