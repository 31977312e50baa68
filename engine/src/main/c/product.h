/* How a product is cut: what plan.c finds out and gemm.c carries out. */
#ifndef TRIBUTARY_PRODUCT_H
#define TRIBUTARY_PRODUCT_H

#include "integer.h"

/* Weights that steps can have, at most. */
enum { LEVELS = 16 };

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
  uint8_t *powers_a, *powers_b; /* of two, that codes are multiplied with; or null */
  int ordered_a, ordered_b;     /* whether steps are ordered by this operand's groups */
  int offset;
  int64_t flush;
  int wide;           /* whether sums need 64 bits */
  int32_t *order;     /* of all steps, or null */
  segment *segments;
  chunk *chunks;
  int64_t count;      /* of chunks */
  double *columns;    /* scales of the columns with all powers of two */
  const float *bias;
  int64_t bias_step;  /* from the bias of one row to that of the next: 0, or n where c is added to */
  float *c;
  int64_t *exact;     /* where exact sums go instead of c; or null */
  void *sums;         /* of all chunks so far, 32 or 64 bits each; unused with one chunk */
} product;

static inline int64_t up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t reduction(const operand *o) { return o->reduce_rows ? o->rows : o->columns; }

static inline int64_t outer(const operand *o) { return o->reduce_rows ? o->columns : o->rows; }

/* All steps, with the padding of each level. */
static inline int64_t all_steps(int64_t k) { return up(k, 4) + 4 * LEVELS; }

/* Bytes of the powers of two of one operand: a vector more than the reduction. */
static inline int64_t powers_bytes(int64_t k) { return up(k, 64) + 64; }

/* Whether steps are ordered by a group of either operand. */
int32_t tributary_orders(const operand *a, const operand *b);

/* Whether sums may need 64 bits. */
int tributary_wide(const operand *a, const operand *b);

/* Steps in a chunk. */
int64_t tributary_chunk_steps(const operand *a, const operand *b);

/* Chunks at most, for a reduction of this length. */
int64_t tributary_most_chunks(int64_t k);

/* Fills in all of a product but where its results go; `order` is as long as all_steps, and the
 * powers of two as powers_bytes say. */
void tributary_plan(product *p, int isa, const operand *a, const operand *b, int32_t *order);

#endif
