/*
 * A GPU that is not there: the few functions of CUDA's driver and of NVRTC that the engine calls,
 * and the kernels themselves, compiled from their own source as C++ and run on the processor. The
 * threads of a block are coroutines that take turns at every __syncthreads, so the kernels run as
 * they are, barriers and shared memory included.
 *
 * With cuda.h at hand the driver's functions are checked against their real declarations.
 */
#include <csetjmp>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <ucontext.h>
#include <vector>

#if defined(HAVE_CUDA_H)
#include <cuda.h>
#else
typedef int CUresult, CUdevice, CUdevice_attribute;
typedef void *CUcontext, *CUmodule, *CUfunction, *CUstream;
typedef unsigned long long CUdeviceptr;
#endif

/* What CUDA C has beyond C++. */
struct Index {
  unsigned int x, y, z;
};
static Index threadIdx, blockIdx;
#define __global__
#define __device__ static
#define __shared__ static

static int __dp4a(int a, int b, int c) {
  uint32_t sum = (uint32_t)c;
  for (int lane = 0; lane < 4; lane++) {
    sum += (uint32_t)((int8_t)((uint32_t)a >> (8 * lane)) * (int8_t)((uint32_t)b >> (8 * lane)));
  }
  return (int)sum;
}

static double __dmul_rn(double a, double b) { return a * b; }
static double __dadd_rn(double a, double b) { return a + b; }
static float __double2float_rn(double a) { return (float)a; }
static void __syncthreads();

#include "integer_gemm.cu"

/* One thread of a block: begun by its context, then entered by jumps, which make no system calls. */
struct Thread {
  ucontext_t context;
  jmp_buf place;
  std::vector<char> stack = std::vector<char>(64 << 10);
  bool begun = false, done = false;
};
static std::vector<Thread> threads(256);
static jmp_buf scheduler;
static Thread *running;
/* A kernel, and whether its threads ever wait for each other. */
struct Kernel {
  void (*body)(void **);
  bool barriers;
};
static const Kernel *kernel;
static void **arguments;

static void __syncthreads() {
  if (!_setjmp(running->place)) {
    _longjmp(scheduler, 1);
  }
}

static void start() {
  kernel->body(arguments);
  running->done = true;
  _longjmp(scheduler, 1);
}

/* Until the thread's next barrier, or its end. */
static void __attribute__((noinline)) resume(Thread &t) {
  running = &t;
  if (!_setjmp(scheduler)) {
    if (t.begun) {
      _longjmp(t.place, 1);
    }
    t.begun = true;
    setcontext(&t.context);
  }
}

/* False if some threads of the block wait at a barrier and others have gone home. */
static bool run_block(unsigned int width, unsigned int height) {
  size_t count = (size_t)width * height;
  if (!kernel->barriers) {
    for (size_t i = 0; i < count; i++) {
      threadIdx = {(unsigned int)i % width, (unsigned int)i / width, 0};
      kernel->body(arguments);
    }
    return true;
  }
  for (size_t i = 0; i < count; i++) {
    Thread &t = threads[i];
    getcontext(&t.context);
    t.context.uc_stack.ss_sp = t.stack.data();
    t.context.uc_stack.ss_size = t.stack.size();
    t.context.uc_link = nullptr;
    t.begun = t.done = false;
    makecontext(&t.context, start, 0);
  }
  for (;;) {
    size_t finished = 0;
    for (size_t i = 0; i < count; i++) {
      threadIdx = {(unsigned int)i % width, (unsigned int)i / width, 0};
      resume(threads[i]);
      finished += running->done;
    }
    if (finished != 0) {
      return finished == count;
    }
  }
}

/* Arguments as cuLaunchKernel gets them: an address for each. */
template <typename T> static T at(void **p, int i) { return *(T *)p[i]; }

static void pack(void **p) {
  tributary_pack(at<signed char *>(p, 0), at<long long>(p, 1), at<tributary_patches *>(p, 2),
                 at<int>(p, 3), at<int>(p, 4), at<int *>(p, 5), at<int>(p, 6), at<int *>(p, 7));
}

template <void gemm(const int *, const int *, int, int, int, int, const int *, int, const double *,
                    int, const double *, int, const float *, int, float *, long long *)>
static void product(void **p) {
  gemm(at<int *>(p, 0), at<int *>(p, 1), at<int>(p, 2), at<int>(p, 3), at<int>(p, 4),
       at<int>(p, 5), at<int *>(p, 6), at<int>(p, 7), at<double *>(p, 8), at<int>(p, 9),
       at<double *>(p, 10), at<int>(p, 11), at<float *>(p, 12), at<int>(p, 13), at<float *>(p, 14),
       at<long long *>(p, 15));
}

static const std::map<std::string, Kernel> kernels = {
    {"tributary_pack", {pack, false}},
    {"tributary_gemm32", {product<tributary_gemm32>, true}},
    {"tributary_gemm64", {product<tributary_gemm64>, true}}};

/* Device memory: filled with what no test expects, and guarded behind its end. */
static const size_t GUARD = 256;
static const unsigned char STALE = 0xA5, FENCE = 0x5A;
static std::map<CUdeviceptr, size_t> allocations;
static size_t used, most;
static int capability = 86;

/* Threads of the host take turns, as they do on a GPU's default stream. */
static std::mutex turn;
typedef std::lock_guard<std::mutex> Turn;

/* MiB of it in GPU_ON_CPU_MIB, or 64. */
static size_t total() {
  static const char *given = getenv("GPU_ON_CPU_MIB");
  return (size_t)(given ? atoi(given) : 64) << 20;
}

/* Errors by their numbers in cuda.h. */
static CUresult error(int number) { return (CUresult)number; }
enum { OK = 0, INVALID = 1, NO_MEMORY = 2, NOT_FOUND = 500, BAD_ADDRESS = 700, FAILED = 719 };

static bool inside(CUdeviceptr address, size_t bytes) {
  auto after = allocations.upper_bound(address);
  if (after == allocations.begin()) {
    return false;
  }
  --after;
  return address + bytes <= after->first + after->second;
}

extern "C" {
/* For the tests: another GPU, what is still allocated, and the most that ever was. */
void test_capability(int value) { capability = value; }
long long test_used() { return (long long)used; }
long long test_most() { return (long long)most; }

CUresult cuInit(unsigned int) { return error(OK); }

CUresult cuDriverGetVersion(int *version) {
  *version = 13000;
  return error(OK);
}

CUresult cuDeviceGetCount(int *count) {
  *count = capability > 0;
  return error(OK);
}

CUresult cuDeviceGet(CUdevice *device, int ordinal) {
  *device = 7;
  return error(ordinal == 0 ? OK : INVALID);
}

CUresult cuDeviceGetName(char *name, int length, CUdevice device) {
  strncpy(name, "No GPU", length);
  return error(device == 7 ? OK : INVALID);
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
  if (device != 7 || ((int)attribute != 75 && (int)attribute != 76)) {
    return error(INVALID);
  }
  *value = (int)attribute == 75 ? capability / 10 : capability % 10;
  return error(OK);
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  *context = (CUcontext)0x77;
  return error(device == 7 ? OK : INVALID);
}

CUresult cuCtxSetCurrent(CUcontext context) {
  return error(context == (CUcontext)0x77 ? OK : INVALID);
}

CUresult cuMemGetInfo_v2(size_t *free, size_t *all) {
  Turn mine(turn);
  *free = total() - used;
  *all = total();
  return error(OK);
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes) {
  Turn mine(turn);
  if (bytes == 0) {
    return error(INVALID);
  }
  if (used + bytes > total()) {
    return error(NO_MEMORY);
  }
  unsigned char *memory = (unsigned char *)aligned_alloc(256, (bytes + 511) / 256 * 256 + GUARD);
  memset(memory, STALE, bytes);
  memset(memory + bytes, FENCE, GUARD);
  *address = (CUdeviceptr)memory;
  allocations[*address] = bytes;
  used += bytes;
  most = used > most ? used : most;
  return error(OK);
}

CUresult cuMemFree_v2(CUdeviceptr address) {
  Turn mine(turn);
  auto found = allocations.find(address);
  if (found == allocations.end()) {
    return error(INVALID);
  }
  used -= found->second;
  allocations.erase(found);
  free((void *)address);
  return error(OK);
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, size_t bytes) {
  Turn mine(turn);
  if (!inside(to, bytes)) {
    return error(INVALID);
  }
  memcpy((void *)to, from, bytes);
  return error(OK);
}

CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, size_t bytes) {
  Turn mine(turn);
  if (!inside(from, bytes)) {
    return error(INVALID);
  }
  memcpy(to, (void *)from, bytes);
  return error(OK);
}

CUresult cuModuleLoadData(CUmodule *module, const void *image) {
  *module = (CUmodule)0x99;
  return error(memcmp(image, "image", 5) == 0 ? OK : INVALID);
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
  auto found = kernels.find(name);
  if (found == kernels.end() || module != (CUmodule)0x99) {
    return error(NOT_FOUND);
  }
  *function = (CUfunction)&found->second;
  return error(OK);
}

CUresult cuLaunchKernel(CUfunction function, unsigned int x, unsigned int y, unsigned int z,
                        unsigned int width, unsigned int height, unsigned int depth,
                        unsigned int shared, CUstream stream, void **given, void **extra) {
  Turn mine(turn);
  if (x == 0 || y != 1 || z != 1 || width * height == 0 || width * height > threads.size() ||
      depth != 1 || shared != 0 || stream != nullptr || extra != nullptr) {
    return error(INVALID);
  }
  kernel = (const Kernel *)function;
  arguments = given;
  for (unsigned int block = 0; block < x; block++) {
    blockIdx = {block, 0, 0};
    if (!run_block(width, height)) {
      return error(FAILED);
    }
  }
  for (auto &one : allocations) {
    for (size_t i = 0; i < GUARD; i++) {
      if (((unsigned char *)one.first)[one.second + i] != FENCE) {
        return error(BAD_ADDRESS);
      }
    }
  }
  return error(OK);
}

CUresult cuGetErrorString(CUresult number, const char **text) {
  *text = (int)number == NO_MEMORY ? "out of memory" : "some error";
  return error(OK);
}

/* A compiler that takes the source as it is. */
int nvrtcVersion(int *major, int *minor) {
  *major = 13;
  *minor = 0;
  return OK;
}

int nvrtcGetNumSupportedArchs(int *count) {
  *count = 3;
  return OK;
}

int nvrtcGetSupportedArchs(int *all) {
  all[0] = 75;
  all[1] = 80;
  all[2] = 90;
  return OK;
}

int nvrtcCreateProgram(void **program, const char *source, const char *, int headers,
                       const char *const *, const char *const *) {
  *program = new std::string(source);
  return headers == 0 ? OK : INVALID;
}

int nvrtcCompileProgram(void *program, int count, const char *const *options) {
  bool known = ((std::string *)program)->find("tributary_gemm64") != std::string::npos;
  *(std::string *)program = count == 1 ? std::string("image ") + options[0] : "";
  return known ? OK : 6;
}

static int size(void *program, size_t *bytes) {
  *bytes = ((std::string *)program)->size() + 1;
  return OK;
}

static int copy(void *program, char *into, const char *kind) {
  std::string &image = *(std::string *)program;
  strcpy(into, image.c_str());
  return image.find(kind) == std::string::npos ? INVALID : OK;
}

int nvrtcGetCUBINSize(void *program, size_t *bytes) { return size(program, bytes); }
int nvrtcGetCUBIN(void *program, char *into) { return copy(program, into, "sm_"); }
int nvrtcGetPTXSize(void *program, size_t *bytes) { return size(program, bytes); }
int nvrtcGetPTX(void *program, char *into) { return copy(program, into, "compute_"); }
int nvrtcGetProgramLogSize(void *program, size_t *bytes) { return size(program, bytes); }
int nvrtcGetProgramLog(void *program, char *into) { return copy(program, into, ""); }

int nvrtcDestroyProgram(void **program) {
  delete (std::string *)*program;
  return OK;
}

const char *nvrtcGetErrorString(int) { return "some error"; }
}
