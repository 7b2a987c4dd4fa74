/// A plugin under test, driven through its C tables as the host drives it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <agente/testing/fake_host.hpp>

namespace agente::testing {

/// One instance of any plugin, from its creation to its end. A failing call throws agente::error with what the plugin
/// reported; a broken rule throws agente::testing::misuse.
class plugin_instance {
 public:
  plugin_instance(fake_host& fake, const agente_plugin& plugin, std::string_view config_json)
      : fake_(fake), plugin_(plugin) {
    fake_.begin_instance(config_json);
    detail::failure err;
    const auto status = plugin_.create(fake_.raw(), detail::str(config_json), &self_, &err.raw);
    if (status != AGENTE_OK) fake_.end_instance();
    err.check(status, "create");
    fake_.go_live();
  }
  /// Calls end. A call still under way then ends the test program, with misuse's sentence.
  ~plugin_instance() { end(); }
  plugin_instance(const plugin_instance&) = delete;
  plugin_instance& operator=(const plugin_instance&) = delete;

  /// Destroys the plugin's object; afterwards every call is a misuse. Throws misuse and does nothing while a call of it
  /// is under way in another thread. Needed only to see what destroy leaves behind.
  void end() {
    if (!self_) return;
    fake_.end_calls();
    plugin_.destroy(std::exchange(self_, nullptr));
    fake_.end_instance();
  }

 protected:
  template <class Table>
  [[nodiscard]] const Table& table(std::string_view id) const {
    if (!self_) throw misuse("the test used its instance after end()");
    const auto* found = plugin_.query(self_, detail::str(id));
    if (!found) throw error(AGENTE_E_UNSUPPORTED, "the plugin has no " + std::string{id});
    return *static_cast<const Table*>(found);
  }
  /// Calls `function(self, call, arguments..., err)`, which is `job`; throws what it reports.
  template <class Function, class... Arguments>
  void call(const tagged_call& job, Function function, Arguments... arguments) const {
    enter(
        job, function, [&](auto work) { return fake_.run(job, false, work, [] { return true; }); }, arguments...);
  }
  /// What it stages is committed if `commit()` says so.
  template <class Function, class Commit, class... Arguments>
  void call_and_commit(const tagged_call& job, Function function, Commit commit, Arguments... arguments) const {
    enter(
        job, function, [&](auto work) { return fake_.run(job, true, work, commit); }, arguments...);
  }
  static agente_status take_check(void* checks, const agente_check* given) noexcept {
    return detail::guarded(nullptr, [&]() -> agente_status {
      const auto raw = detail::read(given);
      static_cast<std::vector<check>*>(checks)->push_back(
          {detail::copy(raw.stage), raw.ok == 1, detail::copy(raw.cause), detail::copy(raw.remedy)});
      return AGENTE_OK;
    });
  }

 private:
  template <class Function, class Run, class... Arguments>
  void enter(const tagged_call& job, Function function, Run run, Arguments... arguments) const {
    if (!function) throw error(AGENTE_E_UNSUPPORTED, "the plugin does not offer this");
    detail::failure err;
    err.check(run([&](const agente_call* c) { return function(self_, c, arguments..., &err.raw); }), job.function);
  }

  fake_host& fake_;
  const agente_plugin& plugin_;
  void* self_ = nullptr;
};

/// A channel. What it accepts is in fake_host::inbox() once the call has ended well.
class channel_instance : public plugin_instance {
 public:
  using plugin_instance::plugin_instance;

  std::string send(const outbound& message) {
    auto raw = detail::sized<agente_outbound>();
    raw.attempt = message.attempt;
    raw.key = detail::str(message.key);
    raw.account = detail::str(message.account);
    raw.recipient = detail::str(message.recipient);
    raw.kind = detail::str(message.kind);
    raw.text = detail::str(message.text);
    raw.language = detail::str(message.language);
    raw.reply_to = detail::str(message.reply_to);
    raw.details = detail::str(message.details);
    raw.guest_wrote_ms = to_abi(message.guest_wrote);
    std::string id;
    const auto sink = detail::into(id);
    call(named_call(AGENTE_CHANNEL_V1, "send"), v1().send, &raw, &sink);
    return id;
  }
  http_out on_http(const http_in& request) {
    std::vector<agente_header> headers;
    for (const auto& h : request.headers) headers.push_back({detail::str(h.name), detail::str(h.value)});
    auto raw = detail::sized<agente_http_in>();
    raw.flags = request.trusted ? AGENTE_HTTP_TRUSTED : 0;
    raw.method = detail::str(request.method);
    raw.path = detail::str(request.path);
    raw.query = detail::str(request.query);
    raw.headers = headers.data();
    raw.header_count = headers.size();
    raw.body = detail::bytes(request.body);
    raw.remote = detail::str(request.remote);
    raw.visitor = detail::str(request.visitor);
    http_response answer;
    const agente_http_out out{&answer, &detail::take_status, &detail::take_header, &detail::take_body};
    call_and_commit(
        named_call(AGENTE_CHANNEL_V1, "on_http"), v1().on_http, [&] { return answer.ok(); }, &raw, &out);
    return {answer.status, answer.headers, answer.body};
  }
  std::chrono::milliseconds poll() {
    std::uint32_t next_ms = 0;
    call_and_commit(
        named_call(AGENTE_CHANNEL_V1, "poll"), v1().poll, [] { return true; }, &next_ms);
    return std::chrono::milliseconds{next_ms};
  }
  /// Empty: the plugin says NOT_FOUND.
  std::optional<std::string> lookup(std::string_view key) {
    std::string id;
    const auto sink = detail::into(id);
    try {
      call(named_call(AGENTE_CHANNEL_V1, "lookup"), v1().lookup, detail::str(key), &sink);
    } catch (const error& e) {
      if (e.code() == AGENTE_E_NOT_FOUND) return std::nullopt;
      throw;
    }
    return id;
  }
  media fetch(const media_request& request) {
    auto raw = detail::sized<agente_media_request>();
    raw.max_bytes = request.max_bytes;
    raw.account = detail::str(request.account);
    raw.external_id = detail::str(request.external_id);
    raw.kind = detail::str(request.kind);
    raw.raw = detail::bytes(request.raw);
    media file;
    const agente_media_sink sink{&file, &take_about, &take_piece};
    call(named_call(AGENTE_CHANNEL_MEDIA_V1, "fetch"), table<agente_channel_media_v1>(AGENTE_CHANNEL_MEDIA_V1).fetch,
         &raw, &sink);
    return file;
  }
  std::string upload(const media_file& file) {
    auto raw = detail::sized<agente_media_file>();
    raw.account = detail::str(file.account);
    raw.mime_type = detail::str(file.mime_type);
    raw.bytes = detail::bytes(file.bytes);
    std::string id;
    const auto sink = detail::into(id);
    call(named_call(AGENTE_CHANNEL_MEDIA_V1, "upload"), table<agente_channel_media_v1>(AGENTE_CHANNEL_MEDIA_V1).upload,
         &raw, &sink);
    return id;
  }
  void seen(const seen_message& message) {
    call(named_call(AGENTE_CHANNEL_PRESENCE_V1, "seen"),
         table<agente_channel_presence_v1>(AGENTE_CHANNEL_PRESENCE_V1).seen, detail::str(message.account),
         detail::str(message.external_id), message.answering ? std::uint32_t{AGENTE_SEEN_ANSWERING} : 0U);
  }
  std::vector<check> self_test() {
    std::vector<check> checks;
    const agente_check_sink sink{&checks, &take_check};
    call(named_call(AGENTE_CHANNEL_V1, "self_test"), v1().self_test, &sink);
    return checks;
  }
  static agente_status take_about(void* file, const agente_media_about* about) noexcept {
    return detail::guarded(nullptr, [&]() -> agente_status {
      const auto raw = detail::read(about);
      auto& to = *static_cast<media*>(file);
      to.mime_type = detail::copy(raw.mime_type);
      to.file_name = detail::copy(raw.file_name);
      to.sha256 = detail::copy(raw.sha256);
      to.transcript = detail::copy(raw.transcript);
      return AGENTE_OK;
    });
  }
  static agente_status take_piece(void* file, agente_bytes piece) noexcept {
    return detail::append(&static_cast<media*>(file)->bytes, piece);
  }
  [[nodiscard]] const agente_channel_v1& v1() const { return table<agente_channel_v1>(AGENTE_CHANNEL_V1); }
};

/// A PMS.
class pms_instance : public plugin_instance {
 public:
  using plugin_instance::plugin_instance;

  std::vector<room_type> rooms() {
    return all<room_type, agente_room_sink, agente_room_type>(
        [&](const auto* out) { call(named_call(AGENTE_PMS_V1, "rooms"), v1().rooms, out); });
  }
  std::vector<offer> availability(const stay_query& query) {
    auto raw = detail::sized<agente_stay_query>();
    fill_stay(raw, query);
    raw.room_type = detail::str(query.room_type);
    raw.except_booking = detail::str(query.except_booking);
    return all<offer, agente_offer_sink, agente_offer>(
        [&](const auto* out) { call(named_call(AGENTE_PMS_V1, "availability"), v1().availability, &raw, out); });
  }
  booking book(const booking_request& request) {
    auto raw = detail::sized<agente_booking_request>();
    fill_stay(raw, request);
    raw.reference = detail::str(request.reference);
    raw.room_type = detail::str(request.room_type);
    raw.guest_name = detail::str(request.guest_name);
    raw.phone = detail::str(request.phone);
    raw.email = detail::str(request.email);
    raw.language = detail::str(request.language);
    raw.expected_total = detail::to_abi(request.expected_total);
    return one([&](const auto* out) { call(named_call(AGENTE_PMS_V1, "book"), v1().book, &raw, out); });
  }
  std::vector<booking> find_by_reference(std::string_view reference) {
    return bookings([&](const auto* out) {
      call(named_call(AGENTE_PMS_V1, "find_by_reference"), v1().find_by_reference, detail::str(reference), out);
    });
  }
  booking get(std::string_view booking_id) {
    return one(
        [&](const auto* out) { call(named_call(AGENTE_PMS_V1, "get"), v1().get, detail::str(booking_id), out); });
  }
  booking change(const booking_change& wish) {
    auto raw = detail::sized<agente_booking_change>();
    fill_stay(raw, wish);
    raw.booking_id = detail::str(wish.booking_id);
    raw.key = detail::str(wish.key);
    raw.room_type = detail::str(wish.room_type);
    raw.expected_total = detail::to_abi(wish.expected_total);
    return one([&](const auto* out) { call(named_call(AGENTE_PMS_V1, "change"), v1().change, &raw, out); });
  }
  booking cancel(std::string_view booking_id, std::string_view reason = {}) {
    return one([&](const auto* out) {
      call(named_call(AGENTE_PMS_V1, "cancel"), v1().cancel, detail::str(booking_id), detail::str(reason), out);
    });
  }
  booking set_stay_status(std::string_view booking_id, stay_status status) {
    return one([&](const auto* out) {
      call(named_call(AGENTE_PMS_V1, "set_stay_status"), v1().set_stay_status, detail::str(booking_id),
           static_cast<std::int32_t>(status), out);
    });
  }
  changes changes_since(std::string_view cursor, std::uint32_t limit = 100) {
    std::string next;
    const auto sink = detail::into(next);
    auto found = bookings([&](const auto* out) {
      call(named_call(AGENTE_PMS_V1, "changes_since"), v1().changes_since, detail::str(cursor), limit, out, &sink);
    });
    return {std::move(found), std::move(next)};
  }
  /// Throws why the PMS is not well.
  void health() { call(named_call(AGENTE_PMS_V1, "health"), v1().health); }
  [[nodiscard]] const agente_pms_v1& v1() const { return table<agente_pms_v1>(AGENTE_PMS_V1); }

 private:
  template <class Raw, class Stay>
  static void fill_stay(Raw& raw, const Stay& stay) {
    raw.checkin = to_abi(stay.checkin);
    raw.checkout = to_abi(stay.checkout);
    raw.adults = stay.adults;
    raw.children = stay.children;
    raw.rooms = stay.rooms;
  }
  template <class Record, class Sink, class Raw, class Work>
  static std::vector<Record> all(Work&& work) {
    std::vector<Record> records;
    const Sink sink{&records, &detail::take<Record, Raw>};
    work(&sink);
    return records;
  }
  template <class Work>
  static std::vector<booking> bookings(Work&& work) {
    return all<booking, agente_booking_sink, agente_booking>(std::forward<Work>(work));
  }
  template <class Work>
  static booking one(Work&& work) {
    auto found = bookings(std::forward<Work>(work));
    if (found.size() != 1) throw misuse("the plugin must write exactly one booking");
    return std::move(found.front());
  }
};

/// An exporter.
class exporter_instance : public plugin_instance {
 public:
  using plugin_instance::plugin_instance;

  /// As JSON, the way the host gets it.
  std::string describe() {
    std::string json;
    const auto sink = detail::into(json);
    call(named_call(AGENTE_EXPORTER_V1, "describe"), v1().describe, &sink);
    return json;
  }
  void export_batch(const batch& given) {
    std::vector<agente_event> events;
    for (const auto& e : given.events)
      events.push_back({sizeof(agente_event), 0, e.sequence, to_abi(e.time), detail::str(e.hotel), detail::str(e.type),
                        detail::str(e.body_json)});
    auto raw = detail::sized<agente_batch>();
    raw.id = detail::str(given.id);
    raw.events = events.data();
    raw.event_count = events.size();
    call(named_call(AGENTE_EXPORTER_V1, "export_batch"), v1().export_batch, &raw);
  }
  std::vector<check> self_test() {
    std::vector<check> checks;
    const agente_check_sink sink{&checks, &take_check};
    call(named_call(AGENTE_EXPORTER_V1, "self_test"), v1().self_test, &sink);
    return checks;
  }
  [[nodiscard]] const agente_exporter_v1& v1() const { return table<agente_exporter_v1>(AGENTE_EXPORTER_V1); }
};

namespace detail {

template <class P>
using kind_of = std::conditional_t<sends<P>, channel_kind, std::conditional_t<exports<P>, exporter_kind, pms_kind>>;
template <class P>
using instance_of =
    std::conditional_t<sends<P>, channel_instance, std::conditional_t<exports<P>, exporter_instance, pms_instance>>;

}  // namespace detail

/// An instance of the author's class; a channel, PMS or exporter by the members it has.
template <class P>
class instance : public detail::instance_of<P> {
 public:
  explicit instance(fake_host& fake, std::string_view config_json = "{}")
      : detail::instance_of<P>(fake, *agente::detail::entry<P, detail::kind_of<P>>(AGENTE_ABI_MAJOR), config_json) {
    static_assert(detail::kind_of<P>::template is<P>());
  }
};

}  // namespace agente::testing
