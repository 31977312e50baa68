/** Getting data sets from their official addresses, and checking what lies there. */
@NullMarked
package dev.tributary.datasets.fetch;

import org.jspecify.annotations.NullMarked;
