#include "state_disk.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "../io/failure.h"

namespace recorder {
namespace {

constexpr uint64_t kZeros = ~uint64_t{0};

void add_pair(std::string& text, uint64_t first, uint64_t second) {
  text.append(reinterpret_cast<const char*>(&first), sizeof first);
  text.append(reinterpret_cast<const char*>(&second), sizeof second);
}

}  // namespace

StateDisk::StateDisk(const std::string& base, const std::string& log)
    : StateDisk(File(base, O_RDONLY), log) {}

StateDisk::StateDisk(File base, const std::string& log)
    : Disk(base.size()), base_(std::move(base)), log_(log, O_RDONLY) {}

void StateDisk::tell(const char* message, size_t length) {
  uint64_t count = 0;
  if (length >= sizeof count) std::memcpy(&count, message, sizeof count);
  if (length < sizeof count || (length - sizeof count) / sizeof(Segment) != count ||
      (length - sizeof count) % sizeof(Segment) != 0)
    throw io::Failure(EINVAL, "state", "segments");
  std::vector<Segment> segments(count);
  if (count > 0) std::memcpy(segments.data(), message + sizeof count, count * sizeof(Segment));
  uint64_t end = 0;
  for (const Segment& segment : segments) {
    const bool sound = segment.at >= end && segment.length > 0 && segment.at % kSectorBytes == 0 &&
                       segment.length % kSectorBytes == 0 && segment.length <= size() &&
                       segment.at <= size() - segment.length;
    if (!sound) throw io::Failure(EINVAL, "state", "segments");
    end = segment.at + segment.length;
  }
  segments_ = std::move(segments);
  written_.clear();
  reads_.clear();
}

std::string StateDisk::ask() {
  std::string text;
  for (const auto& [first, end] : reads_) add_pair(text, first, end - first);
  add_pair(text, 0, 0);
  std::vector<uint64_t> sectors;
  sectors.reserve(written_.size());
  for (const auto& [sector, bytes] : written_) sectors.push_back(sector);
  std::sort(sectors.begin(), sectors.end());
  for (size_t i = 0; i < sectors.size();) {
    size_t next = i + 1;
    while (next < sectors.size() && sectors[next] == sectors[i] + (next - i)) next++;
    add_pair(text, sectors[i], next - i);
    i = next;
  }
  return text;
}

void StateDisk::read(char* into, size_t length, uint64_t at) {
  read_state(into, length, at);
  const uint64_t end = (at + length) / kSectorBytes;
  uint64_t unwritten = at / kSectorBytes;
  for (uint64_t sector = unwritten; sector < end; sector++) {
    const auto found = written_.empty() ? written_.end() : written_.find(sector);
    if (found == written_.end()) continue;
    std::memcpy(into + (sector * kSectorBytes - at), found->second.data(), kSectorBytes);
    if (sector > unwritten) note_read(unwritten, sector - unwritten);
    unwritten = sector + 1;
  }
  if (end > unwritten) note_read(unwritten, end - unwritten);
}

void StateDisk::read_state(char* into, size_t length, uint64_t at) const {
  const uint64_t end = at + length;
  auto segment = std::upper_bound(segments_.begin(), segments_.end(), at,
                                  [](uint64_t value, const Segment& one) { return value < one.at + one.length; });
  while (at < end) {
    const bool none = segment == segments_.end() || segment->at >= end;
    const uint64_t plain_end = none ? end : std::max(at, segment->at);
    if (plain_end > at) {
      base_.read(into, plain_end - at, at);
      into += plain_end - at;
      at = plain_end;
      continue;
    }
    const uint64_t stop = std::min(end, segment->at + segment->length);
    if (segment->from == kZeros) std::memset(into, 0, stop - at);
    else log_.read(into, stop - at, segment->from + (at - segment->at));
    into += stop - at;
    at = stop;
    ++segment;
  }
}

void StateDisk::note_read(uint64_t first, uint64_t count) {
  uint64_t end = first + count;
  auto next = reads_.upper_bound(first);
  if (next != reads_.begin()) {
    const auto before = std::prev(next);
    if (before->second >= end) return;
    if (before->second >= first) {
      first = before->first;
      next = reads_.erase(before);
    }
  }
  while (next != reads_.end() && next->first <= end) {
    end = std::max(end, next->second);
    next = reads_.erase(next);
  }
  reads_[first] = end;
}

Ticket StateDisk::write(const char* from, size_t length, uint64_t at) {
  if (at % kSectorBytes != 0 || length % kSectorBytes != 0) throw io::Failure(EINVAL, "write", "disk");
  for (size_t done = 0; done < length; done += kSectorBytes)
    std::memcpy(written_[(at + done) / kSectorBytes].data(), from + done, kSectorBytes);
  return 0;
}

Ticket StateDisk::zero(uint64_t at, uint64_t length) {
  const Sector zeros{};
  for (uint64_t sector = at / kSectorBytes; sector < (at + length) / kSectorBytes; sector++) written_[sector] = zeros;
  return 0;
}

}  // namespace recorder
