/*
 * L1 batch normalisation of codes, for IntegerL1Norm.java, whose documentation says what is
 * computed. One channel at a time: of a batch of images it fits a first-level cache, so that only
 * the first of its passes reads from further away.
 */
#include "integer.h"

/* Fixed point of a gradient, and what a draw of 15 bits is shifted by to stand below the point. */
enum { POINT = 22, BELOW = POINT - 15 };

/* The planes of a channel, the next at element "at". */
#define PLANES                                                              \
  for (int64_t b = 0, at = channel * positions; b < batch;                  \
       b++, at += channels * positions)

/* The sum of a channel's codes. */
CLONES int64_t tributary_l1_sum(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                                int64_t positions) {
  int64_t total = 0;
  PLANES {
    const int8_t *in = x + at;
    int32_t sum = 0;
    for (int64_t i = 0; i < positions; i++) sum += in[i];
    total += sum;
  }
  return total;
}

/* out: the sum of x - t where x > t, how many those are, and how many x are t. */
CLONES void tributary_l1_above(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                               int64_t positions, int32_t t, int64_t *out) {
  int64_t above = 0, count = 0, equal = 0;
  PLANES {
    const int8_t *in = x + at;
    int32_t sum = 0, more = 0, same = 0;
    for (int64_t i = 0; i < positions; i++) {
      int32_t d = in[i] - t;
      sum += d > 0 ? d : 0;
      more += d > 0;
      same += d == 0;
    }
    above += sum;
    count += more;
    equal += same;
  }
  out[0] = above;
  out[1] = count;
  out[2] = equal;
}

/* y = clamp((x factor + offset) >> shift). */
CLONES void tributary_l1_apply(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                               int64_t positions, int32_t factor, int32_t offset, int32_t shift,
                               int32_t qmax, int8_t *y) {
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
CLONES void tributary_l1_moments(const int8_t *x, const int8_t *g, int64_t channel,
                                 int64_t channels, int64_t batch, int64_t positions,
                                 int64_t *out) {
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

static inline __attribute__((always_inline)) uint32_t draw(uint32_t low, uint32_t high,
                                                           uint32_t index) {
  uint32_t x = index * 0x9E3779B9u + low;
  x ^= x >> 16;
  x *= 0x85EBCA6Bu;
  x ^= high;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  return x >> 17;
}

/* dx = (g factor + level + draw) >> POINT modulo 2^32, with a level for each sign of x - t. */
CLONES void tributary_l1_down(const int8_t *x, const int8_t *g, int64_t channel, int64_t channels,
                              int64_t batch, int64_t positions, int32_t t, uint32_t factor,
                              uint32_t above, uint32_t equal, uint32_t below, uint64_t key,
                              int8_t *dx) {
  uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  PLANES {
    const int8_t *restrict in = x + at, *restrict up = g + at;
    int8_t *restrict out = dx + at;
    for (int64_t i = 0; i < positions; i++) {
      int32_t d = in[i] - t;
      uint32_t level = d > 0 ? above : below;
      level = d == 0 ? equal : level;
      uint32_t u = draw(low, high, (uint32_t)(at + i)) << BELOW;
      out[i] = (int8_t)((int32_t)((uint32_t)up[i] * factor + level + u) >> POINT);
    }
  }
}
