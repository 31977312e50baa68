/*
 * The passes of L1 batch normalisation in plain C, as the compiler makes vectors of them, and the
 * choice between these and those of l1norm_wide.c.
 */
#include "integer.h"
#include "l1norm.h"

/* out: the sum of x; with t the mean's floor the sum of x - t where x > t, how many those are, how
 * many x are the mean itself; the smallest and the largest x. */
CLONES static void plain_spread(const int8_t *x, PLACE, int64_t *out) {
  int64_t total = 0, above = 0, count = 0, equal = 0;
  int8_t least = 127, most = -128;
  PLANES {
    const int8_t *in = x + at;
    int32_t sum = 0;
    for (int64_t i = 0; i < positions; i++) sum += in[i];
    total += sum;
  }
  int32_t t = (int32_t)floor_of(total, batch * positions);
  PLANES {
    const int8_t *in = x + at;
    int32_t sum = 0, more = 0, same = 0;
    for (int64_t i = 0; i < positions; i++) {
      int32_t d = in[i] - t;
      sum += d > 0 ? d : 0;
      more += d > 0;
      same += d == 0;
    }
    for (int64_t i = 0; i < positions; i++) {
      least = in[i] < least ? in[i] : least;
      most = in[i] > most ? in[i] : most;
    }
    above += sum;
    count += more;
    equal += same;
  }
  out[0] = total;
  out[1] = above;
  out[2] = count;
  out[3] = total == batch * positions * t ? equal : 0;
  out[4] = least;
  out[5] = most;
}

/* y = clamp((x factor + offset) >> shift). */
CLONES static void plain_apply(const int8_t *x, PLACE, int32_t factor, int32_t offset,
                               int32_t shift, int32_t qmax, int8_t *y) {
  PLANES {
    const int8_t *restrict in = x + at;
    int8_t *restrict out = y + at;
    for (int64_t i = 0; i < positions; i++) {
      int32_t v = (in[i] * factor + offset) >> shift;
      v = v > qmax ? qmax : v;
      out[i] = (int8_t)(v < -qmax ? -qmax : v);
    }
  }
}

/* out: the sum of g, the sum of g x, the smallest and the largest g. */
CLONES static void plain_moments(const int8_t *x, const int8_t *g, PLACE, int64_t *out) {
  int64_t total = 0, moment = 0;
  int8_t least = 127, most = -128;
  PLANES {
    const int8_t *in = x + at, *up = g + at;
    int32_t sum = 0, product = 0;
    for (int64_t i = 0; i < positions; i++) {
      sum += up[i];
      product += (int16_t)in[i] * (int16_t)up[i];
    }
    for (int64_t i = 0; i < positions; i++) {
      least = up[i] < least ? up[i] : least;
      most = up[i] > most ? up[i] : most;
    }
    total += sum;
    moment += product;
  }
  out[0] = total;
  out[1] = moment;
  out[2] = least;
  out[3] = most;
}

/* v = (g factor + level + dither) >> DITHER modulo 2^32, then dx = (v + draw) >> 8. */
CLONES static void plain_down(const int8_t *x, const int8_t *g, PLACE, const levels *d,
                              uint64_t key, int8_t *dx) {
  enum { BLOCK = 256 };
  const uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  const uint32_t dither = dither_of(key, channel);
  const levels l = *d;
  PLANES {
    uint32_t from = first(at, positions);
    for (int64_t i = 0; i < positions; i += BLOCK) {
      const int8_t *restrict in = x + at + i, *restrict up = g + at + i;
      int8_t *restrict out = dx + at + i;
      uint8_t draws[BLOCK];
      for (uint32_t k = 0; k < BLOCK / 4; k++) {
        uint32_t bits = word(low, high, from + (uint32_t)(i / 4) + k);
        for (int byte = 0; byte < 4; byte++) draws[4 * k + byte] = (uint8_t)(bits >> 8 * byte);
      }
      int count = (int)(positions - i < BLOCK ? positions - i : BLOCK);
      for (int k = 0; k < count; k++) {
        uint32_t level = in[k] > l.t ? l.above : l.below;
        level = in[k] == l.t ? l.equal : level;
        uint32_t index = (uint8_t)up[k] + (in[k] > l.t ? 256u : 0u);
        uint32_t small = (dither + index * GOLDEN) >> (32 - DITHER);
        int32_t v = (int32_t)((uint32_t)up[k] * l.factor + level + small) >> DITHER;
        out[k] = (int8_t)((v + draws[k]) >> 8);
      }
    }
  }
}

#if defined(__x86_64__) && defined(__GNUC__)
#define CHOSEN(name, ...) \
  (isa >= VNNI && l1_wide() ? l1_wide_##name(__VA_ARGS__) : plain_##name(__VA_ARGS__))
#else
#define CHOSEN(name, ...) ((void)isa, plain_##name(__VA_ARGS__))
#endif

void tributary_l1_spread(int isa, const int8_t *x, PLACE, int64_t *out) {
  CHOSEN(spread, x, channel, channels, batch, positions, out);
}

void tributary_l1_apply(int isa, const int8_t *x, PLACE, int32_t factor, int32_t offset,
                        int32_t shift, int32_t qmax, int8_t *y) {
  CHOSEN(apply, x, channel, channels, batch, positions, factor, offset, shift, qmax, y);
}

void tributary_l1_moments(int isa, const int8_t *x, const int8_t *g, PLACE, int64_t *out) {
  CHOSEN(moments, x, g, channel, channels, batch, positions, out);
}

void tributary_l1_down(int isa, const int8_t *x, const int8_t *g, PLACE, int32_t t,
                       uint32_t factor, uint32_t above, uint32_t equal, uint32_t below,
                       uint64_t key, int8_t *dx) {
  const levels d = {t, factor, above, equal, below};
  CHOSEN(down, x, g, channel, channels, batch, positions, &d, key, dx);
}
