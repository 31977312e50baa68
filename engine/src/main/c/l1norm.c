/*
 * L1 batch normalisation of codes, for IntegerL1Norm.java, whose documentation says what is
 * computed. One channel at a time: of a batch of images it fits a first-level cache, so that only
 * the first of its passes reads from further away.
 */
#include "integer.h"

/* Fixed point of a gradient, and what a draw of 16 bits is shifted by to stand below the point. */
enum { POINT = 22, BELOW = POINT - 16 };

/* The planes of a channel, the next at element "at". */
#define PLANES                                                              \
  for (int64_t b = 0, at = channel * positions; b < batch;                  \
       b++, at += channels * positions)

/* The sum of a channel's codes. */
CLONES static int64_t plain_sum(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
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
CLONES static void plain_above(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
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
CLONES static void plain_apply(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
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
CLONES static void plain_moments(const int8_t *x, const int8_t *g, int64_t channel,
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

/* 32 bits for two elements of a plane, position p and p + 16 of 32. */
static inline __attribute__((always_inline)) uint32_t word(uint32_t low, uint32_t high,
                                                           uint32_t index) {
  uint32_t x = index * 0x9E3779B9u + low;
  x ^= x >> 16;
  x *= 0x85EBCA6Bu;
  x ^= high;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  return x ^ x >> 16;
}

/* The first index of a plane: it has 16 for every 32 positions begun. */
static inline uint32_t first(int64_t at, int64_t positions) {
  return (uint32_t)(at / positions * ((positions + 31) / 32 * 16));
}

/* dx = (g factor + level + draw) >> POINT modulo 2^32, with a level for each sign of x - t. */
CLONES static void plain_down(const int8_t *x, const int8_t *g, int64_t channel, int64_t channels,
                              int64_t batch, int64_t positions, int32_t t, uint32_t factor,
                              uint32_t above, uint32_t equal, uint32_t below, uint64_t key,
                              int8_t *dx) {
  uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  PLANES {
    const int8_t *restrict in = x + at, *restrict up = g + at;
    int8_t *restrict out = dx + at;
    uint32_t from = first(at, positions);
    for (int64_t i = 0; i < positions; i++) {
      int32_t d = in[i] - t;
      uint32_t level = d > 0 ? above : below;
      level = d == 0 ? equal : level;
      uint32_t bits = word(low, high, from + (uint32_t)(i / 32 * 16 + i % 16));
      uint32_t u = (i % 32 < 16 ? bits & 0xffff : bits >> 16) << BELOW;
      out[i] = (int8_t)((int32_t)((uint32_t)up[i] * factor + level + u) >> POINT);
    }
  }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))) static

/* Which of 64 bytes from i on a plane has. */
static inline uint64_t tail(int64_t i, int64_t positions) {
  return positions - i >= 64 ? ~0ull : (1ull << (positions - i)) - 1;
}

static inline uint16_t tail16(int64_t i, int64_t positions) {
  return positions - i >= 16 ? 0xffff : positions > i ? (uint16_t)((1u << (positions - i)) - 1) : 0;
}

/* Sums of bytes: 128 is added to make them unsigned, and taken off again at the end. */
#define BIASED(v, m) \
  _mm512_sad_epu8(_mm512_maskz_mov_epi8(m, _mm512_xor_si512(v, bias)), _mm512_setzero_si512())

WIDE int64_t wide_sum(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                      int64_t positions) {
  __m512i bias = _mm512_set1_epi8(-128), sum = _mm512_setzero_si512();
  PLANES
    for (int64_t i = 0; i < positions; i += 64) {
      uint64_t m = tail(i, positions);
      sum = _mm512_add_epi64(sum, BIASED(_mm512_maskz_loadu_epi8(m, x + at + i), m));
    }
  return _mm512_reduce_add_epi64(sum) - 128 * batch * positions;
}

WIDE void wide_above(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                     int64_t positions, int32_t t, int64_t *out) {
  __m512i bias = _mm512_set1_epi8(-128), sum = _mm512_setzero_si512();
  __m512i threshold = _mm512_set1_epi8((char)t);
  int64_t count = 0, equal = 0;
  PLANES
    for (int64_t i = 0; i < positions; i += 64) {
      uint64_t m = tail(i, positions);
      __m512i v = _mm512_maskz_loadu_epi8(m, x + at + i);
      sum = _mm512_add_epi64(sum, BIASED(_mm512_max_epi8(v, threshold), m));
      count += __builtin_popcountll(_mm512_mask_cmpgt_epi8_mask(m, v, threshold));
      equal += __builtin_popcountll(_mm512_mask_cmpeq_epi8_mask(m, v, threshold));
    }
  out[0] = _mm512_reduce_add_epi64(sum) - (t + 128) * batch * positions;
  out[1] = count;
  out[2] = equal;
}

WIDE void wide_apply(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                     int64_t positions, int32_t factor, int32_t offset, int32_t shift,
                     int32_t qmax, int8_t *y) {
  __m512i f = _mm512_set1_epi32(factor), o = _mm512_set1_epi32(offset);
  __m512i most = _mm512_set1_epi32(qmax), least = _mm512_set1_epi32(-qmax);
  __m128i s = _mm_cvtsi32_si128(shift);
  PLANES
    for (int64_t i = 0; i < positions; i += 16) {
      uint16_t m = tail16(i, positions);
      __m512i v = _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(m, x + at + i));
      v = _mm512_sra_epi32(_mm512_add_epi32(_mm512_mullo_epi32(v, f), o), s);
      v = _mm512_max_epi32(_mm512_min_epi32(v, most), least);
      _mm_mask_storeu_epi8(y + at + i, m, _mm512_cvtepi32_epi8(v));
    }
}

WIDE void wide_moments(const int8_t *x, const int8_t *g, int64_t channel, int64_t channels,
                       int64_t batch, int64_t positions, int64_t *out) {
  __m512i bias = _mm512_set1_epi8(-128), sum = _mm512_setzero_si512();
  __m512i least = _mm512_set1_epi8(127), most = bias;
  int64_t product = 0;
  PLANES {
    __m512i products = _mm512_setzero_si512();
    for (int64_t i = 0; i < positions; i += 64) {
      uint64_t m = tail(i, positions);
      __m512i v = _mm512_maskz_loadu_epi8(m, x + at + i);
      __m512i u = _mm512_maskz_loadu_epi8(m, g + at + i);
      sum = _mm512_add_epi64(sum, BIASED(u, m));
      least = _mm512_mask_min_epi8(least, m, least, u);
      most = _mm512_mask_max_epi8(most, m, most, u);
      __m512i low = _mm512_madd_epi16(_mm512_cvtepi8_epi16(_mm512_castsi512_si256(v)),
                                      _mm512_cvtepi8_epi16(_mm512_castsi512_si256(u)));
      __m512i high = _mm512_madd_epi16(_mm512_cvtepi8_epi16(_mm512_extracti64x4_epi64(v, 1)),
                                       _mm512_cvtepi8_epi16(_mm512_extracti64x4_epi64(u, 1)));
      products = _mm512_add_epi32(products, _mm512_add_epi32(low, high));
    }
    product += _mm512_reduce_add_epi32(products);
  }
  int8_t lows[64], highs[64];
  _mm512_storeu_si512(lows, least);
  _mm512_storeu_si512(highs, most);
  out[0] = _mm512_reduce_add_epi64(sum) - 128 * batch * positions;
  out[1] = product;
  out[2] = lows[0];
  out[3] = highs[0];
  for (int i = 1; i < 64; i++) {
    out[2] = lows[i] < out[2] ? lows[i] : out[2];
    out[3] = highs[i] > out[3] ? highs[i] : out[3];
  }
}

WIDE void wide_down(const int8_t *x, const int8_t *g, int64_t channel, int64_t channels,
                    int64_t batch, int64_t positions, int32_t t, uint32_t factor, uint32_t above,
                    uint32_t equal, uint32_t below, uint64_t key, int8_t *dx) {
  __m512i low = _mm512_set1_epi32((int32_t)key), high = _mm512_set1_epi32((int32_t)(key >> 32));
  __m512i f = _mm512_set1_epi32((int32_t)factor), golden = _mm512_set1_epi32((int32_t)0x9E3779B9);
  __m512i one = _mm512_set1_epi32((int32_t)0x85EBCA6B);
  __m512i two = _mm512_set1_epi32((int32_t)0xC2B2AE35);
  __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  __m512i more = _mm512_set1_epi32((int32_t)above), less = _mm512_set1_epi32((int32_t)below);
  __m512i same = _mm512_set1_epi32((int32_t)equal);
  __m128i threshold = _mm_set1_epi8((char)t);
  PLANES {
    uint32_t from = first(at, positions);
    for (int64_t i = 0; i < positions; i += 32) {
      __m512i h = _mm512_add_epi32(_mm512_set1_epi32((int32_t)(from + i / 2)), lanes);
      h = _mm512_add_epi32(_mm512_mullo_epi32(h, golden), low);
      h = _mm512_xor_si512(h, _mm512_srli_epi32(h, 16));
      h = _mm512_xor_si512(_mm512_mullo_epi32(h, one), high);
      h = _mm512_xor_si512(h, _mm512_srli_epi32(h, 13));
      h = _mm512_mullo_epi32(h, two);
      h = _mm512_xor_si512(h, _mm512_srli_epi32(h, 16));
      __m512i draws[2] = {_mm512_srli_epi32(_mm512_slli_epi32(h, 16), 16 - BELOW),
                          _mm512_slli_epi32(_mm512_srli_epi32(h, 16), BELOW)};
      for (int half = 0; half < 2; half++) {
        int64_t p = i + 16 * half;
        uint16_t m = tail16(p, positions);
        if (!m) break;
        __m128i v = _mm_maskz_loadu_epi8(m, x + at + p);
        __m512i level = _mm512_mask_mov_epi32(less, _mm_cmpgt_epi8_mask(v, threshold), more);
        level = _mm512_mask_mov_epi32(level, _mm_cmpeq_epi8_mask(v, threshold), same);
        __m512i u = _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(m, g + at + p));
        u = _mm512_add_epi32(_mm512_mullo_epi32(u, f), _mm512_add_epi32(level, draws[half]));
        _mm_mask_storeu_epi8(dx + at + p, m, _mm512_cvtepi32_epi8(_mm512_srai_epi32(u, POINT)));
      }
    }
  }
}

#define CHOSEN(name, ...) \
  (__builtin_cpu_supports("avx512bw") ? wide_##name(__VA_ARGS__) : plain_##name(__VA_ARGS__))
#else
#define CHOSEN(name, ...) plain_##name(__VA_ARGS__)
#endif

int64_t tributary_l1_sum(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                         int64_t positions) {
  return CHOSEN(sum, x, channel, channels, batch, positions);
}

void tributary_l1_above(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                        int64_t positions, int32_t t, int64_t *out) {
  CHOSEN(above, x, channel, channels, batch, positions, t, out);
}

void tributary_l1_apply(const int8_t *x, int64_t channel, int64_t channels, int64_t batch,
                        int64_t positions, int32_t factor, int32_t offset, int32_t shift,
                        int32_t qmax, int8_t *y) {
  CHOSEN(apply, x, channel, channels, batch, positions, factor, offset, shift, qmax, y);
}

void tributary_l1_moments(const int8_t *x, const int8_t *g, int64_t channel, int64_t channels,
                          int64_t batch, int64_t positions, int64_t *out) {
  CHOSEN(moments, x, g, channel, channels, batch, positions, out);
}

void tributary_l1_down(const int8_t *x, const int8_t *g, int64_t channel, int64_t channels,
                       int64_t batch, int64_t positions, int32_t t, uint32_t factor,
                       uint32_t above, uint32_t equal, uint32_t below, uint64_t key,
                       int8_t *dx) {
  CHOSEN(down, x, g, channel, channels, batch, positions, t, factor, above, equal, below, key,
         dx);
}
