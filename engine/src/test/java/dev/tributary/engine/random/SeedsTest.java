package dev.tributary.engine.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Keys against SHA-256 of the same bytes by Python's hashlib. */
class SeedsTest {

  @Test
  void aKeyIsTheFirst64BitsOfItsPlacesHash() {
    Seeds root = Seeds.root(5);
    assertThat(root.key()).isEqualTo(1601780052298408931L);
    Seeds round = root.child("round", -3);
    assertThat(round.key()).isEqualTo(-5791771693351740287L);
    // Names beyond ASCII, longer than any buffer was before, and empty ones.
    Seeds size = round.child("größe ✓", 1L << 40);
    assertThat(size.key()).isEqualTo(7317236975050213063L);
    Seeds large = size.child("n".repeat(300), 7);
    assertThat(large.key()).isEqualTo(429519294493593336L);
    assertThat(large.child("").key()).isEqualTo(-2949126085839499183L);
    assertThat(root.child("round", -3)).isEqualTo(round);
  }
}
