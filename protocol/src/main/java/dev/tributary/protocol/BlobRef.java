package dev.tributary.protocol;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * Bulk bytes that whoever wants them pulls from their {@link #source} in chunks; the message that
 * carries the reference stays small.
 *
 * @param id unique at the source
 * @param size in bytes
 * @param source answers {@link BlobCommand}s
 */
public record BlobRef(String id, long size, ActorRef<BlobCommand> source) {}
