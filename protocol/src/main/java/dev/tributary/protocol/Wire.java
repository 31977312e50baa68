package dev.tributary.protocol;

/** A message that may cross a process boundary; bound to {@code FederationSerializer}. */
public interface Wire {}
