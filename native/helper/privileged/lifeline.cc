#include "lifeline.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>

#include "../../io/failure.h"
#include "wire.h"

namespace helper {
namespace {

constexpr int kInput = STDIN_FILENO;
constexpr int kOutput = STDOUT_FILENO;
constexpr size_t kPieceBytes = 64 * 1024;
constexpr size_t kLengthBytes = 4;
// Until the greeting says otherwise.
constexpr uint32_t kFirstSilenceMilliseconds = 10'000;
// How often a long wait looks whether the other side is still there.
constexpr int kLookMilliseconds = 100;

void make_nonblocking(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) io::fail("fcntl");
}

size_t length_at(const std::vector<uint8_t>& bytes) {
  return bytes[0] | static_cast<size_t>(bytes[1]) << 8 | static_cast<size_t>(bytes[2]) << 16 |
         static_cast<size_t>(bytes[3]) << 24;
}

}  // namespace

Lifeline::Lifeline() : silence_milliseconds_(kFirstSilenceMilliseconds) {
  make_nonblocking(kInput);
  make_nonblocking(kOutput);
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  if (::sigprocmask(SIG_BLOCK, &wanted, nullptr) != 0) io::fail("sigprocmask");
  signals_ = io::Descriptor(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.is_open()) io::fail("signalfd");
}

bool Lifeline::next(std::vector<uint8_t>& frame) {
  for (;;) {
    if (received_.size() >= kLengthBytes) {
      const size_t length = length_at(received_);
      if (length < kHeaderBytes || length > kMostFrameBytes) throw Malformed("the length of a message is impossible");
      const size_t whole = kLengthBytes + length;
      if (received_.size() >= whole) {
        const auto begin = received_.begin();
        frame.assign(begin + kLengthBytes, begin + static_cast<ptrdiff_t>(whole));
        received_.erase(begin, begin + static_cast<ptrdiff_t>(whole));
        return true;
      }
    }
    if (!fill()) return false;
  }
}

// Takes what there is, after waiting for it; false when nothing can come any more.
bool Lifeline::fill() {
  for (;;) {
    if (is_cut_) return false;
    pollfd both[] = {{kInput, POLLIN, 0}, {signals_.get(), POLLIN, 0}};
    const int ready = ::poll(both, 2, static_cast<int>(silence_milliseconds_));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || both[1].revents != 0) break;
    uint8_t piece[kPieceBytes];
    const ssize_t got = ::read(kInput, piece, sizeof(piece));
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;
    received_.insert(received_.end(), piece, piece + got);
    return true;
  }
  is_cut_ = true;
  return false;
}

bool Lifeline::send(const std::vector<uint8_t>& frame) {
  Writer whole;
  whole.u32(static_cast<uint32_t>(frame.size())).bytes(frame.data(), frame.size());
  const std::vector<uint8_t>& bytes = whole.data();
  for (size_t done = 0; done < bytes.size() && !is_cut_;) {
    const ssize_t sent = ::write(kOutput, bytes.data() + done, bytes.size() - done);
    if (sent >= 0) {
      done += static_cast<size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    pollfd both[] = {{kOutput, POLLOUT, 0}, {signals_.get(), POLLIN, 0}};
    const bool may_go_on = errno == EAGAIN && ::poll(both, 2, static_cast<int>(silence_milliseconds_)) > 0;
    if (!may_go_on || both[1].revents != 0) is_cut_ = true;
  }
  return !is_cut_;
}

bool Lifeline::await_readable(int descriptor) {
  while (!is_cut_) {
    // Requests may wait in the pipe meanwhile: only its end is of interest.
    pollfd all[] = {{descriptor, POLLIN, 0}, {kInput, 0, 0}, {signals_.get(), POLLIN, 0}};
    const int ready = ::poll(all, 3, kLookMilliseconds);
    if (ready < 0 && errno != EINTR) io::fail("poll");
    if (ready > 0 && all[0].revents != 0) return true;
    if (ready > 0 && (all[1].revents != 0 || all[2].revents != 0)) is_cut_ = true;
  }
  return false;
}

}  // namespace helper
