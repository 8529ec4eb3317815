// The session's verbs about traces.
#include <memory>
#include <string>
#include <vector>

#include "open_folder.h"
#include "session.h"
#include "tracing.h"

namespace helper {
namespace {

constexpr size_t kMostNameBytes = 255;
// Each has megabytes of buffers for every CPU.
constexpr size_t kMostTraces = 4;
constexpr size_t kMostEvents = 64;
constexpr size_t kMostClauses = 8;
constexpr size_t kMostComparisons = 8;

EventWish event_from(Reader& request) {
  EventWish event;
  event.name = request.text(kMostNameBytes);
  event.is_required = request.flag();
  const size_t clauses = request.u8();
  if (clauses > kMostClauses) throw Malformed("a filter has too many clauses");
  for (size_t i = 0; i < clauses; i++) {
    std::vector<Comparison> clause;
    const size_t comparisons = request.u8();
    if (comparisons > kMostComparisons) throw Malformed("a filter has too many comparisons");
    for (size_t j = 0; j < comparisons; j++) {
      const uint8_t field = request.u8();
      const uint8_t relation = request.u8();
      clause.push_back({field, relation, request.u32()});
    }
    event.clauses.push_back(clause);
  }
  return event;
}

}  // namespace

Writer Session::trace(Reader& request) {
  const uint32_t folder_id = request.u32();
  const uint32_t source_id = request.u32();
  const bool is_second = request.flag();
  TraceWish wish{};
  wish.first_cpu_kib = request.u32();
  wish.other_cpus_kib = request.u32();
  wish.overwrite = request.flag();
  const size_t count = request.u8();
  if (count > kMostEvents) throw Malformed("a trace shows at most 64 events");
  for (size_t i = 0; i < count; i++) wish.events.push_back(event_from(request));
  request.end();
  wish.name = instance_name(*resources_.find<OpenFolder>(folder_id)->folder, is_second);
  wish.device = resources_.find<Source>(source_id)->number();
  resources_.require_room();
  if (resources_.all<Trace>().size() >= kMostTraces) throw Refused("too many traces are open at once");
  Writer answer;
  answer.u32(resources_.add(std::make_shared<Trace>(wish)));
  return answer;
}

Writer Session::trace_mark(Reader& request) {
  const uint32_t id = request.u32();
  const std::string text = request.text(kMostNameBytes);
  request.end();
  Writer answer;
  answer.u8(resources_.find<Trace>(id)->mark(text) ? 1 : 0);
  return answer;
}

Writer Session::trace_read(Reader& request) {
  const uint32_t id = request.u32();
  request.end();
  const std::vector<uint8_t> bytes = resources_.find<Trace>(id)->read(kMostDataBytes);
  Writer answer;
  answer.bytes(bytes.data(), bytes.size());
  return answer;
}

Writer Session::trace_lost(Reader& request) {
  const uint32_t id = request.u32();
  request.end();
  const std::vector<std::string> texts = resources_.find<Trace>(id)->statistics();
  Writer answer;
  answer.u16(static_cast<uint16_t>(texts.size()));
  for (const std::string& text : texts) answer.text(text);
  return answer;
}

Writer Session::trace_stop(Reader& request) {
  const uint32_t id = request.u32();
  request.end();
  resources_.find<Trace>(id)->stop();
  return Writer();
}

}  // namespace helper
