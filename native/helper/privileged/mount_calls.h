// The mount interface of Linux 5.2 in the few calls that are needed (fsopen(2), fsmount(2), move_mount(2)): a filesystem is
// made ready first and put into the tree afterwards, onto a directory that is held open.
#pragma once

#include <cstdint>

#include "../../io/descriptor.h"

namespace helper {

// MOUNT_ATTR_*
constexpr unsigned kNoSetuid = 0x2;
constexpr unsigned kNoDevices = 0x4;
constexpr unsigned kNoPrograms = 0x8;

// All of them throw io::Failure.
io::Descriptor open_filesystem(const char* type);
void set_flag(const io::Descriptor& context, const char* name);
void set_option(const io::Descriptor& context, const char* name, const char* value);
void create_filesystem(const io::Descriptor& context);
io::Descriptor detached_mount(const io::Descriptor& context, unsigned attributes);
void move_mount_onto(const io::Descriptor& mount, const io::Descriptor& point);
// Shows the owners on a mount that lies nowhere yet as `user_namespace` maps them.
void map_owners_by(const io::Descriptor& mount, const io::Descriptor& user_namespace);

// Which mount an open file lies on (proc_pid_fdinfo(5)).
uint64_t mount_id_of(int file);
// The same of a name, or of the folder itself where it is empty; a last link is not followed.
uint64_t mount_id_of(int folder, const char* name);

}  // namespace helper
