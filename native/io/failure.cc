#include "failure.h"

#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

namespace io {
namespace {

#define NAMED(code) {code, #code}

// EWOULDBLOCK, ENOTSUP and EDEADLOCK are second names of EAGAIN, EOPNOTSUPP and EDEADLK and are left out.
const std::unordered_map<int, const char*> kNames = {
    NAMED(EPERM),        NAMED(ENOENT),       NAMED(ESRCH),         NAMED(EINTR),        NAMED(EIO),
    NAMED(ENXIO),        NAMED(E2BIG),        NAMED(ENOEXEC),       NAMED(EBADF),        NAMED(ECHILD),
    NAMED(EAGAIN),       NAMED(ENOMEM),       NAMED(EACCES),        NAMED(EFAULT),       NAMED(ENOTBLK),
    NAMED(EBUSY),        NAMED(EEXIST),       NAMED(EXDEV),         NAMED(ENODEV),       NAMED(ENOTDIR),
    NAMED(EISDIR),       NAMED(EINVAL),       NAMED(ENFILE),        NAMED(EMFILE),       NAMED(ENOTTY),
    NAMED(ETXTBSY),      NAMED(EFBIG),        NAMED(ENOSPC),        NAMED(ESPIPE),       NAMED(EROFS),
    NAMED(EMLINK),       NAMED(EPIPE),        NAMED(EDOM),          NAMED(ERANGE),       NAMED(EDEADLK),
    NAMED(ENAMETOOLONG), NAMED(ENOLCK),       NAMED(ENOSYS),        NAMED(ENOTEMPTY),    NAMED(ELOOP),
    NAMED(ENODATA),      NAMED(ETIME),        NAMED(EPROTO),        NAMED(EBADMSG),      NAMED(EOVERFLOW),
    NAMED(EILSEQ),       NAMED(EUSERS),       NAMED(EOPNOTSUPP),    NAMED(ETIMEDOUT),    NAMED(EALREADY),
    NAMED(EINPROGRESS),  NAMED(ESTALE),       NAMED(EUCLEAN),       NAMED(EREMOTEIO),    NAMED(EDQUOT),
    NAMED(ENOMEDIUM),    NAMED(EMEDIUMTYPE),  NAMED(ECANCELED),     NAMED(ENOKEY),       NAMED(EKEYREJECTED),
    NAMED(EHWPOISON),    NAMED(ENOTCONN),     NAMED(ENOBUFS),       NAMED(ERESTART),
};

#undef NAMED

std::string message_of(int error, const std::string& syscall, const std::string& path) {
  std::string text = errno_name(error) + ": " + std::strerror(error) + ", " + syscall;
  if (!path.empty()) text += " '" + path + "'";
  return text;
}

}  // namespace

std::string errno_name(int error) {
  const auto found = kNames.find(error);
  return found == kNames.end() ? "E" + std::to_string(error) : found->second;
}

Failure::Failure(int error, std::string syscall, std::string path)
    : error_(error),
      syscall_(std::move(syscall)),
      path_(std::move(path)),
      message_(message_of(error_, syscall_, path_)) {}

void fail(const char* syscall, const std::string& path) { throw Failure(errno, syscall, path); }

std::string descriptor_name(int descriptor) { return "descriptor " + std::to_string(descriptor); }

}  // namespace io
