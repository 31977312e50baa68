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

/* How panels lie: rows of a left one, and steps that a row of it has side by side. */
typedef struct {
  int64_t height, block;
} grid;

typedef struct {
  const kernels *kernel;
  grid grid;
  int threads;        /* at most */
  const operand *a, *b;
  int64_t m, n, k;
  uint8_t *powers_a, *powers_b; /* of two, that codes are multiplied with; or null */
  int ordered_a, ordered_b;     /* whether steps are ordered by this operand's groups */
  int offset;
  int64_t piece;      /* what the kernel takes at once */
  int wide;           /* whether sums need 64 bits */
  int32_t *order;     /* of all steps, or null */
  segment *segments;
  chunk *chunks;
  int64_t count;      /* of chunks */
  double *columns;    /* scales of the columns with all powers of two */
  const float *bias;  /* of the columns; or c, which is added to */
  float *c;
  int64_t *exact;     /* where exact sums go instead of c; or null */
  int apart;          /* whether threads have chunks of their own, rather than parts of each */
  void *sums;         /* of all chunks so far, 32 or 64 bits each; unused with one chunk */
} product;

/* What one thread has to itself, or shares for a while. */
typedef struct {
  uint8_t *panels;         /* of the operand that streams by */
  int8_t *rows;            /* on the way to panels */
  int32_t *sums;           /* of the panels' rows, where these are the left operand's */
  uint8_t *resident;       /* panels of the other operand, all of a chunk */
  int32_t *resident_sums;
  int32_t *total;          /* 32-bit sums of the chunks so far, [m][n] */
  int32_t largest[RIGHT];  /* bits of magnitudes written where c is added to: the largest is here */
} desk;

static inline int64_t up(int64_t value, int64_t step) { return (value + step - 1) / step * step; }

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t reduction(const operand *o) { return o->reduce_rows ? o->rows : o->columns; }

static inline int64_t outer(const operand *o) { return o->reduce_rows ? o->columns : o->rows; }

/* All steps, with the padding of each level or of a block. */
static inline int64_t all_steps(int64_t k) { return up(k, 4) + 4 * LEVELS; }

/* Bytes of the powers of two of one operand: a vector more than the reduction. */
static inline int64_t powers_bytes(int64_t k) { return up(k, 64) + 64; }

/* Whether steps are ordered by a group of either operand. */
int32_t tributary_orders(const operand *a, const operand *b);

/* Whether sums may need 64 bits. */
int tributary_wide(const operand *a, const operand *b);

/* How a product's panels lie with an instruction set. */
grid tributary_grid(int isa, const operand *a, const operand *b);

/* Whether threads take chunks of their own: sums over so many steps that there is a share of them
 * for each, and so few that each thread can have all to itself. */
int tributary_apart(const operand *a, const operand *b, int threads);

/* Steps in a chunk. */
int64_t tributary_chunk_steps(grid g, const operand *a, const operand *b, int threads);

/* Chunks at most, for a reduction of this length. */
int64_t tributary_most_chunks(int64_t k, int threads);

/* Fills in all of a product but where its results go; `order` is as long as all_steps, and the
 * powers of two as powers_bytes say. */
void tributary_plan(product *p, int isa, const operand *a, const operand *b, int threads,
                    int32_t *order);

/* Multiplies the panels at row i and column j as far as this chunk goes, adds that to the sums so
 * far, and writes results if it is the last chunk and threads have no chunks of their own. */
void tributary_tile(const product *p, const chunk *ch, desk *d, int64_t i, int64_t j,
                    const uint8_t *left, const int32_t *row_sums, const uint8_t *right);

/* Adds the sums of threads that had chunks of their own, and writes results: of one panel of rows
 * from i on. */
void tributary_together(const product *p, desk *d, int64_t i, int32_t *const *totals, int count);

#endif
