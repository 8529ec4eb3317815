#include "claims.h"

#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>

#include <cerrno>

#include "descriptor.h"
#include "failure.h"

namespace io {
namespace {

constexpr uint8_t kIdentify = 0x06;
constexpr size_t kIdentifyBytes = 4096;
constexpr uint8_t kInquiry = 0x12;
constexpr size_t kMostPageBytes = 512;
constexpr size_t kPageHeaderBytes = 4;
constexpr unsigned kTimeoutMilliseconds = 2000;

Descriptor open_to_ask(const std::string& path) {
  Descriptor device(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!device.is_open()) fail("open", path);
  return device;
}

}  // namespace

std::vector<uint8_t> nvme_identify(const std::string& path, uint32_t nsid, uint32_t cns) {
  const Descriptor device = open_to_ask(path);
  std::vector<uint8_t> answer(kIdentifyBytes);
  nvme_admin_cmd command{};
  command.opcode = kIdentify;
  command.nsid = nsid;
  command.addr = reinterpret_cast<uintptr_t>(answer.data());
  command.data_len = kIdentifyBytes;
  command.cdw10 = cns;
  command.timeout_ms = kTimeoutMilliseconds;
  const int status = ::ioctl(device.get(), NVME_IOCTL_ADMIN_CMD, &command);
  if (status < 0) fail("ioctl NVME_IOCTL_ADMIN_CMD", path);
  if (status > 0) throw Failure(EIO, "Identify", path);
  return answer;
}

std::vector<uint8_t> scsi_vital_page(const std::string& path, uint8_t page) {
  const Descriptor device = open_to_ask(path);
  std::vector<uint8_t> answer(kMostPageBytes);
  uint8_t sense[32] = {};
  uint8_t command[6] = {kInquiry, 1, page, kMostPageBytes >> 8, kMostPageBytes & 0xff, 0};
  sg_io_hdr_t request{};
  request.interface_id = 'S';
  request.dxfer_direction = SG_DXFER_FROM_DEV;
  request.cmd_len = sizeof(command);
  request.cmdp = command;
  request.mx_sb_len = sizeof(sense);
  request.sbp = sense;
  request.dxfer_len = kMostPageBytes;
  request.dxferp = answer.data();
  request.timeout = kTimeoutMilliseconds;
  if (::ioctl(device.get(), SG_IO, &request) != 0) fail("ioctl SG_IO", path);
  const bool answered = (request.info & SG_INFO_OK_MASK) == SG_INFO_OK;
  // What a driver says was left over is not to be relied on.
  const bool is_possible = request.resid >= 0 && static_cast<size_t>(request.resid) <= kMostPageBytes;
  const size_t got = is_possible ? kMostPageBytes - static_cast<size_t>(request.resid) : 0;
  if (!answered || got < kPageHeaderBytes) throw Failure(EIO, "INQUIRY", path);
  const size_t said = kPageHeaderBytes + (static_cast<size_t>(answer[2]) << 8 | answer[3]);
  answer.resize(said < got ? said : got);
  return answer;
}

}  // namespace io
