/* Tiles by AMX: 16 x 16 sums of products of signed bytes, 64 of each at once. */
#include "integer.h"

#if defined(__x86_64__)
#if defined(__linux__) && ((defined(__clang__) && __clang_major__ >= 12) || \
                           (!defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 11))
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TARGET __attribute__((target("amx-tile,amx-int8")))
#define INLINE static inline __attribute__((always_inline)) TARGET

/* The system saves tiles only for a process that has asked for them. */
enum { ASK_FOR_STATE = 0x1023, STATE_OF_TILES = 18 };

int tributary_has_amx(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  if (!(d & 1u << 24) || !(d & 1u << 25)) return 0; /* amx-tile, amx-int8 */
  return syscall(SYS_arch_prctl, ASK_FOR_STATE, STATE_OF_TILES) == 0;
}

/* Tiles 0..3 are the sums of 2 x 2, 4 and 5 the left operand's, 6 and 7 the right one's. */
TARGET static void begin(int64_t piece) {
  struct {
    uint8_t palette, start, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
  } form __attribute__((aligned(64))) = {.palette = 1};
  for (int t = 0; t < 8; t++) {
    form.bytes[t] = 64;
    form.rows[t] = 16;
  }
  form.bytes[4] = form.bytes[5] = (uint16_t)(4 * piece);
  form.rows[6] = form.rows[7] = (uint8_t)piece;
  /* The intrinsic does not say that it reads all of it. */
  __asm__ volatile("" : : "r"(&form) : "memory");
  _tile_loadconfig(&form);
}

TARGET static void end(void) { _tile_release(); }

INLINE void blocks(const int tall, const int wide, int64_t count, int64_t piece,
                   const int8_t *left, const uint8_t *right, int32_t *sums) {
  int64_t row = 4 * piece, line = wide ? 128 : 64;
  _tile_zero(0);
  if (wide) _tile_zero(1);
  if (tall) _tile_zero(2);
  if (tall && wide) _tile_zero(3);
  for (; count > 0; count--, left += TALL * row, right += piece * line) {
    _tile_loadd(6, right, line);
    _tile_loadd(4, left, row);
    _tile_dpbssd(0, 4, 6);
    if (wide) {
      _tile_loadd(7, right + 64, line);
      _tile_dpbssd(1, 4, 7);
    }
    if (tall) {
      _tile_loadd(5, left + 16 * row, row);
      _tile_dpbssd(2, 5, 6);
      if (wide) _tile_dpbssd(3, 5, 7);
    }
  }
  _tile_stored(0, sums, 4 * RIGHT);
  if (wide) _tile_stored(1, sums + 16, 4 * RIGHT);
  if (tall) _tile_stored(2, sums + 16 * RIGHT, 4 * RIGHT);
  if (tall && wide) _tile_stored(3, sums + 16 * RIGHT + 16, 4 * RIGHT);
}

TARGET static void tile(int rows, int columns, const segment *segments, int64_t count,
                        int64_t piece, const int8_t *left, const uint8_t *right, int32_t *sums) {
  int64_t steps = 0;
  for (int64_t s = 0; s < count; s++) steps += segments[s].fours / piece;
  if (rows > 16 && columns > 16) blocks(1, 1, steps, piece, left, right, sums);
  else if (rows > 16) blocks(1, 0, steps, piece, left, right, sums);
  else if (columns > 16) blocks(0, 1, steps, piece, left, right, sums);
  else blocks(0, 0, steps, piece, left, right, sums);
}

const kernels tributary_amx = {tile, 0, begin, end};
#else
/* Of another system, or a compiler that does not know AMX. */
int tributary_has_amx(void) { return 0; }

const kernels tributary_amx;
#endif
#endif
