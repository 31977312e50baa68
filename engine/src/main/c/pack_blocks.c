/* Panels of AMX's left operand: of each block of steps one row of bytes after the other. */
#include "integer.h"
#include "turn.h"

#include <string.h>

enum { COLUMNS = 8 * TALL };

/* One row's blocks to where they belong, TALL rows apart. */
CLONES static void lay_whole(const int8_t *row, int64_t n, uint8_t *to) {
  for (int64_t k = 0; k < n; k += 64, to += TALL * 64) memcpy(to, row + k, 64);
}

static void lay_rest(const int8_t *row, int64_t n, int64_t block, uint8_t *to) {
  for (int64_t k = 0; k < n; k += block, to += TALL * block) {
    int64_t i = 0;
    for (; i + 16 <= block; i += 16) memcpy(to + i, row + k + i, 16);
    for (; i < block; i += 4) memcpy(to + i, row + k + i, 4);
  }
}

/* The reduction runs along rows of memory. */
static void pack_columns(const operand *o, const layout *l, int64_t block, int64_t outer,
                         int64_t valid, const uint8_t *powers, int8_t *row, uint8_t *panel) {
  int64_t most = ROW / block * block;
  for (int64_t k = 0; k < l->length; k += most) {
    int64_t n = l->length - k < most ? l->length - k : most;
    int64_t from = l->start + k;
    int64_t there = o->columns - from < n ? o->columns - from : n;
    if (there < 0) there = 0;
    for (int w = 0; w < valid; w++) {
      soon(o, outer + w, from + most, most);
      tributary_row(o, outer + w, from, there, row);
      if (powers) tributary_multiply_each(row, powers + from, there);
      memset(row + there, 0, (size_t)(n - there));
      uint8_t *to = panel + k * TALL + w * block;
      if (block == 64) lay_whole(row, n, to);
      else lay_rest(row, n, block, to);
    }
  }
}

/* The fours of a block to the rows of panels; those of one four more than whole turns one by one. */
static void spread(const uint32_t *fours, int64_t columns, int64_t block, int64_t length,
                   uint8_t *to) {
  int64_t count = block / 4, turned = count / 4 * 4;
  for (int64_t c = 0; c < columns; c += 4) {
    uint8_t *row = to + c / TALL * TALL * length + c % TALL * block;
    for (int64_t f = 0; f < turned; f += 4)
      turn_four((const int8_t *)(fours + f * COLUMNS + c), 4 * COLUMNS, 0, row + 4 * f, block);
    for (int64_t f = turned; f < count; f++)
      for (int i = 0; i < 4; i++)
        memcpy(row + i * block + 4 * f, fours + f * COLUMNS + c + i, 4);
  }
}

/* The reduction runs from row to row of memory. */
static void pack_rows(const operand *o, const layout *l, int64_t block, int64_t outer,
                      int64_t valid, const uint8_t *powers, int8_t *rows, uint8_t *panels) {
  uint32_t fours[16 * COLUMNS];
  for (int64_t first = 0; first < valid; first += COLUMNS) {
    int64_t there = valid - first < COLUMNS ? valid - first : COLUMNS;
    int64_t columns = (there + 3) / 4 * 4;
    for (int64_t k = 0; k < l->length; k += block) {
      for (int64_t f = 0; f < block / 4; f++)
        tributary_fours(o, l, k + 4 * f, outer + first, there, columns, powers, 0, rows,
                        fours + f * COLUMNS);
      spread(fours, columns, block, l->length, panels + first * l->length + k * TALL);
    }
  }
}

void tributary_pack_blocks(const operand *o, const layout *l, int64_t block, int64_t outer,
                           int64_t valid, const uint8_t *powers, int8_t *rows, uint8_t *panels) {
  if (o->reduce_rows) {
    pack_rows(o, l, block, outer, valid, powers, rows, panels);
    return;
  }
  for (int64_t at = 0; at < valid; at += TALL, panels += l->length * TALL)
    pack_columns(o, l, block, outer + at, valid - at < TALL ? valid - at : TALL, powers, rows,
                 panels);
}
