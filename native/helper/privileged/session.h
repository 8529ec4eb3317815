// One conversation: requests in, answers out, and everything that was made on the way.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "caller.h"
#include "folder.h"
#include "guard.h"
#include "lifeline.h"
#include "resource.h"
#include "wire.h"

namespace helper {

class Session {
 public:
  Session(const Caller& caller, Lifeline& lifeline) : caller_(caller), lifeline_(lifeline) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The answer to a frame. Never throws for what a request asks.
  std::vector<uint8_t> answer(const std::vector<uint8_t>& frame);

  bool is_over() const { return is_over_; }

 private:
  Writer carry_out(uint8_t verb, Reader& request);
  void stop_traces_of(uint32_t id);

  Writer hello(Reader& request);
  Writer bye(Reader& request);
  Writer open_folder(Reader& request);
  Writer undo(Reader& request);
  Writer attach(Reader& request);
  Writer claim(Reader& request);
  Writer read(Reader& request);
  Writer write(Reader& request);
  Writer format(Reader& request);
  Writer mount(Reader& request);
  Writer shut_down(Reader& request);
  Writer journal_waits_in(Reader& request);
  Writer count_buddies(Reader& request);
  Writer watch(Reader& request);
  Writer watched(Reader& request);
  Writer trace(Reader& request);
  Writer trace_mark(Reader& request);
  Writer trace_read(Reader& request);
  Writer trace_lost(Reader& request);
  Writer trace_stop(Reader& request);
  Writer undo_leftovers(Reader& request);
  Writer attach_recorder(Reader& request);
  Writer flush(Reader& request);
  Writer device_step(Reader& request);
  Writer survey(Reader& request);
  Writer look(Reader& request);

  Caller caller_;
  Lifeline& lifeline_;
  // Before the resources, which it looks after until the last of them is gone.
  Guard guard_;
  Resources resources_;
  bool is_greeted_ = false;
  bool is_over_ = false;
};

}  // namespace helper
