/*
 * The product. The reduction is cut into chunks. In each, the operand with fewer bytes is packed
 * whole; the other is packed block by block by the threads that multiply it. A tile stays in
 * registers over a chunk.
 *
 * Groups: a group's power of two is multiplied into its codes while they still fit in a byte, and
 * what is left of it into the codes of the other operand that they meet, if it fits there.
 * Otherwise the reduction is ordered by group, largest weight first, and the sums are shifted
 * between groups (Horner's rule), which needs no further registers.
 *
 * Overflow: all 32-bit sums are meant modulo 2^32, so only the result has to fit. Where it may not,
 * chunks end with their groups, and their sums are added in 64 bits.
 *
 * Signs: instructions want unsigned bytes on one side. The right operand's codes are raised by an
 * offset, and offset times the sum of the left operand's row is taken off again.
 */
#include "product.h"

#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { STREAM_BYTES = 256 * 1024, ROW_BYTES = 32 * 512 + 64 };

static int threads(void) {
#ifdef _OPENMP
  return omp_get_max_threads();
#else
  return 1;
#endif
}

static void *take(uint8_t **free, int64_t bytes) {
  void *at = *free;
  *free += up(bytes, 64);
  return at;
}

static int64_t thread_bytes(const operand *a, const operand *b) {
  int64_t panels = STREAM_BYTES + (RIGHT + LEFT) * tributary_chunk_steps(a, b);
  int64_t rows = all_steps(reduction(a)) + ROW_BYTES;
  int64_t sums = (STREAM_BYTES / (LEFT * 4) + 1) * LEFT * 4;
  return up(panels, 64) + up(rows, 64) + up(sums, 64);
}

/* Bytes of scratch memory that this product wants, with the calling thread's threads. */
int64_t tributary_scratch(const operand *a, const operand *b) {
  int64_t m = outer(a), n = outer(b), k = reduction(a);
  int64_t resident = least(up(m, LEFT), up(n, RIGHT)) * tributary_chunk_steps(a, b);
  int64_t parts = tributary_most_chunks(k) * (int64_t)(sizeof(chunk) + sizeof(segment)) +
                  LEVELS * (int64_t)sizeof(segment);
  int64_t sums = all_steps(k) > tributary_chunk_steps(a, b) || tributary_wide(a, b) ? m * n * 8 : 0;
  return up(all_steps(k) * 4, 64) + up(parts, 64) + 128 + 2 * powers_bytes(k) + up(n * 8, 64) + up(n * 4, 64) +
         up(resident, 64) + up(up(m, LEFT) * 4, 64) + up(sums, 64) +
         threads() * thread_bytes(a, b);
}

/* Packs left panels and their rows' sums. */
static void pack_left(const product *p, const chunk *ch, int64_t first, int64_t valid,
                      int8_t *rows, uint8_t *panels, int32_t *sums) {
  tributary_pack(p->a, &ch->l, first, valid, LEFT, p->powers_a, 0, rows, panels);
  for (int64_t i = 0; i < valid; i += LEFT, panels += LEFT * ch->l.length, sums += LEFT)
    p->kernel->row_sums(ch->segments, ch->count, (const int8_t *)panels, sums);
}

/* Packs right panels; the last may be half as wide. */
static void pack_right(const product *p, const chunk *ch, int64_t first, int64_t valid,
                       int8_t *rows, uint8_t *panels) {
  int64_t wide = valid % RIGHT > 0 && valid % RIGHT <= 16 ? valid / RIGHT * RIGHT : valid;
  tributary_pack(p->b, &ch->l, first, wide, RIGHT, p->powers_b, p->offset, rows, panels);
  tributary_pack(p->b, &ch->l, first + wide, valid - wide, 16, p->powers_b, p->offset,
                 rows, panels + up(wide, RIGHT) * ch->l.length);
}

CLONES static void finish(const int32_t *tile, int64_t tile_step, const uint32_t *less,
                          int64_t rows, int64_t columns, const double *row_scales,
                          int64_t row_step, const double *scales, const float *bias,
                          int64_t bias_step, float *c, int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += tile_step, c += step, bias += bias_step) {
    double scale = row_scales[r * row_step];
    /* The bias may be what c holds, element by element. */
#pragma GCC ivdep
    for (int64_t j = 0; j < columns; j++) {
      int32_t sum = (int32_t)((uint32_t)tile[j] - less[r]);
      c[j] = (float)(sum * (scale * scales[j]) + bias[j]);
    }
  }
}

CLONES static void finish_wide(const int64_t *tile, int64_t tile_step, int64_t rows,
                               int64_t columns, const double *row_scales, int64_t row_step,
                               const double *scales, const float *bias, int64_t bias_step,
                               float *c, int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += tile_step, c += step, bias += bias_step) {
    double scale = row_scales[r * row_step];
#pragma GCC ivdep
    for (int64_t j = 0; j < columns; j++)
      c[j] = (float)((double)tile[j] * (scale * scales[j]) + bias[j]);
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

static void write_out(const product *p, int64_t i, int64_t rows, int64_t j, int64_t columns,
                      const int32_t *tile, const uint32_t *less) {
  static const uint32_t NOTHING[LEFT];
  int64_t at = i * p->n + j, step = p->a->scale_count > 1;
  const double *scales = p->a->scales + i * step;
  const float *bias = p->bias_step ? p->bias + at : p->bias + j;
  if (p->exact) {
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < columns; c++) {
        int64_t from = at + r * p->n + c;
        p->exact[from] = p->count == 1 ? (int32_t)((uint32_t)tile[RIGHT * r + c] - less[r])
                         : p->wide     ? ((const int64_t *)p->sums)[from]
                                       : ((const int32_t *)p->sums)[from];
      }
  } else if (p->count == 1) {
    finish(tile, RIGHT, less, rows, columns, scales, step, p->columns + j, bias, p->bias_step,
           p->c + at, p->n);
  } else if (p->wide) {
    finish_wide((const int64_t *)p->sums + at, p->n, rows, columns, scales, step, p->columns + j,
                bias, p->bias_step, p->c + at, p->n);
  } else {
    finish((const int32_t *)p->sums + at, p->n, NOTHING, rows, columns, scales, step,
           p->columns + j, bias, p->bias_step, p->c + at, p->n);
  }
}

/* The tile at row i and column j, as far as this chunk goes. */
static void multiply(const product *p, const chunk *ch, int64_t i, int64_t j, const uint8_t *left,
                     const int32_t *row_sums, const uint8_t *right) {
  int32_t tile[LEFT * RIGHT] __attribute__((aligned(64)));
  uint32_t less[LEFT];
  int64_t rows = least(LEFT, p->m - i), columns = least(RIGHT, p->n - j);
  p->kernel->tile((int)rows, (int)columns, ch->segments, ch->count, p->flush,
                  (const int8_t *)left, right, tile);
  for (int r = 0; r < rows; r++) less[r] = (uint32_t)p->offset * (uint32_t)row_sums[r];
  if (p->count > 1) {
    int64_t at = i * p->n + j;
    if (p->wide) add_wide(tile, less, rows, columns, ch->shift, (int64_t *)p->sums + at, p->n);
    else add(tile, less, rows, columns, ch->shift, (uint32_t *)p->sums + at, p->n);
  }
  if (ch == p->chunks + p->count - 1) write_out(p, i, rows, j, columns, tile, less);
}

/* How many outer indices a thread packs at a time: a cache's worth, and some for each thread. */
static int64_t block(const chunk *ch, int64_t count, int64_t width) {
  int64_t panels = up(count, width) / width;
  int64_t fit = STREAM_BYTES / (width * (ch->l.length + 1));
  int64_t share = threads() == 1 ? panels : panels / (3 * threads());
  int64_t at_once = least(fit, share);
  return (at_once < 1 ? 1 : at_once) * width;
}

/* What one thread has to itself. */
typedef struct {
  uint8_t *panels;
  int8_t *rows;
  int32_t *sums;
} desk;

/* The left operand is packed whole and the right one streams by; the threads share the work. */
static void left_stays(const product *p, const chunk *ch, desk own, uint8_t *resident,
                       int32_t *resident_sums) {
  int64_t stay = block(ch, p->m, LEFT), move = block(ch, p->n, RIGHT), length = ch->l.length;
#pragma omp for schedule(dynamic)
  for (int64_t i = 0; i < p->m; i += stay)
    pack_left(p, ch, i, least(stay, p->m - i), own.rows, resident + i * length,
              resident_sums + i);
#pragma omp for schedule(dynamic)
  for (int64_t j = 0; j < p->n; j += move) {
    int64_t columns = least(move, p->n - j);
    pack_right(p, ch, j, columns, own.rows, own.panels);
    /* A resident panel may come from far: it meets the whole block while it is near. */
    for (int64_t i = 0; i < p->m; i += LEFT)
      for (int64_t c = 0; c < columns; c += RIGHT)
        multiply(p, ch, i, j + c, resident + i * length, resident_sums + i,
                 own.panels + c * length);
  }
}

/* The other way round. */
static void right_stays(const product *p, const chunk *ch, desk own, uint8_t *resident) {
  int64_t stay = block(ch, p->n, RIGHT), move = block(ch, p->m, LEFT), length = ch->l.length;
#pragma omp for schedule(dynamic)
  for (int64_t j = 0; j < p->n; j += stay)
    pack_right(p, ch, j, least(stay, p->n - j), own.rows, resident + j * length);
#pragma omp for schedule(dynamic)
  for (int64_t i = 0; i < p->m; i += move) {
    int64_t rows = least(move, p->m - i);
    pack_left(p, ch, i, rows, own.rows, own.panels, own.sums);
    for (int64_t j = 0; j < p->n; j += RIGHT)
      for (int64_t r = 0; r < rows; r += LEFT)
        multiply(p, ch, i + r, j, own.panels + r * length, own.sums + r, resident + j * length);
  }
}

/*
 * c = factor op(a) op(b) with scales, plus bias, or plus c if that is the bias; or the exact sums
 * alone. The scratch memory is as long as
 * tributary_scratch says and begins at a multiple of 64.
 */
void tributary_gemm(int32_t isa, const operand *a, const operand *b, double factor,
                    const float *bias, float *c, int64_t *exact, uint8_t *scratch) {
  product p = {0};
  int64_t m = outer(a), n = outer(b), k = reduction(a);
  int32_t *order = take(&scratch, all_steps(k) * 4);
  p.segments = take(&scratch, (tributary_most_chunks(k) + LEVELS) * (int64_t)sizeof(segment));
  p.chunks = take(&scratch, tributary_most_chunks(k) * (int64_t)sizeof(chunk));
  p.powers_a = take(&scratch, powers_bytes(k));
  p.powers_b = take(&scratch, powers_bytes(k));
  tributary_plan(&p, isa, a, b, order);
  p.c = c;
  p.exact = exact;
  p.columns = take(&scratch, n * 8);
  double power = factor / (double)((int64_t)1 << (a->groups + b->groups - 2));
  for (int64_t j = 0; j < n; j++) p.columns[j] = b->scales[b->scale_count > 1 ? j : 0] * power;
  float *zeros = take(&scratch, n * 4);
  if (!bias) memset(zeros, 0, (size_t)n * 4);
  p.bias = bias ? bias : zeros;
  p.bias_step = bias && bias == c ? n : 0;
  int left = up(m, LEFT) <= up(n, RIGHT);
  uint8_t *resident = take(&scratch, least(up(m, LEFT), up(n, RIGHT)) * tributary_chunk_steps(a, b));
  int32_t *resident_sums = take(&scratch, up(m, LEFT) * 4);
  if (p.count > 1) {
    int64_t bytes = m * n * (p.wide ? 8 : 4);
    p.sums = take(&scratch, bytes);
    memset(p.sums, 0, (size_t)bytes);
  }
#pragma omp parallel if (m * n * k > 1 << 18)
  {
#ifdef _OPENMP
    uint8_t *mine = scratch + omp_get_thread_num() * thread_bytes(a, b);
#else
    uint8_t *mine = scratch;
#endif
    desk own;
    own.panels = take(&mine, STREAM_BYTES + (RIGHT + LEFT) * tributary_chunk_steps(a, b));
    own.rows = take(&mine, all_steps(k) + ROW_BYTES);
    own.sums = (int32_t *)mine;
    for (int64_t i = 0; i < p.count; i++) {
      if (left) left_stays(&p, p.chunks + i, own, resident, resident_sums);
      else right_stays(&p, p.chunks + i, own, resident);
    }
  }
}
