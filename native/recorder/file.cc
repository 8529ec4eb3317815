#include "file.h"

#include <fcntl.h>
#include <linux/falloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "../io/failure.h"

namespace recorder {

File::File(const std::string& path, int flags, unsigned mode) : path_(path), file_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
  if (!file_.is_open()) io::fail("open", path);
}

uint64_t File::size() const {
  struct stat facts{};
  if (::fstat(file_.get(), &facts) != 0) io::fail("fstat", path_);
  return static_cast<uint64_t>(facts.st_size);
}

void File::read(char* into, size_t length, uint64_t at) const {
  while (length > 0) {
    const ssize_t got = ::pread(file_.get(), into, length, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) io::fail("pread", path_);
    if (got == 0) {
      std::memset(into, 0, length);
      return;
    }
    into += got;
    at += static_cast<uint64_t>(got);
    length -= static_cast<size_t>(got);
  }
}

void File::write(const char* from, size_t length, uint64_t at) const {
  while (length > 0) {
    const ssize_t put = ::pwrite(file_.get(), from, length, static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) io::fail("pwrite", path_);
    from += put;
    at += static_cast<uint64_t>(put);
    length -= static_cast<size_t>(put);
  }
}

void File::append(iovec* pieces, int count) const {
  while (count > 0) {
    const ssize_t put = ::writev(file_.get(), pieces, count);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) io::fail("writev", path_);
    auto left = static_cast<size_t>(put);
    while (count > 0 && left >= pieces->iov_len) {
      left -= pieces->iov_len;
      pieces++;
      count--;
    }
    if (count == 0) return;
    pieces->iov_base = static_cast<char*>(pieces->iov_base) + left;
    pieces->iov_len -= left;
  }
}

void File::punch(uint64_t at, uint64_t length) const {
  const int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
  if (::fallocate(file_.get(), mode, static_cast<off_t>(at), static_cast<off_t>(length)) != 0)
    io::fail("fallocate", path_);
}

}  // namespace recorder
