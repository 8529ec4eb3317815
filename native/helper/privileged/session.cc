#include "session.h"

#include <cerrno>
#include <cstring>
#include <new>

#include "../../io/failure.h"
#include "claimed_source.h"
#include "format.h"
#include "kernel_files.h"
#include "leftovers.h"
#include "loop_source.h"
#include "mounted.h"
#include "open_folder.h"
#include "option_rules.h"
#include "recorded_source.h"
#include "surveyed.h"
#include "tracing.h"
#include "watching.h"

namespace helper {
namespace {

constexpr uint32_t kMagic = 0x4e544e55;  // "UNTN"
constexpr uint16_t kVersion = 2;
constexpr uint32_t kLeastSilenceMilliseconds = 500;
constexpr uint32_t kMostSilenceMilliseconds = 300'000;

enum class Status : uint8_t { kDone = 0, kRefused = 1, kFailed = 2, kMalformed = 3 };

constexpr size_t kMostPathBytes = 4095;
constexpr size_t kMostNameBytes = 255;
constexpr size_t kMostOptionBytes = 2048;
constexpr size_t kMostArguments = 64;
constexpr uint32_t kMostShutdownFlag = 2;
// A user's recorder that does not answer for so long is cut off; mkfs alone may take its time.
constexpr uint32_t kMostWorkMilliseconds = 20'000;
constexpr uint32_t kMostGoodbyeMilliseconds = 1000;
constexpr uint8_t kFormat = 10;

}  // namespace

Session::~Session() {
  const Guard::Work work(guard_, kMostGoodbyeMilliseconds);
  resources_.undo_all();
}

std::vector<uint8_t> Session::answer(const std::vector<uint8_t>& frame) {
  Reader request(frame.data(), frame.size());
  const uint32_t id = request.u32();
  const auto head = [id](Status status) {
    Writer answer;
    answer.u32(id).u8(static_cast<uint8_t>(status));
    return answer;
  };
  try {
    const uint8_t verb = request.u8();
    const Guard::Work work(guard_, verb == kFormat ? 0 : kMostWorkMilliseconds);
    const Writer result = carry_out(verb, request);
    return head(Status::kDone).bytes(result.data().data(), result.data().size()).data();
  } catch (const Malformed& error) {
    return head(Status::kMalformed).text(error.what()).data();
  } catch (const Refused& error) {
    return head(Status::kRefused).text(error.what()).data();
  } catch (const io::Failure& error) {
    const std::string name = io::errno_name(error.error());
    return head(Status::kFailed)
        .u32(static_cast<uint32_t>(error.error()))
        .text(name)
        .text(error.syscall())
        .text(error.path())
        .data();
  } catch (const std::bad_alloc&) {
    return head(Status::kFailed).u32(ENOMEM).text("ENOMEM").text("new").text("").data();
  }
}

Writer Session::carry_out(uint8_t verb, Reader& request) {
  using Handler = Writer (Session::*)(Reader&);
  static const std::map<uint8_t, Handler> handlers = {
      {1, &Session::hello},        {2, &Session::bye},           {4, &Session::open_folder},
      {5, &Session::undo},         {6, &Session::attach},        {7, &Session::claim},
      {8, &Session::read},         {9, &Session::write},         {10, &Session::format},
      {11, &Session::mount},       {12, &Session::shut_down},    {13, &Session::journal_waits_in},
      {14, &Session::count_buddies}, {15, &Session::watch},      {16, &Session::watched},
      {17, &Session::trace},       {18, &Session::trace_mark},   {19, &Session::trace_read},
      {20, &Session::trace_lost},  {21, &Session::trace_stop},   {22, &Session::undo_leftovers},
      {23, &Session::attach_recorder}, {24, &Session::flush},    {25, &Session::device_step},
      {26, &Session::survey},      {27, &Session::look},
  };
  constexpr uint8_t kAlive = 3;
  if (verb == kAlive) {
    request.end();
    return Writer();
  }
  const auto handler = handlers.find(verb);
  if (handler == handlers.end()) throw Malformed("there is no verb " + std::to_string(verb));
  if (!is_greeted_ && handler->second != &Session::hello) throw Refused("the greeting comes first");
  return (this->*handler->second)(request);
}

Writer Session::hello(Reader& request) {
  if (request.u32() != kMagic) throw Malformed("this is no greeting");
  const uint16_t version = request.u16();
  const uint32_t silence = request.u32();
  const uint32_t group = request.u32();
  request.end();
  if (version != kVersion) throw Refused("this helper speaks version " + std::to_string(kVersion) + " of the protocol");
  if (silence < kLeastSilenceMilliseconds || silence > kMostSilenceMilliseconds)
    throw Refused("a silence lasts from 500 to 300000 ms");
  // With which group the caller makes files; it has a meaning only on his own filesystems.
  if (group == UINT32_MAX) throw Refused("there is no such group");
  caller_.gid = group;
  lifeline_.allow_silence(silence);
  is_greeted_ = true;
  Writer answer;
  answer.u32(kMagic).u16(kVersion).u32(caller_.uid);
  return answer;
}

Writer Session::bye(Reader& request) {
  request.end();
  resources_.undo_all();
  is_over_ = true;
  return Writer();
}

Writer Session::open_folder(Reader& request) {
  const std::string path = request.text(kMostPathBytes);
  request.end();
  resources_.require_room();
  const auto folder = std::make_shared<Folder>(path, caller_);
  Writer answer;
  answer.u32(resources_.add(std::make_shared<OpenFolder>(folder)));
  return answer;
}

Writer Session::undo(Reader& request) {
  const uint32_t id = request.u32();
  const bool lazily = request.flag();
  request.end();
  stop_traces_of(id);
  resources_.undo(id, lazily);
  return Writer();
}

// The number of a device may be somebody else's next.
void Session::stop_traces_of(uint32_t id) {
  for (const auto& source : resources_.all<Source>(id)) {
    for (const auto& trace : resources_.all<Trace>()) {
      if (trace->device() == source->number()) trace->stop();
    }
  }
}

Writer Session::attach(Reader& request) {
  const uint32_t folder_id = request.u32();
  LoopWish wish{};
  wish.file = request.text(kMostNameBytes);
  wish.logical_block_bytes = request.u32();
  wish.direct_io = request.flag();
  const uint8_t rotational = request.u8();
  request.end();
  if (rotational > static_cast<uint8_t>(Rotational::kInherited)) throw Malformed("a disk turns, or not, or as its parent");
  wish.rotational = static_cast<Rotational>(rotational);
  const auto folder = resources_.find<OpenFolder>(folder_id)->folder;
  resources_.require_room();
  const auto loop = std::make_shared<LoopSource>(*folder, wish);
  Writer answer;
  answer.u32(resources_.add(loop)).u32(static_cast<uint32_t>(loop->loop_number())).u8(loop->is_rotational() ? 1 : 0);
  return answer;
}

Writer Session::claim(Reader& request) {
  ClaimWish wish{};
  wish.path = request.text(kMostPathBytes);
  wish.destroy = request.text(kMostPathBytes);
  wish.overwrite = request.flag();
  request.end();
  resources_.require_room();
  const auto device = std::make_shared<ClaimedSource>(wish);
  Writer answer;
  answer.u32(resources_.add(device))
      .u64(device->size_bytes())
      .u32(device->logical_sector_bytes())
      .u8(device->is_rotational() ? 1 : 0);
  return answer;
}

Writer Session::read(Reader& request) {
  const uint32_t id = request.u32();
  const uint64_t offset = request.u64();
  const uint32_t length = request.u32();
  request.end();
  const std::vector<uint8_t> data = resources_.find<ClaimedSource>(id)->read(offset, length);
  Writer answer;
  answer.bytes(data.data(), data.size());
  return answer;
}

Writer Session::write(Reader& request) {
  const uint32_t id = request.u32();
  const uint64_t offset = request.u64();
  const uint32_t flags = request.u32();
  const std::vector<uint8_t> data = request.rest();
  Writer answer;
  answer.u32(resources_.find<ClaimedSource>(id)->write(offset, flags, data));
  return answer;
}

Writer Session::format(Reader& request) {
  const uint32_t id = request.u32();
  FormatWish wish;
  wish.filesystem = request.text(kMostNameBytes);
  const size_t count = request.u8();
  if (count > kMostArguments) throw Malformed("mkfs takes no more than 64 arguments");
  for (size_t i = 0; i < count; i++) wish.arguments.push_back(request.text(kMostOptionBytes));
  request.end();
  require_filesystem(wish.filesystem);
  require_mkfs_arguments(wish.filesystem, wish.arguments);
  const auto device = resources_.find<ClaimedSource>(id);
  if (device->is_mounted) throw Refused(device->path() + " is mounted");
  device->let_go();
  Writer answer;
  answer.text(format_device(device->path(), wish, lifeline_));
  return answer;
}

Writer Session::mount(Reader& request) {
  const uint32_t folder_id = request.u32();
  const uint32_t source_id = request.u32();
  MountWish wish;
  wish.filesystem = request.text(kMostNameBytes);
  wish.point = request.text(kMostNameBytes);
  wish.options = request.text(kMostOptionBytes);
  request.end();
  require_filesystem(wish.filesystem);
  require_mount_options(wish.filesystem, wish.options);
  const auto folder = resources_.find<OpenFolder>(folder_id)->folder;
  const auto source = resources_.find<Source>(source_id);
  resources_.require_room();
  Writer answer;
  answer.u32(resources_.add(std::make_shared<Mounted>(folder, source, wish, caller_)));
  return answer;
}

Writer Session::shut_down(Reader& request) {
  const uint32_t id = request.u32();
  const uint32_t flag = request.u32();
  request.end();
  if (flag > kMostShutdownFlag) throw Refused("a filesystem is shut down in ways 0 to 2");
  resources_.find<Mounted>(id)->shut_down(flag);
  return Writer();
}

Writer Session::journal_waits_in(Reader& request) {
  const uint32_t id = request.u32();
  request.end();
  const auto surveyed = resources_.all<Surveyed>(id);
  const std::string device =
      surveyed.empty() ? resources_.find<Mounted>(id)->source().kernel_name() : surveyed.front()->kernel_name();
  const std::string thread = read_kernel_file_where_possible("/sys/fs/ext4/" + device + "/journal_task");
  const bool is_number = !thread.empty() && thread.find_first_not_of("0123456789") == std::string::npos;
  Writer answer;
  answer.text(is_number ? read_kernel_file_where_possible("/proc/" + thread + "/wchan") : "");
  return answer;
}

Writer Session::count_buddies(Reader& request) {
  const uint32_t id = request.u32();
  request.end();
  const auto mounted = resources_.find<Mounted>(id);
  if (!mounted->is_ext4()) throw Refused("only ext4 has buddies");
  write_kernel_file("/sys/fs/ext4/" + mounted->source().kernel_name() + "/mb_stats", "1");
  return Writer();
}

Writer Session::watch(Reader& request) {
  const uint32_t id = request.u32();
  const uint32_t thread = request.u32();
  request.end();
  const auto own = static_cast<pid_t>(thread);
  const auto surveyed = resources_.all<Surveyed>(id);
  const auto mounted = surveyed.empty() ? resources_.find<Mounted>(id) : nullptr;
  resources_.require_room();
  Writer answer;
  answer.u32(resources_.add(mounted == nullptr ? std::make_shared<Watching>(*surveyed.front(), own)
                                               : std::make_shared<Watching>(*mounted, own)));
  return answer;
}

Writer Session::watched(Reader& request) {
  const uint32_t id = request.u32();
  request.end();
  const std::vector<uint32_t> threads = resources_.find<Watching>(id)->drain();
  Writer answer;
  answer.u16(static_cast<uint16_t>(threads.size()));
  for (const uint32_t thread : threads) answer.u32(thread);
  return answer;
}

Writer Session::undo_leftovers(Reader& request) {
  const std::string path = request.text(kMostPathBytes);
  request.end();
  if (!resources_.is_empty()) throw Refused("leftovers are looked for before anything is made");
  helper::undo_leftovers(Folder(path, caller_));
  return Writer();
}

Writer Session::attach_recorder(Reader& request) {
  const uint32_t folder_id = request.u32();
  const std::string directory = request.text(kMostNameBytes);
  request.end();
  const auto folder = resources_.find<OpenFolder>(folder_id)->folder;
  resources_.require_room();
  const auto loop = std::make_shared<RecordedSource>(folder, directory, caller_, guard_);
  Writer answer;
  answer.u32(resources_.add(loop)).u32(static_cast<uint32_t>(loop->loop_number())).u8(loop->is_rotational() ? 1 : 0);
  return answer;
}

Writer Session::flush(Reader& request) {
  const uint32_t id = request.u32();
  request.end();
  resources_.find<Source>(id)->flush();
  return Writer();
}

Writer Session::device_step(Reader& request) {
  const uint32_t id = request.u32();
  const uint8_t operation = request.u8();
  DeviceStep step{};
  step.offset_bytes = request.u64();
  step.length_bytes = request.u64();
  step.vectors = request.u32();
  step.direct = request.flag();
  step.flags = request.u32();
  request.end();
  if (operation > static_cast<uint8_t>(DeviceOperation::kClose)) throw Malformed("a step writes, flushes or closes");
  step.operation = static_cast<DeviceOperation>(operation);
  const io::StepResult result = resources_.find<ClaimedSource>(id)->step(step);
  Writer answer;
  answer.u64(static_cast<uint64_t>(result.value)).text(result.error == 0 ? "" : io::errno_name(result.error));
  return answer;
}

Writer Session::survey(Reader& request) {
  const std::string path = request.text(kMostPathBytes);
  const std::string name = request.text(kMostNameBytes);
  request.end();
  resources_.require_room();
  const auto surveyed = std::make_shared<Surveyed>(path, name, caller_);
  Writer answer;
  answer.u32(resources_.add(surveyed)).u64(surveyed->size_bytes());
  return answer;
}

Writer Session::look(Reader& request) {
  const uint32_t id = request.u32();
  const uint64_t offset = request.u64();
  const uint32_t length = request.u32();
  request.end();
  const std::vector<uint8_t> data = resources_.find<Surveyed>(id)->read(offset, length);
  Writer answer;
  answer.bytes(data.data(), data.size());
  return answer;
}

}  // namespace helper
