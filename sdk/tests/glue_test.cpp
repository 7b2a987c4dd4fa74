#include <array>
#include <cstring>
#include <string>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>

#include "samples.hpp"

/// The C side of the wrapper: what the host sees of a class.
namespace {

using namespace agente::detail;
using agente::testing::fake_host;
using samples::Ledger;
using samples::Mute;
using samples::Parrot;

const agente_plugin& parrot() { return *entry<Parrot, channel_kind>(AGENTE_ABI_MAJOR); }

/// An instance through the bare C functions.
struct Raw {
  explicit Raw(const agente_plugin& of) : plugin(of) {
    fake.begin_instance("{}");
    EXPECT_EQ(plugin.create(fake.raw(), str("{}"), &self, nullptr), AGENTE_OK);
    fake.go_live();
  }
  ~Raw() {
    plugin.destroy(self);
    fake.end_instance();
  }
  fake_host fake;
  const agente_plugin& plugin;
  void* self = nullptr;
  agente_call call = sized<agente_call>();
};

agente_status send(Raw& raw, std::string_view text, agente_error* err, const agente_sink* out) {
  auto message = sized<agente_outbound>();
  message.key = str("k1");
  message.text = str(text);
  const auto* table = static_cast<const agente_channel_v1*>(raw.plugin.query(raw.self, str(AGENTE_CHANNEL_V1)));
  return table->send(raw.self, &raw.call, &message, out, err);
}

agente_status refuse(void* count, agente_bytes) noexcept {
  ++*static_cast<int*>(count);
  return AGENTE_E_INVALID;
}

TEST(Entry, AnotherMajorVersionGetsNothing) { EXPECT_EQ((entry<Parrot, channel_kind>(AGENTE_ABI_MAJOR + 1)), nullptr); }

TEST(Entry, DescriptorSaysWhatTheClassSays) {
  EXPECT_EQ(parrot().struct_size, sizeof(agente_plugin));
  EXPECT_EQ(parrot().kind, std::uint32_t{AGENTE_KIND_CHANNEL});
  EXPECT_EQ(view(parrot().id), "parrot");
  EXPECT_EQ(view(parrot().version), "1.2.3");
  EXPECT_EQ(view(parrot().config_schema), Parrot::schema);
}

TEST(Entry, NoteEqualsDescriptor) {
  constexpr auto note = make_note<Parrot, channel_kind>();
  agente_note about{};
  std::memcpy(&about, reinterpret_cast<const char*>(&note) + offsetof(elf_note, descriptor), sizeof about);

  EXPECT_EQ(note.name_size, 7U);
  EXPECT_EQ(note.descriptor_size, sizeof(agente_note));
  EXPECT_STREQ(note.name, "agente");
  EXPECT_EQ(offsetof(elf_note, descriptor), 20U);
  EXPECT_EQ(about.kind, parrot().kind);
  EXPECT_EQ(about.abi_major, parrot().abi_major);
  EXPECT_EQ(about.abi_minor, parrot().abi_minor);
  EXPECT_EQ(about.flags, parrot().flags);
  EXPECT_EQ(std::string{about.id}, view(parrot().id));
  EXPECT_EQ(std::string{about.version}, view(parrot().version));
  EXPECT_EQ(about.schema_fnv1a, fnv1a(view(parrot().config_schema)));
}

TEST(Entry, SchemaDigestIsTheKnownFnv1a) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
}

TEST(Query, UnknownInterfaceIsNullAndAKnownOneIsAlwaysTheSame) {
  Raw raw(parrot());

  EXPECT_EQ(raw.plugin.query(raw.self, str("agente.channel/2")), nullptr);
  EXPECT_EQ(raw.plugin.query(raw.self, str(AGENTE_PMS_V1)), nullptr);
  EXPECT_EQ(raw.plugin.query(raw.self, agente_str{nullptr, 0}), nullptr);
  EXPECT_EQ(raw.plugin.query(raw.self, str(AGENTE_CHANNEL_V1)), raw.plugin.query(raw.self, str(AGENTE_CHANNEL_V1)));
}

TEST(Query, AJobTheClassLacksIsNull) {
  constexpr auto table = channel_table<Mute>();

  EXPECT_NE(table.send, nullptr);
  EXPECT_NE(table.self_test, nullptr);
  EXPECT_EQ(table.on_http, nullptr);
  EXPECT_EQ(table.poll, nullptr);
  EXPECT_EQ(table.lookup, nullptr);
}

TEST(Query, AnInterfaceBesidesIsThereForAClassThatHasItsFunction) {
  Raw parrot_raw(parrot());
  Raw mute_raw(*entry<Mute, channel_kind>(AGENTE_ABI_MAJOR));

  EXPECT_NE(parrot_raw.plugin.query(parrot_raw.self, str(AGENTE_CHANNEL_PRESENCE_V1)), nullptr);
  EXPECT_EQ(mute_raw.plugin.query(mute_raw.self, str(AGENTE_CHANNEL_PRESENCE_V1)), nullptr);
  EXPECT_NE(parrot_raw.plugin.query(parrot_raw.self, str(AGENTE_CHANNEL_MEDIA_V1)), nullptr);
  EXPECT_EQ(mute_raw.plugin.query(mute_raw.self, str(AGENTE_CHANNEL_MEDIA_V1)), nullptr);
}

TEST(Fetch, AFileComesWholeWithWhatIsKnownOfIt) {
  fake_host fake;
  agente::testing::instance<Parrot> parrot_instance(fake, "{}");
  const std::string bytes("\x00\xff note", 7);

  const auto file = parrot_instance.fetch(
      {.account = "100", .external_id = "wamid.1", .kind = "audio", .raw = bytes, .max_bytes = 7});

  EXPECT_EQ(file.bytes, bytes);
  EXPECT_EQ(file.mime_type, "audio/ogg");
  EXPECT_EQ(file.file_name, "wamid.1.ogg");
  EXPECT_EQ(file.sha256, "100");
  EXPECT_EQ(file.transcript, "audio");
  EXPECT_EQ(parrot_instance.fetch({}).bytes, "");
  EXPECT_THROW(parrot_instance.fetch({.raw = "long", .max_bytes = 3}), agente::error);

  parrot_instance.end();
  agente::testing::instance<Mute> mute_instance(fake, "{}");
  EXPECT_THROW(mute_instance.fetch({}), agente::error);
}

TEST(Upload, AFileReachesTheClassAndItsIdComesBack) {
  fake_host fake;
  agente::testing::instance<Parrot> parrot_instance(fake, "{}");

  EXPECT_EQ(parrot_instance.upload({.account = "100", .mime_type = "image/png", .bytes = "x"}), "100 image/png x");
  EXPECT_THROW(parrot_instance.upload({}), agente::error);

  parrot_instance.end();
  agente::testing::instance<Mute> mute_instance(fake, "{}");
  EXPECT_THROW(mute_instance.upload({}), agente::error);
}

TEST(Seen, WhatWasReadReachesTheClassAndItsErrorComesBack) {
  fake_host fake;
  agente::testing::instance<Parrot> parrot_instance(fake, "{}");

  parrot_instance.seen({.account = "100", .external_id = "wamid.1", .answering = true});
  parrot_instance.seen({.account = "100", .external_id = "wamid.2"});

  ASSERT_EQ(fake.log().size(), 2U);
  EXPECT_EQ(fake.log()[0].fields.at("external_id"), "wamid.1");
  EXPECT_EQ(fake.log()[0].fields.at("answering"), "1");
  EXPECT_EQ(fake.log()[1].fields.at("answering"), "0");
  EXPECT_THROW(parrot_instance.seen({}), agente::error);

  parrot_instance.end();
  agente::testing::instance<Mute> mute_instance(fake, "{}");
  EXPECT_THROW(mute_instance.seen({}), agente::error);
}

TEST(Errors, TextIsCutAt240BytesBeforeTheCharacterThatDoesNotFit) {
  Raw raw(parrot());
  auto err = sized<agente_error>();

  EXPECT_EQ(send(raw, "long", &err, nullptr), AGENTE_E_INVALID);

  EXPECT_EQ(err.code, AGENTE_E_INVALID);
  EXPECT_EQ(err.text_len, 239U);
  EXPECT_EQ(std::string(err.text, err.text_len), std::string(239, 'x'));
}

TEST(Errors, AMissingErrorRecordIsAllowed) {
  Raw raw(parrot());

  EXPECT_EQ(send(raw, "retry", nullptr, nullptr), AGENTE_E_RETRY);
}

TEST(Errors, ASmallerErrorRecordIsNotWrittenBeyondItsSize) {
  Raw raw(parrot());
  std::array<agente_error, 1> room{};
  std::memset(room.data(), 0x55, sizeof room);
  room[0].struct_size = offsetof(agente_error, text) + 3;

  EXPECT_EQ(send(raw, "retry", room.data(), nullptr), AGENTE_E_RETRY);

  EXPECT_EQ(room[0].retry_after_ms, 2000U);
  EXPECT_EQ(std::string(room[0].text, room[0].text_len), "lat");
  EXPECT_EQ(room[0].text[3], 0x55);
  room[0].struct_size = 4;
  room[0].code = 77;
  EXPECT_EQ(send(raw, "defect", room.data(), nullptr), AGENTE_E_INTERNAL);
  EXPECT_EQ(room[0].code, 77);
}

TEST(Errors, AnyOtherExceptionIsADefectOfThePlugin) {
  Raw raw(parrot());
  auto err = sized<agente_error>();

  EXPECT_EQ(send(raw, "defect", &err, nullptr), AGENTE_E_INTERNAL);
  EXPECT_EQ(std::string(err.text, err.text_len), "index 7");
  EXPECT_EQ(send(raw, "odd", &err, nullptr), AGENTE_E_INTERNAL);
  EXPECT_EQ(view(agente_str{err.text, 16}), "the plugin threw");
}

TEST(Errors, AnErrorWithTheCodeOkIsADefect) { EXPECT_EQ(agente::error(AGENTE_OK, "fine?").code(), AGENTE_E_INTERNAL); }

TEST(Errors, AFailedCreateLeavesNothingBehind) {
  fake_host fake;
  fake.begin_instance("{}");
  void* self = nullptr;
  auto err = sized<agente_error>();

  EXPECT_EQ(parrot().create(fake.raw(), str(R"({"name": "refuse"})"), &self, &err), AGENTE_E_CONFIG);

  EXPECT_EQ(self, nullptr);
  EXPECT_EQ(std::string(err.text, err.text_len), "name: must not be refuse");
}

TEST(Sinks, TheCodeOfARefusingSinkIsReturned) {
  Raw raw(parrot());
  int pieces = 0;
  const agente_sink sink{&pieces, &refuse};

  EXPECT_EQ(send(raw, "hello", nullptr, &sink), AGENTE_E_INVALID);
  EXPECT_EQ(pieces, 1);
}

TEST(Sinks, AListStopsWhereItsSinkStops) {
  Raw raw(*entry<Ledger, pms_kind>(AGENTE_ABI_MAJOR));
  const auto* table = static_cast<const agente_pms_v1*>(raw.plugin.query(raw.self, str(AGENTE_PMS_V1)));
  int written = 0;
  const agente_room_sink sink{&written, [](void* count, const agente_room_type*) -> agente_status {
                                ++*static_cast<int*>(count);
                                return AGENTE_E_CANCELLED;
                              }};

  EXPECT_EQ(table->rooms(raw.self, &raw.call, &sink, nullptr), AGENTE_E_CANCELLED);
  EXPECT_EQ(written, 1);
}

TEST(Records, AShorterRecordOfAnOlderWriterIsReadWithZeros) {
  Raw raw(parrot());
  auto message = sized<agente_outbound>();
  message.struct_size = offsetof(agente_outbound, text);
  message.key = str("k9");
  message.text = str("retry");  // beyond what the writer claims to have written
  std::string id;
  const auto sink = into(id);
  const auto* table = static_cast<const agente_channel_v1*>(raw.plugin.query(raw.self, str(AGENTE_CHANNEL_V1)));

  EXPECT_EQ(table->send(raw.self, &raw.call, &message, &sink, nullptr), AGENTE_OK);
  EXPECT_EQ(id, "id-k9");
}

TEST(Records, AMessageOfAHostOf01HasNoDetailsAndNoTimeOfTheGuest) {
  auto message = sized<agente_outbound>();
  message.struct_size = offsetof(agente_outbound, details);
  message.text = str("hola");
  message.details = str("{}");  // what lies behind an older record
  message.guest_wrote_ms = 7;

  const auto older = agente::detail::from_abi(&message);
  message.struct_size = sizeof message;
  const auto newer = agente::detail::from_abi(&message);

  EXPECT_EQ(older.text, "hola");
  EXPECT_EQ(older.details, "");
  EXPECT_EQ(older.guest_wrote, agente::time_point{});
  EXPECT_EQ(newer.details, "{}");
  EXPECT_EQ(newer.guest_wrote, agente::time_point{std::chrono::milliseconds{7}});
}

TEST(Records, EventsOfANewerHostAreSteppedByTheirOwnSize) {
  struct NewerEvent {
    agente_event known;
    std::uint64_t added;
  };
  std::array<NewerEvent, 2> events{};
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].known.struct_size = sizeof(NewerEvent);
    events[i].known.sequence = i + 1;
    events[i].added = ~0ULL;
  }
  auto raw = sized<agente_batch>();
  raw.events = &events[0].known;
  raw.event_count = events.size();

  const auto batch = agente::detail::from_abi(&raw);

  ASSERT_EQ(batch.events.size(), 2U);
  EXPECT_EQ(batch.events[1].sequence, 2U);
}

TEST(Cut, NeverSplitsACharacter) {
  EXPECT_EQ(cut("año", 2), "a");
  EXPECT_EQ(cut("año", 3), "añ");
  EXPECT_EQ(cut("año", 4), "año");
  EXPECT_EQ(cut("😀", 3), "");
}

TEST(Values, DaysKeepTheirNumberAcrossTheBoundary) {
  using namespace std::chrono;
  const agente::day day{local_days{2026y / September / 15}};

  EXPECT_EQ(agente::to_abi(day), 20711);
  EXPECT_EQ(agente::from_abi_day(20711), day);
  EXPECT_EQ(agente::nights(day, day + days{3}), 3);
  EXPECT_EQ(agente::from_abi_day(-1), agente::day{days{-1}});
}

TEST(Values, HeaderNamesIgnoreCaseAndSecretsDoNot) {
  EXPECT_TRUE(agente::same_header_name("X-Hub-Signature-256", "x-hub-signature-256"));
  EXPECT_FALSE(agente::same_header_name("x-a", "x-ab"));
  EXPECT_TRUE(agente::same_secret("abc", "abc"));
  EXPECT_FALSE(agente::same_secret("abc", "abC"));
  EXPECT_FALSE(agente::same_secret("abc", "ab"));
}

}  // namespace
