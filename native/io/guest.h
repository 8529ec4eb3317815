#pragma once

#include <cstdint>
#include <string>

// What only the owner of a whole kernel does: the guest of a sandbox.
namespace io {

// finit_module(2) of an uncompressed or compressed module file, with `parameters` as insmod(8) takes them. A module that is there
// already is fine. Throws Failure.
void load_module(const std::string& path, const std::string& parameters);

// delete_module(2). Throws Failure.
void unload_module(const std::string& name);

// Cuts a partition out of a disk, without a table on it (ioctl BLKPG). Throws Failure.
void add_partition(const std::string& disk, int number, uint64_t start_bytes, uint64_t length_bytes);

// Takes it away again. Throws Failure.
void remove_partition(const std::string& disk, int number);

// Gives a network interface its IPv4 address and mask, in dotted form, and switches it on (netdevice(7)). Throws Failure.
void bring_up_network(const std::string& interface, const std::string& address, const std::string& mask);

}  // namespace io
