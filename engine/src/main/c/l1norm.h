/*
 * L1 batch normalisation of codes, for IntegerL1Norm.java, whose documentation says what is
 * computed. One channel at a time: of a batch of images it fits a first-level cache, so that only
 * the first of its passes reads from further away.
 */
#ifndef TRIBUTARY_L1NORM_H
#define TRIBUTARY_L1NORM_H

#include <stdint.h>

/* A channel of codes [batch, channels, positions]. */
#define PLACE int64_t channel, int64_t channels, int64_t batch, int64_t positions

/* The planes of a channel, the next at element "at". */
#define PLANES                                                              \
  for (int64_t b = 0, at = channel * positions; b < batch;                  \
       b++, at += channels * positions)

/* A gradient has so many bits below the point, and before it is drawn so many fewer: 8. */
enum { POINT = 22, DITHER = POINT - 8 };

/* Constants of draws. */
#define GOLDEN 0x9E3779B9u
#define FIRST 0x85EBCA6Bu
#define SECOND 0xC2B2AE35u

/* What is added to a channel's gradients times "factor", by the sign of x - t. */
typedef struct {
  int32_t t;
  uint32_t factor, above, equal, below;
} levels;

/* The largest integer that is not above a / n. */
static inline int64_t floor_of(int64_t a, int64_t n) { return a / n - (a % n < 0); }

/* 32 bits for an index. */
static inline __attribute__((always_inline)) uint32_t word(uint32_t low, uint32_t high,
                                                           uint32_t index) {
  uint32_t x = index * GOLDEN + low;
  x ^= x >> 16;
  x *= FIRST;
  x ^= high;
  x ^= x >> 13;
  x *= SECOND;
  return x ^ x >> 16;
}

/* The first index of a plane's words, which have a byte for each of four positions. */
static inline uint32_t first(int64_t at, int64_t positions) {
  return (uint32_t)(at / positions * ((positions + 3) / 4));
}

/* What a channel's dithers start from; no plane has so high an index. */
static inline uint32_t dither_of(uint64_t key, int64_t channel) {
  return word((uint32_t)key, (uint32_t)(key >> 32), ~(uint32_t)channel);
}

#if defined(__x86_64__) && defined(__GNUC__)
/* l1norm_wide.c: whether the processor can, and the functions of l1norm.c. */
int l1_wide(void);
void l1_wide_spread(const int8_t *x, PLACE, int64_t *out);
void l1_wide_apply(const int8_t *x, PLACE, int32_t factor, int32_t offset, int32_t shift,
                   int32_t qmax, int8_t *y);
void l1_wide_moments(const int8_t *x, const int8_t *g, PLACE, int64_t *out);
void l1_wide_down(const int8_t *x, const int8_t *g, PLACE, const levels *d, uint64_t key,
                  int8_t *dx);
#endif

#endif
