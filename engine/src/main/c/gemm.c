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
 * offset, and offset times the sum of the left operand's row is taken off again. Those of AMX take
 * signs on both sides.
 */
#include "product.h"

#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

enum { STREAM_BYTES = 256 * 1024, ROW_BYTES = RIGHT * ROW + 64, NOT_KNOWN = 0x7fc00000 };

/* Asked outside of a parallel region alone, where it may have another answer. */
static int most_threads(void) {
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

/* Bytes of a chunk's panels of the operand that stays, and of its rows' sums. */
static int64_t resident_bytes(grid g, const operand *a, const operand *b, int threads) {
  int64_t m = outer(a), n = outer(b);
  return up(least(up(m, g.height), up(n, RIGHT)) * tributary_chunk_steps(g, a, b, threads), 64) +
         up(up(m, g.height) * 4, 64);
}

/* Bytes of the panels of one block that streams by. */
static int64_t stream_bytes(grid g, const operand *a, const operand *b, int threads) {
  return STREAM_BYTES + (RIGHT + g.height) * tributary_chunk_steps(g, a, b, threads);
}

/* And of its rows' sums. */
static int64_t sums_bytes(grid g) { return (STREAM_BYTES / (g.height * 4) + 1) * g.height * 4; }

static int64_t thread_bytes(grid g, const operand *a, const operand *b, int threads) {
  int64_t rows = all_steps(reduction(a)) + ROW_BYTES;
  int64_t apart = tributary_apart(a, b, threads)
                      ? resident_bytes(g, a, b, threads) + up(outer(a) * outer(b) * 4, 64)
                      : 0;
  return up(stream_bytes(g, a, b, threads), 64) + up(rows, 64) + up(sums_bytes(g), 64) + apart;
}

/* Bytes of scratch memory that this product wants, with the calling thread's threads. */
int64_t tributary_scratch(int32_t isa, const operand *a, const operand *b) {
  grid g = tributary_grid(isa, a, b);
  int64_t m = outer(a), n = outer(b), k = reduction(a);
  int team = most_threads();
  int64_t parts = tributary_most_chunks(k, team) * (int64_t)(sizeof(chunk) + sizeof(segment)) +
                  LEVELS * (int64_t)sizeof(segment);
  int whole = all_steps(k) <= tributary_chunk_steps(g, a, b, team) && !tributary_wide(a, b);
  return up(all_steps(k) * 4, 64) + up(parts, 64) + 128 + 2 * powers_bytes(k) + up(n * 8, 64) +
         up(n * 4, 64) + resident_bytes(g, a, b, team) + up(whole ? 0 : m * n * 8, 64) +
         up(team * (int64_t)sizeof(int32_t *), 64) + team * thread_bytes(g, a, b, team);
}

/* Packs left panels and their rows' sums. */
static void pack_left(const product *p, const chunk *ch, int64_t first, int64_t valid,
                      int8_t *rows, uint8_t *panels, int32_t *sums) {
  if (p->grid.height == TALL) {
    tributary_pack_blocks(p->a, &ch->l, p->grid.block, first, valid, p->powers_a, rows, panels);
    return;
  }
  tributary_pack(p->a, &ch->l, first, valid, LEFT, p->powers_a, 0, rows, panels);
  for (int64_t i = 0; i < valid; i += LEFT, panels += LEFT * ch->l.length, sums += LEFT)
    p->kernel->row_sums(ch->segments, ch->count, (const int8_t *)panels, sums);
}

/* How many blocks of panels threads share: each a cache's worth, the same number for each thread. */
static int64_t blocks(const chunk *ch, int64_t count, int64_t width, int sharing) {
  int64_t panels = up(count, width) / width;
  int64_t fit = STREAM_BYTES / (width * (ch->l.length < 4 ? 4 : ch->l.length + 1));
  int64_t least_blocks = sharing == 1 ? 1 : 3 * sharing;
  int64_t needed = fit < 1 ? panels : (panels + fit - 1) / fit;
  return least(panels, up(needed < least_blocks ? least_blocks : needed, sharing));
}

/* The first outer index of block i. */
static int64_t start(int64_t i, int64_t blocks, int64_t count, int64_t width) {
  return least(count, up(count, width) / width * i / blocks * width);
}

static void pack_right(const product *p, const chunk *ch, int64_t first, int64_t end, int8_t *rows,
                       uint8_t *panels) {
  tributary_pack(p->b, &ch->l, first, end - first, RIGHT, p->powers_b, p->offset, rows, panels);
}

/* Packs right panels and multiplies them by the left ones that stay. */
static void stream_right(const product *p, const chunk *ch, desk *d, int64_t first, int64_t end) {
  int64_t length = ch->l.length;
  pack_right(p, ch, first, end, d->rows, d->panels);
  /* A resident panel may come from far: it meets the whole block while it is near. */
  for (int64_t i = 0; i < p->m; i += p->grid.height)
    for (int64_t j = first; j < end; j += RIGHT)
      tributary_tile(p, ch, d, i, j, d->resident + i * length, d->resident_sums + i,
                     d->panels + (j - first) * length);
}

/* The other way round. */
static void stream_left(const product *p, const chunk *ch, desk *d, int64_t first, int64_t end) {
  int64_t length = ch->l.length;
  pack_left(p, ch, first, end - first, d->rows, d->panels, d->sums);
  for (int64_t j = 0; j < p->n; j += RIGHT)
    for (int64_t i = first; i < end; i += p->grid.height)
      tributary_tile(p, ch, d, i, j, d->panels + (i - first) * length, d->sums + i - first,
                     d->resident + j * length);
}

/* A chunk that all threads share: first each packs a part of the operand that stays. */
static void share(const product *p, const chunk *ch, desk *d, int left) {
  int64_t m = p->m, n = p->n, length = ch->l.length, height = p->grid.height;
  int64_t rows = blocks(ch, m, height, p->threads);
  int64_t columns = blocks(ch, n, RIGHT, p->threads);
  if (left) {
#pragma omp for schedule(dynamic)
    for (int64_t i = 0; i < rows; i++) {
      int64_t at = start(i, rows, m, height);
      pack_left(p, ch, at, start(i + 1, rows, m, height) - at, d->rows, d->resident + at * length,
                d->resident_sums + at);
    }
#pragma omp for schedule(dynamic)
    for (int64_t j = 0; j < columns; j++)
      stream_right(p, ch, d, start(j, columns, n, RIGHT), start(j + 1, columns, n, RIGHT));
  } else {
#pragma omp for schedule(dynamic)
    for (int64_t j = 0; j < columns; j++) {
      int64_t at = start(j, columns, n, RIGHT);
      pack_right(p, ch, at, start(j + 1, columns, n, RIGHT), d->rows, d->resident + at * length);
    }
#pragma omp for schedule(dynamic)
    for (int64_t i = 0; i < rows; i++)
      stream_left(p, ch, d, start(i, rows, m, height), start(i + 1, rows, m, height));
  }
}

/* A chunk that one thread has to itself. */
static void alone(const product *p, const chunk *ch, desk *d, int left) {
  int64_t m = p->m, n = p->n, height = p->grid.height;
  if (left) {
    int64_t columns = blocks(ch, n, RIGHT, 1);
    pack_left(p, ch, 0, m, d->rows, d->resident, d->resident_sums);
    for (int64_t j = 0; j < columns; j++)
      stream_right(p, ch, d, start(j, columns, n, RIGHT), start(j + 1, columns, n, RIGHT));
  } else {
    int64_t rows = blocks(ch, m, height, 1);
    pack_right(p, ch, 0, n, d->rows, d->resident);
    for (int64_t i = 0; i < rows; i++)
      stream_left(p, ch, d, start(i, rows, m, height), start(i + 1, rows, m, height));
  }
}

static desk own_desk(const product *p, uint8_t *mine) {
  desk d = {0};
  d.panels = take(&mine, stream_bytes(p->grid, p->a, p->b, p->threads));
  d.rows = take(&mine, all_steps(p->k) + ROW_BYTES);
  d.sums = take(&mine, sums_bytes(p->grid));
  if (p->apart) {
    d.total = take(&mine, p->m * p->n * 4);
    d.resident_sums = take(&mine, up(p->m, p->grid.height) * 4);
    d.resident = mine;
    memset(d.total, 0, (size_t)(p->m * p->n * 4));
  }
  return d;
}

/* One thread's part of a product. */
static void work(const product *p, desk *d, int32_t **totals, int left) {
  int thread = 0, team = 1;
#ifdef _OPENMP
  thread = omp_get_thread_num();
  team = omp_get_num_threads();
#endif
  if (!p->apart) {
    for (int64_t i = 0; i < p->count; i++) share(p, p->chunks + i, d, left);
    return;
  }
  totals[thread] = d->total;
#pragma omp for schedule(dynamic)
  for (int64_t i = 0; i < p->count; i++) alone(p, p->chunks + i, d, left);
#pragma omp for schedule(static)
  for (int64_t i = 0; i < p->m; i += p->grid.height) tributary_together(p, d, i, totals, team);
}

/*
 * c = factor op(a) op(b) with scales, plus bias, or plus c if that is the bias; or the exact sums
 * alone. The scratch memory is as long as tributary_scratch says and begins at a multiple of 64.
 * Gives the bits of the largest magnitude that c has where it was added to, or those of NaN.
 */
int32_t tributary_gemm(int32_t isa, const operand *a, const operand *b, double factor,
                       const float *bias, float *c, int64_t *exact, uint8_t *scratch) {
  product p = {0};
  int64_t m = outer(a), n = outer(b), k = reduction(a);
  int32_t *order = take(&scratch, all_steps(k) * 4);
  int team = most_threads();
  int64_t most = tributary_most_chunks(k, team);
  p.segments = take(&scratch, (most + LEVELS) * (int64_t)sizeof(segment));
  p.chunks = take(&scratch, most * (int64_t)sizeof(chunk));
  p.powers_a = take(&scratch, powers_bytes(k));
  p.powers_b = take(&scratch, powers_bytes(k));
  tributary_plan(&p, isa, a, b, team, order);
  p.c = c;
  p.exact = exact;
  p.columns = take(&scratch, n * 8);
  double power = factor / (double)((int64_t)1 << (a->groups + b->groups - 2));
  for (int64_t j = 0; j < n; j++) p.columns[j] = b->scales[b->scale_count > 1 ? j : 0] * power;
  float *zeros = take(&scratch, n * 4);
  if (!bias) memset(zeros, 0, (size_t)n * 4);
  p.bias = bias ? bias : zeros;
  grid g = p.grid;
  int left = up(m, g.height) <= up(n, RIGHT);
  int32_t *resident_sums = take(&scratch, up(m, g.height) * 4);
  uint8_t *resident = take(&scratch, resident_bytes(g, a, b, team) - up(up(m, g.height) * 4, 64));
  int32_t **totals = take(&scratch, team * (int64_t)sizeof *totals);
  if (!p.apart && (p.count > 1 || p.wide)) {
    int64_t bytes = m * n * (p.wide ? 8 : 4);
    p.sums = take(&scratch, bytes);
    memset(p.sums, 0, (size_t)bytes);
  }
  int32_t largest = 0;
  int64_t each = thread_bytes(g, a, b, team);
#pragma omp parallel num_threads(team) if (m * n * k > 1 << 18) reduction(max : largest)
  {
#ifdef _OPENMP
    uint8_t *mine = scratch + omp_get_thread_num() * each;
#else
    uint8_t *mine = scratch;
#endif
    desk d = own_desk(&p, mine);
    if (!p.apart) {
      d.resident = resident;
      d.resident_sums = resident_sums;
      d.total = p.sums;
    }
    if (p.kernel->begin) p.kernel->begin(p.piece);
    work(&p, &d, totals, left);
    if (p.kernel->end) p.kernel->end();
    for (int j = 0; j < RIGHT; j++) largest = d.largest[j] > largest ? d.largest[j] : largest;
  }
  return p.wide ? NOT_KNOWN : largest;
}
