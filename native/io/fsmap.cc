#include "fsmap.h"

#include <linux/fsmap.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <limits>

namespace io {
namespace {

constexpr uint32_t kRecordsPerCall = 1024;

void ask_for_everything(fsmap_head& head) {
  std::memset(&head, 0, sizeof(head));
  head.fmh_count = kRecordsPerCall;
  head.fmh_keys[1].fmr_device = std::numeric_limits<uint32_t>::max();
  head.fmh_keys[1].fmr_flags = std::numeric_limits<uint32_t>::max();
  head.fmh_keys[1].fmr_physical = std::numeric_limits<uint64_t>::max();
  head.fmh_keys[1].fmr_owner = std::numeric_limits<uint64_t>::max();
  head.fmh_keys[1].fmr_offset = std::numeric_limits<uint64_t>::max();
}

}  // namespace

int read_free_ranges(int descriptor, std::vector<FreeRange>& ranges) {
  // uint64_t storage gives struct fsmap_head the alignment it needs.
  std::vector<uint64_t> memory(fsmap_sizeof(kRecordsPerCall) / sizeof(uint64_t) + 1);
  auto* head = reinterpret_cast<fsmap_head*>(memory.data());
  ask_for_everything(*head);
  // An external journal is a device of its own, and has nothing free.
  bool has_device = false;
  uint32_t device = 0;

  for (;;) {
    if (::ioctl(descriptor, FS_IOC_GETFSMAP, head) != 0) return errno;
    if (head->fmh_entries == 0) return 0;
    for (uint32_t i = 0; i < head->fmh_entries; i++) {
      const fsmap& record = head->fmh_recs[i];
      if ((record.fmr_flags & FMR_OF_SPECIAL_OWNER) == 0 || record.fmr_owner != FMR_OWN_FREE) continue;
      if (!has_device) device = record.fmr_device;
      has_device = true;
      if (record.fmr_device == device) ranges.push_back({record.fmr_physical, record.fmr_length});
    }
    const fsmap last = head->fmh_recs[head->fmh_entries - 1];
    if ((last.fmr_flags & FMR_OF_LAST) != 0) return 0;
    head->fmh_keys[0] = last;
    head->fmh_entries = 0;
  }
}

}  // namespace io
