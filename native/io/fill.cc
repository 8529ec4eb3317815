#include "fill.h"

#include <cstring>

namespace io {
namespace {

constexpr uint32_t kStepLow = 0x9e3779b1;
constexpr uint32_t kStepHigh = 0xc2b2ae3d;

// Some pairs of the fill at once; plain vectors, so that any processor's compiler finds its own instructions.
typedef uint32_t TwoPairs __attribute__((vector_size(16)));
typedef uint32_t FourPairs __attribute__((vector_size(32)));

constexpr TwoPairs kTwoSteps = {2 * kStepLow, 2 * kStepHigh, 2 * kStepLow, 2 * kStepHigh};
static_assert(kStampBytes % sizeof(TwoPairs) == 0 && kStampBytes % sizeof(FourPairs) == sizeof(TwoPairs),
              "behind one vector of two pairs the rest of a block is vectors of four");

TwoPairs first_pairs(FillKey key) { return TwoPairs{key.low, key.high, key.low + kStepLow, key.high + kStepHigh}; }

#if defined(__x86_64__)
#define UNTORN_AVX2 __attribute__((target("avx2")))

constexpr FourPairs kFourSteps = {4 * kStepLow, 4 * kStepHigh, 4 * kStepLow, 4 * kStepHigh,
                                  4 * kStepLow, 4 * kStepHigh, 4 * kStepLow, 4 * kStepHigh};

// The pairs from the third on.
UNTORN_AVX2 FourPairs later_pairs(FillKey key) {
  const uint32_t low = key.low + 2 * kStepLow;
  const uint32_t high = key.high + 2 * kStepHigh;
  return FourPairs{low,
                   high,
                   low + kStepLow,
                   high + kStepHigh,
                   low + 2 * kStepLow,
                   high + 2 * kStepHigh,
                   low + 3 * kStepLow,
                   high + 3 * kStepHigh};
}

UNTORN_AVX2 void fill_by_avx2(FillKey key, unsigned char* block, size_t block_bytes) {
  const TwoPairs first = first_pairs(key);
  std::memcpy(block + kStampBytes, &first, sizeof first);
  FourPairs pairs = later_pairs(key);
  for (size_t at = kStampBytes + sizeof first; at < block_bytes; at += sizeof pairs) {
    std::memcpy(block + at, &pairs, sizeof pairs);
    pairs += kFourSteps;
  }
}

UNTORN_AVX2 bool is_filled_by_avx2(FillKey key, const unsigned char* block, size_t block_bytes) {
  const TwoPairs first = first_pairs(key);
  if (std::memcmp(block + kStampBytes, &first, sizeof first) != 0) return false;
  FourPairs pairs = later_pairs(key);
  FourPairs difference{};
  for (size_t at = kStampBytes + sizeof first; at < block_bytes; at += sizeof pairs) {
    FourPairs found;
    std::memcpy(&found, block + at, sizeof found);
    difference |= found ^ pairs;
    pairs += kFourSteps;
  }
  uint32_t any = 0;
  for (size_t i = 0; i < sizeof difference / sizeof any; i++) any |= difference[i];
  return any == 0;
}
#endif

}  // namespace

void fill_behind(StampEngine engine, FillKey key, unsigned char* block, size_t block_bytes) {
#if defined(__x86_64__)
  if (engine == StampEngine::kAvx2) return fill_by_avx2(key, block, block_bytes);
#endif
  (void)engine;
  TwoPairs pairs = first_pairs(key);
  for (size_t at = kStampBytes; at < block_bytes; at += sizeof pairs) {
    std::memcpy(block + at, &pairs, sizeof pairs);
    pairs += kTwoSteps;
  }
}

bool is_filled_behind(StampEngine engine, FillKey key, const unsigned char* block, size_t block_bytes) {
#if defined(__x86_64__)
  if (engine == StampEngine::kAvx2) return is_filled_by_avx2(key, block, block_bytes);
#endif
  (void)engine;
  TwoPairs pairs = first_pairs(key);
  TwoPairs difference{};
  for (size_t at = kStampBytes; at < block_bytes; at += sizeof pairs) {
    TwoPairs found;
    std::memcpy(&found, block + at, sizeof found);
    difference |= found ^ pairs;
    pairs += kTwoSteps;
  }
  return (difference[0] | difference[1] | difference[2] | difference[3]) == 0;
}

void fetch_to_write(unsigned char* bytes, size_t length) {
  constexpr size_t kLineBytes = 64;
  for (size_t at = 0; at < length; at += kLineBytes) {
#if defined(__x86_64__)
    // What __builtin_prefetch comes to only where the compiler may take it for granted; older processors skip it.
    asm volatile("prefetchw %0" : : "m"(bytes[at]));
#else
    __builtin_prefetch(bytes + at, 1);
#endif
  }
}

}  // namespace io
