package dev.tributary.protocol;

/** A message that may cross a process boundary; bound to {@code FederationSerializer}. */
public sealed interface Wire
    permits ServerMessage, HostMessage, RoundMessage, BlobCommand, BlobCommand.BlobReply {}
