/*
 * L1 normalisation of codes with AVX-512, its byte permutations (VBMI) and its products of bytes
 * (VNNI): what l1norm.c says, 64 elements at a time. A code has 256 values, so what a channel does
 * to its codes is computed once for each of them, in 32 bits, and looked up for the elements.
 */
#include "l1norm.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni")))
#define INLINE WIDE static inline __attribute__((always_inline))

/* Runs "body", which sees 64 elements from "i" on of a plane and "m", which of them there are. */
#define VECTORS(body)                                  \
  for (int64_t i = 0; i < whole; i += 64) {            \
    const __mmask64 m = ~0ull;                         \
    body                                               \
  }                                                    \
  if (tail) {                                          \
    const int64_t i = whole;                           \
    const __mmask64 m = tail;                          \
    body                                               \
  }

/* The elements of a plane in full vectors, and which of 64 remain. */
#define SIZES                                     \
  const int64_t whole = positions & ~(int64_t)63; \
  const __mmask64 tail = (1ull << (positions - whole)) - 1

INLINE __m512i set(int64_t value) { return _mm512_set1_epi32((int32_t)value); }

INLINE __m512i load(__mmask64 m, const int8_t *p) { return _mm512_maskz_loadu_epi8(m, p); }

/* Sums of four products of bytes each, of which only b's have signs. Not added within the
 * instruction, whose result takes long: sums would wait for each other. */
INLINE __m512i products(__m512i a, __m512i b) {
  return _mm512_dpbusd_epi32(_mm512_setzero_si512(), a, b);
}

/* The largest of 64 bytes. */
INLINE int64_t largest(__m512i v) {
  __m256i half = _mm256_max_epi8(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
  __m128i quarter = _mm_max_epi8(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  return _mm512_reduce_max_epi32(_mm512_cvtepi8_epi32(quarter));
}

int l1_wide(void) {
  return __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni");
}

WIDE void l1_wide_spread(const int8_t *x, PLACE, int64_t *out) {
  SIZES;
  const __m512i ones = _mm512_set1_epi8(1);
  __m512i sums = _mm512_setzero_si512();
  PLANES {
    const int8_t *in = x + at;
    VECTORS(sums = _mm512_add_epi32(sums, products(ones, load(m, in + i)));)
  }
  int64_t n = batch * positions, sum = _mm512_reduce_add_epi32(sums), t = floor_of(sum, n);
  const __m512i level = _mm512_set1_epi8((char)t);
  int64_t count = 0, equal = 0;
  /* The least is kept as its complement, the largest. */
  __m512i most = _mm512_set1_epi8(-128), least = most;
  sums = _mm512_setzero_si512();
  PLANES {
    const int8_t *in = x + at;
    VECTORS({
      __m512i v = load(m, in + i);
      count += __builtin_popcountll(_mm512_mask_cmpgt_epi8_mask(m, v, level));
      sums = _mm512_add_epi32(sums, products(ones, _mm512_maskz_max_epi8(m, v, level)));
      most = _mm512_mask_max_epi8(most, m, most, v);
      least = _mm512_mask_max_epi8(least, m, least, _mm512_xor_si512(v, set(-1)));
    })
  }
  if (n * t == sum) {
    PLANES {
      const int8_t *in = x + at;
      VECTORS(equal += __builtin_popcountll(
                  _mm512_mask_cmpeq_epi8_mask(m, load(m, in + i), level));)
    }
  }
  out[0] = sum;
  out[1] = _mm512_reduce_add_epi32(sums) - t * n;
  out[2] = count;
  out[3] = equal;
  out[4] = ~largest(least);
  out[5] = largest(most);
}

/* A function of a code: its values for 0 to 127 and for -128 to -1. */
typedef struct {
  __m512i of[4];
} table;

INLINE __m512i look(const table *t, __m512i code, __mmask64 negative) {
  __m512i low = _mm512_permutex2var_epi8(t->of[0], code, t->of[1]);
  return _mm512_mask_mov_epi8(low, negative, _mm512_permutex2var_epi8(t->of[2], code, t->of[3]));
}

/* The codes of 16 of a table's entries such that four such vectors, each 4 further on, packed to 16
 * bits and to 8, are in order. */
INLINE __m512i codes(int quarter) {
  __m512i order =
      _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 32, 33, 34, 35, 48, 49, 50, 51);
  return _mm512_add_epi32(order, set(quarter < 2 ? 64 * quarter : 64 * quarter - 256));
}

WIDE void l1_wide_apply(const int8_t *x, PLACE, int32_t factor, int32_t offset,
                                  int32_t shift, int32_t qmax, int8_t *y) {
  SIZES;
  table f;
  for (int q = 0; q < 4; q++) {
    __m512i v = _mm512_add_epi32(_mm512_mullo_epi32(codes(q), set(factor)), set(offset)), s[4];
    for (int k = 0; k < 4; k++) {
      s[k] = _mm512_sra_epi32(v, _mm_cvtsi32_si128(shift));
      v = _mm512_add_epi32(v, set(4 * (int64_t)factor));
    }
    v = _mm512_packs_epi16(_mm512_packs_epi32(s[0], s[1]), _mm512_packs_epi32(s[2], s[3]));
    v = _mm512_min_epi8(v, _mm512_set1_epi8((char)qmax));
    f.of[q] = _mm512_max_epi8(v, _mm512_set1_epi8((char)-qmax));
  }
  PLANES {
    const int8_t *in = x + at;
    int8_t *out = y + at;
    VECTORS({
      __m512i v = load(m, in + i);
      _mm512_mask_storeu_epi8(out + i, m, look(&f, v, _mm512_movepi8_mask(v)));
    })
  }
}

INLINE int64_t total(__m512i v) {
  return _mm512_reduce_add_epi64(
      _mm512_add_epi64(_mm512_cvtepi32_epi64(_mm512_castsi512_si256(v)),
                       _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(v, 1))));
}

WIDE void l1_wide_moments(const int8_t *x, const int8_t *g, PLACE, int64_t *out) {
  SIZES;
  const __m512i ones = _mm512_set1_epi8(1), bias = _mm512_set1_epi8(-128);
  __m512i sums = _mm512_setzero_si512(), both = _mm512_setzero_si512();
  __m512i most = bias, least = bias;
  int64_t product = 0, held = 0;
  PLANES {
    const int8_t *in = x + at, *up = g + at;
    VECTORS({
      __m512i v = _mm512_xor_si512(load(m, in + i), bias);
      __m512i u = load(m, up + i);
      sums = _mm512_add_epi32(sums, products(ones, u));
      both = _mm512_add_epi32(both, products(v, u));
      most = _mm512_mask_max_epi8(most, m, most, u);
      least = _mm512_mask_max_epi8(least, m, least, _mm512_xor_si512(u, set(-1)));
    })
    held += whole / 64 + 1;
    /* 4 * 255 * 128 each. */
    if (held > 1 << 13) {
      product += total(both);
      both = _mm512_setzero_si512();
      held = 0;
    }
  }
  out[0] = _mm512_reduce_add_epi32(sums);
  out[1] = product + total(both) - 128 * out[0];
  out[2] = ~largest(least);
  out[3] = largest(most);
}

/* Codes without the draws: the integer below, and by how much a draw must exceed to add one. */
typedef struct {
  table below, limit;
} steps;

INLINE steps tabulate(uint32_t factor, uint32_t level, uint32_t dither) {
  const __m512i byte = _mm512_set1_epi16(255);
  steps to;
  for (int q = 0; q < 4; q++) {
    __m512i v = _mm512_add_epi32(_mm512_mullo_epi32(codes(q), set(factor)), set(level)), s[4];
    __m512i index = _mm512_and_si512(codes(q), set(255));
    __m512i d = _mm512_add_epi32(_mm512_mullo_epi32(index, set(GOLDEN)), set(dither));
    for (int k = 0; k < 4; k++) {
      s[k] = _mm512_srai_epi32(_mm512_add_epi32(v, _mm512_srli_epi32(d, 32 - DITHER)), DITHER);
      v = _mm512_add_epi32(v, set(4 * factor));
      d = _mm512_add_epi32(d, set(4 * GOLDEN));
    }
    __m512i low = _mm512_packs_epi32(s[0], s[1]), high = _mm512_packs_epi32(s[2], s[3]);
    to.below.of[q] = _mm512_packs_epi16(_mm512_srai_epi16(low, 8), _mm512_srai_epi16(high, 8));
    to.limit.of[q] =
        _mm512_packus_epi16(_mm512_andnot_si512(low, byte), _mm512_andnot_si512(high, byte));
  }
  return to;
}

/* "exact": whether the level where x is t differs from that below. */
INLINE void down(const int8_t *x, const int8_t *g, PLACE, const levels *d, uint64_t key,
                 int8_t *dx, int exact) {
  SIZES;
  const uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  const uint32_t dither = dither_of(key, channel);
  const steps more = tabulate(d->factor, d->above, dither + 256 * GOLDEN);
  const steps less = tabulate(d->factor, d->below, dither);
  steps same = less;
  if (exact) same = tabulate(d->factor, d->equal, dither);
  const __m512i level = _mm512_set1_epi8((char)d->t);
  const __m512i lanes = _mm512_add_epi32(
      _mm512_mullo_epi32(
          _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), set(GOLDEN)),
      set(low));
  PLANES {
    const int8_t *in = x + at, *up = g + at;
    int8_t *out = dx + at;
    const uint32_t from = first(at, positions);
    VECTORS({
      __m512i h = _mm512_add_epi32(set((from + (uint32_t)i / 4) * GOLDEN), lanes);
      h = _mm512_mullo_epi32(_mm512_xor_si512(h, _mm512_srli_epi32(h, 16)), set(FIRST));
      /* word()'s two steps with "high": 0x96 is the exclusive or of all three. */
      h = _mm512_ternarylogic_epi32(h, _mm512_srli_epi32(h, 13), set(high ^ high >> 13), 0x96);
      h = _mm512_mullo_epi32(h, set(SECOND));
      h = _mm512_xor_si512(h, _mm512_srli_epi32(h, 16));
      __m512i v = load(m, in + i);
      __m512i u = load(m, up + i);
      __mmask64 negative = _mm512_movepi8_mask(u);
      __mmask64 above = _mm512_cmpgt_epi8_mask(v, level);
      __m512i code = look(&less.below, u, negative);
      __m512i limit = look(&less.limit, u, negative);
      if (exact) {
        __mmask64 equal = _mm512_cmpeq_epi8_mask(v, level);
        code = _mm512_mask_mov_epi8(code, equal, look(&same.below, u, negative));
        limit = _mm512_mask_mov_epi8(limit, equal, look(&same.limit, u, negative));
      }
      code = _mm512_mask_mov_epi8(code, above, look(&more.below, u, negative));
      limit = _mm512_mask_mov_epi8(limit, above, look(&more.limit, u, negative));
      __mmask64 carry = _mm512_cmpgt_epu8_mask(h, limit);
      code = _mm512_mask_sub_epi8(code, carry, code, _mm512_set1_epi8(-1));
      _mm512_mask_storeu_epi8(out + i, m, code);
    })
  }
}

WIDE void l1_wide_down(const int8_t *x, const int8_t *g, PLACE, const levels *d, uint64_t key,
                       int8_t *dx) {
  if (d->equal == d->below)
    down(x, g, channel, channels, batch, positions, d, key, dx, 0);
  else
    down(x, g, channel, channels, batch, positions, d, key, dx, 1);
}
#endif
