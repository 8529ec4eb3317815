#include "option_rules.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <sstream>

#include "wire.h"

namespace helper {
namespace {

// How a value must look; `nullptr` stands for an option without a value.
using Form = bool (*)(const std::string&);
using AllowList = std::map<std::string, Form>;

bool all_of(const std::string& text, const std::function<bool(char)>& fits) {
  return std::all_of(text.begin(), text.end(), fits);
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_hexadecimal(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }
bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool contains(const char* letters, char c) { return std::string(letters).find(c) != std::string::npos; }

bool number(const std::string& text) { return !text.empty() && text.size() <= 15 && all_of(text, is_digit); }
bool number_or_none(const std::string& text) { return text.empty() || number(text); }
bool signed_number(const std::string& text) { return number(!text.empty() && text[0] == '-' ? text.substr(1) : text); }
bool size(const std::string& text) {
  const bool has_unit = !text.empty() && contains("bskmgtBSKMGT", text.back());
  return number(has_unit ? text.substr(0, text.size() - 1) : text);
}
bool bit(const std::string& text) { return text == "0" || text == "1"; }
bool bit_or_none(const std::string& text) { return text.empty() || bit(text); }
bool up_to_two(const std::string& text) { return bit(text) || text == "2"; }
bool up_to_seven(const std::string& text) { return text.size() == 1 && text[0] >= '0' && text[0] <= '7'; }
bool data_mode(const std::string& text) { return text == "ordered" || text == "writeback" || text == "journal"; }
bool error_answer(const std::string& text) { return text == "continue" || text == "remount-ro"; }
bool percentage(const std::string& text) {
  return !text.empty() && text.size() <= 8 && is_digit(text[0]) && all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}
bool uuid(const std::string& text) {
  if (text == "clear" || text == "random" || text == "time") return true;
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); i++) {
    const bool is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_hyphen ? text[i] != '-' : !is_hexadecimal(text[i])) return false;
  }
  return true;
}
bool label(const std::string& text) {
  return text.size() <= 16 && all_of(text, [](char c) { return is_alphanumeric(c) || contains(" ._+-", c); });
}
bool features(const std::string& text) {
  if (text.empty() || text.size() > 512 || text.find("journal_dev") != std::string::npos) return false;
  return all_of(text, [](char c) { return is_lower(c) || is_digit(c) || contains("_,^", c); });
}
bool usage_types(const std::string& text) {
  return !text.empty() && text.size() <= 64 && all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == ','; });
}
bool quota_types(const std::string& text) {
  return !text.empty() && text.size() <= 64 && all_of(text, [](char c) { return is_lower(c) || c == ':'; });
}
bool owner(const std::string& text) {
  const size_t colon = text.find(':');
  return text.empty() || (colon != std::string::npos && number(text.substr(0, colon)) && number(text.substr(colon + 1)));
}

const AllowList kSharedMount = {
    {"noatime", nullptr},    {"relatime", nullptr}, {"strictatime", nullptr},
    {"nodiratime", nullptr}, {"lazytime", nullptr}, {"nolazytime", nullptr},
};

const AllowList kExt4Mount = {
    {"acl", nullptr},
    {"auto_da_alloc", bit_or_none},
    {"barrier", bit_or_none},
    {"block_validity", nullptr},
    {"bsddf", nullptr},
    {"commit", number},
    {"data", data_mode},
    {"delalloc", nullptr},
    {"dioread_lock", nullptr},
    {"dioread_nolock", nullptr},
    {"discard", nullptr},
    {"errors", error_answer},
    {"grpid", nullptr},
    {"grpquota", nullptr},
    {"init_itable", number_or_none},
    {"inode_readahead_blks", number},
    {"journal_async_commit", nullptr},
    {"journal_checksum", nullptr},
    {"journal_ioprio", up_to_seven},
    {"max_batch_time", number},
    {"max_dir_size_kb", number},
    {"mb_optimize_scan", bit},
    {"min_batch_time", number},
    {"minixdf", nullptr},
    {"no_prefetch_block_bitmaps", nullptr},
    {"noacl", nullptr},
    {"noauto_da_alloc", nullptr},
    {"nobarrier", nullptr},
    {"noblock_validity", nullptr},
    {"nodelalloc", nullptr},
    {"nodiscard", nullptr},
    {"nogrpid", nullptr},
    {"noinit_itable", nullptr},
    {"nojournal_checksum", nullptr},
    {"noquota", nullptr},
    {"nouser_xattr", nullptr},
    {"prefetch_block_bitmaps", nullptr},
    {"prjquota", nullptr},
    {"quota", nullptr},
    {"resgid", number},
    {"resuid", number},
    {"stripe", number},
    {"user_xattr", nullptr},
    {"usrquota", nullptr},
};

const AllowList kXfsMount = {
    {"allocsize", size},      {"discard", nullptr},    {"filestreams", nullptr},
    {"ikeep", nullptr},       {"inode32", nullptr},    {"inode64", nullptr},
    {"largeio", nullptr},     {"logbsize", size},      {"logbufs", number},
    {"max_atomic_write", size}, {"noalign", nullptr},  {"nodiscard", nullptr},
    {"noikeep", nullptr},     {"nolargeio", nullptr},  {"noquota", nullptr},
    {"norecovery", nullptr},  {"nouuid", nullptr},     {"sunit", number},
    {"swalloc", nullptr},     {"swidth", number},      {"wsync", nullptr},
};

// What stands behind a letter: one value, or a list of its own.
struct LetterForm {
  Form value;
  AllowList list;
};

const std::map<char, LetterForm> kExt4Format = {
    {'C', {size, {}}},
    {'G', {number, {}}},
    {'I', {number, {}}},
    {'L', {label, {}}},
    {'N', {size, {}}},
    {'O', {features, {}}},
    {'T', {usage_types, {}}},
    {'U', {uuid, {}}},
    {'b', {signed_number, {}}},
    {'e', {error_answer, {}}},
    {'g', {number, {}}},
    {'i', {number, {}}},
    {'m', {percentage, {}}},
    {'J', {nullptr, {{"size", number}, {"location", size}, {"fast_commit_size", number}}}},
    {'E',
     {nullptr,
      {
          {"assume_storage_prezeroed", bit_or_none},
          {"desc-size", number},
          {"desc_size", number},
          {"discard", nullptr},
          {"hash_seed", uuid},
          {"lazy_itable_init", bit_or_none},
          {"lazy_journal_init", bit_or_none},
          {"mmp_update_interval", number},
          {"no_copy_xattrs", nullptr},
          {"nodiscard", nullptr},
          {"num_backup_sb", up_to_two},
          {"orphan_file_size", size},
          {"packed_meta_blocks", bit_or_none},
          {"quotatype", quota_types},
          {"resize", size},
          {"root_owner", owner},
          {"stride", number},
          {"stripe-width", number},
          {"stripe_width", number},
          {"test_fs", nullptr},
      }}},
};

const std::map<char, LetterForm> kXfsFormat = {
    {'L', {label, {}}},
    {'b', {nullptr, {{"size", size}}}},
    {'d',
     {nullptr,
      {
          {"agcount", number},
          {"agsize", size},
          {"concurrency", number},
          {"cowextsize", number},
          {"extszinherit", number},
          {"noalign", nullptr},
          {"size", size},
          {"su", size},
          {"sunit", number},
          {"sw", number},
          {"swidth", number},
      }}},
    {'i',
     {nullptr,
      {
          {"align", bit_or_none},
          {"exchange", bit_or_none},
          {"maxpct", number},
          {"nrext64", bit_or_none},
          {"size", number},
          {"sparse", bit_or_none},
      }}},
    {'l',
     {nullptr,
      {
          {"agnum", number},
          {"concurrency", number},
          {"lazy-count", bit},
          {"size", size},
          {"su", size},
          {"sunit", number},
      }}},
    {'m',
     {nullptr,
      {
          {"bigtime", bit_or_none},
          {"crc", bit_or_none},
          {"finobt", bit_or_none},
          {"inobtcount", bit_or_none},
          {"reflink", bit_or_none},
          {"rmapbt", bit_or_none},
          {"uuid", uuid},
      }}},
    {'n', {nullptr, {{"ftype", bit}, {"size", size}}}},
    {'s', {nullptr, {{"size", size}}}},
};

void require_item(const std::string& item, const std::vector<const AllowList*>& lists) {
  const size_t equals = item.find('=');
  const std::string name = item.substr(0, equals);
  for (const AllowList* list : lists) {
    const auto found = list->find(name);
    if (found == list->end()) continue;
    const bool has_value = equals != std::string::npos;
    const bool fits = found->second == nullptr ? !has_value : found->second(has_value ? item.substr(equals + 1) : "");
    if (fits) return;
  }
  throw Refused("the option \"" + item + "\" is not passed on");
}

void require_list(const std::string& items, const std::vector<const AllowList*>& lists) {
  if (!items.empty() && items.back() == ',') throw Refused("a list of options ends with a comma");
  std::istringstream all(items);
  for (std::string item; std::getline(all, item, ',');) require_item(item, lists);
}

}  // namespace

void require_filesystem(const std::string& filesystem) {
  if (filesystem != "ext4" && filesystem != "xfs") throw Refused("it mounts and makes ext4 and xfs, nothing else");
}

void require_mount_options(const std::string& filesystem, const std::string& options) {
  require_list(options, {filesystem == "ext4" ? &kExt4Mount : &kXfsMount, &kSharedMount});
}

void require_mkfs_arguments(const std::string& filesystem, const std::vector<std::string>& arguments) {
  const auto& letters = filesystem == "ext4" ? kExt4Format : kXfsFormat;
  for (size_t at = 0; at < arguments.size(); at++) {
    const std::string& argument = arguments[at];
    if (argument.size() < 2 || argument[0] != '-') throw Refused("\"" + argument + "\" is no option of mkfs");
    if (argument == "-K") continue;
    const auto letter = letters.find(argument[1]);
    if (letter == letters.end()) throw Refused("mkfs option \"" + argument + "\" is not passed on");
    std::string value = argument.substr(2);
    if (value.empty()) {
      if (++at == arguments.size()) throw Refused("mkfs option \"" + argument + "\" needs a value");
      value = arguments[at];
    }
    if (letter->second.value == nullptr) require_list(value, {&letter->second.list});
    else if (!letter->second.value(value)) throw Refused("mkfs option \"" + argument + "\" has an impossible value");
  }
}

}  // namespace helper
