// Who uses a block device, and what it is called: main/lab/block judges the same before it asks.
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

}  // namespace helper
