#include "resource.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../io/descriptor.h"
#include "../../io/failure.h"

namespace helper {

void Source::flush() const {
  const io::Descriptor device(::open(path().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!device.is_open()) io::fail("open", path());
  struct stat facts {};
  if (::fstat(device.get(), &facts) != 0) io::fail("fstat", path());
  if (!S_ISBLK(facts.st_mode) || facts.st_rdev != number()) throw Refused(path() + " has become another device");
  if (::fsync(device.get()) != 0) io::fail("fsync", path());
}

}  // namespace helper
