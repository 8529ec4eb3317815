#include "tracing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include "../../io/failure.h"
#include "kernel_files.h"
#include "mount_calls.h"

namespace helper {
namespace {

constexpr uint32_t kMostBufferKib = 16 * 1024;
constexpr const char* kFields[] = {"common_pid", "pages_written"};
constexpr const char* kRelations[] = {" == ", " != ", " > "};

// tracefs, mounted nowhere: nobody else sees it, and it is gone with the descriptor.
io::Descriptor open_tracefs() {
  const io::Descriptor context = open_filesystem("tracefs");
  create_filesystem(context);
  return detached_mount(context, kNoSetuid | kNoDevices | kNoPrograms);
}

std::string system_of(const std::string& event) {
  const size_t underscore = event.find('_');
  const std::string system = event.substr(0, underscore);
  const bool is_plain = event.size() <= 64 && std::all_of(event.begin(), event.end(), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  if (!is_plain || (system != "ext4" && system != "xfs")) throw Refused("there is no tracepoint \"" + event + "\"");
  return system;
}

std::string text_of(const Comparison& comparison) {
  if (comparison.field >= std::size(kFields) || comparison.relation >= std::size(kRelations))
    throw Refused("a filter has an unknown field or relation");
  return std::string(kFields[comparison.field]) + kRelations[comparison.relation] + std::to_string(comparison.value);
}

// The device first: whatever is asked for, the rest of the machine stays out of it.
std::string filter_of(const EventWish& event, dev_t device) {
  // dev_t as the kernel holds it in memory (include/linux/kdev_t.h, MKDEV()).
  const uint64_t number = uint64_t{major(device)} << 20 | minor(device);
  std::string any;
  for (const auto& clause : event.clauses) {
    std::string all;
    for (const Comparison& comparison : clause) all += (all.empty() ? "" : " && ") + text_of(comparison);
    if (all.empty()) throw Refused("a filter has an empty clause");
    any += (any.empty() ? "(" : " || (") + all + ")";
  }
  const std::string own = "dev == " + std::to_string(number);
  return any.empty() ? own : own + " && (" + any + ")";
}

io::Descriptor open_at(const io::Descriptor& folder, const char* name, int flags) {
  io::Descriptor file(::openat(folder.get(), name, flags | O_CLOEXEC));
  if (!file.is_open()) io::fail("open", name);
  return file;
}

std::vector<std::string> cpus_of(const io::Descriptor& instance) {
  return names_in("/proc/self/fd/" + std::to_string(instance.get()) + "/per_cpu");
}

}  // namespace

Trace::Trace(const TraceWish& wish) : name_("instances/" + wish.name), device_(wish.device), tracefs_(open_tracefs()) {
  if (wish.first_cpu_kib > kMostBufferKib || wish.other_cpus_kib > kMostBufferKib)
    throw Refused("a trace has no buffers of that size");
  if (::mkdirat(tracefs_.get(), name_.c_str(), 0700) != 0) io::fail("mkdir", name_);
  try {
    instance_ = open_at(tracefs_, name_.c_str(), O_RDONLY | O_DIRECTORY);
    set_up(wish);
    marker_ = open_at(instance_, "trace_marker", O_WRONLY);
    pipe_ = open_at(instance_, "trace_pipe", O_RDONLY | O_NONBLOCK);
  } catch (...) {
    undo(true);
    throw;
  }
}

void Trace::set_up(const TraceWish& wish) const {
  const int instance = instance_.get();
  write_kernel_file_at(instance, "buffer_size_kb", std::to_string(wish.other_cpus_kib));
  if (wish.first_cpu_kib != wish.other_cpus_kib)
    write_kernel_file_at(instance, "per_cpu/cpu0/buffer_size_kb", std::to_string(wish.first_cpu_kib));
  write_kernel_file_at(instance, "options/overwrite", wish.overwrite ? "1" : "0");
  // Gives every event of every CPU its place in one order.
  write_kernel_file_at(instance, "trace_clock", "counter");
  for (const EventWish& event : wish.events) {
    const std::string folder = "events/" + system_of(event.name) + "/" + event.name;
    const std::string filter = filter_of(event, wish.device);
    if (!event.is_required && ::faccessat(instance, folder.c_str(), F_OK, 0) != 0) continue;
    write_kernel_file_at(instance, folder + "/filter", filter);
    write_kernel_file_at(instance, folder + "/enable", "1");
  }
}

bool Trace::mark(const std::string& text) const {
  if (::write(marker_.get(), text.data(), text.size()) >= 0) return true;
  // kernel/trace/trace.c, write_marker_to_buffer(): "as if not open for write".
  if (errno == EBADF) return false;
  io::fail("write", "trace_marker");
}

std::vector<uint8_t> Trace::read(size_t most) const {
  std::vector<uint8_t> bytes(most);
  size_t done = 0;
  while (done < most) {
    const ssize_t got = ::read(pipe_.get(), bytes.data() + done, most - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != EAGAIN) io::fail("read", "trace_pipe");
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

std::vector<std::string> Trace::statistics() const {
  std::vector<std::string> texts;
  for (const std::string& cpu : cpus_of(instance_)) {
    texts.push_back(read_kernel_file_at(instance_.get(), "per_cpu/" + cpu + "/stats"));
  }
  return texts;
}

void Trace::stop() const { write_kernel_file_at(instance_.get(), "tracing_on", "0"); }

void Trace::undo(bool) {
  pipe_.close();
  marker_.close();
  instance_.close();
  if (!tracefs_.is_open()) return;
  if (::unlinkat(tracefs_.get(), name_.c_str(), AT_REMOVEDIR) != 0) io::fail("rmdir", name_);
  tracefs_.close();
}

std::string instance_name(const Folder& folder, bool is_second) {
  return folder.name() + "-u" + std::to_string(folder.owner()) + (is_second ? "-decisions" : "");
}

void remove_instance(const std::string& name) {
  const io::Descriptor tracefs = open_tracefs();
  const std::string path = "instances/" + name;
  if (::unlinkat(tracefs.get(), path.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) io::fail("rmdir", path);
}

}  // namespace helper
