/*
 * Tiles by AVX2: products of unsigned by signed bytes are summed in 16 bits, and these flushed to
 * 32 bits before they could overflow, after `flush` fours. With flush = 0 both are signed and
 * products of whole bytes, which fit in 16 bits only once, go to 32 bits at once.
 */
#include "integer.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline)) TARGET

/* One row after the other: else the compiler moves all products first and sums to the stack. */
#define KEEP(pair) __asm__ volatile("" : "+x"((pair)[0]), "+x"((pair)[1]))

enum { ROWS = 4, VECTORS = 2, LANES = 8, PIECE = 64 };

INLINE __m256i four(const int8_t *left) {
  int32_t bytes;
  memcpy(&bytes, left, 4);
  return _mm256_set1_epi32(bytes);
}

/* Adds the sums of `fours` steps, at most `flush`, of 4 rows and 16 columns. */
INLINE void steps(const int rows, int64_t fours, const int8_t *left, const uint8_t *right,
                  int64_t right_step, int32_t *sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i acc[ROWS][VECTORS];
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++) acc[r][0] = acc[r][1] = _mm256_setzero_si256();
  for (; fours > 0; fours--, left += 4 * LEFT, right += right_step) {
    __m256i b0 = _mm256_loadu_si256((const __m256i *)right);
    __m256i b1 = _mm256_loadu_si256((const __m256i *)(right + 32));
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
      __m256i a = four(left + 4 * r);
      acc[r][0] = _mm256_add_epi16(acc[r][0], _mm256_maddubs_epi16(b0, a));
      acc[r][1] = _mm256_add_epi16(acc[r][1], _mm256_maddubs_epi16(b1, a));
      KEEP(acc[r]);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < VECTORS; v++) {
      __m256i *to = (__m256i *)(sums + RIGHT * r + LANES * v);
      _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to),
                                               _mm256_madd_epi16(acc[r][v], ones)));
    }
}

/* The same for signed bytes of any size but -128, straight into 32 bits. */
INLINE void whole_steps(const int rows, int64_t fours, const int8_t *left, const uint8_t *right,
                        int64_t right_step, int32_t *sums) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i acc[ROWS][VECTORS];
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < VECTORS; v++)
      acc[r][v] = _mm256_loadu_si256((const __m256i *)(sums + RIGHT * r + LANES * v));
  for (; fours > 0; fours--, left += 4 * LEFT, right += right_step) {
    __m256i b0 = _mm256_loadu_si256((const __m256i *)right);
    __m256i b1 = _mm256_loadu_si256((const __m256i *)(right + 32));
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) {
      __m256i a = four(left + 4 * r);
      __m256i size = _mm256_abs_epi8(a);
      __m256i p0 = _mm256_maddubs_epi16(size, _mm256_sign_epi8(b0, a));
      __m256i p1 = _mm256_maddubs_epi16(size, _mm256_sign_epi8(b1, a));
      acc[r][0] = _mm256_add_epi32(acc[r][0], _mm256_madd_epi16(p0, ones));
      acc[r][1] = _mm256_add_epi32(acc[r][1], _mm256_madd_epi16(p1, ones));
      KEEP(acc[r]);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < rows; r++)
#pragma GCC unroll 2
    for (int v = 0; v < VECTORS; v++)
      _mm256_storeu_si256((__m256i *)(sums + RIGHT * r + LANES * v), acc[r][v]);
}

#define BLOCK(R)                                                                              \
  TARGET static void block##R(int64_t fours, int64_t flush, const int8_t *left,                \
                              const uint8_t *right, int64_t right_step, int32_t *sums) {      \
    if (!flush) {                                                                             \
      whole_steps(R, fours, left, right, right_step, sums);                                    \
      return;                                                                                 \
    }                                                                                         \
    while (fours > 0) {                                                                       \
      int64_t now = fours < flush ? fours : flush;                                             \
      steps(R, now, left, right, right_step, sums);                                            \
      fours -= now;                                                                           \
      left += now * 4 * LEFT;                                                                 \
      right += now * right_step;                                                              \
    }                                                                                         \
  }
BLOCK(1) BLOCK(2) BLOCK(3) BLOCK(4)

typedef void (*block_function)(int64_t, int64_t, const int8_t *, const uint8_t *, int64_t,
                               int32_t *);

TARGET static void tile(int rows, int columns, const segment *segments, int64_t count,
                        int64_t flush, const int8_t *left, const uint8_t *right, int32_t *sums) {
  static const block_function BLOCKS[] = {block1, block2, block3, block4};
  int width = columns > 16 ? 32 : 16;
  for (int r = 0; r < rows; r++) memset(sums + RIGHT * r, 0, 4 * (size_t)width);
  for (int64_t s = 0; s < count; s++) {
    for (int r = 0; r < rows && segments[s].shift; r++)
      for (int c = 0; c < width; c++)
        sums[RIGHT * r + c] = (int32_t)((uint32_t)sums[RIGHT * r + c] << segments[s].shift);
    /* In pieces, so that what the blocks of rows read in turn stays in the first cache. */
    for (int64_t left_over = segments[s].fours; left_over > 0; left_over -= PIECE) {
      int64_t fours = left_over < PIECE ? left_over : PIECE;
      for (int c = 0; c < width; c += LANES * VECTORS)
        for (int r = 0; r < rows; r += ROWS)
          BLOCKS[(rows - r < ROWS ? rows - r : ROWS) - 1](fours, flush, left + 4 * r,
                                                          right + 4 * c, 4 * width,
                                                          sums + RIGHT * r + c);
      left += fours * 4 * LEFT;
      right += fours * 4 * width;
    }
  }
}

TARGET static void row_sums(const segment *segments, int64_t count, const int8_t *left,
                            int32_t *sums) {
  const __m256i bytes = _mm256_set1_epi8(1);
  const __m256i pairs = _mm256_set1_epi16(1);
  __m256i low = _mm256_setzero_si256();
  __m128i high = _mm_setzero_si128();
  for (int64_t s = 0; s < count; s++) {
    __m128i shift = _mm_cvtsi64_si128(segments[s].shift);
    low = _mm256_sll_epi32(low, shift);
    high = _mm_sll_epi32(high, shift);
    for (int64_t k = segments[s].fours; k > 0; k--, left += 4 * LEFT) {
      __m256i a = _mm256_loadu_si256((const __m256i *)left);
      __m128i b = _mm_loadu_si128((const __m128i *)(left + 32));
      low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, a), pairs));
      high = _mm_add_epi32(high, _mm_madd_epi16(_mm_maddubs_epi16(_mm256_castsi256_si128(bytes), b),
                                                _mm256_castsi256_si128(pairs)));
    }
  }
  _mm256_storeu_si256((__m256i *)sums, low);
  _mm_storeu_si128((__m128i *)(sums + 8), high);
}

const kernels tributary_avx2 = {tile, row_sums, 0, 0};
#endif
