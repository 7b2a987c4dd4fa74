// What it costs to know who writes.
#include "guestbook.hpp"
#include "support.hpp"

namespace agente::whatsapp {
namespace {

using namespace std::chrono_literals;

/// The fake host, whose reads of kv are counted by key; lists are not.
class CountedReads {
 public:
  explicit CountedReads(testing::fake_host& fake) : own_{*fake.raw(), &fake} {
    const auto* id = AGENTE_KV_V1;
    theirs = static_cast<const agente_kv_v1*>(fake.raw()->query(fake.raw(), detail::str(id)));
    query_ = own_.base.query;
    own_.base.query = [](const agente_host* host, agente_str service) -> const void* {
      static const agente_kv_v1 counting{&get, theirs->put, theirs->erase, theirs->list, theirs->stage};
      return detail::view(service) == AGENTE_KV_V1 ? &counting : query_(host, service);
    };
    reads.clear();
  }
  [[nodiscard]] host services() const { return host{&own_.base}; }

  inline static std::map<std::string, int> reads;

 private:
  static agente_status get(const agente_host* host, agente_str key, const agente_kv_sink* out,
                           agente_error* err) noexcept {
    ++reads[std::string{detail::view(key)}];
    return theirs->get(host, key, out, err);
  }
  struct Host {
    agente_host base;
    testing::fake_host* self;
  };
  Host own_;
  inline static const agente_kv_v1* theirs = nullptr;
  inline static const void* (*query_)(const agente_host*, agente_str) = nullptr;
};

class Costs : public Channel {
 protected:
  Costs() {
    static_cast<void>(channel());  // the fake serves a live instance only
    fake.set_kv("guest/34600999888", "ES.99", 1);
    for (int i = 0; i < 10; ++i) fake.set_kv("guest/ES." + std::to_string(i), number(i), 1);
  }
  static std::string number(int i) { return "3460011122" + std::to_string(i); }
  static std::string sender_of(Guestbook& guests, const GuestIds& ids) {
    Guestbook::News news;
    WebhookBody body;
    body.messages.push_back({.ids = ids});
    guests.read(body, news);
    return guests.sender_of(ids, news);
  }
};

TEST_F(Costs, GuestsWhoAreKnownAreLookedUpOnceInMinutes) {
  const CountedReads counted(fake);
  Guestbook guests(counted.services());
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(sender_of(guests, {.phone = number(i % 10), .user = "ES." + std::to_string(i % 10)}), number(i % 10));
    fake.advance(4s);
  }
  auto of_guests = CountedReads::reads;
  EXPECT_LE(of_guests.extract("noted").mapped(), 100) << "one each five seconds";
  EXPECT_EQ(of_guests.size(), 20U);
  for (const auto& [key, count] : of_guests) EXPECT_EQ(count, 1) << key << ", once for each id";
}

TEST_F(Costs, AnOrdinaryNumberIsLookedUpOnceInMinutesUnlessOneIsNotedMeanwhile) {
  const CountedReads counted(fake);
  Guestbook guests(counted.services());
  const auto reads = [] { return CountedReads::reads["guest/34600111229"]; };
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(sender_of(guests, {.phone = number(9)}), number(9));
    fake.advance(4s);
  }
  EXPECT_EQ(reads(), 1);
  post(with_messages(R"({"from_user_id":"ES.77","id":"wamid.1","type":"text","text":{"body":"x"}})"));
  post(with_messages(
      R"({"from":"34600111229","from_user_id":"ES.77","id":"wamid.2","type":"text","text":{"body":"x"}})"));
  fake.advance(5s);
  EXPECT_EQ(sender_of(guests, {.phone = number(9)}), "ES.77") << "another host has seen them together";
  EXPECT_EQ(reads(), 2);
}

}  // namespace
}  // namespace agente::whatsapp
