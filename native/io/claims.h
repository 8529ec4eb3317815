// What a drive says about itself, as bytes: NVMe Identify and SCSI vital product data. The kernel asks for root.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace io {

// Identify (NVME_IOCTL_ADMIN_CMD, opcode 06h) through a namespace's block device: CNS 0 is its namespace `nsid`, CNS 1
// its controller. 4096 bytes. Throws Failure; EIO where the drive answers with an error.
std::vector<uint8_t> nvme_identify(const std::string& path, uint32_t nsid, uint32_t cns);

// INQUIRY of one vital product data page (SG_IO), as long as the drive says it is, with the header of four bytes. Throws
// Failure; EIO where the drive answers with an error, such as that it has no such page.
std::vector<uint8_t> scsi_vital_page(const std::string& path, uint8_t page);

}  // namespace io
