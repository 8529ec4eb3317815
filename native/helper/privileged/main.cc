// The one program of Untorn's that runs as root (docs/privilege.md): it does what a lab needs root for, on files of the
// caller's own folder and on devices named twice, and undoes it when its caller goes. It is told what to do through standard
// input, answers on standard output, and hands out nothing but data.
#include <cstdio>
#include <cstring>
#include <exception>
#include <vector>

#include "caller.h"
#include "lifeline.h"
#include "session.h"

namespace {

constexpr int kWrongStart = 3;
constexpr int kLostFrames = 2;

int serve(const helper::Caller& caller) {
  helper::Lifeline lifeline;
  helper::Session session(caller, lifeline);
  std::vector<uint8_t> frame;
  try {
    while (!session.is_over() && lifeline.next(frame)) {
      if (!lifeline.send(session.answer(frame))) break;
    }
  } catch (const helper::Malformed& error) {
    // Nobody knows where the next message would begin.
    helper::Writer answer;
    answer.u32(0).u8(3).text(error.what());
    lifeline.send(answer.data());
    return kLostFrames;
  }
  return 0;
}

}  // namespace

int main(int count, char**) {
  try {
    if (count != 1) throw helper::Refused("it takes no arguments");
    const helper::Caller caller = helper::identify_caller();
    helper::settle_down();
    return serve(caller);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "untorn-helper: %s\n", error.what());
    return kWrongStart;
  }
}
