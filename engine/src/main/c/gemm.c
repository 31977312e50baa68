/*
 * The product. The operand with fewer bytes is packed whole; the other is packed block by block by
 * the threads that multiply it. A tile runs over the whole reduction in registers.
 *
 * Groups: a group's power of two is multiplied into its codes while they still fit in a byte.
 * Otherwise the reduction is ordered by group, largest weight first, and the sums are shifted
 * between groups (Horner's rule), which needs no further registers.
 *
 * Overflow: all 32-bit sums are meant modulo 2^32, so only the result has to fit. Where it may not,
 * each group's sum is taken apart and added in 64 bits.
 *
 * Signs: instructions want unsigned bytes on one side. The right operand's codes are raised by an
 * offset, and offset times the sum of the left operand's row is taken off again.
 */
#include "integer.h"

#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { LEVELS = 16, STREAM_BYTES = 256 * 1024, ROW_SLACK = 64, CHUNK_BYTES = 32 * 512 };
/* So many steps of codes of at most 127 in both operands fit in 32 bits. */
enum { MOST_STEPS = 133120 };

typedef struct {
  const kernels *kernel;
  const operand *a, *b;
  int64_t m, n, k;
  int pre_a, pre_b, offset;
  int64_t flush;
  layout l;
  segment *segments;
  int64_t count;      /* segments */
  int64_t parts;      /* results of 32 bits that make a sum: 1, or as many as segments */
  double *columns;    /* scales of the columns with all powers of two */
  const float *bias;
  float *c;
  int64_t *exact;     /* where exact sums go instead of c; or null */
} product;

static int threads(void) {
#ifdef _OPENMP
  return omp_get_max_threads();
#else
  return 1;
#endif
}

static int64_t up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

static void *take(uint8_t **free, int64_t bytes) {
  void *at = *free;
  *free += up(bytes, 64);
  return at;
}

/* The best instruction set of this processor. */
int32_t tributary_isa(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return VNNI;
  if (__builtin_cpu_supports("avx2")) return AVX2;
#endif
  return PLAIN;
}

static int64_t most_parts(int64_t k) { return LEVELS + k / MOST_STEPS + 1; }

static int64_t longest(int64_t k) { return up(k, 4) + 4 * LEVELS; }

static int64_t thread_bytes(int64_t k) {
  int64_t block = STREAM_BYTES + (RIGHT + LEFT) * longest(k);
  int64_t rows = longest(k) + ROW_SLACK + CHUNK_BYTES;
  int64_t sums = (STREAM_BYTES / (LEFT * 4) + 1) * LEFT * 4;
  return up(block, 64) + up(rows, 64) + up(sums + most_parts(k) * LEFT * 4, 64);
}

/* Bytes of scratch memory that a product of this size wants, with the calling thread's threads. */
int64_t tributary_scratch(int64_t m, int64_t n, int64_t k) {
  int64_t outer = up(m, LEFT) < up(n, RIGHT) ? up(m, LEFT) : up(n, RIGHT);
  int64_t left = up(m, LEFT) / LEFT;
  return up(outer * longest(k), 64) + up(left * most_parts(k) * LEFT * 4, 64) +
         up(longest(k) * 4, 64) + up(most_parts(k) * (int64_t)sizeof(segment), 64) + up(n * 8, 64) +
         up(n * 4, 64) + threads() * thread_bytes(k) + 1024;
}

static int64_t reduction(const operand *o) { return o->reduce_rows ? o->rows : o->columns; }

static int64_t outer(const operand *o) { return o->reduce_rows ? o->columns : o->rows; }

/* Whether a group's power of two can go into the codes. */
static int preshifts(const operand *o) { return o->qmax << (o->groups - 1) <= 127; }

static int level(const product *p, int64_t k) {
  return (p->pre_a || !p->a->exponents ? 0 : p->a->exponents[k]) +
         (p->pre_b || !p->b->exponents ? 0 : p->b->exponents[k]);
}

/* Orders the reduction by weight, each weight's steps padded to whole fours. */
static void arrange(product *p, int levels, int32_t *order) {
  int64_t lengths[LEVELS] = {0};
  int64_t starts[LEVELS];
  for (int64_t k = 0; k < p->k; k++) lengths[level(p, k)]++;
  int64_t at = 0;
  for (int e = 0; e < levels; e++) {
    starts[e] = at;
    at += up(lengths[e], 4);
  }
  memset(order, 0xff, (size_t)at * sizeof *order);
  for (int64_t k = 0; k < p->k; k++) order[starts[level(p, k)]++] = (int32_t)k;
  p->l = (layout){at, order};
  int64_t shift = 0;
  for (int e = 0; e < levels; e++) {
    if (lengths[e] || e == levels - 1) {
      p->segments[p->count++] = (segment){up(lengths[e], 4) / 4, shift};
      shift = 0;
    }
    shift++;
  }
}

/* Cuts segments so that the sum of each fits in 32 bits; every one is a result of its own. */
static void split(product *p) {
  segment whole[LEVELS];
  int64_t count = p->count;
  memcpy(whole, p->segments, (size_t)count * sizeof *whole);
  p->count = 0;
  for (int64_t s = 0; s < count; s++) {
    int64_t left = whole[s].fours, shift = whole[s].shift;
    do {
      int64_t now = left < MOST_STEPS / 4 ? left : MOST_STEPS / 4;
      p->segments[p->count++] = (segment){now, shift};
      left -= now;
      shift = 0;
    } while (left > 0);
  }
  p->parts = p->count;
}

static void plan(product *p, int isa, const operand *a, const operand *b, int32_t *order) {
  p->a = a;
  p->b = b;
  p->m = outer(a);
  p->n = outer(b);
  p->k = reduction(a);
  p->pre_a = a->exponents && preshifts(a);
  p->pre_b = b->exponents && preshifts(b);
  p->kernel = &tributary_plain;
  p->offset = 128;
  p->flush = 0;
#if defined(__x86_64__)
  if (isa == VNNI) p->kernel = &tributary_vnni;
  if (isa == AVX2) {
    int64_t top_a = p->pre_a ? a->qmax << (a->groups - 1) : a->qmax;
    int64_t top_b = p->pre_b ? b->qmax << (b->groups - 1) : b->qmax;
    p->kernel = &tributary_avx2;
    p->flush = 32767 / (2 * 2 * top_b * top_a);
    p->offset = p->flush ? (int)top_b : 0;
  }
#endif
  int levels = 1 + (a->exponents && !p->pre_a ? (int)a->groups - 1 : 0) +
               (b->exponents && !p->pre_b ? (int)b->groups - 1 : 0);
  p->count = 0;
  p->parts = 1;
  if (levels > 1) {
    arrange(p, levels, order);
  } else {
    p->l = (layout){up(p->k, 4), 0};
    p->segments[p->count++] = (segment){up(p->k, 4) / 4, 0};
  }
  int shift = (int)(a->groups + b->groups - 2);
  if (p->k > ((INT32_MAX / (a->qmax * b->qmax)) >> shift)) split(p);
}

/* Packs left panels and their rows' sums. */
static void pack_left(const product *p, int64_t first, int64_t valid, int8_t *rows, uint8_t *panels,
                      int32_t *sums) {
  tributary_pack(p->a, &p->l, first, valid, LEFT, p->pre_a, 0, rows, panels);
  for (int64_t i = 0; i < valid; i += LEFT, panels += LEFT * p->l.length) {
    const int8_t *at = (const int8_t *)panels;
    for (int64_t s = 0; s < p->parts; s++, sums += LEFT) {
      segment alone = {p->segments[s].fours, 0};
      p->kernel->row_sums(p->parts > 1 ? &alone : p->segments, p->parts > 1 ? 1 : p->count, at,
                          sums);
      at += alone.fours * 4 * LEFT;
    }
  }
}

/* Packs right panels; the last may be half as wide. */
static void pack_right(const product *p, int64_t first, int64_t valid, int8_t *rows,
                       uint8_t *panels) {
  int64_t wide = valid % RIGHT > 0 && valid % RIGHT <= 16 ? valid / RIGHT * RIGHT : valid;
  tributary_pack(p->b, &p->l, first, wide, RIGHT, p->pre_b, p->offset, rows, panels);
  tributary_pack(p->b, &p->l, first + wide, valid - wide, 16, p->pre_b, p->offset, rows,
                 panels + up(wide, RIGHT) * p->l.length);
}

CLONES static void finish(const int32_t *tile, const uint32_t *less, int64_t rows, int64_t columns,
                          const double *row_scales, int64_t row_step, const double *scales,
                          const float *bias, float *c, int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += RIGHT, c += step) {
    double scale = row_scales[r * row_step];
    for (int64_t j = 0; j < columns; j++) {
      int32_t sum = (int32_t)((uint32_t)tile[j] - less[r]);
      c[j] = (float)(sum * (scale * scales[j]) + bias[j]);
    }
  }
}

CLONES static void finish_wide(const int64_t *tile, int64_t rows, int64_t columns,
                               const double *row_scales, int64_t row_step, const double *scales,
                               const float *bias, float *c, int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += RIGHT, c += step) {
    double scale = row_scales[r * row_step];
    for (int64_t j = 0; j < columns; j++)
      c[j] = (float)((double)tile[j] * (scale * scales[j]) + bias[j]);
  }
}

static void multiply_wide(const product *p, int64_t i, int64_t rows, int64_t j, int64_t columns,
                          const uint8_t *left, const int32_t *sums, const uint8_t *right) {
  int32_t tile[LEFT * RIGHT];
  int64_t total[LEFT * RIGHT] = {0};
  int64_t width = columns > 16 ? RIGHT : 16;
  for (int64_t s = 0; s < p->parts; s++, sums += LEFT) {
    segment alone = {p->segments[s].fours, 0};
    p->kernel->tile((int)rows, (int)columns, &alone, 1, p->flush, (const int8_t *)left, right,
                    tile);
    left += alone.fours * 4 * LEFT;
    right += alone.fours * 4 * width;
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < columns; c++) {
        uint32_t part = (uint32_t)tile[RIGHT * r + c] - (uint32_t)p->offset * (uint32_t)sums[r];
        int64_t *to = total + RIGHT * r + c;
        *to = *to * ((int64_t)1 << p->segments[s].shift) + (int32_t)part;
      }
  }
  if (p->exact) {
    for (int64_t r = 0; r < rows; r++)
      memcpy(p->exact + (i + r) * p->n + j, total + RIGHT * r, 8 * (size_t)columns);
    return;
  }
  int64_t step = p->a->scale_count > 1;
  finish_wide(total, rows, columns, p->a->scales + i * step, step, p->columns + j, p->bias + j,
              p->c + i * p->n + j, p->n);
}

static void multiply(const product *p, int64_t i, int64_t rows, int64_t j, int64_t columns,
                     const uint8_t *left, const int32_t *sums, const uint8_t *right) {
  if (p->parts > 1) {
    multiply_wide(p, i, rows, j, columns, left, sums, right);
    return;
  }
  int32_t tile[LEFT * RIGHT] __attribute__((aligned(64)));
  uint32_t less[LEFT];
  p->kernel->tile((int)rows, (int)columns, p->segments, p->count, p->flush, (const int8_t *)left,
                  right, tile);
  for (int r = 0; r < rows; r++) less[r] = (uint32_t)p->offset * (uint32_t)sums[r];
  if (p->exact) {
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < columns; c++)
        p->exact[(i + r) * p->n + j + c] = (int32_t)((uint32_t)tile[RIGHT * r + c] - less[r]);
    return;
  }
  int64_t step = p->a->scale_count > 1;
  finish(tile, less, rows, columns, p->a->scales + i * step, step, p->columns + j, p->bias + j,
         p->c + i * p->n + j, p->n);
}

/* The tile of the left panel at row r and the right one at column c of those given. */
static void multiply_at(const product *p, int64_t i, int64_t rows, const uint8_t *left,
                        const int32_t *sums, int64_t j, int64_t columns, const uint8_t *right,
                        int64_t r, int64_t c) {
  multiply(p, i + r, rows - r < LEFT ? rows - r : LEFT, j + c,
           columns - c < RIGHT ? columns - c : RIGHT, left + r * p->l.length, sums + r * p->parts,
           right + c * p->l.length);
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* How many outer indices a thread packs at a time: a cache's worth, and some for each thread. */
static int64_t block(const product *p, int64_t count, int64_t width) {
  int64_t panels = up(count, width) / width;
  int64_t fit = STREAM_BYTES / (width * (p->l.length + 1));
  int64_t share = panels / (4 * threads());
  int64_t at_once = least(fit, share);
  return (at_once < 1 ? 1 : at_once) * width;
}

/*
 * c = op(a) op(b) with scales, plus bias; or the exact sums alone. The scratch memory is as long as
 * tributary_scratch says.
 */
void tributary_gemm(int32_t isa, const operand *a, const operand *b, const float *bias, float *c,
                    int64_t *exact, uint8_t *scratch) {
  product p = {0};
  int64_t m = outer(a), n = outer(b), k = reduction(a);
  int32_t *order = take(&scratch, longest(k) * 4);
  p.segments = take(&scratch, most_parts(k) * (int64_t)sizeof(segment));
  plan(&p, isa, a, b, order);
  p.c = c;
  p.exact = exact;
  p.columns = take(&scratch, n * 8);
  double power = 1.0 / (double)((int64_t)1 << (a->groups + b->groups - 2));
  for (int64_t j = 0; j < n; j++) p.columns[j] = b->scales[b->scale_count > 1 ? j : 0] * power;
  float *zeros = take(&scratch, n * 4);
  if (!bias) memset(zeros, 0, (size_t)n * 4);
  p.bias = bias ? bias : zeros;

  int left_stays = up(m, LEFT) <= up(n, RIGHT);
  uint8_t *resident = take(&scratch, (left_stays ? up(m, LEFT) : up(n, RIGHT)) * longest(k));
  int32_t *resident_sums = take(&scratch, up(m, LEFT) / LEFT * most_parts(k) * LEFT * 4);
  uint8_t *own = scratch;
  int64_t stay = left_stays ? block(&p, m, LEFT) : block(&p, n, RIGHT);
  int64_t move = left_stays ? block(&p, n, RIGHT) : block(&p, m, LEFT);
  (void)own;
#pragma omp parallel if (m * n * k > 1 << 18)
  {
#ifdef _OPENMP
    uint8_t *mine = own + omp_get_thread_num() * thread_bytes(k);
#else
    uint8_t *mine = own;
#endif
    uint8_t *panels = take(&mine, STREAM_BYTES + (RIGHT + LEFT) * longest(k));
    int8_t *rows = take(&mine, longest(k) + ROW_SLACK + CHUNK_BYTES);
    int32_t *sums = (int32_t *)mine;
    if (left_stays) {
#pragma omp for schedule(dynamic)
      for (int64_t i = 0; i < m; i += stay)
        pack_left(&p, i, least(stay, m - i), rows, resident + i * p.l.length,
                  resident_sums + i * p.parts);
#pragma omp for schedule(dynamic)
      for (int64_t j = 0; j < n; j += move) {
        int64_t columns = least(move, n - j);
        pack_right(&p, j, columns, rows, panels);
        /* A resident panel may come from far: it meets the whole block while it is near. */
        for (int64_t r = 0; r < m; r += LEFT)
          for (int64_t c = 0; c < columns; c += RIGHT)
            multiply_at(&p, 0, m, resident, resident_sums, j, columns, panels, r, c);
      }
    } else {
#pragma omp for schedule(dynamic)
      for (int64_t j = 0; j < n; j += stay)
        pack_right(&p, j, least(stay, n - j), rows, resident + j * p.l.length);
#pragma omp for schedule(dynamic)
      for (int64_t i = 0; i < m; i += move) {
        int64_t count = least(move, m - i);
        pack_left(&p, i, count, rows, panels, sums);
        for (int64_t c = 0; c < n; c += RIGHT)
          for (int64_t r = 0; r < count; r += LEFT)
            multiply_at(&p, i, count, panels, sums, 0, n, resident, r, c);
      }
    }
  }
}
