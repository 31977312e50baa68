/* How the reduction of a product is ordered and cut; gemm.c says why. */
#include "product.h"

#include <string.h>

/* Steps in a chunk: at least so many that a right panel is the size of a first-level cache, and
 * more while the resident operand stays in a second-level one, since threads wait at each end. */
enum { CHUNK_STEPS = 1024, MOST_CHUNK_STEPS = 4096, RESIDENT_BYTES = 384 * 1024 };

/* Sums that a thread can have to itself: they stay in a second-level cache. */
enum { APART_BYTES = 512 * 1024 };

/* The best instruction set of this processor. */
int32_t tributary_isa(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl"))
    return tributary_has_amx() ? AMX : VNNI;
  if (__builtin_cpu_supports("avx2")) return AVX2;
#endif
  return PLAIN;
}

/* How often codes can be doubled and still fit in a byte. */
static int room(const operand *o) {
  int doublings = 0;
  while (o->qmax << (doublings + 1) <= 127) doublings++;
  return doublings;
}

/* Doublings that the largest weight of an operand's groups asks for. */
static int asked(const operand *o) { return o->exponents ? (int)o->groups - 1 : 0; }

/* What does not fit in an operand's own codes. */
static int over(const operand *o) {
  int rest = asked(o) - room(o);
  return rest > 0 ? rest : 0;
}

static int spare(const operand *o) {
  int rest = room(o) - asked(o);
  return rest > 0 ? rest : 0;
}

/* Whether steps must be ordered by o's groups: their powers of two fit neither in its own codes nor,
 * as for the rest, in the other operand's, which each of them meets. */
static int ordered(const operand *o, const operand *other) {
  return over(o) > spare(other);
}

/* Whether a product's steps are ordered by the groups of either operand. */
int32_t tributary_orders(const operand *a, const operand *b) {
  return ordered(a, b) || ordered(b, a);
}

int tributary_wide(const operand *a, const operand *b) {
  return reduction(a) > ((INT32_MAX / (a->qmax * b->qmax)) >> (a->groups + b->groups - 2));
}

/* AMX takes blocks of up to 64 steps, of the same length, with at most 3 padded steps each. It cannot
 * shift its sums, so products whose steps are ordered are not for it. */
grid tributary_grid(int isa, const operand *a, const operand *b) {
  int64_t k = reduction(a), blocks = (k + 63) / 64;
  if (isa < AMX || k == 0 || tributary_orders(a, b)) return (grid){LEFT, 4};
  return (grid){TALL, up((k + blocks - 1) / blocks, 4)};
}

int tributary_apart(const operand *a, const operand *b, int threads) {
  return threads > 1 && outer(a) * outer(b) * 4 <= APART_BYTES &&
         reduction(a) >= threads * CHUNK_STEPS && !tributary_orders(a, b) && !tributary_wide(a, b);
}

/* Steps in a chunk: about CHUNK_STEPS, and no small rest. An operand whose rows must be made whole
 * before they are ordered is not cut; one that streams by with its sums along rows of memory is
 * cut finer, so that more columns of each row are packed at a time. */
int64_t tributary_chunk_steps(grid g, const operand *a, const operand *b, int threads) {
  int64_t rows = up(outer(a), g.height), columns = up(outer(b), RIGHT);
  int64_t fit = RESIDENT_BYTES / (least(rows, columns) + g.height + RIGHT);
  const operand *streams = rows <= columns ? b : a;
  int64_t most = streams->reduce_rows ? CHUNK_STEPS : MOST_CHUNK_STEPS;
  int64_t steps = fit < CHUNK_STEPS ? CHUNK_STEPS : least(fit, most);
  int64_t all = all_steps(reduction(a)), chunks = all / steps;
  int whole = tributary_orders(a, b) && !(a->reduce_rows && b->reduce_rows);
  if (tributary_apart(a, b, threads)) chunks = up(chunks < 1 ? 1 : chunks, threads);
  if (chunks <= 1 || (whole && !tributary_wide(a, b))) return all;
  return up((all + chunks - 1) / chunks, g.block);
}

/* Where threads have chunks of their own their number is rounded up to a multiple of theirs. */
int64_t tributary_most_chunks(int64_t k, int threads) {
  return LEVELS + k / CHUNK_STEPS + 1 + threads;
}

static int level(const product *p, int64_t k) {
  return (p->ordered_a ? p->a->exponents[k] : 0) + (p->ordered_b ? p->b->exponents[k] : 0);
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

/* Doublings of o's codes at step k that its own group asks for, at most as many as fit. */
static int own(const operand *o, int ordered_o, int64_t k) {
  if (!o->exponents || ordered_o) return 0;
  return (int)least(asked(o) - o->exponents[k], room(o));
}

/* And those that the other operand has no room for. */
static int borrowed(const operand *other, int ordered_other, int64_t k) {
  if (!other->exponents || ordered_other) return 0;
  return asked(other) - other->exponents[k] - own(other, ordered_other, k);
}

static void multiply_by(product *p) {
  int any_a = (p->a->exponents && !p->ordered_a) || (!p->ordered_b && over(p->b));
  int any_b = (p->b->exponents && !p->ordered_b) || (!p->ordered_a && over(p->a));
  for (int64_t k = 0; any_a && k < p->k; k++)
    p->powers_a[k] =
        (uint8_t)(1 << (own(p->a, p->ordered_a, k) + borrowed(p->b, p->ordered_b, k)));
  for (int64_t k = 0; any_b && k < p->k; k++)
    p->powers_b[k] =
        (uint8_t)(1 << (own(p->b, p->ordered_b, k) + borrowed(p->a, p->ordered_a, k)));
  if (!any_a) p->powers_a = 0;
  if (!any_b) p->powers_b = 0;
}

/* The largest code with its power of two. */
static int64_t top(const operand *o, int ordered_o, const operand *other, int ordered_other) {
  int doublings = (ordered_o ? 0 : (int)least(asked(o), room(o))) +
                  (ordered_other ? 0 : over(other));
  return o->qmax << doublings;
}

void tributary_plan(product *p, int isa, const operand *a, const operand *b, int threads,
                    int32_t *order) {
  p->a = a;
  p->b = b;
  p->m = outer(a);
  p->n = outer(b);
  p->k = reduction(a);
  p->ordered_a = ordered(a, b);
  p->ordered_b = ordered(b, a);
  multiply_by(p);
  p->threads = threads;
  p->wide = tributary_wide(a, b);
  p->grid = tributary_grid(isa, a, b);
  p->kernel = &tributary_plain;
  p->offset = 128;
#if defined(__x86_64__)
  if (isa >= VNNI) p->kernel = &tributary_vnni;
  if (p->grid.height == TALL) {
    p->kernel = &tributary_amx;
    p->piece = p->grid.block / 4;
    p->offset = 0;
  }
  if (isa == AVX2) {
    int64_t top_a = top(a, p->ordered_a, b, p->ordered_b);
    int64_t top_b = top(b, p->ordered_b, a, p->ordered_a);
    p->kernel = &tributary_avx2;
    p->piece = 32767 / (2 * 2 * top_b * top_a);
    p->offset = p->piece ? (int)top_b : 0;
  }
#endif
  int levels = 1 + (p->ordered_a ? asked(a) : 0) + (p->ordered_b ? asked(b) : 0);
  segment whole[LEVELS];
  int64_t count = 1;
  if (levels > 1) {
    p->order = order;
    count = arrange(p, levels, order, whole);
  } else {
    whole[0] = (segment){up(p->k, p->grid.block) / 4, 0};
  }
  p->apart = tributary_apart(a, b, threads);
  cut(p, whole, count, tributary_chunk_steps(p->grid, a, b, threads));
}
