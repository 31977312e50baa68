/* Tiles in plain C: for processors without a kernel of their own, and to check the others. */
#include "integer.h"

#include <string.h>

static void tile(int rows, int columns, const segment *segments, int64_t count, int64_t flush,
                 const int8_t *left, const uint8_t *right, int32_t *sums) {
  uint32_t acc[LEFT][RIGHT];
  const int width = columns > 16 ? 32 : 16;
  (void)flush;
  memset(acc, 0, sizeof acc);
  for (int64_t s = 0; s < count; s++) {
    for (int r = 0; r < rows; r++)
      for (int c = 0; c < columns; c++) acc[r][c] <<= segments[s].shift;
    for (int64_t k = segments[s].fours; k > 0; k--, left += 4 * LEFT, right += 4 * width)
      for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++)
          for (int i = 0; i < 4; i++)
            acc[r][c] += (uint32_t)((int32_t)left[4 * r + i] * (int32_t)right[4 * c + i]);
  }
  for (int r = 0; r < rows; r++) memcpy(sums + RIGHT * r, acc[r], 4 * (size_t)columns);
}

static void row_sums(const segment *segments, int64_t count, const int8_t *left, int32_t *sums) {
  uint32_t acc[LEFT] = {0};
  for (int64_t s = 0; s < count; s++) {
    for (int r = 0; r < LEFT; r++) acc[r] <<= segments[s].shift;
    for (int64_t k = segments[s].fours; k > 0; k--, left += 4 * LEFT)
      for (int r = 0; r < LEFT; r++)
        for (int i = 0; i < 4; i++) acc[r] += (uint32_t)(int32_t)left[4 * r + i];
  }
  memcpy(sums, acc, sizeof acc);
}

const kernels tributary_plain = {tile, row_sums, 0, 0};
