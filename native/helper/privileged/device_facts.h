// Who uses a block device, what it is called, and what is on it: main/lab/block judges the same before it asks.
#pragma once

#include <sys/types.h>

#include <string>

namespace helper {

struct DeviceFacts {
  std::string serial;  // empty where it has none
  std::string wwn;
  std::string users;  // mounts, holders, swap: of the device and of its partitions; empty where nobody uses it
  bool is_partitioned;
};

// Throws Refused where sysfs does not know the device.
DeviceFacts device_facts(dev_t number);

// What the beginning of a device looks like; empty where it looks like nothing. Throws io::Failure.
std::string signature_on(const std::string& path);

}  // namespace helper
