/* How rows of fours become rows of panels, for pack.c and pack_blocks.c. */
#ifndef TRIBUTARY_TURN_H
#define TRIBUTARY_TURN_H

#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static inline __attribute__((always_inline)) uint32_t add_bytes(uint32_t four, uint32_t offset) {
  /* No carry between bytes: the high bits are added apart. */
  return ((four & 0x7f7f7f7fu) + (offset & 0x7f7f7f7fu)) ^ ((four ^ offset) & 0x80808080u);
}

static inline __attribute__((always_inline)) void turn_one(const int8_t *row, uint32_t offset,
                                                           uint8_t *to) {
  uint32_t four;
  memcpy(&four, row, 4);
  four = add_bytes(four, offset);
  memcpy(to, &four, 4);
}

/* Four fours of four rows, turned: `from` and `to` have rows `step` and `to_step` bytes apart. */
static inline __attribute__((always_inline)) void turn_four(const int8_t *from, int64_t step,
                                                            uint32_t offset, uint8_t *to,
                                                            int64_t to_step) {
#if defined(__SSE2__)
  __m128i add = _mm_set1_epi32((int32_t)offset);
  __m128i a = _mm_loadu_si128((const __m128i *)from);
  __m128i b = _mm_loadu_si128((const __m128i *)(from + step));
  __m128i c = _mm_loadu_si128((const __m128i *)(from + 2 * step));
  __m128i d = _mm_loadu_si128((const __m128i *)(from + 3 * step));
  __m128i ab = _mm_unpacklo_epi32(a, b), cd = _mm_unpacklo_epi32(c, d);
  __m128i ab2 = _mm_unpackhi_epi32(a, b), cd2 = _mm_unpackhi_epi32(c, d);
  __m128i out[4] = {_mm_unpacklo_epi64(ab, cd), _mm_unpackhi_epi64(ab, cd),
                    _mm_unpacklo_epi64(ab2, cd2), _mm_unpackhi_epi64(ab2, cd2)};
  for (int i = 0; i < 4; i++)
    _mm_storeu_si128((__m128i *)(to + i * to_step), _mm_add_epi8(out[i], add));
#else
  for (int i = 0; i < 4; i++)
    for (int w = 0; w < 4; w++)
      turn_one(from + w * step + 4 * i, offset, to + i * to_step + 4 * w);
#endif
}

#endif
