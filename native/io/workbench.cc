#include "workbench.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>

#include "beneath.h"
#include "failure.h"
#include "transfer.h"

namespace io {
namespace {

constexpr mode_t kFileMode = 0644;
constexpr mode_t kDirectoryMode = 0755;
// Zeroes could be stored as something else than data somewhere below.
constexpr unsigned char kFill = 0xA5;
constexpr unsigned kWriteAndWait = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;

StepResult answer(int64_t value) { return value < 0 ? StepResult{-1, errno} : StepResult{value, 0}; }
StepResult refusal(int error) { return {-1, error}; }

bool is_regular(int descriptor) {
  struct stat facts {};
  return ::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
}

int access_flags(bool direct) { return direct ? O_RDWR | O_DIRECT : O_RDWR; }

}  // namespace

void Workbench::enter(const std::string& root) {
  root_ = Descriptor(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root_.is_open()) fail("open", root);
  struct statfs facts {};
  if (::fstatfs(root_.get(), &facts) != 0) fail("fstatfs", root);
  block_bytes_ = static_cast<uint64_t>(facts.f_bsize);
}

void Workbench::enter_device(const std::string& device_path) { device_path_ = device_path; }

void Workbench::leave() {
  const auto close = [](File& file) {
    file.direct.close();
    file.buffered.close();
  };
  // The last close of a file gives its preallocations back, so that the order is part of what a plan does.
  for (const auto& [order, name] : order_) close(files_[name]);
  for (auto& [name, file] : files_) close(file);
  root_.close();
}

StepResult Workbench::create(const std::string& file, bool direct) {
  stop_if_cancelled();
  Descriptor made(open_beneath(root_.get(), file, access_flags(direct) | O_CREAT | O_EXCL, kFileMode));
  if (!made.is_open()) return refusal(errno);
  forget(file);
  remember(file);
  File& entry = files_[file];
  (direct ? entry.direct : entry.buffered) = std::move(made);
  return {0, 0};
}

StepResult Workbench::open(const std::string& file, bool direct) {
  stop_if_cancelled();
  return descriptor(file, direct) < 0 ? refusal(errno) : StepResult{0, 0};
}

StepResult Workbench::write(const WriteStep& step) {
  stop_if_cancelled();
  const VectorLayout layout(step.length_bytes, step.vectors);
  memory_.reserve(layout.memory_bytes(), kFill);
  const int target = descriptor(step.file, step.direct);
  if (target < 0) return refusal(errno);
  touched(step.file);
  return answer(write_vectors(target, memory_.data(), layout, step.offset_bytes, step.flags));
}

StepResult Workbench::fallocate(const std::string& file, int mode, int64_t offset_bytes, int64_t length_bytes) {
  stop_if_cancelled();
  const int target = any_descriptor(file);
  if (target < 0) return refusal(errno);
  touched(file);
  return answer(::fallocate(target, mode, offset_bytes, length_bytes));
}

StepResult Workbench::truncate(const std::string& file, int64_t size_bytes) {
  stop_if_cancelled();
  const int target = any_descriptor(file);
  if (target < 0) return refusal(errno);
  touched(file);
  return answer(::ftruncate(target, size_bytes));
}

StepResult Workbench::unlink(const std::string& file) {
  close(file);
  if (unlink_beneath(root_.get(), file) != 0) return refusal(errno);
  forget(file);
  return {0, 0};
}

StepResult Workbench::make_directory(const std::string& file) {
  stop_if_cancelled();
  return answer(make_directory_beneath(root_.get(), file, kDirectoryMode));
}

StepResult Workbench::fsync(const std::string& file) {
  stop_if_cancelled();
  const auto found = files_.find(file);
  if (found != files_.end()) {
    const File& open = found->second;
    if (open.direct.is_open()) return answer(::fsync(open.direct.get()));
    if (open.buffered.is_open()) return answer(::fsync(open.buffered.get()));
  }
  // Nobody has it open: a reader will do, since a writer would make the file preallocate while its data is written.
  const Descriptor reader(open_name(file, O_RDONLY | O_NONBLOCK));
  if (!reader.is_open()) return refusal(errno);
  if (is_regular(reader.get())) remember(file);
  return answer(::fsync(reader.get()));
}

StepResult Workbench::close(const std::string& file) {
  stop_if_cancelled();
  const auto found = files_.find(file);
  if (found == files_.end()) return {0, 0};
  int error = 0;
  if (found->second.direct.close() != 0) error = errno;
  if (found->second.buffered.close() != 0 && error == 0) error = errno;
  if (found->second.may_have_delayed_data) await_writeback(file);
  return error == 0 ? StepResult{0, 0} : refusal(error);
}

StepResult Workbench::sync() {
  int error = 0;
  for (const auto& [order, name] : order_) {
    stop_if_cancelled();
    const int failed = write_delayed_data(name);
    if (error == 0) error = failed;
  }
  stop_if_cancelled();
  if (::syncfs(root_.get()) != 0 && error == 0) error = errno;
  return error == 0 ? StepResult{0, 0} : refusal(error);
}

StepResult Workbench::many(const ManyStep& step) {
  int error = 0;
  uint64_t made = 0;
  for (; made < step.count && error == 0; made++) {
    stop_if_cancelled();
    error = give_blocks(step.prefix + std::to_string(made), step);
  }
  if (step.how == ManyWay::kBuffered) {
    const StepResult synced = sync();
    if (error == 0) error = synced.error;
  }
  return error == 0 ? StepResult{static_cast<int64_t>(made), 0} : refusal(error);
}

StepResult Workbench::unlink_every(const UnlinkEveryStep& step) {
  int64_t removed = 0;
  for (uint64_t i = step.start; i < step.count; i += step.step) {
    const StepResult result = unlink(step.prefix + std::to_string(i));
    if (result.error != 0) return result;
    removed++;
  }
  return {removed, 0};
}

std::vector<std::string> Workbench::names() const {
  std::vector<std::string> names;
  names.reserve(order_.size());
  for (const auto& [order, name] : order_) names.push_back(name);
  return names;
}

void Workbench::stop_if_cancelled() const {
  if (cancelled_) throw Failure(ECANCELED, "step", {});
}

int Workbench::open_name(const std::string& file, int flags) {
  if (device_path_.empty()) return open_beneath(root_.get(), file, flags);
  return ::open(device_path_.c_str(), flags | O_CLOEXEC);
}

int Workbench::descriptor(const std::string& file, bool direct) {
  const auto found = files_.find(file);
  if (found != files_.end()) {
    const Descriptor& open = direct ? found->second.direct : found->second.buffered;
    if (open.is_open()) return open.get();
  }
  Descriptor opened(open_name(file, access_flags(direct)));
  if (!opened.is_open()) return -1;
  if (is_regular(opened.get())) remember(file);
  Descriptor& kept = direct ? files_[file].direct : files_[file].buffered;
  kept = std::move(opened);
  return kept.get();
}

int Workbench::any_descriptor(const std::string& file) {
  const auto found = files_.find(file);
  const bool buffered =
      found != files_.end() && !found->second.direct.is_open() && found->second.buffered.is_open();
  return descriptor(file, !buffered);
}

void Workbench::remember(const std::string& file) {
  File& entry = files_[file];
  if (entry.order != 0) return;
  entry.order = next_order_++;
  order_.emplace(entry.order, file);
}

void Workbench::forget(const std::string& file) {
  const auto found = files_.find(file);
  if (found == files_.end()) return;
  order_.erase(found->second.order);
  files_.erase(found);
}

void Workbench::touched(const std::string& file) { files_[file].may_have_delayed_data = true; }

// The close of a file that was cut to nothing before starts to write its data, and does not wait (fs/ext4/file.c,
// ext4_release_file()). What is done once it is on the disk would come at any moment of the next steps.
void Workbench::await_writeback(const std::string& file) {
  const Descriptor reader(open_name(file, O_RDONLY | O_NONBLOCK));
  if (reader.is_open()) ::sync_file_range(reader.get(), 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE);
}

int Workbench::write_delayed_data(const std::string& file) {
  File& entry = files_[file];
  if (!entry.may_have_delayed_data) return 0;
  entry.may_have_delayed_data = false;
  const Descriptor reader(open_beneath(root_.get(), file, O_RDONLY | O_NONBLOCK));
  if (!reader.is_open()) return errno;
  return ::sync_file_range(reader.get(), 0, 0, kWriteAndWait) == 0 ? 0 : errno;
}

// One file of `many`; 0 or the errno.
int Workbench::give_blocks(const std::string& file, const ManyStep& step) {
  Descriptor made(open_beneath(root_.get(), file, O_RDWR | O_CREAT, kFileMode));
  if (!made.is_open()) return errno;
  remember(file);
  made.close();

  const Descriptor target(open_beneath(root_.get(), file, access_flags(step.how == ManyWay::kDirect)));
  if (!target.is_open()) return errno;
  touched(file);
  if (step.how == ManyWay::kFallocate) {
    return ::fallocate(target.get(), 0, 0, static_cast<off_t>(step.length_bytes)) == 0 ? 0 : errno;
  }
  const VectorLayout layout(step.length_bytes, 1);
  memory_.reserve(layout.memory_bytes(), kFill);
  const int64_t written = write_vectors(target.get(), memory_.data(), layout, 0, 0);
  if (written < 0) return errno;
  return static_cast<size_t>(written) == step.length_bytes ? 0 : ENOSPC;
}

}  // namespace io
