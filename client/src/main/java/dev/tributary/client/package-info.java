/**
 * Clients: simulated devices that train on their own data.
 *
 * <p>{@link dev.tributary.client.Host} is one process's actor; it keeps one {@link
 * dev.tributary.client.Client} actor per device and one {@link dev.tributary.client.TrainingPool}
 * for all of them. {@link dev.tributary.client.LocalWork} is what a device does when it is its
 * turn.
 */
@NullMarked
package dev.tributary.client;

import org.jspecify.annotations.NullMarked;
