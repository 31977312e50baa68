/*
 * The exact product of two matrices of signed bytes whose terms have powers of two, on a GPU of
 * compute capability 6.1 or newer. CudaGemm.java says what is computed and plans the calls; here is
 * only how.
 *
 * Plain enough for NVRTC, nvcc and, with a small shim, a C++ compiler: no header is included.
 */

/* A tile of the product has so many rows and columns; a block computes one with SIDE x SIDE
 * threads, each of which owns EACH x EACH elements. */
#define TILE 64
#define SIDE 16
#define EACH 4

/* Words of four terms that a block keeps in shared memory at a time. */
#define DEPTH 16

/* Windows over images of codes, [sample][y][x][channel]; one patch is one row of a matrix. */
typedef struct {
  const signed char *image;
  long long height, width, channels;
  long long down, across; /* patches of one image */
  long long kernel_height, kernel_width;
  long long stride_height, stride_width;
  long long pad_height, pad_width;
  long long hole_height, hole_width; /* from one of the image's rows or columns to the next */
} tributary_patches;

/* One code of a matrix of patches; beside the image and in its holes there are zeros. */
__device__ int tributary_patch(const tributary_patches *p, long long row, long long column) {
  long long of_image = row % (p->down * p->across);
  long long tap = column / p->channels;
  long long y = of_image / p->across * p->stride_height - p->pad_height + tap / p->kernel_width;
  long long x = of_image % p->across * p->stride_width - p->pad_width + tap % p->kernel_width;
  if (y < 0 || x < 0 || y % p->hole_height || x % p->hole_width ||
      y / p->hole_height >= p->height || x / p->hole_width >= p->width) {
    return 0;
  }
  long long line = row / (p->down * p->across) * p->height + y / p->hole_height;
  return p->image[(line * p->width + x / p->hole_width) * p->channels + column % p->channels];
}

/*
 * Packs codes: word w of outer index i holds the terms order[4 w] to order[4 w + 3], the first one
 * in the lowest byte, at packed[w * stride + i]. Terms of -1 and outer indices from `outer` on are
 * zeros, so that the product needs no bounds.
 *
 * The codes lie row by row, `columns` each, or are read off an image where there are patches; terms
 * are rows if `sums_rows`, else columns. `stride` is a multiple of TILE. Blocks of TILE threads,
 * word by word: stride / TILE of them for each.
 */
extern "C" __global__ void tributary_pack(const signed char *codes, long long columns,
                                          const tributary_patches *patches, int sums_rows,
                                          int outer, const int *order, int stride, int *packed) {
  int blocks = stride / TILE;
  int w = blockIdx.x / blocks;
  int i = blockIdx.x % blocks * TILE + threadIdx.x;
  unsigned int word = 0;
  if (i < outer) {
    for (int lane = 0; lane < 4; lane++) {
      int k = order[4LL * w + lane];
      if (k >= 0) {
        long long row = sums_rows ? k : i;
        long long column = sums_rows ? i : k;
        int code = patches ? tributary_patch(patches, row, column) : codes[row * columns + column];
        word |= (unsigned int)(code & 0xff) << (8 * lane);
      }
    }
  }
  packed[(long long)w * stride + i] = (int)word;
}

/* What an exact sum is worth: the same steps in the same order as in Java, none of them fused. */
__device__ float tributary_worth(long long sum, double left, double right, const float *bias) {
  double worth = __dmul_rn((double)sum, __dmul_rn(left, right));
  if (bias) {
    worth = __dadd_rn(worth, (double)*bias);
  }
  return __double2float_rn(worth);
}

/*
 * Sums of products, by segments of terms of one weight. Before segment s begins, all sums so far
 * are multiplied by 2^shift; so terms of the largest weight come first, and one accumulator does
 * for all groups. SUM adds within segments in 32 bits; TOTAL holds what is carried from segment to
 * segment. With 32 bits for TOTAL the caller has made sure that no sum can leave them; with 64 it
 * has made segments so short that none can overflow within one.
 *
 * segments: pairs of words and shift. units: one for all outer indices or, with a step of 1, one
 * for each. bias: one float for each column, or with a step of `columns` one for each element; then
 * it may be c itself. c takes floats, or where it is null `sums` the exact sums.
 *
 * One block of SIDE x SIDE threads for each tile, row of tiles by row of tiles.
 */
template <typename TOTAL>
__device__ void tributary_product(const int *a, const int *b, int rows, int columns, int a_stride,
                                  int b_stride, const int *segments, int count,
                                  const double *a_units, int a_step, const double *b_units,
                                  int b_step, const float *bias, int bias_step, float *c,
                                  long long *sums) {
  __shared__ int left[DEPTH][TILE];
  __shared__ int right[DEPTH][TILE];
  int tx = threadIdx.x;
  int ty = threadIdx.y;
  int thread = ty * SIDE + tx;
  long long row0 = (long long)(blockIdx.x / (b_stride / TILE)) * TILE;
  long long column0 = (long long)(blockIdx.x % (b_stride / TILE)) * TILE;
  int sum[EACH][EACH] = {};
  TOTAL total[EACH][EACH] = {};
  long long word = 0;
  for (int s = 0; s < count; s++) {
    TOTAL factor = (TOTAL)1 << segments[2 * s + 1];
    for (int i = 0; i < EACH; i++) {
      for (int j = 0; j < EACH; j++) {
        total[i][j] = (total[i][j] + sum[i][j]) * factor;
        sum[i][j] = 0;
      }
    }
    int words = segments[2 * s];
    for (int from = 0; from < words; from += DEPTH) {
      int depth = words - from < DEPTH ? words - from : DEPTH;
      for (int at = thread; at < depth * TILE; at += SIDE * SIDE) {
        left[at / TILE][at % TILE] = a[(word + from + at / TILE) * a_stride + row0 + at % TILE];
        right[at / TILE][at % TILE] = b[(word + from + at / TILE) * b_stride + column0 + at % TILE];
      }
      __syncthreads();
      for (int w = 0; w < depth; w++) {
        for (int i = 0; i < EACH; i++) {
          int four = left[w][ty + i * SIDE];
          for (int j = 0; j < EACH; j++) {
            sum[i][j] = __dp4a(four, right[w][tx + j * SIDE], sum[i][j]);
          }
        }
      }
      __syncthreads();
    }
    word += words;
  }
  for (int i = 0; i < EACH; i++) {
    long long row = row0 + ty + i * SIDE;
    for (int j = 0; j < EACH; j++) {
      long long column = column0 + tx + j * SIDE;
      if (row < rows && column < columns) {
        long long exact = (long long)total[i][j] + sum[i][j];
        long long at = row * columns + column;
        if (c) {
          c[at] = tributary_worth(exact, a_units[row * a_step], b_units[column * b_step],
                                  bias ? bias + row * bias_step + column : bias);
        } else {
          sums[at] = exact;
        }
      }
    }
  }
}

extern "C" __global__ void tributary_gemm32(const int *a, const int *b, int rows, int columns,
                                            int a_stride, int b_stride, const int *segments,
                                            int count, const double *a_units, int a_step,
                                            const double *b_units, int b_step, const float *bias,
                                            int bias_step, float *c, long long *sums) {
  tributary_product<int>(a, b, rows, columns, a_stride, b_stride, segments, count, a_units, a_step,
                         b_units, b_step, bias, bias_step, c, sums);
}

extern "C" __global__ void tributary_gemm64(const int *a, const int *b, int rows, int columns,
                                            int a_stride, int b_stride, const int *segments,
                                            int count, const double *a_units, int a_step,
                                            const double *b_units, int b_step, const float *bias,
                                            int bias_step, float *c, long long *sums) {
  tributary_product<long long>(a, b, rows, columns, a_stride, b_stride, segments, count, a_units,
                               a_step, b_units, b_step, bias, bias_step, c, sums);
}
