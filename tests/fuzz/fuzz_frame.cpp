// Any bytes as what a runner sends: split into frames, walked field by field, read as every record there is.
#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/socket.h>

#include "plugins/isolation/link.hpp"
#include "plugins/isolation/outcome.hpp"
#include "plugins/isolation/records.hpp"

namespace {

using namespace agente::plugins::isolation;  // NOLINT: all of this file is about it

/// Reads every byte a text points to, so that one outside the frame is found.
struct Touch {
  unsigned sum = 0;
  template <class... Member>
  void operator()(const Member&... member) {
    (one(member), ...);
  }
  template <class T>
  void one(const T& member) {
    if constexpr (requires { member.ptr; }) {
      for (std::size_t i = 0; i < member.len; ++i) sum += static_cast<unsigned>(member.ptr[i]);
    }
  }
};

template <class... Records>
void read_all(std::string_view bytes) {
  const auto read = [&]<class Record>(Record*) {
    Fields from;
    auto record = read_record<Record>(bytes, from);
    members(record, Touch{});
    Fields list(bytes);
    for (auto& item : read_list<Record>(list, kLongestList)) members(item, Touch{});
  };
  (read(static_cast<Records*>(nullptr)), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  int ends[2];
  if (size > 65536 || ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 0;
  Link host(ends[0]);
  {
    Link runner(ends[1]);
    runner.send({reinterpret_cast<const char*>(data), size}, std::chrono::steady_clock::now());
  }
  for (Letter letter; host.receive(letter) == Link::Receipt::kFrame;) {
    auto fields = letter.fields();
    agente_error err{};
    err.struct_size = sizeof err;
    take_outcome(fields, &err);
    read_all<agente_booking, agente_check, agente_field, agente_http_request, agente_inbound, agente_kv_entry,
             agente_offer, agente_receipt, agente_room_type>(letter.body);
    auto walk = letter.fields();
    while (const auto field = walk.next()) read_all<agente_booking, agente_inbound, agente_http_request>(field->bytes);
  }
  return 0;
}
