/** Tests over the whole project: walls between modules, and what every method must come with. */
@NullMarked
package dev.tributary.scenarios.architecture;

import org.jspecify.annotations.NullMarked;
