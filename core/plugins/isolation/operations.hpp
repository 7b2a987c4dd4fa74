#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/isolation/frame.hpp"

namespace agente::plugins::isolation {

/// What the host asks of a runner. The numbers are the protocol.
enum class Operation : std::uint16_t {
  kCreate = 1,
  kDestroy = 2,
  kTimer = 3,
  kSend = 16,
  kOnHttp = 17,
  kPoll = 18,
  kLookup = 19,
  kChannelTest = 20,
  kRooms = 32,
  kAvailability = 33,
  kBook = 34,
  kFindByReference = 35,
  kGet = 36,
  kChange = 37,
  kCancel = 38,
  kSetStayStatus = 39,
  kChangesSince = 40,
  kHealth = 41,
  kDescribe = 48,
  kExportBatch = 49,
  kExporterTest = 50,
};

/// The tags of plugin-api that matter between host and runner.
struct OperationRule {
  Operation operation;
  std::string_view name;
  bool serial = false;  ///< [serial]: never two at once for one object
  bool writes = false;  ///< may change something outside: unanswered, its outcome is unknown
};

inline constexpr OperationRule kOperations[] = {
    {Operation::kCreate, "create", true},
    {Operation::kDestroy, "destroy", true},
    {Operation::kTimer, "timer", true},
    {Operation::kSend, "send", false, true},
    {Operation::kOnHttp, "on_http"},
    {Operation::kPoll, "poll", true},
    {Operation::kLookup, "lookup"},
    {Operation::kChannelTest, "self_test"},
    {Operation::kRooms, "rooms"},
    {Operation::kAvailability, "availability"},
    {Operation::kBook, "book", false, true},
    {Operation::kFindByReference, "find_by_reference"},
    {Operation::kGet, "get"},
    {Operation::kChange, "change", false, true},
    {Operation::kCancel, "cancel", false, true},
    {Operation::kSetStayStatus, "set_stay_status", false, true},
    {Operation::kChangesSince, "changes_since", true},
    {Operation::kHealth, "health"},
    {Operation::kDescribe, "describe"},
    {Operation::kExportBatch, "export_batch", true, true},
    {Operation::kExporterTest, "self_test"},
};

/// Null for a number that is none.
[[nodiscard]] constexpr const OperationRule* rule_of(std::uint16_t operation) {
  for (const auto& rule : kOperations) {
    if (static_cast<std::uint16_t>(rule.operation) == operation) return &rule;
  }
  return nullptr;
}
[[nodiscard]] constexpr const OperationRule& rule_of(Operation operation) {
  return *rule_of(static_cast<std::uint16_t>(operation));
}

/// What a plugin asks of the host.
enum class Service : std::uint16_t {
  kLog = 1,
  kConfigGet = 2,
  kSecretGet = 3,
  kNow = 4,
  kLocalDay = 5,
  kCounterAdd = 6,
  kGaugeSet = 7,
  kHistogramObserve = 8,
  kHttp = 9,
  kKvGet = 10,
  kKvPut = 11,
  kKvErase = 12,
  kKvList = 13,
  kKvStage = 14,
  kTimerStart = 15,
  kTimerStop = 16,
  kAccept = 17,
  kReceipt = 18,
};

/// Tags of a frame's own fields.
namespace tag {
// What came of it: first in answers and replies.
inline constexpr Tag kStatus = 1;      ///< i32
inline constexpr Tag kRetryAfter = 2;  ///< u32, ms
inline constexpr Tag kErrorText = 3;
// Where it belongs.
inline constexpr Tag kCall = 4;    ///< calls: record agente_call; requests: u64, its id as the plugin named it
inline constexpr Tag kWithin = 5;  ///< requests: u64, the frame number of the call whose thread asks; 0: none
// Arguments, each once.
inline constexpr Tag kRecord = 8;
inline constexpr Tag kText = 9;
inline constexpr Tag kText2 = 10;
inline constexpr Tag kNumber = 11;
inline constexpr Tag kNumber2 = 12;
inline constexpr Tag kNumber3 = 13;
inline constexpr Tag kOffered = 14;  ///< create's answer: u32, a bit for each function offered
// Lists and results, in their order.
inline constexpr Tag kItem = 32;        ///< a record of a list, or of a record sink
inline constexpr Tag kPiece = 33;       ///< a piece for a sink
inline constexpr Tag kHttpStatus = 34;  ///< i32
inline constexpr Tag kHttpHeader = 35;  ///< record agente_field
inline constexpr Tag kNextMs = 36;      ///< u32
inline constexpr Tag kBroken = 37;      ///< u16: what should stand here under this tag could not be read
}  // namespace tag

}  // namespace agente::plugins::isolation
