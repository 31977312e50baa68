/* From the sums of a tile to those of all chunks, and from these to results. */
#include "product.h"

/* What a block's sums are worth. */
typedef struct {
  const double *rows;    /* scales */
  int64_t row_step;      /* 0: one for all rows */
  const double *columns;
  int alike;             /* whether all columns have the first one's */
  const uint32_t *less;  /* what is to be taken off each row's sums */
} worth;

/* Results, c = sum scale scale + bias. Whole and half tiles have a constant number of columns, which
 * needs no rests. */
static inline __attribute__((always_inline)) void rows_of(const int32_t *restrict sums,
                                                          int64_t sums_step, const worth *w,
                                                          const int alike, int64_t rows,
                                                          int64_t columns,
                                                          const float *restrict bias,
                                                          float *restrict c, int64_t step) {
  const double *restrict scales = w->columns;
  for (int64_t r = 0; r < rows; r++, sums += sums_step, c += step) {
    double scale = w->rows[r * w->row_step], one = scale * scales[0];
    uint32_t less = w->less[r];
    for (int64_t j = 0; j < columns; j++) {
      int32_t sum = (int32_t)((uint32_t)sums[j] - less);
      c[j] = (float)(sum * (alike ? one : scale * scales[j]) + bias[j]);
    }
  }
}

CLONES static void finish(const int32_t *sums, int64_t sums_step, const worth *w, int64_t rows,
                          int64_t columns, const float *bias, float *c, int64_t step) {
  if (columns == RIGHT && w->alike) rows_of(sums, sums_step, w, 1, rows, RIGHT, bias, c, step);
  else if (columns == RIGHT / 2 && w->alike)
    rows_of(sums, sums_step, w, 1, rows, RIGHT / 2, bias, c, step);
  else rows_of(sums, sums_step, w, 0, rows, columns, bias, c, step);
}

/* The same added to what c holds, and for each column of a tile the bits of the largest magnitude
 * there then. */
static inline __attribute__((always_inline)) void sums_of(const int32_t *restrict sums,
                                                          int64_t sums_step, const worth *w,
                                                          const int alike, int64_t rows,
                                                          int64_t columns,
                                                          int32_t *restrict largest,
                                                          float *restrict c, int64_t step) {
  const double *restrict scales = w->columns;
  for (int64_t r = 0; r < rows; r++, sums += sums_step, c += step) {
    double scale = w->rows[r * w->row_step], one = scale * scales[0];
    uint32_t less = w->less[r];
    for (int64_t j = 0; j < columns; j++) {
      int32_t sum = (int32_t)((uint32_t)sums[j] - less);
      union {
        float value;
        int32_t bits;
      } moved = {(float)(sum * (alike ? one : scale * scales[j]) + c[j])};
      c[j] = moved.value;
      int32_t size = moved.bits & 0x7fffffff;
      largest[j] = size > largest[j] ? size : largest[j];
    }
  }
}

CLONES static void finish_sum(const int32_t *sums, int64_t sums_step, const worth *w, int64_t rows,
                              int64_t columns, int32_t *largest, float *c, int64_t step) {
  if (columns == RIGHT && w->alike) sums_of(sums, sums_step, w, 1, rows, RIGHT, largest, c, step);
  else sums_of(sums, sums_step, w, 0, rows, columns, largest, c, step);
}

CLONES static void finish_wide(const int64_t *sums, int64_t rows, int64_t columns,
                               const double *row_scales, int64_t row_step, const double *scales,
                               const float *bias, int64_t bias_step, float *c, int64_t step) {
  for (int64_t r = 0; r < rows; r++, sums += step, c += step, bias += bias_step) {
    double scale = row_scales[r * row_step];
#pragma GCC ivdep
    for (int64_t j = 0; j < columns; j++)
      c[j] = (float)((double)sums[j] * (scale * scales[j]) + bias[j]);
  }
}

/* Sums of a chunk behind those so far, which are shifted first. */
CLONES static void add(const int32_t *tile, const uint32_t *less, int64_t rows, int64_t columns,
                       int64_t shift, uint32_t *sums, int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += RIGHT, sums += step)
    for (int64_t j = 0; j < columns; j++)
      sums[j] = (sums[j] << shift) + ((uint32_t)tile[j] - less[r]);
}

CLONES static void add_wide(const int32_t *tile, const uint32_t *less, int64_t rows,
                            int64_t columns, int64_t shift, int64_t *sums, int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += RIGHT, sums += step)
    for (int64_t j = 0; j < columns; j++)
      sums[j] = sums[j] * ((int64_t)1 << shift) + (int32_t)((uint32_t)tile[j] - less[r]);
}

CLONES static void add_all(const uint32_t *restrict more, int64_t count, uint32_t *restrict sums) {
  for (int64_t i = 0; i < count; i++) sums[i] += more[i];
}

/* Results of a block of at most RIGHT columns: of 32-bit sums, or of the 64-bit sums of all chunks. */
static void write_out(const product *p, desk *d, int64_t i, int64_t rows, int64_t j,
                      int64_t columns, const int32_t *sums, int64_t sums_step,
                      const uint32_t *less) {
  int64_t at = i * p->n + j, step = p->a->scale_count > 1;
  worth w = {p->a->scales + i * step, step, p->columns + j, p->b->scale_count == 1, less};
  const int64_t *wide = p->wide ? (const int64_t *)p->sums + at : 0;
  if (p->exact) {
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < columns; c++)
        p->exact[at + r * p->n + c] =
            wide ? wide[r * p->n + c] : (int32_t)((uint32_t)sums[sums_step * r + c] - less[r]);
  } else if (wide) {
    const float *bias = p->bias == p->c ? p->c + at : p->bias + j;
    finish_wide(wide, rows, columns, w.rows, step, w.columns, bias, p->bias == p->c ? p->n : 0,
                p->c + at, p->n);
  } else if (p->bias == p->c) {
    finish_sum(sums, sums_step, &w, rows, columns, d->largest, p->c + at, p->n);
  } else {
    finish(sums, sums_step, &w, rows, columns, p->bias + j, p->c + at, p->n);
  }
}

static const uint32_t NOTHING[TALL];

void tributary_tile(const product *p, const chunk *ch, desk *d, int64_t i, int64_t j,
                    const uint8_t *left, const int32_t *row_sums, const uint8_t *right) {
  int32_t tile[TALL * RIGHT] __attribute__((aligned(64)));
  uint32_t taken[LEFT];
  const uint32_t *less = p->kernel->row_sums ? taken : NOTHING;
  int64_t rows = least(p->grid.height, p->m - i), columns = least(RIGHT, p->n - j), at = i * p->n + j;
  int last = ch == p->chunks + p->count - 1;
  /* What the next tile adds to comes while this one is multiplied. */
  for (int64_t r = 0; r < rows && p->bias == p->c; r++) {
    __builtin_prefetch(p->c + at + r * p->n + RIGHT, 1);
    __builtin_prefetch(p->c + at + r * p->n + RIGHT + RIGHT / 2, 1);
  }
  p->kernel->tile((int)rows, (int)columns, ch->segments, ch->count, p->piece,
                  (const int8_t *)left, right, tile);
  for (int r = 0; r < rows && less == taken; r++)
    taken[r] = (uint32_t)p->offset * (uint32_t)row_sums[r];
  if (p->wide) {
    add_wide(tile, less, rows, columns, ch->shift, (int64_t *)p->sums + at, p->n);
    if (last) write_out(p, d, i, rows, j, columns, 0, 0, NOTHING);
  } else if (p->apart || p->count > 1) {
    add(tile, less, rows, columns, ch->shift, (uint32_t *)d->total + at, p->n);
    if (last && !p->apart) write_out(p, d, i, rows, j, columns, d->total + at, p->n, NOTHING);
  } else {
    write_out(p, d, i, rows, j, columns, tile, RIGHT, less);
  }
}

void tributary_together(const product *p, desk *d, int64_t i, int32_t *const *totals, int count) {
  int64_t rows = least(p->grid.height, p->m - i);
  for (int t = 1; t < count; t++)
    add_all((const uint32_t *)totals[t] + i * p->n, rows * p->n, (uint32_t *)totals[0] + i * p->n);
  for (int64_t j = 0; j < p->n; j += RIGHT)
    write_out(p, d, i, rows, j, least(RIGHT, p->n - j), totals[0] + i * p->n + j, p->n, NOTHING);
}
