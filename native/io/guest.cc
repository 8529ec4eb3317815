#include "guest.h"

#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/module.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "descriptor.h"
#include "failure.h"

namespace io {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

#ifdef MODULE_INIT_COMPRESSED_FILE
constexpr int kCompressed = MODULE_INIT_COMPRESSED_FILE;
#else
constexpr int kCompressed = 4;
#endif

void change_partition(const std::string& disk, int operation, blkpg_partition partition) {
  const Descriptor file(::open(disk.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail("open", disk);
  blkpg_ioctl_arg request = {};
  request.op = operation;
  request.datalen = sizeof partition;
  request.data = &partition;
  if (::ioctl(file.get(), BLKPG, &request) != 0) fail("ioctl BLKPG", disk);
}

}  // namespace

void load_module(const std::string& path, const std::string& parameters) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail("open", path);
  const int flags = ends_with(path, ".ko") ? 0 : kCompressed;
  if (::syscall(SYS_finit_module, file.get(), parameters.c_str(), flags) == 0 || errno == EEXIST) return;
  fail("finit_module", path);
}

void unload_module(const std::string& name) {
  if (::syscall(SYS_delete_module, name.c_str(), O_NONBLOCK) != 0) fail("delete_module", name);
}

void add_partition(const std::string& disk, int number, uint64_t start_bytes, uint64_t length_bytes) {
  blkpg_partition partition = {};
  partition.pno = number;
  partition.start = static_cast<long long>(start_bytes);
  partition.length = static_cast<long long>(length_bytes);
  change_partition(disk, BLKPG_ADD_PARTITION, partition);
}

void remove_partition(const std::string& disk, int number) {
  blkpg_partition partition = {};
  partition.pno = number;
  change_partition(disk, BLKPG_DEL_PARTITION, partition);
}

}  // namespace io
