#include "stamp_engine.h"

#include <initializer_list>

namespace io {

StampEngine best_stamp_engine() {
  for (const StampEngine engine : {StampEngine::kAvx2, StampEngine::kSse42}) {
    if (has_stamp_engine(engine)) return engine;
  }
  return StampEngine::kTable;
}

bool has_stamp_engine(StampEngine engine) {
  if (engine == StampEngine::kTable) return true;
#if defined(__x86_64__)
  static const bool has_sse42 = __builtin_cpu_supports("sse4.2") != 0;
  static const bool has_avx2 = has_sse42 && __builtin_cpu_supports("avx2") != 0;
  return engine == StampEngine::kAvx2 ? has_avx2 : has_sse42;
#else
  return false;
#endif
}

}  // namespace io
