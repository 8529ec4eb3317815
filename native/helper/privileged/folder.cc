#include "folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>

#include "../../io/beneath.h"
#include "../../io/failure.h"
#include "wire.h"

namespace helper {
namespace {

constexpr size_t kMostNameBytes = 64;
constexpr const char* kPrefix = "untorn-";

bool is_plain(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '.' || letter == '-' || letter == '_';
}

struct stat facts_of(const io::Descriptor& file, const std::string& name) {
  struct stat facts {};
  if (::fstat(file.get(), &facts) != 0) io::fail("fstat", name);
  return facts;
}

}  // namespace

void require_plain_name(const std::string& name) {
  const bool is_fine = !name.empty() && name.size() <= kMostNameBytes && name.front() != '.' &&
                       std::all_of(name.begin(), name.end(), is_plain);
  if (!is_fine) throw Refused("a name in the lab's folder is no plain name");
}

Folder::Folder(const std::string& path, const Caller& caller) : path_(path), caller_(caller) {
  if (path.size() < 2 || path.front() != '/' || path.back() == '/') throw Refused("the folder's path is not absolute");
  if (name().rfind(kPrefix, 0) != 0) throw Refused("the folder's name does not begin with untorn-");
  require_plain_name(name());
  const io::Descriptor root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) io::fail("open", "/");
  directory_ = io::Descriptor(io::open_beneath(root.get(), path.substr(1), O_PATH | O_DIRECTORY));
  if (!directory_.is_open()) io::fail("openat2", path);
  const struct stat facts = facts_of(directory_, path);
  if (facts.st_uid != caller.uid) throw Refused("the folder " + path + " belongs to somebody else");
  if ((facts.st_mode & 0077) != 0) throw Refused("the folder " + path + " is open to others");
  device_ = facts.st_dev;
}

std::string Folder::name() const { return path_.substr(path_.rfind('/') + 1); }

io::Descriptor Folder::open_file(const std::string& name) const {
  return open(name, O_RDWR | O_NONBLOCK | O_NOCTTY, S_IFREG);
}

io::Descriptor Folder::open_directory(const std::string& name) const {
  return open(name, O_PATH | O_DIRECTORY, S_IFDIR);
}

io::Descriptor Folder::open(const std::string& name, int flags, mode_t type) const {
  require_plain_name(name);
  // Looked at before it is opened for more: opening a device file can have effects of its own.
  const io::Descriptor found(io::open_beneath(directory_.get(), name, O_PATH | O_NOFOLLOW));
  if (!found.is_open()) io::fail("openat2", path_ + "/" + name);
  const struct stat facts = facts_of(found, name);
  if ((facts.st_mode & S_IFMT) != type) throw Refused(name + " is not what it should be");
  if (facts.st_uid != caller_.uid) throw Refused(name + " belongs to somebody else");
  if (facts.st_dev != device_) throw Refused(name + " lies on another filesystem than its folder");
  io::Descriptor opened(io::open_beneath(directory_.get(), name, flags));
  if (!opened.is_open()) io::fail("openat2", path_ + "/" + name);
  const struct stat again = facts_of(opened, name);
  if (again.st_ino != facts.st_ino || again.st_dev != facts.st_dev) throw Refused(name + " has been exchanged");
  return opened;
}

}  // namespace helper
