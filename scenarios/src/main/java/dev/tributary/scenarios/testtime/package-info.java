/** What comes after training: the trained model meets corrupted images and unseen domains. */
@NullMarked
package dev.tributary.scenarios.testtime;

import org.jspecify.annotations.NullMarked;
