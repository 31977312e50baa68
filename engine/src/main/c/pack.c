/* Panels: for each four steps of the reduction, four bytes of every outer index of the panel. */
#include "integer.h"

#include <string.h>

enum { CHUNK = 512 };

/* Multiplies codes along the reduction by their groups' powers of two. */
CLONES static void shift_each(int8_t *q, const uint8_t *exponents, int most, int64_t n) {
  for (int64_t i = 0; i < n; i++) q[i] = (int8_t)(q[i] * (1 << (most - exponents[i])));
}

CLONES static void shift_all(int8_t *q, int shift, int64_t n) {
  for (int64_t i = 0; i < n; i++) q[i] = (int8_t)(q[i] * (1 << shift));
}

static inline __attribute__((always_inline)) uint32_t add_bytes(uint32_t four, uint32_t offset) {
  /* No carry between bytes: the high bits are added apart. */
  return ((four & 0x7f7f7f7fu) + (offset & 0x7f7f7f7fu)) ^ ((four ^ offset) & 0x80808080u);
}

/* rows: `width` rows of CHUNK bytes; panel: for each four of them, width times four bytes. */
static inline __attribute__((always_inline)) void turn(const int width, const int8_t *rows,
                                                       int64_t fours, uint32_t offset,
                                                       uint8_t *panel) {
  for (int64_t k = 0; k < fours; k++)
    for (int w = 0; w < width; w++) {
      uint32_t four;
      memcpy(&four, rows + w * CHUNK + 4 * k, 4);
      four = add_bytes(four, offset);
      memcpy(panel + 4 * (k * width + w), &four, 4);
    }
}

CLONES static void turn12(const int8_t *rows, int64_t fours, uint32_t offset, uint8_t *panel) {
  turn(12, rows, fours, offset, panel);
}
CLONES static void turn16(const int8_t *rows, int64_t fours, uint32_t offset, uint8_t *panel) {
  turn(16, rows, fours, offset, panel);
}
CLONES static void turn32(const int8_t *rows, int64_t fours, uint32_t offset, uint8_t *panel) {
  turn(32, rows, fours, offset, panel);
}

/* The reduction runs along rows of memory. */
static void pack_columns(const operand *o, const layout *l, int64_t outer, int64_t valid,
                         int width, int preshift, uint32_t offset, int8_t *rows, uint8_t *panel) {
  int64_t reduction = o->columns;
  for (int64_t k = 0; k < l->length; k += CHUNK) {
    int64_t n = l->length - k < CHUNK ? l->length - k : CHUNK;
    int64_t there = reduction - k < n ? reduction - k : n;
    for (int w = 0; w < width; w++) {
      int8_t *row = rows + w * CHUNK;
      if (w >= valid) {
        memset(row, 0, (size_t)n);
        continue;
      }
      tributary_row(o, outer + w, k, there, row);
      if (preshift) shift_each(row, o->exponents + k, (int)o->groups - 1, there);
      memset(row + there, 0, (size_t)(n - there));
    }
    uint8_t *to = panel + k * width;
    if (width == 12) turn12(rows, n / 4, offset, to);
    else if (width == 16) turn16(rows, n / 4, offset, to);
    else turn32(rows, n / 4, offset, to);
  }
}

/* The same in another order of steps: each row is made whole first. */
static void pack_ordered(const operand *o, const layout *l, int64_t outer, int64_t valid,
                         int width, int preshift, uint32_t offset, int8_t *row, uint8_t *panel) {
  for (int w = 0; w < width; w++) {
    if (w < valid) {
      tributary_row(o, outer + w, 0, o->columns, row + 1);
      if (preshift) shift_each(row + 1, o->exponents, (int)o->groups - 1, o->columns);
    } else {
      memset(row + 1, 0, (size_t)o->columns);
    }
    row[0] = 0; /* what a step of -1 reads */
    for (int64_t k = 0; k < l->length; k += 4) {
      const int32_t *at = l->order + k;
      uint32_t four = (uint32_t)(uint8_t)row[at[0] + 1] | (uint32_t)(uint8_t)row[at[1] + 1] << 8 |
                      (uint32_t)(uint8_t)row[at[2] + 1] << 16 |
                      (uint32_t)(uint8_t)row[at[3] + 1] << 24;
      four = add_bytes(four, offset);
      memcpy(panel + k * width + 4 * w, &four, 4);
    }
  }
}

static inline __attribute__((always_inline)) void weave(const int width, const int8_t *a,
                                                        const int8_t *b, const int8_t *c,
                                                        const int8_t *d, int8_t offset,
                                                        uint8_t *restrict panel) {
  for (int w = 0; w < width; w++) {
    panel[4 * w] = (uint8_t)(a[w] + offset);
    panel[4 * w + 1] = (uint8_t)(b[w] + offset);
    panel[4 * w + 2] = (uint8_t)(c[w] + offset);
    panel[4 * w + 3] = (uint8_t)(d[w] + offset);
  }
}

CLONES static void weave_panels(const int8_t *rows, int64_t columns, int width, int offset,
                                int64_t step, uint8_t *panel) {
  const int8_t *a = rows, *b = rows + CHUNK, *c = rows + 2 * CHUNK, *d = rows + 3 * CHUNK;
  for (int64_t w = 0; w < columns; w += width, panel += step) {
    if (width == 12) weave(12, a + w, b + w, c + w, d + w, (int8_t)offset, panel);
    else if (width == 16) weave(16, a + w, b + w, c + w, d + w, (int8_t)offset, panel);
    else weave(32, a + w, b + w, c + w, d + w, (int8_t)offset, panel);
  }
}

/* The reduction runs from row to row of memory. */
static void pack_rows(const operand *o, const layout *l, int64_t outer, int64_t valid, int width,
                      int preshift, int offset, int8_t *rows, uint8_t *panels) {
  int64_t most = CHUNK / width * width;
  for (int64_t first = 0; first < valid; first += most) {
    int64_t there = valid - first < most ? valid - first : most;
    int64_t columns = (there + width - 1) / width * width;
    uint8_t *to = panels + first * l->length;
    for (int64_t k = 0; k < l->length; k += 4) {
      for (int i = 0; i < 4; i++) {
        int8_t *row = rows + i * CHUNK;
        int64_t at = l->order ? l->order[k + i] : k + i;
        if (at < 0 || at >= o->rows) {
          memset(row, 0, (size_t)columns);
          continue;
        }
        tributary_row(o, at, outer + first, there, row);
        if (preshift) shift_all(row, (int)(o->groups - 1 - o->exponents[at]), there);
        memset(row + there, 0, (size_t)(columns - there));
      }
      weave_panels(rows, columns, width, offset, l->length * width, to + k * width);
    }
  }
}

void tributary_pack(const operand *o, const layout *l, int64_t outer, int64_t valid, int width,
                    int preshift, int offset, int8_t *rows, uint8_t *panels) {
  if (o->reduce_rows) {
    pack_rows(o, l, outer, valid, width, preshift, offset, rows, panels);
    return;
  }
  for (int64_t at = 0; at < valid; at += width, panels += l->length * width) {
    uint32_t bytes = (uint32_t)offset * 0x01010101u;
    int64_t there = valid - at < width ? valid - at : width;
    (l->order ? pack_ordered : pack_columns)(o, l, outer + at, there, width, preshift, bytes, rows,
                                             panels);
  }
}
