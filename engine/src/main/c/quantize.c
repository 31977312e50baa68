/* Floats to codes, and the largest magnitudes that scales come from. */
#include "integer.h"

#include <string.h>

/*
 * A code is floor(v + u), with v and u on a grid of 2^-15. Adding MAGIC to v 2^15 rounds it to a
 * whole number that stands in the float's low bits, so the rest is integers: add the draw, shift
 * its 15 bits out. No code leaves [-qmax, qmax]: rounding in the factor and the product moves v by
 * at most 127 2^-23, which is less than half a step of the grid.
 */
enum { BITS = 15, MAGIC_BITS = 0x4B400000, HALF = 1 << (BITS - 1), BLOCK = 32 };

static inline __attribute__((always_inline)) int32_t draw(uint32_t low, uint32_t high,
                                                          uint32_t index) {
  uint32_t x = index * 0x9E3779B9u + low;
  x ^= x >> 16;
  x *= 0x85EBCA6Bu;
  x ^= high;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  return (int32_t)(x >> (32 - BITS));
}

static inline __attribute__((always_inline)) int8_t code(float v, int32_t u) {
  union {
    float value;
    int32_t bits;
  } sum = {v * 0x1p15f + 0x1.8p23f};
  return (int8_t)((sum.bits - MAGIC_BITS + u) >> BITS);
}

/* A block of codes: whole blocks vectorise without a remainder. */
static inline __attribute__((always_inline)) void block(const float *restrict x,
                                                        const float *restrict f, int each,
                                                        const operand *o, uint32_t index,
                                                        int8_t *restrict q) {
  float one = f[0];
  if (o->stochastic) {
    uint32_t low = (uint32_t)o->key, high = (uint32_t)(o->key >> 32);
    for (uint32_t i = 0; i < BLOCK; i++)
      q[i] = code(x[i] * (each ? f[i] : one), draw(low, high, index + i));
  } else {
    for (uint32_t i = 0; i < BLOCK; i++) q[i] = code(x[i] * (each ? f[i] : one), HALF);
  }
}

/* The last block may read beyond the row, but not beyond the matrix; factors have room for it. */
static inline __attribute__((always_inline)) void blocks(const float *x, const float *f, int each,
                                                         const operand *o, int64_t index,
                                                         int64_t n, int8_t *q) {
  int64_t i = 0, safe = o->rows * o->columns - index;
  for (; i + BLOCK <= n; i += BLOCK)
    block(x + i, each ? f + i : f, each, o, (uint32_t)(index + i), q + i);
  if (i < n) {
    float values[BLOCK];
    int8_t codes[BLOCK];
    const float *rest = x + i;
    if (i + BLOCK > safe) {
      memset(values, 0, sizeof values);
      rest = memcpy(values, rest, (size_t)(n - i) * sizeof *x);
    }
    block(rest, each ? f + i : f, each, o, (uint32_t)(index + i), codes);
    memcpy(q + i, codes, (size_t)(n - i));
  }
}

CLONES static void with_one(const float *x, const float *f, const operand *o, int64_t index,
                            int64_t n, int8_t *q) {
  blocks(x, f, 0, o, index, n, q);
}

CLONES static void with_each(const float *x, const float *f, const operand *o, int64_t index,
                             int64_t n, int8_t *q) {
  blocks(x, f, 1, o, index, n, q);
}

void tributary_row(const operand *o, int64_t row, int64_t from, int64_t count, int8_t *codes) {
  int64_t at = row * o->columns + from;
  if (o->codes) memcpy(codes, o->codes + at, (size_t)count);
  else if (o->patches) tributary_patch(o->patches, row, from, count, codes);
  else if (o->factor_axis == 2)
    with_each(o->values + at, o->factors + from, o, at, count, codes);
  else
    with_one(o->values + at, o->factors + (o->factor_axis == 1 ? row : 0), o, at, count,
             codes);
}

/* All of a matrix. */
void tributary_quantize(const operand *o, int8_t *codes) {
  int64_t rows = o->rows, columns = o->columns;
#pragma omp parallel for schedule(static) if (rows * columns > 65536)
  for (int64_t r = 0; r < rows; r++) tributary_row(o, r, 0, columns, codes + r * columns);
}

/* Magnitudes compare as their bits do, and what is not finite is above all that is. */
CLONES static int32_t largest(const int32_t *x, int64_t n) {
  int32_t most = 0;
  for (int64_t i = 0; i < n; i++) {
    int32_t bits = x[i] & 0x7fffffff;
    most = bits > most ? bits : most;
  }
  return most;
}

CLONES static void larger(const int32_t *restrict x, int64_t n, int32_t *restrict most) {
  for (int64_t i = 0; i < n; i++) {
    int32_t bits = x[i] & 0x7fffffff;
    most[i] = bits > most[i] ? bits : most[i];
  }
}

/* All of a matrix with one factor, and the bits of its largest magnitude: a piece of a row is read
 * from memory once for both. */
int32_t tributary_quantize_largest(const operand *o, int8_t *codes) {
  enum { PIECE = 2048 };
  int64_t rows = o->rows, columns = o->columns;
  int32_t most = 0;
#pragma omp parallel for schedule(static) reduction(max : most) if (rows * columns > 65536)
  for (int64_t r = 0; r < rows; r++)
    for (int64_t c = 0; c < columns; c += PIECE) {
      int64_t n = columns - c < PIECE ? columns - c : PIECE, at = r * columns + c;
      int32_t here = largest((const int32_t *)(o->values + at), n);
      most = here > most ? here : most;
      with_one(o->values + at, o->factors, o, at, n, codes + at);
    }
  return most;
}

/* The bits of the largest magnitude of each row. */
void tributary_row_maxima(const int32_t *x, int64_t rows, int64_t columns, int32_t *most) {
#pragma omp parallel for schedule(static) if (rows * columns > 65536)
  for (int64_t r = 0; r < rows; r++) most[r] = largest(x + r * columns, columns);
}

/* The bits of the largest magnitude of each column, in strips that stay in the first cache. */
void tributary_column_maxima(const int32_t *x, int64_t rows, int64_t columns, int32_t *most) {
  memset(most, 0, (size_t)columns * sizeof *most);
  enum { STRIP = 256 };
#pragma omp parallel for schedule(static) if (rows * columns > 65536)
  for (int64_t c = 0; c < columns; c += STRIP) {
    int64_t n = columns - c < STRIP ? columns - c : STRIP;
    for (int64_t r = 0; r < rows; r++) larger(x + r * columns + c, n, most + c);
  }
}

/* Codes back to floats. */
CLONES void tributary_values(const int8_t *restrict codes, int64_t n, float scale,
                             float *restrict values) {
  for (int64_t i = 0; i < n; i++) values[i] = (float)codes[i] * scale;
}
