/* Rows of patches of an image of codes, made while a product packs them: no matrix of patches is
 * ever written. Images lie with their channels last, so that what a row of a kernel covers is one
 * piece of memory. */
#include "integer.h"

#include <string.h>

/* A piece may be a few dozen bytes, for which a call takes longer than the copy: whole vectors, the
 * last of which begins so early that it ends with the piece. */
static inline __attribute__((always_inline)) void copy(int8_t *to, const int8_t *from, int64_t n) {
  if (n > 128) {
    memcpy(to, from, (size_t)n);
    return;
  }
  if (n < 16) {
    for (int64_t i = 0; i < n; i++) to[i] = from[i];
    return;
  }
  for (int64_t i = 0; i + 16 < n; i += 16) memcpy(to + i, from + i, 16);
  memcpy(to + n - 16, from + n - 16, 16);
}

static inline __attribute__((always_inline)) void clear(int8_t *to, int64_t n) {
  static const int8_t ZEROS[16];
  if (n < 16) {
    for (int64_t i = 0; i < n; i++) to[i] = 0;
    return;
  }
  for (int64_t i = 0; i + 16 < n; i += 16) memcpy(to + i, ZEROS, 16);
  memcpy(to + n - 16, ZEROS, 16);
}

/* Bytes from..from+count of one row of the kernel, whose positions begin at column x. */
static inline void run(const patches *p, const int8_t *line, int64_t x, int64_t from, int64_t count,
                       int8_t *to) {
  int64_t c = p->channels;
  int64_t low = (x < 0 ? -x : 0) * c, high = (p->width - x) * c;
  if (low <= from && high >= from + count) {
    copy(to, line + x * c + from, count);
    return;
  }
  if (low > from + count) low = from + count;
  if (low < from) low = from;
  if (high > from + count) high = from + count;
  if (high < low) high = low;
  clear(to, low - from);
  copy(to + low - from, line + x * c + low, high - low);
  clear(to + high - from, from + count - high);
}

/* The same where columns of the image have holes between them. */
static void run_with_holes(const patches *p, const int8_t *line, int64_t x, int64_t from,
                           int64_t count, int8_t *to) {
  int64_t c = p->channels;
  for (int64_t at = from; at < from + count;) {
    int64_t tap = at / c, end = (tap + 1) * c, place = x + tap;
    if (end > from + count) end = from + count;
    int64_t column = place / p->hole_width;
    if (place >= 0 && place % p->hole_width == 0 && column < p->width)
      copy(to + at - from, line + column * c + at % c, end - at);
    else
      clear(to + at - from, end - at);
    at = end;
  }
}

void tributary_patch(const patches *p, int64_t row, int64_t from, int64_t count, int8_t *codes) {
  /* A matrix has fewer than 2^31 rows, and divisions of 32 bits take half the time. */
  uint32_t across = (uint32_t)p->across, down = (uint32_t)p->down;
  uint32_t lines = (uint32_t)row / across;
  int64_t column = (uint32_t)row - lines * across, line = lines % down;
  const int8_t *image = p->image + lines / down * p->height * p->width * p->channels;
  int64_t x = column * p->stride_width - p->pad_width;
  int64_t y = line * p->stride_height - p->pad_height;
  int64_t length = p->kernel_width * p->channels;
  for (int64_t at = from; at < from + count;) {
    int64_t tap = at / length, place = y + tap, end = (tap + 1) * length;
    if (end > from + count) end = from + count;
    int64_t n = end - at, there = place, beside = place < 0;
    int8_t *to = codes + at - from;
    if (p->hole_height > 1) {
      there = place / p->hole_height;
      beside |= place % p->hole_height != 0;
    }
    if (beside || there >= p->height)
      clear(to, n);
    else if (p->hole_width == 1)
      run(p, image + there * p->width * p->channels, x, at - tap * length, n, to);
    else
      run_with_holes(p, image + there * p->width * p->channels, x, at - tap * length, n, to);
    at = end;
  }
}

/* Turns `count` matrices of rows x columns: to[column][row] = from[row][column]. */
CLONES void tributary_transpose(const float *from, int64_t count, int64_t rows, int64_t columns,
                                float *to) {
  enum { SIDE = 16 };
#pragma omp parallel for schedule(static) if (count * rows * columns > 65536)
  for (int64_t m = 0; m < count; m++) {
    const float *source = from + m * rows * columns;
    float *target = to + m * rows * columns;
    for (int64_t r = 0; r < rows; r += SIDE)
      for (int64_t c = 0; c < columns; c += SIDE)
        for (int64_t i = r; i < rows && i < r + SIDE; i++)
          for (int64_t j = c; j < columns && j < c + SIDE; j++)
            target[j * rows + i] = source[i * columns + j];
  }
}
