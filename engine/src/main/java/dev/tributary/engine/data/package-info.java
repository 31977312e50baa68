/** What the engine asks of data; loaders, partitions and streams are in the datasets module. */
@NullMarked
package dev.tributary.engine.data;

import org.jspecify.annotations.NullMarked;
