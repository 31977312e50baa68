package dev.tributary.engine.model;

/** What fills a model's convolution slots. */
public enum ConvolutionKind {
  /** An ordinary convolution. */
  PLAIN,
  /** A convolution with scaled weight standardisation and a learnable gain per output channel. */
  WEIGHT_STANDARDIZED
}
