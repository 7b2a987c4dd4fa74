#pragma once

#include <cstdint>
#include <string_view>

#include <agente/sdk/tags.hpp>

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
  kSeen = 21,
  kFetch = 22,
  kUpload = 23,
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

/// What matters of an operation between host and runner.
struct OperationRule {
  Operation operation;
  std::string_view name;
  bool serial;  ///< never two at once for one object: [serial] or [quiesced]
  bool writes;  ///< may change something outside: unanswered, its outcome is unknown
};

/// With the thread tag that <agente/tags.h> gives the function; `name`: what errors call it.
consteval OperationRule rule(Operation operation, std::string_view function, bool writes = false,
                             std::string_view name = {}) {
  for (const auto& call : plugin_calls) {
    if (call.function != function) continue;
    return {operation, name.empty() ? function : name, call.tag != agente::tag::any, writes};
  }
  throw "<agente/tags.h> has no such function";
}

inline constexpr OperationRule kOperations[] = {
    rule(Operation::kCreate, "create"),
    rule(Operation::kDestroy, "destroy"),
    rule(Operation::kTimer, "fn", false, "timer"),
    rule(Operation::kSend, "send", true),
    rule(Operation::kOnHttp, "on_http"),
    rule(Operation::kPoll, "poll"),
    rule(Operation::kLookup, "lookup"),
    rule(Operation::kChannelTest, "self_test"),
    rule(Operation::kSeen, "seen"),
    rule(Operation::kFetch, "fetch"),
    rule(Operation::kUpload, "upload"),
    rule(Operation::kRooms, "rooms"),
    rule(Operation::kAvailability, "availability"),
    rule(Operation::kBook, "book", true),
    rule(Operation::kFindByReference, "find_by_reference"),
    rule(Operation::kGet, "get"),
    rule(Operation::kChange, "change", true),
    rule(Operation::kCancel, "cancel", true),
    rule(Operation::kSetStayStatus, "set_stay_status", true),
    rule(Operation::kChangesSince, "changes_since"),
    rule(Operation::kHealth, "health"),
    rule(Operation::kDescribe, "describe"),
    rule(Operation::kExportBatch, "export_batch", true),
    rule(Operation::kExporterTest, "self_test"),
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
  kTake = 19,
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
inline constexpr Tag kOffered = 14;  ///< create's answer: u32, a bit for each function or interface offered
// Lists and results, in their order.
inline constexpr Tag kItem = 32;        ///< a record of a list, or of a record sink
inline constexpr Tag kPiece = 33;       ///< a piece for a sink
inline constexpr Tag kHttpStatus = 34;  ///< i32
inline constexpr Tag kHttpHeader = 35;  ///< record agente_field
inline constexpr Tag kNextMs = 36;      ///< u32
inline constexpr Tag kBroken = 37;      ///< u16: what should stand here under this tag could not be read
}  // namespace tag

}  // namespace agente::plugins::isolation
