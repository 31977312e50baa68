/*
 * The product. The reduction is cut into chunks. In each, the operand with fewer bytes is packed
 * whole; the other is packed block by block by the threads that multiply it. A tile stays in
 * registers over a chunk.
 *
 * Groups: a group's power of two is multiplied into its codes while they still fit in a byte.
 * Otherwise the reduction is ordered by group, largest weight first, and the sums are shifted
 * between groups (Horner's rule), which needs no further registers.
 *
 * Overflow: all 32-bit sums are meant modulo 2^32, so only the result has to fit. Where it may not,
 * chunks end with their groups, and their sums are added in 64 bits.
 *
 * Signs: instructions want unsigned bytes on one side. The right operand's codes are raised by an
 * offset, and offset times the sum of the left operand's row is taken off again.
 */
#include "integer.h"

#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { LEVELS = 16, STREAM_BYTES = 256 * 1024, ROW_BYTES = 32 * 512 + 64 };
/* Steps in a chunk: at least so many that a right panel is the size of a first-level cache, and
 * more while the resident operand stays in a second-level one, since threads wait at each end. */
enum { CHUNK_STEPS = 1024, MOST_CHUNK_STEPS = 4096, RESIDENT_BYTES = 384 * 1024 };

/* Steps that one call of a kernel sums. */
typedef struct {
  layout l;
  const segment *segments;
  int64_t count;
  int64_t shift;      /* of the sums before it: all of its segments' */
} chunk;

typedef struct {
  const kernels *kernel;
  const operand *a, *b;
  int64_t m, n, k;
  int pre_a, pre_b, offset;
  int64_t flush;
  int wide;           /* whether sums need 64 bits */
  int32_t *order;     /* of all steps, or null */
  segment *segments;
  chunk *chunks;
  int64_t count;      /* of chunks */
  double *columns;    /* scales of the columns with all powers of two */
  const float *bias;
  float *c;
  int64_t *exact;     /* where exact sums go instead of c; or null */
  void *sums;         /* of all chunks so far, 32 or 64 bits each; unused with one chunk */
} product;

static int threads(void) {
#ifdef _OPENMP
  return omp_get_max_threads();
#else
  return 1;
#endif
}

static int64_t up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

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

static int64_t reduction(const operand *o) { return o->reduce_rows ? o->rows : o->columns; }

static int64_t outer(const operand *o) { return o->reduce_rows ? o->columns : o->rows; }

/* Whether a group's power of two can go into the codes. */
static int preshifts(const operand *o) { return o->qmax << (o->groups - 1) <= 127; }

/* Whether steps are ordered by this operand's groups. */
static int ordered(const operand *o) { return o->exponents && !preshifts(o); }

static int is_wide(const operand *a, const operand *b) {
  return reduction(a) > ((INT32_MAX / (a->qmax * b->qmax)) >> (a->groups + b->groups - 2));
}

/* All steps, with the padding of each level. */
static int64_t all_steps(int64_t k) { return up(k, 4) + 4 * LEVELS; }

/* Steps in a chunk: about CHUNK_STEPS, and no small rest. An operand whose rows must be made whole
 * before they are ordered is not cut. */
static int64_t chunk_steps(const operand *a, const operand *b) {
  int64_t fit = RESIDENT_BYTES / (least(up(outer(a), LEFT), up(outer(b), RIGHT)) + LEFT + RIGHT);
  int64_t steps = fit < CHUNK_STEPS ? CHUNK_STEPS : least(fit, MOST_CHUNK_STEPS);
  int64_t all = all_steps(reduction(a)), chunks = all / steps;
  int whole = (ordered(a) || ordered(b)) && !(a->reduce_rows && b->reduce_rows);
  if (chunks <= 1 || (whole && !is_wide(a, b))) return all;
  return up((all + chunks - 1) / chunks, 4);
}

static int64_t most_chunks(int64_t k) { return LEVELS + k / CHUNK_STEPS + 1; }

static int64_t thread_bytes(const operand *a, const operand *b) {
  int64_t panels = STREAM_BYTES + (RIGHT + LEFT) * chunk_steps(a, b);
  int64_t rows = all_steps(reduction(a)) + ROW_BYTES;
  int64_t sums = (STREAM_BYTES / (LEFT * 4) + 1) * LEFT * 4;
  return up(panels, 64) + up(rows, 64) + up(sums, 64);
}

/* Bytes of scratch memory that this product wants, with the calling thread's threads. */
int64_t tributary_scratch(const operand *a, const operand *b) {
  int64_t m = outer(a), n = outer(b), k = reduction(a);
  int64_t resident = least(up(m, LEFT), up(n, RIGHT)) * chunk_steps(a, b);
  int64_t parts = most_chunks(k) * (int64_t)(sizeof(chunk) + sizeof(segment)) +
                  LEVELS * (int64_t)sizeof(segment);
  int64_t sums = all_steps(k) > chunk_steps(a, b) || is_wide(a, b) ? m * n * 8 : 0;
  return up(all_steps(k) * 4, 64) + up(parts, 64) + 128 + up(n * 8, 64) + up(n * 4, 64) +
         up(resident, 64) + up(up(m, LEFT) * 4, 64) + up(sums, 64) +
         threads() * thread_bytes(a, b);
}

static int level(const product *p, int64_t k) {
  return (ordered(p->a) ? p->a->exponents[k] : 0) + (ordered(p->b) ? p->b->exponents[k] : 0);
}

/* Orders the reduction by weight, each weight's steps padded to whole fours, as segments. */
static int64_t arrange(const product *p, int levels, int32_t *order, segment *segments) {
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
  int64_t count = 0, shift = 0;
  for (int e = 0; e < levels; e++) {
    if (lengths[e] || e == levels - 1) {
      segments[count++] = (segment){up(lengths[e], 4) / 4, shift};
      shift = 0;
    }
    shift++;
  }
  return count;
}

/* Cuts segments into chunks of at most `steps` steps; of one segment each if sums are wide. */
static void cut(product *p, const segment *whole, int64_t count, int64_t steps) {
  int64_t start = 0, filled = 0, segments = 0;
  chunk *now = 0;
  for (int64_t s = 0; s < count; s++) {
    int64_t left = whole[s].fours, shift = whole[s].shift;
    do {
      if (!now || filled == steps || p->wide) {
        now = p->chunks + p->count++;
        *now = (chunk){{start, 0, p->order}, p->segments + segments, 0, 0};
        filled = 0;
      }
      int64_t fours = least(left, (steps - filled) / 4);
      p->segments[segments++] = (segment){fours, shift};
      now->count++;
      now->shift += shift;
      now->l.length += 4 * fours;
      filled += 4 * fours;
      start += 4 * fours;
      left -= fours;
      shift = 0;
    } while (left > 0);
  }
}

static void plan(product *p, int isa, const operand *a, const operand *b, int32_t *order) {
  p->a = a;
  p->b = b;
  p->m = outer(a);
  p->n = outer(b);
  p->k = reduction(a);
  p->pre_a = a->exponents && preshifts(a);
  p->pre_b = b->exponents && preshifts(b);
  p->wide = is_wide(a, b);
  p->kernel = &tributary_plain;
  p->offset = 128;
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
  int levels = 1 + (ordered(a) ? (int)a->groups - 1 : 0) + (ordered(b) ? (int)b->groups - 1 : 0);
  segment whole[LEVELS];
  int64_t count = 1;
  if (levels > 1) {
    p->order = order;
    count = arrange(p, levels, order, whole);
  } else {
    whole[0] = (segment){up(p->k, 4) / 4, 0};
  }
  cut(p, whole, count, chunk_steps(a, b));
}

/* Packs left panels and their rows' sums. */
static void pack_left(const product *p, const chunk *ch, int64_t first, int64_t valid,
                      int8_t *rows, uint8_t *panels, int32_t *sums) {
  tributary_pack(p->a, &ch->l, first, valid, LEFT, p->pre_a, 0, rows, panels);
  for (int64_t i = 0; i < valid; i += LEFT, panels += LEFT * ch->l.length, sums += LEFT)
    p->kernel->row_sums(ch->segments, ch->count, (const int8_t *)panels, sums);
}

/* Packs right panels; the last may be half as wide. */
static void pack_right(const product *p, const chunk *ch, int64_t first, int64_t valid,
                       int8_t *rows, uint8_t *panels) {
  int64_t wide = valid % RIGHT > 0 && valid % RIGHT <= 16 ? valid / RIGHT * RIGHT : valid;
  tributary_pack(p->b, &ch->l, first, wide, RIGHT, p->pre_b, p->offset, rows, panels);
  tributary_pack(p->b, &ch->l, first + wide, valid - wide, 16, p->pre_b, p->offset, rows,
                 panels + up(wide, RIGHT) * ch->l.length);
}

CLONES static void finish(const int32_t *tile, int64_t tile_step, const uint32_t *less,
                          int64_t rows, int64_t columns, const double *row_scales,
                          int64_t row_step, const double *scales, const float *bias, float *c,
                          int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += tile_step, c += step) {
    double scale = row_scales[r * row_step];
    for (int64_t j = 0; j < columns; j++) {
      int32_t sum = (int32_t)((uint32_t)tile[j] - less[r]);
      c[j] = (float)(sum * (scale * scales[j]) + bias[j]);
    }
  }
}

CLONES static void finish_wide(const int64_t *tile, int64_t tile_step, int64_t rows,
                               int64_t columns, const double *row_scales, int64_t row_step,
                               const double *scales, const float *bias, float *c, int64_t step) {
  for (int64_t r = 0; r < rows; r++, tile += tile_step, c += step) {
    double scale = row_scales[r * row_step];
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
  if (p->exact) {
    for (int64_t r = 0; r < rows; r++)
      for (int64_t c = 0; c < columns; c++) {
        int64_t from = at + r * p->n + c;
        p->exact[from] = p->count == 1 ? (int32_t)((uint32_t)tile[RIGHT * r + c] - less[r])
                         : p->wide     ? ((const int64_t *)p->sums)[from]
                                       : ((const int32_t *)p->sums)[from];
      }
  } else if (p->count == 1) {
    finish(tile, RIGHT, less, rows, columns, scales, step, p->columns + j, p->bias + j, p->c + at,
           p->n);
  } else if (p->wide) {
    finish_wide((const int64_t *)p->sums + at, p->n, rows, columns, scales, step, p->columns + j,
                p->bias + j, p->c + at, p->n);
  } else {
    finish((const int32_t *)p->sums + at, p->n, NOTHING, rows, columns, scales, step,
           p->columns + j, p->bias + j, p->c + at, p->n);
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
 * c = op(a) op(b) with scales, plus bias; or the exact sums alone. The scratch memory is as long as
 * tributary_scratch says and begins at a multiple of 64.
 */
void tributary_gemm(int32_t isa, const operand *a, const operand *b, const float *bias, float *c,
                    int64_t *exact, uint8_t *scratch) {
  product p = {0};
  int64_t m = outer(a), n = outer(b), k = reduction(a);
  int32_t *order = take(&scratch, all_steps(k) * 4);
  p.segments = take(&scratch, (most_chunks(k) + LEVELS) * (int64_t)sizeof(segment));
  p.chunks = take(&scratch, most_chunks(k) * (int64_t)sizeof(chunk));
  plan(&p, isa, a, b, order);
  p.c = c;
  p.exact = exact;
  p.columns = take(&scratch, n * 8);
  double power = 1.0 / (double)((int64_t)1 << (a->groups + b->groups - 2));
  for (int64_t j = 0; j < n; j++) p.columns[j] = b->scales[b->scale_count > 1 ? j : 0] * power;
  float *zeros = take(&scratch, n * 4);
  if (!bias) memset(zeros, 0, (size_t)n * 4);
  p.bias = bias ? bias : zeros;
  int left = up(m, LEFT) <= up(n, RIGHT);
  uint8_t *resident = take(&scratch, least(up(m, LEFT), up(n, RIGHT)) * chunk_steps(a, b));
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
    own.panels = take(&mine, STREAM_BYTES + (RIGHT + LEFT) * chunk_steps(a, b));
    own.rows = take(&mine, all_steps(k) + ROW_BYTES);
    own.sums = (int32_t *)mine;
    for (int64_t i = 0; i < p.count; i++) {
      if (left) left_stays(&p, p.chunks + i, own, resident, resident_sums);
      else right_stays(&p, p.chunks + i, own, resident);
    }
  }
}
