#include "store/repositories.hpp"

#include "store/both_stores.hpp"

namespace agente::store {

namespace {

using sql::Connection;

class Repositories : public BothStores {};

Time at(std::int64_t ms) { return Time{Millis{ms}}; }

Reservation stay(Id id, const char* checkin, const char* checkout) {
  Reservation r;
  r.id = id;
  r.guest = {"sol", "whatsapp", "549"};
  r.checkin = parse_day(checkin);
  r.checkout = parse_day(checkout);
  r.created_at = r.updated_at = at(1000 + id);
  return r;
}

std::vector<Id> ids(const std::vector<Reservation>& rows) {
  std::vector<Id> result;
  for (const auto& row : rows) result.push_back(row.id);
  return result;
}

using Ids = std::vector<Id>;

INSTANTIATE_TEST_SUITE_P(Stores, Repositories, on_both(), ::testing::PrintToStringParamName());

}  // namespace

TEST_P(Repositories, AMessageComesBackAsItWasStoredEvenWithANulInItsBytes) {
  auto message = message_from("549", 7);
  message.raw = std::string("\0\xff{}", 4);
  message.text = R"(Hola "Ana" \\ {1,NULL} 'ñ')";
  message.results = R"({"quote":1})";
  write([&](Connection& c) { EXPECT_TRUE(inbound::insert(c, message)); });

  const auto found = ask([](Connection& c) { return inbound::find(c, 7); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->guest, message.guest);
  EXPECT_EQ(found->raw, message.raw);
  EXPECT_EQ(found->text, message.text);
  EXPECT_EQ(found->results, message.results);
  EXPECT_EQ(found->provider_time, message.provider_time);
  EXPECT_EQ(found->received_at, message.received_at);
  EXPECT_EQ(found->processed_at, std::nullopt);
  EXPECT_FALSE(ask([](Connection& c) { return inbound::find(c, 8); }));
}

TEST_P(Repositories, AMessageDeliveredTwiceIsStoredOnceAlsoAfterARestart) {
  auto message = message_from("549", 1);
  write([&](Connection& c) { EXPECT_TRUE(inbound::insert(c, message)); });
  message.id = 2;
  write([&](Connection& c) { EXPECT_FALSE(inbound::insert(c, message)); });
  reopen();
  write([&](Connection& c) { EXPECT_FALSE(inbound::insert(c, message)); });

  EXPECT_EQ(ask(inbound::count_received), 1);
}

TEST_P(Repositories, ReceivedMessagesComeInOrderAndPageByPageWithoutRaw) {
  write([&](Connection& c) {
    for (const Id id : {3, 1, 2}) inbound::insert(c, message_from("549", id));
  });

  const auto page = ask([](Connection& c) { return inbound::list_received(c, kAllParts, 1, 1); });
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].id, 2);
  EXPECT_EQ(page[0].raw, "");
  EXPECT_EQ(ask(inbound::oldest_received), message_from("", 1).received_at);
}

TEST_P(Repositories, AMessageIsFinishedOnlyOnce) {
  const auto message = message_from("549", 1);
  write([&](Connection& c) { inbound::insert(c, message); });
  write([&](Connection& c) {
    inbound::keep_results(c, message, "[1]");
    EXPECT_TRUE(inbound::finish(c, message, InboundStatus::kFailed, at(5), "no such hotel"));
    EXPECT_FALSE(inbound::finish(c, message, InboundStatus::kProcessed, at(6), ""));
  });

  const auto found = ask([](Connection& c) { return inbound::find(c, 1); });
  EXPECT_EQ(found->status, InboundStatus::kFailed);
  EXPECT_EQ(found->failure, "no such hotel");
  EXPECT_EQ(found->processed_at, at(5));
  EXPECT_EQ(found->results, "[1]");
  EXPECT_EQ(ask(inbound::count_received), 0);
  EXPECT_EQ(ask(inbound::oldest_received), std::nullopt);
}

TEST_P(Repositories, WhenAGuestLastWroteIsKnownHoweverLongAgoItWas) {
  constexpr Id kDay = Id{86'400'000} * 4096;
  const auto written = [&](const char* sender, const char* account) {
    return ask([&](Connection& c) { return inbound::last_written(c, message_from(sender, 1).guest, account); });
  };
  const auto received = message_from("ana", 1).received_at;
  const auto come = [&](const char* sender, Id id, const char* kind, Time provider_time) {
    auto message = message_from(sender, id);
    message.kind = kind;
    message.provider_time = provider_time;
    message.received_at = received;
    write([&](Connection& c) { inbound::insert(c, message); });
  };
  EXPECT_FALSE(written("ana", "1065"));

  come("ana", 10 * kDay, "text", received - Millis{3'000});
  come("ana", 10 * kDay + 1, "text", received - Millis{2'000});
  Id id = 10 * kDay + 2;
  for (const auto* kind : {"reaction", "echo", "history", "system", "edit", "revoke", "staff_said", "staff_paused"}) {
    EXPECT_FALSE(inbound::is_by_guest(kind));
    come("ana", id++, kind, received - Millis{1'000});
  }
  come("bea", 40 * kDay, "text", Time{});
  come("ida", 40 * kDay + 1, "text", received - Millis{1'000});
  come("ida", 41 * kDay + 1, "text", received - Millis{9'000});
  come("eva", 41 * kDay, "text", received + Millis{86'400'000});

  EXPECT_TRUE(inbound::is_by_guest("text"));
  EXPECT_TRUE(inbound::is_news("edit"));
  EXPECT_FALSE(inbound::is_news("staff_said"));
  EXPECT_EQ(written("ana", "1065"), received - Millis{2'000});
  EXPECT_EQ(written("bea", "1065"), received) << "her provider does not say when";
  EXPECT_EQ(written("ida", "1065"), received - Millis{1'000}) << "what came a day later is older";
  EXPECT_EQ(written("eva", "1065"), received) << "nobody writes tomorrow";
  EXPECT_FALSE(written("ana", "another account"));
}

TEST_P(Repositories, AConversationIsReplacedByItsNextState) {
  Conversation conversation{{"sol", "whatsapp", "549"}, "1065", "collecting", "es", "{}", at(1)};
  write([&](Connection& c) { conversations::put(c, conversation); });
  conversation.state = "confirmed";
  conversation.document = R"({"v":1})";
  write([&](Connection& c) { conversations::put(c, conversation); });

  const auto found = ask([&](Connection& c) { return conversations::find(c, conversation.guest); });
  EXPECT_EQ(found->state, "confirmed");
  EXPECT_EQ(found->document, R"({"v":1})");
  EXPECT_FALSE(ask([](Connection& c) { return conversations::find(c, {"luna", "whatsapp", "549"}); }));
}

TEST_P(Repositories, AnOutboundMessageLeavesTheWorkingSetWhenItIsSent) {
  auto message = reply_to(message_from("549", 1), 10);
  message.details = R"({"choices":[{"id":"yes:q1","title":"Sí"}]})";
  write([&](Connection& c) { outbound::insert(c, message); });
  EXPECT_EQ(ask(outbound::count_unsent), 1);
  EXPECT_EQ(ask(outbound::oldest_unsent), message.created_at);

  message.status = OutboundStatus::kSent;
  message.attempts = 2;
  message.sent_at = at(77);
  message.external_id = "wamid.out";
  message.possibly_duplicated = true;
  write([&](Connection& c) { outbound::update(c, message); });

  EXPECT_EQ(ask(outbound::count_unsent), 0);
  EXPECT_TRUE(ask([](Connection& c) { return outbound::list_unsent(c, kAllParts, 0, 10); }).empty());
  const auto found = ask([](Connection& c) { return outbound::find(c, 10); });
  EXPECT_EQ(found->status, OutboundStatus::kSent);
  EXPECT_EQ(found->attempts, 2);
  EXPECT_EQ(found->sent_at, at(77));
  EXPECT_EQ(found->text, message.text);
  EXPECT_EQ(found->details, message.details);
  EXPECT_EQ(ask([](Connection& c) { return messages::list(c, {.direction = "out"}); }).at(0).details, message.details);
  EXPECT_TRUE(found->possibly_duplicated);
  EXPECT_EQ(ask([](Connection& c) { return outbound::list_replies_to(c, 1); }).size(), 1U);
}

TEST_P(Repositories, AReceiptFindsItsMessageByChannelAndExternalIdHoweverOld) {
  const Id day = Id{86'400'000} * 4096;
  for (Id i = 0; i < 4; ++i) {
    auto message = reply_to(message_from("549", 1), 20'000 * day + i * 40 * day);
    message.external_id = "wamid." + std::to_string(i);
    write([&](Connection& c) { outbound::insert(c, message); });
  }

  for (Id i = 0; i < 4; ++i) {
    const auto found =
        ask([&](Connection& c) { return outbound::find_by_external_id(c, "whatsapp", "wamid." + std::to_string(i)); });
    ASSERT_TRUE(found) << i;
    EXPECT_EQ(found->id, 20'000 * day + i * 40 * day);
  }
  EXPECT_FALSE(ask([](Connection& c) { return outbound::find_by_external_id(c, "gmail", "wamid.1"); }));
  EXPECT_FALSE(ask([](Connection& c) { return outbound::find_by_external_id(c, "whatsapp", ""); }));
}

TEST_P(Repositories, AReservationKeepsItsHistoryOfStatusAndBookingId) {
  auto r = stay(1, "2026-10-05", "2026-10-08");
  r.adults = 2;
  r.total = Money{30000, "EUR"};
  write([&](Connection& c) { reservations::put(c, r); });
  r.guest_name = "Ana";
  write([&](Connection& c) { reservations::put(c, r); });
  r.status = ReservationStatus::kConfirmed;
  r.pms_backend = "house-pms";
  r.pms_booking_id = "B-1";
  write([&](Connection& c) { reservations::put(c, r); });

  EXPECT_EQ(text_of("SELECT new_status FROM reservation_events ORDER BY number"), "INQUIRY\nCONFIRMED\n");
  const auto found = ask([](Connection& c) { return reservations::find_by_booking_id(c, "sol", "house-pms", "B-1"); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->total, (Money{30000, "EUR"}));
  EXPECT_EQ(found->adults, 2);
  EXPECT_EQ(found->checkin, parse_day("2026-10-05"));
  EXPECT_FALSE(ask([](Connection& c) { return reservations::find_by_booking_id(c, "sol", "house-pms", ""); }));
  EXPECT_FALSE(ask([](Connection& c) { return reservations::find_by_booking_id(c, "sol", "qloapps", "B-1"); }));
  EXPECT_FALSE(ask([](Connection& c) { return reservations::find(c, "luna", 1); }));
}

TEST_P(Repositories, OnlyTheStepToConfirmedCountsAsABookingOfTheDay) {
  auto r = stay(1, "2026-10-05", "2026-10-08");
  r.status = ReservationStatus::kConfirmed;
  r.updated_at = at(100);
  write([&](Connection& c) { reservations::put(c, r); });
  r.pms_booking_id = "B-2";  // the PMS renamed it days later
  r.updated_at = at(900);
  write([&](Connection& c) { reservations::put(c, r); });

  const auto since = [&](std::int64_t ms) {
    return ask([&](Connection& c) { return reservations::count_confirmed_since(c, r.guest, at(ms)); });
  };
  EXPECT_EQ(since(100), 1);
  EXPECT_EQ(since(101), 0);
  EXPECT_EQ(ask([](Connection& c) {
              return reservations::count_confirmed_since(c, {"sol", "whatsapp", "1"}, at(0));
            }),
            0);
}

TEST_P(Repositories, NightsAreHalfOpenWhenReservationsAreListedByDay) {
  write([](Connection& c) {
    reservations::put(c, stay(1, "2026-10-05", "2026-10-08"));
    reservations::put(c, stay(2, "2026-10-08", "2026-10-09"));
    reservations::put(c, stay(3, "", ""));
  });
  const auto listed = [&](const char* day, reservations::DateField field) {
    const reservations::Filter filter{.hotel = "sol", .status = {}, .date = parse_day(day), .field = field};
    EXPECT_EQ(ask([&](Connection& c) { return reservations::count(c, filter); }),
              static_cast<std::int64_t>(ask([&](Connection& c) { return reservations::list(c, filter); }).size()));
    return ids(ask([&](Connection& c) { return reservations::list(c, filter); }));
  };

  using enum reservations::DateField;
  EXPECT_EQ(listed("2026-10-04", kStay), Ids{});
  EXPECT_EQ(listed("2026-10-05", kStay), Ids{1});
  EXPECT_EQ(listed("2026-10-07", kStay), Ids{1});
  EXPECT_EQ(listed("2026-10-08", kStay), Ids{2});
  EXPECT_EQ(listed("2026-10-08", kDeparture), Ids{1});
  EXPECT_EQ(listed("2026-10-08", kArrival), Ids{2});
}

TEST_P(Repositories, ReservationsAreFilteredByStatusAndCreationAndComeInPages) {
  write([](Connection& c) {
    for (Id id = 1; id <= 5; ++id) {
      auto r = stay(id, "2026-10-05", "2026-10-08");
      if (id > 3) r.status = ReservationStatus::kCancelled;
      reservations::put(c, r);
    }
  });
  reservations::Filter filter{.hotel = "sol", .status = ReservationStatus::kInquiry, .date = {}};
  filter.limit = 2;
  EXPECT_EQ(ids(ask([&](Connection& c) { return reservations::list(c, filter); })), (Ids{1, 2}));
  EXPECT_EQ(ask([&](Connection& c) { return reservations::count(c, filter); }), 3);
  filter.after = 2;
  EXPECT_EQ(ids(ask([&](Connection& c) { return reservations::list(c, filter); })), Ids{3});

  const reservations::Filter created{.hotel = "sol",
                                     .status = {},
                                     .date = {},
                                     .field = reservations::DateField::kCreated,
                                     .created_from = at(1002),
                                     .created_to = at(1004)};
  EXPECT_EQ(ids(ask([&](Connection& c) { return reservations::list(c, created); })), (Ids{2, 3}));
}

TEST_P(Repositories, EventsOfAHotelAreReadOnInOrder) {
  write([](Connection& c) {
    for (const Id id : {2, 1}) events::append(c, {id, "sol", at(9), "message.received", "{}"});
    events::append(c, {3, "luna", at(9), "message.received", "{}"});
  });
  const auto all = ask([](Connection& c) { return events::list(c, "sol", 0, 10); });
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, 1);
  EXPECT_EQ(all[1].type, "message.received");
  EXPECT_EQ(ask([](Connection& c) { return events::list(c, "sol", 1, 10); }).size(), 1U);
}

TEST_P(Repositories, MessagesOfBothDirectionsPageInOneOrder) {
  write([](Connection& c) {
    for (Id id = 1; id <= 9; id += 2) {
      const auto message = message_from(id < 5 ? "549" : "34", id);
      inbound::insert(c, message);
      outbound::insert(c, reply_to(message, id + 1));
    }
  });

  messages::Filter filter;
  filter.limit = 3;
  Ids seen;
  std::string directions;
  for (;;) {
    const auto page = ask([&](Connection& c) { return messages::list(c, filter); });
    for (const auto& line : page) seen.push_back(line.id), directions += line.direction[0];
    if (page.size() < 3) break;
    filter.after = page.back().id;
  }
  EXPECT_EQ(seen, (Ids{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(directions, "ioioioioio");
}

TEST_P(Repositories, MessagesAreFilteredByAllThatAnOperatorMayName) {
  const Id now = Id{1'789'000'000'000} * 4096;
  write([&](Connection& c) {
    for (Id i = 0; i < 4; ++i) {
      auto message = message_from(i < 2 ? "549" : "34", now + 2 * i);
      message.received_at = at(1'789'000'000'000 + i);
      inbound::insert(c, message);
      outbound::insert(c, reply_to(message, now + 2 * i + 1));
    }
  });
  const auto count = [&](const messages::Filter& filter) {
    return ask([&](Connection& c) { return messages::list(c, filter); }).size();
  };

  messages::Filter filter;
  EXPECT_EQ(count(filter), 8U);
  filter.sender = "34";
  EXPECT_EQ(count(filter), 4U);
  filter.direction = "out";
  EXPECT_EQ(count(filter), 2U);
  filter.status = "sent";
  EXPECT_EQ(count(filter), 0U);
  filter = {};
  filter.since = at(1'789'000'000'002);
  EXPECT_EQ(count(filter), 4U);
  filter.hotel = "luna";
  EXPECT_EQ(count(filter), 0U);
  filter = {};
  filter.channel = "whatsapp";
  filter.direction = "in";
  filter.status = "received";
  EXPECT_EQ(count(filter), 4U);
}

TEST_P(Repositories, AValueIsReplacedOnlyAtTheExpectedRevision) {
  write([](Connection& c) {
    EXPECT_EQ(kv::put(c, "whatsapp", {"cursor", "1", 2, 0}, 0), 1U);
    EXPECT_EQ(kv::put(c, "whatsapp", {"cursor", "2", 2, 0}, 0), std::nullopt);
    EXPECT_EQ(kv::put(c, "whatsapp", {"cursor", "3", 2, 0}, 1), 2U);
    EXPECT_EQ(kv::put(c, "whatsapp", {"cursor", std::string("\0x", 2), 3, 0}, std::nullopt), 3U);
    EXPECT_FALSE(kv::erase(c, "whatsapp", "cursor", 1));
  });
  const auto found = ask([](Connection& c) { return kv::get(c, "whatsapp", "cursor"); });
  EXPECT_EQ(found->value, std::string("\0x", 2));
  EXPECT_EQ(found->schema, 3U);
  EXPECT_EQ(found->revision, 3U);
  EXPECT_FALSE(ask([](Connection& c) { return kv::get(c, "gmail", "cursor"); }));
  write([](Connection& c) { EXPECT_TRUE(kv::erase(c, "whatsapp", "cursor", std::nullopt)); });
  EXPECT_FALSE(ask([](Connection& c) { return kv::get(c, "whatsapp", "cursor"); }));
}

TEST_P(Repositories, KeysAreListedByPrefixInByteOrder) {
  write([](Connection& c) {
    for (const char* key : {"a", "b/2", "b/1", "b/\xff", "c"}) kv::put(c, "p", {key, "", 0, 0}, std::nullopt);
  });
  const auto keys = [&](std::string_view prefix, std::string_view after, int limit) {
    std::string all;
    for (const auto& e : ask([&](Connection& c) { return kv::list(c, "p", prefix, after, limit); })) all += e.key + " ";
    return all;
  };
  EXPECT_EQ(keys("b/", "", 9), "b/1 b/2 b/\xff ");
  EXPECT_EQ(keys("b/", "b/1", 1), "b/2 ");
  EXPECT_EQ(keys("", "", 9), "a b/1 b/2 b/\xff c ");
  EXPECT_EQ(keys("\xff", "", 9), "");
}

}  // namespace agente::store
