/* Tiles by AVX-512 VNNI: 64 products of unsigned by signed bytes an instruction, in 16 sums. */
#include "integer.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define INLINE static inline __attribute__((always_inline)) TARGET

INLINE void tile(const int rows, const int vectors, const segment *segments, int64_t count,
                 const int8_t *left, const uint8_t *right, int32_t *sums) {
  __m512i acc[LEFT][2];
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++) acc[r][v] = _mm512_setzero_si512();
  for (int64_t s = 0; s < count; s++) {
    if (segments[s].shift) {
      __m128i shift = _mm_cvtsi64_si128(segments[s].shift);
#pragma GCC unroll 12
      for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) acc[r][v] = _mm512_sll_epi32(acc[r][v], shift);
    }
    for (int64_t k = segments[s].fours; k > 0; k--) {
      __m512i b[2];
#pragma GCC unroll 2
      for (int v = 0; v < vectors; v++) b[v] = _mm512_loadu_si512(right + 64 * v);
#pragma GCC unroll 12
      for (int r = 0; r < rows; r++) {
        int32_t four;
        memcpy(&four, left + 4 * r, 4);
        __m512i a = _mm512_set1_epi32(four);
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++) acc[r][v] = _mm512_dpbusd_epi32(acc[r][v], b[v], a);
      }
      left += 4 * LEFT;
      right += 64 * vectors;
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++)
      _mm512_storeu_si512(sums + RIGHT * r + 16 * v, acc[r][v]);
}

#define ROWS(R)                                                                             \
  TARGET static void rows##R(int columns, const segment *s, int64_t n, const int8_t *left,   \
                             const uint8_t *right, int32_t *sums) {                         \
    if (columns > 16) tile(R, 2, s, n, left, right, sums);                                   \
    else tile(R, 1, s, n, left, right, sums);                                                \
  }
ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12)

typedef void (*rows_function)(int, const segment *, int64_t, const int8_t *, const uint8_t *,
                              int32_t *);

static void any_tile(int rows, int columns, const segment *segments, int64_t count, int64_t flush,
                     const int8_t *left, const uint8_t *right, int32_t *sums) {
  static const rows_function FUNCTIONS[] = {rows1, rows2, rows3, rows4,  rows5,  rows6,
                                            rows7, rows8, rows9, rows10, rows11, rows12};
  (void)flush;
  FUNCTIONS[rows - 1](columns, segments, count, left, right, sums);
}

TARGET static void row_sums(const segment *segments, int64_t count, const int8_t *left,
                            int32_t *sums) {
  const __mmask16 mask = (1 << LEFT) - 1;
  const __m512i ones = _mm512_set1_epi8(1);
  __m512i acc = _mm512_setzero_si512();
  for (int64_t s = 0; s < count; s++) {
    acc = _mm512_sll_epi32(acc, _mm_cvtsi64_si128(segments[s].shift));
    for (int64_t k = segments[s].fours; k > 0; k--, left += 4 * LEFT)
      acc = _mm512_dpbusd_epi32(acc, ones, _mm512_maskz_loadu_epi32(mask, left));
  }
  _mm512_mask_storeu_epi32(sums, mask, acc);
}

const kernels tributary_vnni = {any_tile, row_sums, 0, 0};
#endif
