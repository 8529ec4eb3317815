#include "guest.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/module.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

ifreq request_for(const std::string& interface) {
  ifreq request = {};
  std::strncpy(request.ifr_name, interface.c_str(), IFNAMSIZ - 1);
  return request;
}

void set_address(int socket, unsigned long what, const std::string& interface, const std::string& text) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  if (::inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1) {
    errno = EINVAL;
    fail("inet_pton", text);
  }
  ifreq request = request_for(interface);
  std::memcpy(&request.ifr_addr, &address, sizeof address);
  if (::ioctl(socket, what, &request) != 0) fail("ioctl of the address", interface);
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

void bring_up_network(const std::string& interface, const std::string& address, const std::string& mask) {
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) fail("socket", interface);
  set_address(socket.get(), SIOCSIFADDR, interface, address);
  set_address(socket.get(), SIOCSIFNETMASK, interface, mask);
  ifreq request = request_for(interface);
  if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) != 0) fail("ioctl SIOCGIFFLAGS", interface);
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) fail("ioctl SIOCSIFFLAGS", interface);
}

}  // namespace io
