/* Panels: for each four steps of the reduction, four bytes of every outer index of the panel. */
#include "integer.h"
#include "turn.h"

#include <string.h>

enum { ROWS_AHEAD = 32 };

CLONES void tributary_multiply_each(int8_t *restrict q, const uint8_t *restrict powers, int64_t n) {
  for (int64_t w = 0; w < n; w += 64)
    for (int64_t i = w; i < w + 64; i++) q[i] = (int8_t)(q[i] * powers[i]);
}

CLONES static void multiply_all(int8_t *q, uint8_t power, int64_t n) {
  for (int64_t w = 0; w < n; w += 64)
    for (int64_t i = w; i < w + 64; i++) q[i] = (int8_t)(q[i] * power);
}

/* rows: `width` rows of ROW bytes; panel: for each four of them, width times four bytes. */
static inline __attribute__((always_inline)) void turn(const int width, const int8_t *rows,
                                                       int64_t fours, uint32_t offset,
                                                       uint8_t *panel) {
  int64_t k = 0;
  for (; k + 4 <= fours; k += 4)
    for (int w = 0; w < width; w += 4)
      turn_four(rows + w * ROW + 4 * k, ROW, offset, panel + 4 * (k * width + w), 4 * width);
  for (; k < fours; k++)
    for (int w = 0; w < width; w++)
      turn_one(rows + w * ROW + 4 * k, offset, panel + 4 * (k * width + w));
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

/* Outer indices of the last panel if that is half as wide as a right operand's others. */
static int64_t half(int64_t valid, int64_t width) {
  int64_t rest = valid % width;
  return width == RIGHT && rest <= width / 2 ? rest : 0;
}

/* The reduction runs along rows of memory. */
static void pack_columns(const operand *o, const layout *l, int64_t outer, int64_t valid,
                         int width, const uint8_t *powers, uint32_t offset, int8_t *rows,
                         uint8_t *panel) {
  int64_t reduction = o->columns;
  for (int64_t k = 0; k < l->length; k += ROW) {
    int64_t n = l->length - k < ROW ? l->length - k : ROW;
    int64_t from = l->start + k;
    int64_t there = reduction - from < n ? reduction - from : n;
    if (there < 0) there = 0;
    for (int w = 0; w < width; w++) {
      int8_t *row = rows + w * ROW;
      if (w >= valid) {
        memset(row, 0, (size_t)n);
        continue;
      }
      soon(o, outer + w, from + ROW, ROW);
      tributary_row(o, outer + w, from, there, row);
      if (powers) tributary_multiply_each(row, powers + from, there);
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
                         int width, const uint8_t *powers, uint32_t offset, int8_t *row,
                         uint8_t *panel) {
  for (int w = 0; w < width; w++) {
    if (w < valid) {
      tributary_row(o, outer + w, 0, o->columns, row + 1);
      if (powers) tributary_multiply_each(row + 1, powers, o->columns);
    } else {
      memset(row + 1, 0, (size_t)o->columns);
    }
    row[0] = 0; /* what a step of -1 reads */
    for (int64_t k = 0; k < l->length; k += 4) {
      const int32_t *at = l->order + l->start + k;
      uint32_t four = (uint32_t)(uint8_t)row[at[0] + 1] | (uint32_t)(uint8_t)row[at[1] + 1] << 8 |
                      (uint32_t)(uint8_t)row[at[2] + 1] << 16 |
                      (uint32_t)(uint8_t)row[at[3] + 1] << 24;
      four = add_bytes(four, offset);
      memcpy(panel + k * width + 4 * w, &four, 4);
    }
  }
}

/* Four rows of bytes as one of fours. */
CLONES static void weave(const int8_t *const restrict rows[4], int64_t columns, uint32_t offset,
                         uint32_t *restrict fours) {
  const uint8_t *a = (const uint8_t *)rows[0], *b = (const uint8_t *)rows[1];
  const uint8_t *c = (const uint8_t *)rows[2], *d = (const uint8_t *)rows[3];
  /* Whole vectors: what lies behind the columns is thrown away. */
  for (int64_t w = 0; w < columns; w += 64)
    for (int64_t i = w; i < w + 64; i++) {
      uint32_t four = a[i] | (uint32_t)b[i] << 8 | (uint32_t)c[i] << 16 | (uint32_t)d[i] << 24;
      fours[i] = add_bytes(four, offset);
    }
}

void tributary_fours(const operand *o, const layout *l, int64_t k, int64_t from, int64_t count,
                     int64_t columns, const uint8_t *powers, uint32_t offset, int8_t *rows,
                     uint32_t *fours) {
  const int8_t *four[4];
  /* Codes that need nothing done to them are read where they lie, but not beyond the last one. */
  int64_t last = (l->start + k + 3) * o->columns + from + (columns + 63) / 64 * 64;
  int direct = o->codes && !powers && !l->order && last <= o->rows * o->columns && count == columns;
  for (int i = 0; i < 4; i++) {
    int8_t *row = rows + i * ROW;
    int64_t at = l->order ? l->order[l->start + k + i] : l->start + k + i;
    if (!l->order) soon(o, at + ROWS_AHEAD, from, count);
    four[i] = row;
    if (direct) {
      four[i] = o->codes + at * o->columns + from;
    } else if (at < 0 || at >= o->rows) {
      memset(row, 0, (size_t)columns);
    } else {
      tributary_row(o, at, from, count, row);
      if (powers && powers[at] > 1) multiply_all(row, powers[at], count);
      memset(row + count, 0, (size_t)(columns - count));
    }
  }
  weave(four, columns, offset, fours);
}

static inline __attribute__((always_inline)) void cut(const uint32_t *fours, int64_t columns,
                                                      const int width, int64_t step,
                                                      uint8_t *panel) {
  for (int64_t w = 0; w < columns; w += width, panel += step)
    memcpy(panel, fours + w, 4 * (size_t)width);
}

/* The reduction runs from row to row of memory. */
static void pack_rows(const operand *o, const layout *l, int64_t outer, int64_t valid, int width,
                      const uint8_t *powers, uint32_t offset, int8_t *rows, uint8_t *panels) {
  uint32_t fours[ROW];
  int64_t most = ROW / width * width;
  for (int64_t first = 0; first < valid; first += most) {
    int64_t there = valid - first < most ? valid - first : most;
    int64_t rest = half(there, width), whole = there - rest;
    int64_t columns = (whole + width - 1) / width * width + (rest ? 16 : 0);
    uint8_t *to = panels + first * l->length;
    for (int64_t k = 0; k < l->length; k += 4) {
      tributary_fours(o, l, k, outer + first, there, columns, powers, offset, rows, fours);
      if (width == LEFT) cut(fours, columns, LEFT, l->length * LEFT, to + k * LEFT);
      else cut(fours, whole, RIGHT, l->length * RIGHT, to + k * RIGHT);
      if (rest) memcpy(to + whole * l->length + k * 16, fours + whole, 4 * 16);
    }
  }
}

void tributary_pack(const operand *o, const layout *l, int64_t outer, int64_t valid, int width,
                    const uint8_t *powers, int offset, int8_t *rows, uint8_t *panels) {
  uint32_t bytes = (uint32_t)offset * 0x01010101u;
  if (o->reduce_rows) {
    pack_rows(o, l, outer, valid, width, powers, bytes, rows, panels);
    return;
  }
  for (int64_t at = 0; at < valid; at += width, panels += l->length * width) {
    int64_t there = valid - at < width ? valid - at : width;
    (l->order ? pack_ordered : pack_columns)(o, l, outer + at, there,
                                             half(there, width) ? width / 2 : width, powers, bytes,
                                             rows, panels);
  }
}
