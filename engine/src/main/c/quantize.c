/* Floats to codes, and the largest magnitudes that scales come from. */
#include "integer.h"

#include <math.h>
#include <string.h>

/* The draw of element `index`: 16 bits in the middle of their cell of [0, 1). */
static inline __attribute__((always_inline)) float draw(uint32_t low, uint32_t high,
                                                        uint32_t index) {
  uint32_t x = index * 0x9E3779B9u + low;
  x ^= x >> 16;
  x *= 0x85EBCA6Bu;
  x ^= high;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  return ((float)(int32_t)(x >> 16) + 0.5f) * 0x1p-16f;
}

static inline __attribute__((always_inline)) int8_t code(float v, float half, float qmax) {
  float q = floorf(v + half);
  q = q > qmax ? qmax : q;
  q = q < -qmax ? -qmax : q;
  return (int8_t)(int32_t)q;
}

CLONES static void nearest_one(const float *x, float f, float qmax, int64_t n, int8_t *q) {
  for (int64_t i = 0; i < n; i++) q[i] = code(x[i] * f, 0.5f, qmax);
}

CLONES static void nearest_each(const float *restrict x, const float *restrict f, float qmax,
                                int64_t n, int8_t *restrict q) {
  for (int64_t i = 0; i < n; i++) q[i] = code(x[i] * f[i], 0.5f, qmax);
}

CLONES static void stochastic_one(const float *restrict x, float f, float qmax, uint64_t key,
                                  uint32_t index, int64_t n, int8_t *restrict q) {
  uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  for (int32_t i = 0; i < (int32_t)n; i++)
    q[i] = code(x[i] * f, draw(low, high, index + (uint32_t)i), qmax);
}

CLONES static void stochastic_each(const float *restrict x, const float *restrict f, float qmax,
                                   uint64_t key, uint32_t index, int64_t n, int8_t *restrict q) {
  uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
  for (int32_t i = 0; i < (int32_t)n; i++)
    q[i] = code(x[i] * f[i], draw(low, high, index + (uint32_t)i), qmax);
}

void tributary_row(const operand *o, int64_t row, int64_t from, int64_t count, int8_t *codes) {
  int64_t at = row * o->columns + from;
  if (o->codes) {
    memcpy(codes, o->codes + at, (size_t)count);
    return;
  }
  const float *x = o->values + at;
  float qmax = (float)o->qmax;
  if (o->factor_axis == 2) {
    const float *f = o->factors + from;
    if (o->stochastic) stochastic_each(x, f, qmax, o->key, (uint32_t)at, count, codes);
    else nearest_each(x, f, qmax, count, codes);
  } else {
    float f = o->factors[o->factor_axis == 1 ? row : 0];
    if (o->stochastic) stochastic_one(x, f, qmax, o->key, (uint32_t)at, count, codes);
    else nearest_one(x, f, qmax, count, codes);
  }
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
