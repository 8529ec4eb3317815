#define FUSE_USE_VERSION 312
#include "session.h"

#include <fuse_lowlevel.h>
#include <linux/falloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <deque>
#include <vector>

#include "../io/failure.h"

namespace recorder {
namespace {

constexpr fuse_ino_t kDisk = 2;
constexpr fuse_ino_t kSide = 3;
constexpr double kForever = 1e9;
constexpr size_t kRequestBytesMax = 1 << 20;
constexpr unsigned kInFlightMax = 128;

struct Unanswered {
  fuse_req_t request;
  Ticket ticket;
  size_t written;  // 0: the answer is a plain success
};

struct Server {
  Disk& disk;
  std::deque<Unanswered> unanswered;
};

Server& server_of(fuse_req_t request) { return *static_cast<Server*>(fuse_req_userdata(request)); }

// A disk without room may fail thousands of times, and somebody keeps what is said.
void complain(const char* what) {
  constexpr int kMostComplaints = 100;
  static int complaints = 0;
  if (complaints++ < kMostComplaints) std::fprintf(stderr, "untorn-recorder: %s\n", what);
}

// Runs `work`; a failed system call becomes the answer.
template <typename Work>
void guarded(fuse_req_t request, Work work) {
  try {
    work();
  } catch (const io::Failure& failure) {
    complain(failure.what());
    fuse_reply_err(request, failure.error());
  }
}

void answer_all(Server& server) {
  while (!server.unanswered.empty()) {
    const Unanswered one = server.unanswered.front();
    server.unanswered.pop_front();
    guarded(one.request, [&] {
      server.disk.ended(one.ticket);
      if (one.written > 0) fuse_reply_write(one.request, one.written);
      else fuse_reply_err(one.request, 0);
    });
  }
}

struct stat attributes(const Disk& disk, fuse_ino_t ino) {
  struct stat facts{};
  facts.st_ino = ino;
  facts.st_nlink = 1;
  facts.st_mode = ino == FUSE_ROOT_ID ? S_IFDIR | 0700 : S_IFREG | 0600;
  if (ino == kDisk) facts.st_size = static_cast<off_t>(disk.size());
  return facts;
}

void on_init(void*, fuse_conn_info* connection) {
  connection->max_write = kRequestBytesMax;
  connection->max_background = kInFlightMax;
  connection->congestion_threshold = kInFlightMax;
  // The payload is logged and written: it has to be in memory anyway.
  connection->want &= ~static_cast<unsigned>(FUSE_CAP_SPLICE_READ);
}

void on_lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  const Disk& disk = server_of(request).disk;
  fuse_entry_param entry{};
  if (parent == FUSE_ROOT_ID && std::strcmp(name, "disk") == 0) entry.ino = kDisk;
  if (parent == FUSE_ROOT_ID && std::strcmp(name, disk.side_name()) == 0) entry.ino = kSide;
  if (entry.ino == 0) {
    fuse_reply_err(request, ENOENT);
    return;
  }
  entry.attr = attributes(disk, entry.ino);
  entry.attr_timeout = entry.entry_timeout = kForever;
  fuse_reply_entry(request, &entry);
}

void on_getattr(fuse_req_t request, fuse_ino_t ino, fuse_file_info*) {
  const struct stat facts = attributes(server_of(request).disk, ino);
  fuse_reply_attr(request, &facts, kForever);
}

void on_open(fuse_req_t request, fuse_ino_t ino, fuse_file_info* info) {
  if (ino == FUSE_ROOT_ID) {
    fuse_reply_err(request, EISDIR);
    return;
  }
  // Past the page cache: every request of the loop device arrives here, whole and in its order.
  info->direct_io = 1;
  fuse_reply_open(request, info);
}

void on_read(fuse_req_t request, fuse_ino_t ino, size_t length, off_t offset, fuse_file_info*) {
  Disk& disk = server_of(request).disk;
  const auto at = static_cast<uint64_t>(offset);
  guarded(request, [&] {
    if (ino == kSide) {
      const std::string text = disk.ask();
      const size_t from = std::min<size_t>(at, text.size());
      fuse_reply_buf(request, text.data() + from, std::min(length, text.size() - from));
      return;
    }
    const size_t count = at >= disk.size() ? 0 : std::min<uint64_t>(length, disk.size() - at);
    std::vector<char> bytes(count);
    disk.read(bytes.data(), count, at);
    fuse_reply_buf(request, bytes.data(), count);
  });
}

void on_write(fuse_req_t request, fuse_ino_t ino, const char* data, size_t length, off_t offset, fuse_file_info*) {
  Server& server = server_of(request);
  const auto at = static_cast<uint64_t>(offset);
  guarded(request, [&] {
    if (ino == kSide) {
      server.disk.tell(data, length);
      fuse_reply_write(request, length);
      return;
    }
    if (length == 0 || at > server.disk.size() || length > server.disk.size() - at) {
      fuse_reply_err(request, length == 0 ? EINVAL : ENOSPC);
      return;
    }
    server.unanswered.push_back({request, server.disk.write(data, length, at), length});
  });
}

void on_fsync(fuse_req_t request, fuse_ino_t ino, int, fuse_file_info*) {
  Server& server = server_of(request);
  if (ino != kDisk) {
    fuse_reply_err(request, 0);
    return;
  }
  guarded(request, [&] { server.unanswered.push_back({request, server.disk.flush(), 0}); });
}

void on_fallocate(fuse_req_t request, fuse_ino_t ino, int mode, off_t offset, off_t length, fuse_file_info*) {
  Server& server = server_of(request);
  const auto at = static_cast<uint64_t>(offset);
  const auto count = static_cast<uint64_t>(length);
  const bool zeroes = (mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0;
  const bool keeps_size = at <= server.disk.size() && count <= server.disk.size() - at;
  if (ino != kDisk || !zeroes || !keeps_size) {
    fuse_reply_err(request, EOPNOTSUPP);
    return;
  }
  guarded(request, [&] { server.unanswered.push_back({request, server.disk.zero(at, count), 0}); });
}

fuse_lowlevel_ops operations() {
  fuse_lowlevel_ops ops{};
  ops.init = on_init;
  ops.lookup = on_lookup;
  ops.getattr = on_getattr;
  ops.open = on_open;
  ops.read = on_read;
  ops.write = on_write;
  ops.fsync = on_fsync;
  ops.fallocate = on_fallocate;
  return ops;
}

bool more_waits(fuse_session* session) {
  pollfd source{fuse_session_fd(session), POLLIN, 0};
  return ::poll(&source, 1, 0) > 0 && (source.revents & POLLIN) != 0;
}

int loop(fuse_session* session, Server& server) {
  fuse_buf buffer{};
  int status = 0;
  while (!fuse_session_exited(session)) {
    if (!server.unanswered.empty() && (server.unanswered.size() >= kInFlightMax || !more_waits(session)))
      answer_all(server);
    const int got = fuse_session_receive_buf(session, &buffer);
    if (got == -EINTR) continue;
    // 0 and ENODEV: unmounted.
    if (got <= 0) {
      status = got == 0 || got == -ENODEV ? 0 : 1;
      break;
    }
    fuse_session_process_buf(session, &buffer);
  }
  answer_all(server);
  std::free(buffer.mem);
  return status;
}

}  // namespace

int serve(Disk& disk, const std::string& mount_point) {
  Server server{disk, {}};
  const fuse_lowlevel_ops ops = operations();
  std::string name = "untorn-recorder";
  std::string option = "-ofsname=untorn,subtype=untorn";
  char* words[] = {name.data(), option.data()};
  fuse_args args = FUSE_ARGS_INIT(2, words);
  fuse_session* session = fuse_session_new(&args, &ops, sizeof ops, &server);
  if (session == nullptr) return 1;
  int status = 1;
  if (fuse_session_mount(session, mount_point.c_str()) == 0) {
    std::puts("ready");
    std::fflush(stdout);
    status = loop(session, server);
    if (status == 0 && !disk.is_whole()) {
      std::fprintf(stderr, "untorn-recorder: the log ends before its end\n");
      status = 1;
    }
    fuse_session_unmount(session);
  }
  fuse_session_destroy(session);
  return status;
}

}  // namespace recorder
