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

/* Elements that a thread takes at a time where rows do not matter: whole blocks. */
enum { PIECE = 2048 };

/* Columns whose maxima are found at a time. */
enum { STRIP = 256 };

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
  /* Modulo 2^32: a value may lie far out where the range is only believed. */
  return (int8_t)((int32_t)((uint32_t)sum.bits - MAGIC_BITS + (uint32_t)u) >> BITS);
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
static inline __attribute__((always_inline)) void blocks(const float *x, const float *f,
                                                         const int each, const int64_t advance,
                                                         const operand *o, int64_t index,
                                                         int64_t n, int8_t *q) {
  int64_t i = 0, safe = o->rows * o->columns - index;
  for (; i + BLOCK <= n; i += BLOCK)
    block(x + i, f + i * advance, each, o, (uint32_t)(index + i), q + i);
  if (i < n) {
    float values[BLOCK];
    int8_t codes[BLOCK];
    const float *rest = x + i;
    if (i + BLOCK > safe) {
      memset(values, 0, sizeof values);
      rest = memcpy(values, rest, (size_t)(n - i) * sizeof *x);
    }
    block(rest, f + i * advance, each, o, (uint32_t)(index + i), codes);
    memcpy(q + i, codes, (size_t)(n - i));
  }
}

CLONES static void with_one(const float *x, const float *f, const operand *o, int64_t index,
                            int64_t n, int8_t *q) {
  blocks(x, f, 0, 0, o, index, n, q);
}

CLONES static void with_each(const float *x, const float *f, const operand *o, int64_t index,
                             int64_t n, int8_t *q) {
  blocks(x, f, 1, 1, o, index, n, q);
}

/* The same factors for each block. */
CLONES static void with_block(const float *x, const float *f, const operand *o, int64_t index,
                              int64_t n, int8_t *q) {
  blocks(x, f, 1, 0, o, index, n, q);
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

/* All of a matrix whose factors are the same for each block of its elements: rows, which may be a few
 * elements long, are not looked at. */
static void quantize_flat(const operand *o, int8_t *codes) {
  int64_t all = o->rows * o->columns, pieces = (all + PIECE - 1) / PIECE;
  float factors[BLOCK];
  for (int64_t i = 0; i < BLOCK; i++)
    factors[i] = o->factors[o->factor_axis ? i % o->columns : 0];
#pragma omp parallel for schedule(static) if (all > 65536)
  for (int64_t p = 0; p < pieces; p++) {
    int64_t at = p * PIECE, n = all - at < PIECE ? all - at : PIECE;
    (o->factor_axis ? with_block : with_one)(o->values + at, factors, o, at, n, codes + at);
  }
}

/* All of a matrix. */
void tributary_quantize(const operand *o, int8_t *codes) {
  int64_t rows = o->rows, columns = o->columns;
  if (o->values && columns > 0 &&
      (o->factor_axis == 0 || (o->factor_axis == 2 && BLOCK % columns == 0))) {
    quantize_flat(o, codes);
    return;
  }
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

/* The same, asking for what comes `AHEAD` later: a stream of reads that the processor foresees ends
 * with each page. */
CLONES static int32_t largest_ahead(const int32_t *x, int64_t n) {
  enum { AHEAD = 2048, LINE = 16, STEP = 8 * LINE };
  int32_t most[LINE] = {0};
  for (int64_t i = 0; i + STEP <= n; i += STEP) {
    for (int j = 0; j < STEP; j += LINE) __builtin_prefetch(x + i + AHEAD + j);
    for (int j = 0; j < STEP; j += LINE)
      for (int l = 0; l < LINE; l++) {
        int32_t bits = x[i + j + l] & 0x7fffffff;
        most[l] = bits > most[l] ? bits : most[l];
      }
  }
  int32_t rest = largest(x + n / STEP * STEP, n % STEP), all = largest(most, LINE);
  return all > rest ? all : rest;
}

/* All of a matrix with one factor, and the bits of its largest magnitude: a piece is read from
 * memory once for both. */
int32_t tributary_quantize_largest(const operand *o, int8_t *codes) {
  int64_t all = o->rows * o->columns, pieces = (all + PIECE - 1) / PIECE;
  int32_t most = 0;
#pragma omp parallel for schedule(static) reduction(max : most) if (all > 65536)
  for (int64_t p = 0; p < pieces; p++) {
    int64_t at = p * PIECE, n = all - at < PIECE ? all - at : PIECE;
    int32_t here = largest_ahead((const int32_t *)(o->values + at), n);
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

/* The bits of the largest magnitude of all. */
int32_t tributary_largest(const int32_t *x, int64_t n) {
  int64_t pieces = (n + PIECE - 1) / PIECE;
  int32_t most = 0;
#pragma omp parallel for schedule(static) reduction(max : most) if (n > 65536)
  for (int64_t p = 0; p < pieces; p++) {
    int32_t here = largest_ahead(x + p * PIECE, n - p * PIECE < PIECE ? n - p * PIECE : PIECE);
    most = here > most ? here : most;
  }
  return most;
}

/* The bits of the largest magnitude of each column of a strip that stays in the first cache. Rows of
 * few columns are taken several at a time. */
static void strip_maxima(const int32_t *x, int64_t rows, int64_t columns, int64_t count,
                         int32_t *most) {
  int64_t fold = 1;
  while (count == columns && 2 * fold * columns <= STRIP && rows >= 2 * fold) fold *= 2;
#pragma omp parallel if (rows * count > 65536)
  {
    int32_t mine[STRIP] = {0};
#pragma omp for schedule(static) nowait
    for (int64_t r = 0; r < rows / fold; r++) larger(x + r * fold * columns, fold * count, mine);
#pragma omp critical
    for (int64_t f = 0; f < fold; f++) larger(mine + f * count, count, most);
  }
  for (int64_t r = rows / fold * fold; r < rows; r++) larger(x + r * columns, count, most);
}

void tributary_column_maxima(const int32_t *x, int64_t rows, int64_t columns, int32_t *most) {
  memset(most, 0, (size_t)columns * sizeof *most);
  for (int64_t c = 0; c < columns; c += STRIP)
    strip_maxima(x + c, rows, columns, columns - c < STRIP ? columns - c : STRIP, most + c);
}

/* Codes back to floats. */
CLONES void tributary_values(const int8_t *restrict codes, int64_t n, float scale,
                             float *restrict values) {
  for (int64_t i = 0; i < n; i++) values[i] = (float)codes[i] * scale;
}
