/*
 * Integer matrix products of small codes, for the Java package dev.tributary.engine.integer, whose
 * documentation says what is computed. Here is only how: operands are packed into panels, four
 * steps of the reduction side by side, and multiplied tile by tile with the widest instructions
 * that the processor has.
 */
#ifndef TRIBUTARY_INTEGER_H
#define TRIBUTARY_INTEGER_H

#include <stdint.h>

/* A panel of the left operand has so many rows, or with AMX TALL; one of the right so many columns
 * (or half). */
enum { LEFT = 12, TALL = 32, RIGHT = 32 };

/* Instruction sets, worst first. */
enum { PLAIN = 0, AVX2 = 1, VNNI = 2, AMX = 3 };

/* Windows over images of codes, [sample][y][x][channel]; one patch is one row of a matrix. */
typedef struct {
  const int8_t *image;
  int64_t height, width, channels;
  int64_t down, across;                /* patches of one image */
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t pad_height, pad_width;
  int64_t hole_height, hole_width;     /* from one of the image's rows or columns to the next */
} patches;

_Static_assert(sizeof(patches) == 14 * 8, "Patches.java has 14 fields of 8 bytes");

/* A matrix of codes, or of floats that become codes on the way. Java writes it field by field, so
 * every field has 8 bytes. */
typedef struct {
  const float *values;      /* rows x columns, row-major; or null */
  const int8_t *codes;      /* likewise; one of the two is there, or patches */
  int64_t rows;
  int64_t columns;
  int64_t reduce_rows;      /* whether the product sums over rows rather than columns */
  const float *factors;     /* what a value is multiplied with before it is rounded */
  int64_t factor_axis;      /* 0: one factor, 1: one for each row, 2: one for each column */
  int64_t qmax;
  int64_t stochastic;       /* whether draws round, instead of one half */
  uint64_t key;             /* of the draws */
  const uint8_t *exponents; /* along the reduction; or null */
  int64_t groups;           /* exponents are below it */
  const double *scales;     /* of the outer axis, or one */
  int64_t scale_count;
  const patches *patches;   /* what the rows are; or null */
} operand;

_Static_assert(sizeof(operand) == 15 * 8, "Descriptor.java has 15 fields of 8 bytes");

/* Steps of the reduction that have one weight: the sums so far are shifted before they begin. */
typedef struct {
  int64_t fours;
  int64_t shift;
} segment;

/* What differs between instruction sets. */
typedef struct {
  /* Sums of a panel of `rows` rows and one of `columns` columns (16 or 32), as rows of 32. `piece` is
   * how many fours are taken at once: until sums of 16 bits are flushed, or by a block of AMX. */
  void (*tile)(int rows, int columns, const segment *segments, int64_t count, int64_t piece,
               const int8_t *left, const uint8_t *right, int32_t *sums);
  /* The sum of each row of a left panel; null where the right operand keeps its signs. */
  void (*row_sums)(const segment *segments, int64_t count, const int8_t *left, int32_t *sums);
  /* What a thread calls before its first tile and after its last one; or null. */
  void (*begin)(int64_t piece);
  void (*end)(void);
} kernels;

extern const kernels tributary_plain;
#if defined(__x86_64__)
extern const kernels tributary_avx2;
extern const kernels tributary_vnni;
extern const kernels tributary_amx;

/* Whether this processor has AMX for bytes, and the system lets this process use it. */
int tributary_has_amx(void);
#endif

/* Compiles plain loops for several instruction sets where the tools can choose among them. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__) && \
    __GNUC__ >= 12
#define CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#elif defined(__x86_64__) && defined(__linux__) && defined(__GNUC__) && !defined(__clang__)
/* Before 12 GCC knows no levels of the architecture here. */
#define CLONES __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define CLONES
#endif

/* Columns from..from+count of a row as codes. */
void tributary_row(const operand *o, int64_t row, int64_t from, int64_t count, int8_t *codes);

/* The same of a patch. */
void tributary_patch(const patches *p, int64_t row, int64_t from, int64_t count, int8_t *codes);

/* Steps of the reduction that are packed together. */
typedef struct {
  int64_t start;         /* the first one */
  int64_t length;        /* how many, a multiple of four */
  const int32_t *order;  /* the reduction's index at each step, -1 for padding; null: in order */
} layout;

/* Rows on their way to panels are this far apart. */
enum { ROW = 512 };

/* Packs panels of `width` outer indices from `outer` on; `valid` indices there are, the rest is
 * padded, and the last panel of the right operand is half as wide if that is enough. Codes are
 * multiplied by the power of two of their index of the reduction, if `powers` is not null; it is
 * longer than the reduction by a vector. `offset` is added to each byte. */
void tributary_pack(const operand *o, const layout *l, int64_t outer, int64_t valid, int width,
                    const uint8_t *powers, int offset, int8_t *rows, uint8_t *panels);

/* Packs panels of TALL rows for AMX: of each block of up to 64 steps one row after the other. What
 * pads a panel's rows is left as it is. Powers of two and steps as above, in order. */
void tributary_pack_blocks(const operand *o, const layout *l, int64_t block, int64_t outer,
                           int64_t valid, const uint8_t *powers, int8_t *rows, uint8_t *panels);

/* Steps k..k+3 of a layout of an operand that is summed over its rows: `count` outer indices from
 * `from` on, four bytes side by side of each, and zeros up to `columns`. */
void tributary_fours(const operand *o, const layout *l, int64_t k, int64_t from, int64_t count,
                     int64_t columns, const uint8_t *powers, uint32_t offset, int8_t *rows,
                     uint32_t *fours);

/* Asks for a piece of a row that is needed soon: a matrix larger than the caches is read in pieces of
 * many rows, which the processor does not foresee. */
static inline void soon(const operand *o, int64_t row, int64_t from, int64_t count) {
  if (o->patches || row >= o->rows || from >= o->columns) return;
  int64_t at = row * o->columns + from;
  const char *start = o->codes ? (const char *)(o->codes + at) : (const char *)(o->values + at);
  int64_t bytes = count * (o->codes ? 1 : 4);
  for (int64_t line = 0; line < bytes; line += 64) __builtin_prefetch(start + line);
}

/* Multiplies codes by powers of two, in whole vectors: the codes' memory and that of the powers are
 * longer than n by a vector. */
void tributary_multiply_each(int8_t *q, const uint8_t *powers, int64_t n);

#endif
