#include "guard.h"

#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <string>

#include "../../io/failure.h"
#include "mount_calls.h"

namespace helper {
namespace {

constexpr int kLookMilliseconds = 100;
// Where nobody is there any more who asked, what he made need not be kept.
constexpr uint64_t kAfterTheEndMilliseconds = 1000;

uint64_t now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000 + static_cast<uint64_t>(time.tv_nsec) / 1'000'000;
}

}  // namespace

io::Descriptor open_abort_switch(unsigned device) {
  const io::Descriptor context = open_filesystem("fusectl");
  create_filesystem(context);
  const io::Descriptor connections = detached_mount(context, kNoSetuid | kNoDevices | kNoPrograms);
  const std::string name = std::to_string(device) + "/abort";
  io::Descriptor found(::openat(connections.get(), name.c_str(), O_WRONLY | O_CLOEXEC));
  if (!found.is_open()) io::fail("open", "fusectl/" + name);
  return found;
}

void abort_connection(const io::Descriptor& abort_switch) noexcept {
  // It says nothing that could be of use: a connection that is gone is what is wanted.
  if (::write(abort_switch.get(), "1", 1) < 0) return;
}

Guard::~Guard() {
  is_over_ = true;
  if (attendant_.joinable()) attendant_.join();
}

void Guard::look_after(const io::Descriptor& abort_switch) {
  const std::lock_guard<std::mutex> lock(mutex_);
  switches_.push_back(abort_switch.get());
  if (!attendant_.joinable()) attendant_ = std::thread([this] { attend(); });
}

void Guard::forget(const io::Descriptor& abort_switch) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  switches_.remove(abort_switch.get());
}

Guard::Work::Work(Guard& guard, uint32_t milliseconds) : guard_(guard), before_(guard.deadline_ms_) {
  guard.deadline_ms_ = milliseconds == 0 ? 0 : now_ms() + milliseconds;
}

Guard::Work::~Work() { guard_.deadline_ms_ = before_; }

// Touches nothing but this object and the pipe's end: whatever the other thread does, and wherever it hangs.
void Guard::attend() {
  uint64_t gone_at = 0;
  while (!is_over_) {
    pollfd input{STDIN_FILENO, 0, 0};
    const bool is_gone = ::poll(&input, 1, gone_at == 0 ? kLookMilliseconds : 0) > 0 && input.revents != 0;
    if (gone_at != 0) ::poll(nullptr, 0, kLookMilliseconds);
    const uint64_t now = now_ms();
    if (is_gone && gone_at == 0) gone_at = now;
    const uint64_t deadline = deadline_ms_;
    const bool is_late = deadline != 0 && now > deadline;
    if (is_late || (gone_at != 0 && now > gone_at + kAfterTheEndMilliseconds)) cut_off();
  }
}

void Guard::cut_off() {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const int abort_switch : switches_) {
    // It says nothing that could be of use.
    if (::write(abort_switch, "1", 1) < 0) continue;
  }
}

}  // namespace helper
