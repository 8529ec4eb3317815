#include "storm_ring.h"

#include <cerrno>

#include "failure.h"

#ifdef UNTORN_HAS_LIBURING
#include <liburing.h>
#endif

namespace io {

#ifdef UNTORN_HAS_LIBURING

struct Storm::Ring::State {
  State(Storm& storm, int writer) : storm(storm) {
    const int depth = storm.plan_.depth;
    const int error = -::io_uring_queue_init(static_cast<unsigned>(depth), &ring, 0);
    if (error != 0) throw Failure(error, "io_uring_setup", {});
    for (int i = 0; i < depth; i++) lanes.push_back(std::make_unique<Lane>(storm, writer * depth + i));
  }
  ~State() { ::io_uring_queue_exit(&ring); }

  // Gives the lane's next write to the kernel; false where there is none.
  bool submit(Lane& lane) {
    if (!lane.begin()) return false;
    io_uring_sqe* entry = ::io_uring_get_sqe(&ring);
    if (entry == nullptr) throw Failure(EAGAIN, "io_uring_get_sqe", {});
    const UnitStamp& unit = lane.unit();
    ::io_uring_prep_write(entry, lane.descriptor(), lane.memory(), unit.bytes, unit.address);
    entry->rw_flags = storm.plan_.flags;
    ::io_uring_sqe_set_data(entry, &lane);
    in_flight++;
    return true;
  }

  Storm& storm;
  io_uring ring{};
  std::vector<std::unique_ptr<Lane>> lanes;
  int in_flight = 0;
};

Storm::Ring::Ring(Storm& storm, int writer) : state_(std::make_unique<State>(storm, writer)) {}

void Storm::Ring::work() {
  for (const auto& lane : state_->lanes) state_->submit(*lane);
  while (state_->in_flight > 0) {
    const int sent = ::io_uring_submit_and_wait(&state_->ring, 1);
    if (sent < 0 && sent != -EINTR) throw Failure(-sent, "io_uring_enter", {});
    io_uring_cqe* done = nullptr;
    while (::io_uring_peek_cqe(&state_->ring, &done) == 0) {
      Lane& lane = *static_cast<Lane*>(::io_uring_cqe_get_data(done));
      const int64_t result = done->res;
      ::io_uring_cqe_seen(&state_->ring, done);
      state_->in_flight--;
      if (lane.end(result)) state_->submit(lane);
    }
  }
}

bool Storm::has_ring(std::string& why) {
  io_uring ring{};
  const int error = -::io_uring_queue_init(1, &ring, 0);
  if (error != 0) {
    why = "this kernel refuses io_uring_setup: " + errno_name(error);
    return false;
  }
  ::io_uring_queue_exit(&ring);
  return true;
}

#else

struct Storm::Ring::State {};

Storm::Ring::Ring(Storm&, int) { throw Failure(ENOSYS, "io_uring_setup", {}); }

void Storm::Ring::work() {}

bool Storm::has_ring(std::string& why) {
  why = "this build has no io_uring: liburing was not there when the addon was built";
  return false;
}

#endif

Storm::Ring::~Ring() = default;

}  // namespace io
