#include <gtest/gtest.h>

#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

std::string with(const std::string& type, const json& content) {
  return message({{"type", type}, {"text", nullptr}, {type, content}}).dump();
}

std::string words_of(const json& error) {
  return error.contains("error_data") ? error["error_data"]["details"].get<std::string>()
                                      : error["message"].get<std::string>();
}

/// The code of the first status, if it is a failed one.
int failure_of(Webhook& hook) {
  const auto status = hook.wait_for_statuses(1).front();
  return status.contains("errors") ? status["errors"][0]["code"].get<int>() : 0;
}

TEST(Attachments, AreAcceptedAndShownInWords) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto wamid = bench.control("guest", {{"from", kGuest}, {"text", "Hola"}}).parsed()["id"];
  const struct {
    const char* type;
    json content;
    const char* words;
  } cases[] = {
      {"image", {{"link", "https://hotel.example/pool.jpg"}, {"caption", "La piscina"}}, "[image] La piscina"},
      {"document", {{"link", "https://hotel.example:8443/x.pdf"}, {"filename", "menú.pdf"}}, "[document menú.pdf]"},
      {"location",
       {{"latitude", -34.6}, {"longitude", "-58.4"}, {"name", "Hotel Sol"}, {"address", "Calle 1"}},
       "[location -34.6, -58.4] Hotel Sol, Calle 1"},
      {"video", {{"link", "https://hotel.example/tour.mp4"}, {"caption", "El hotel"}}, "[video] El hotel"},
      {"audio", {{"link", "https://hotel.example/hola.ogg"}, {"voice", true}}, "[audio]"},
      {"sticker", {{"link", "https://hotel.example/sun.webp"}}, "[sticker]"},
      {"contacts", json::array({{{"name", {{"formatted_name", "Recepción"}}}}}), "[contact] Recepción"},
      {"reaction", {{"message_id", wamid}, {"emoji", "👍"}}, "[reaction 👍]"},
      {"reaction", {{"message_id", wamid}, {"emoji", ""}}, "[reaction taken back]"}};
  for (const auto& good : cases) {
    const auto answer = bench.post(with(good.type, good.content));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(bench.last_request()[good.type], good.content);
    EXPECT_EQ(bench.last_request()["text"], good.words);
  }
}

TEST(Attachments, WhatMetaRefusesIsRefusedInItsWords) {
  const Bench bench;
  const json image{{"link", "https://hotel.example/pool.jpg"}};
  const json place{{"latitude", 1}, {"longitude", 2}};
  const auto changed = [](json of, const json& change) { return of.update(change), of; };
  const struct {
    const char* type;
    json content;
    int code;
    std::string words;
  } cases[] = {
      {"image", nullptr, 100, "(#100) The parameter image is required."},
      {"image", "x", 131009, "Param image must be an object."},
      {"image", json::object(), 131008, "One of id and link is required in image."},
      {"image", changed(image, {{"id", "1"}}), 131009, "Only one of id and link is allowed in image."},
      {"image", {{"id", "1"}}, 100, "Param image['id'] is not a valid whatsapp business account media attachment ID"},
      {"image", {{"link", "http://hotel.example/pool.jpg"}}, 131009, "Param image.link must be a valid https URL."},
      {"image", {{"link", "https://"}}, 131009, "Param image.link must be a valid https URL."},
      {"image",
       {{"link", "https://hotel.example/the pool.jpg"}},
       131009,
       "Param image.link must be a valid https URL."},
      {"image", {{"link", 7}}, 131009, "Param link must be a string."},
      {"image", changed(image, {{"caption", std::string(1025, 'x')}}), 131009,
       "Param image.caption must be at most 1024 characters long."},
      {"document", changed(image, {{"filename", 7}}), 131009, "Param filename must be a string."},
      {"location", {{"longitude", 2}}, 100, "(#100) The parameter location.latitude is required."},
      {"location", {{"latitude", 1}}, 100, "(#100) The parameter location.longitude is required."},
      {"location", changed(place, {{"latitude", 91}}), 131009, "Param location.latitude must be a number of degrees."},
      {"location", changed(place, {{"longitude", "west"}}), 131009,
       "Param location.longitude must be a number of degrees."},
      {"location", changed(place, {{"name", 7}}), 131009, "Param name must be a string."},
      {"reaction", {{"emoji", "👍"}}, 100, "(#100) The parameter reaction.message_id is required."},
      {"reaction", {{"message_id", "wamid.x"}}, 100, "(#100) The parameter reaction.emoji is required."},
      {"reaction", {{"message_id", "wamid.x"}, {"emoji", "ok"}}, 131009, "Param reaction.emoji must be one emoji."},
      {"sticker", changed(image, {{"caption", "x"}}), 100, "Unexpected key \"caption\" on param \"sticker\"."},
      {"audio", changed(image, {{"voice", "yes"}}), 131009, "Param audio.voice must be a boolean."},
      {"video", json::object(), 131008, "One of id and link is required in video."},
      {"contacts", json::object(), 131009, "Param contacts must be an array."},
      {"contacts", json::array(), 100, "(#100) The parameter contacts is required."},
      {"contacts", {7}, 100, "(#100) The parameter contacts.name is required."},
      {"contacts",
       {{{"name", json::object()}}},
       100,
       "(#100) The parameter contacts.name.formatted_name is required."}};
  for (const auto& bad : cases) {
    SCOPED_TRACE(bad.type + bad.content.dump().substr(0, 100));
    const auto answer = bench.post(with(bad.type, bad.content));
    ASSERT_EQ(answer.status, 400);
    EXPECT_EQ(answer.error_member()["code"], bad.code);
    EXPECT_EQ(words_of(answer.error_member()), bad.words);
    EXPECT_EQ(bench.last_request()["accepted"], false);
  }
}

TEST(Attachments, TheLimitOfACaptionIsInCharacters) {
  const Bench bench;
  std::string longest;
  for (int i = 0; i < 1024; ++i) longest += "ñ";
  EXPECT_EQ(bench.post(with("image", {{"link", "https://a.example/b"}, {"caption", longest}})).status, 200);
}

TEST(Attachments, OfTheHotelsOwnNetworkFailOnlyAfterTheyWereAccepted) {
  for (const auto* link : {"https://intranet/x.jpg", "https://127.0.0.1/x.jpg", "https://10.0.0.8:99/x.jpg"}) {
    Webhook hook;
    const Bench bench(hook.options());
    EXPECT_EQ(bench.post(with("image", {{"link", link}})).status, 200);
    EXPECT_EQ(failure_of(hook), 131053) << link;
  }
}

TEST(Attachments, AReactionToAMessageNobodySentFailsAfterItWasAccepted) {
  Webhook hook;
  const Bench bench(hook.options());
  EXPECT_EQ(bench.post(with("reaction", {{"message_id", "wamid.x"}, {"emoji", "👍"}})).status, 200);
  EXPECT_EQ(failure_of(hook), 131009);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
