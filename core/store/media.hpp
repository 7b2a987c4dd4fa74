#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records.hpp"
#include "store/sql.hpp"

/// The files of guests' messages: what became of each. All take part in the caller's transaction and throw
/// sql::Failure.
namespace agente::store::media {

enum class State {
  kWanted,   ///< to be fetched
  kStored,   ///< it lies under `path`
  kRefused,  ///< it may not be kept: its type, its size, a channel that has no files
  kFailed,   ///< given up
  kGone      ///< nobody may see it any more; the file is still to be removed
};
[[nodiscard]] std::string_view name_of(State state);

/// Whether a message of this kind brings a file: image, audio, video, document, sticker.
[[nodiscard]] bool has_file(std::string_view kind);

struct Row {
  std::string hotel;
  Id message = 0;
  std::string kind;
  State state = State::kWanted;
  std::string mime_type{};
  std::int64_t size = 0;
  std::string sha256{};      ///< hex
  std::string file_name{};   ///< as the guest called it, cleaned; may be empty
  std::string transcript{};  ///< of a voice note, if its channel gave one
  std::string path{};        ///< below the folder of all files; ours
  std::string reason{};      ///< for people, unless stored
  int attempts = 0;
  Time wanted_at{};
  Time next_try{};
};

/// The file of a message that has just been inserted; nothing if it is wanted already.
void want(sql::Connection& connection, const Inbound& message);
std::optional<Row> find(sql::Connection& connection, Id message);
/// What is to be fetched or removed by now, the longest due first.
std::vector<Row> list_due(sql::Connection& connection, Time now, int limit);
/// Takes a row that is due for one attempt, which is over at `until` at the latest. False: another host has it, or it
/// is something else meanwhile. The row's `attempts` is one more then.
bool claim(sql::Connection& connection, const Row& row, Time until);
/// How the attempt ended, of a claimed `row`. False: it is not wanted any more, or a later attempt has begun; the file
/// of this one must go.
bool settle(sql::Connection& connection, const Row& row);
/// Nobody may see these any more.
void forget(sql::Connection& connection, std::string_view hotel, const std::vector<Id>& messages);
/// The same of those between two messages, inclusive, whose message is there no more.
void forget_removed(sql::Connection& connection, Id first, Id last);
/// The file of a row that is gone is removed.
void remove(sql::Connection& connection, const Row& row);

}  // namespace agente::store::media
