#include <atomic>

#include <gtest/gtest.h>

#include "simulators/whatsapp/encoding.hpp"
#include "simulators/whatsapp/testing.hpp"

namespace agente::sim::whatsapp::testing {
namespace {

const std::map<std::string, std::string> kBearer{{"Authorization", "Bearer demo-token"}, {"User-Agent", "a test"}};
const std::string kPicture("\xff\xd8\xff\x00 a picture", 14);

std::string part(const std::string& name, const std::string& value, const std::string& more = {}) {
  return "--limit\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" + value + "\r\n";
}

std::string form(const std::string& type, const std::string& bytes) {
  return part("messaging_product", "whatsapp") + part("type", type) +
         part("file", bytes, "; filename=\"a.jpg\"\r\nContent-Type: " + type) + "--limit--\r\n";
}

HttpAnswer upload(const Bench& bench, const std::string& body) {
  return http("POST", bench.simulator.url() + "v25.0/" + kNumber + "/media", body,
              {{"Authorization", "Bearer demo-token"}, {"Content-Type", "multipart/form-data; boundary=limit"}});
}

std::string uploaded(const Bench& bench, const std::string& type = "image/jpeg") {
  const auto answer = upload(bench, form(type, kPicture));
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer.parsed()["id"].get<std::string>();
}

std::string words_of(const HttpAnswer& answer) {
  const auto error = answer.error_member();
  return error.contains("error_data") ? error["error_data"]["details"].get<std::string>()
                                      : error["message"].get<std::string>();
}

json sent_by_guest(const Bench& bench, Webhook& hook, json media) {
  media.update({{"base64", base64(kPicture)}});
  const auto answer = bench.control("guest", {{"from", kGuest}, {"media", media}});
  EXPECT_EQ(answer.status, 200) << answer.body;
  return json::parse(hook.wait_for(1).back().body)["entry"][0]["changes"][0]["value"]["messages"][0];
}

TEST(Media, AreUploadedDescribedFetchedAndDeleted) {
  const Bench bench;
  const auto id = uploaded(bench);

  const auto about = bench.get("v25.0/" + id + "?phone_number_id=" + kNumber).parsed();
  EXPECT_EQ(about["id"], id);
  EXPECT_EQ(about["mime_type"], "image/jpeg");
  EXPECT_EQ(about["sha256"], hex(sha256(kPicture)));
  EXPECT_EQ(about["file_size"], kPicture.size());
  const auto file = http("GET", about["url"], {}, kBearer);
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, kPicture);
  EXPECT_EQ(bench.log().dump().find("hash="), std::string::npos);

  const auto url = bench.simulator.url() + "v25.0/" + id;
  EXPECT_EQ(http("DELETE", url, {}, kBearer).body, R"({"success":true})");
  EXPECT_EQ(http("DELETE", url, {}, kBearer).error_member()["error_subcode"], 33);
  EXPECT_EQ(bench.get("v25.0/" + id).error_member()["error_subcode"], 33);
  EXPECT_EQ(http("GET", about["url"], {}, kBearer).status, 404);
}

TEST(Media, CanBeSentByTheirId) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto send = [&](const std::string& id) {
    return bench.post(message({{"type", "image"}, {"text", nullptr}, {"image", {{"id", id}}}}).dump()).status;
  };
  EXPECT_EQ(send(uploaded(bench)), 200);
  EXPECT_EQ(hook.wait_for_statuses(3).back()["status"], "read");
  EXPECT_EQ(send(uploaded(bench, "application/pdf")), 200);
  EXPECT_EQ(hook.wait_for_statuses(4).back()["errors"][0]["code"], 131053);
}

TEST(Media, AreOnlyForWhoHasTheTokenAndSaysWhoHeIs) {
  const Bench bench;
  const auto url = bench.get("v25.0/" + uploaded(bench)).parsed()["url"].get<std::string>();
  EXPECT_EQ(http("GET", url).status, 401);
  EXPECT_EQ(http("GET", url, {}, {{"Authorization", "Bearer wrong"}, {"User-Agent", "x"}}).status, 401);
  EXPECT_EQ(http("GET", url, {}, {{"Authorization", "Bearer demo-token"}}).status, 403);
  EXPECT_EQ(http("GET", url + "x", {}, kBearer).status, 404) << "no other secret opens it";
  EXPECT_EQ(bench.get("v25.0/" + uploaded(bench) + "?phone_number_id=123").status, 400);
}

TEST(Media, AnAddressLivesForFiveMinutesAndAFileForItsTime) {
  const auto start = std::chrono::system_clock::from_time_t(1'795'000'000);
  std::atomic<std::chrono::seconds> later{};
  const Bench bench({}, [&] { return start + later.load(); });
  const auto id = uploaded(bench);
  const auto url = bench.get("v25.0/" + id).parsed()["url"].get<std::string>();

  later = std::chrono::seconds{299};
  EXPECT_EQ(http("GET", url, {}, kBearer).status, 200);
  later = std::chrono::minutes{5};
  EXPECT_EQ(http("GET", url, {}, kBearer).status, 404);
  EXPECT_EQ(http("GET", bench.get("v25.0/" + id).parsed()["url"], {}, kBearer).status, 200);
  later = std::chrono::hours{30 * 24};
  EXPECT_EQ(bench.get("v25.0/" + id).status, 400);
}

TEST(Media, WhatMetaDoesNotTakeIsRefused) {
  const Bench bench;
  const std::string six_megabytes(6U << 20U, 'x');
  EXPECT_EQ(words_of(upload(bench, "no form")), "(#100) The parameter messaging_product is required.");
  EXPECT_EQ(words_of(upload(bench, part("messaging_product", "whatsapp") + "--limit--\r\n")),
            "(#100) The parameter file is required.");
  EXPECT_NE(words_of(upload(bench, form("image/gif", "GIF89a"))).find("Received file of type 'image/gif'."),
            std::string::npos);
  EXPECT_EQ(upload(bench, form("image/jpeg", six_megabytes)).error_member()["code"], 131053);
  EXPECT_EQ(words_of(upload(bench, form("image/jpeg", six_megabytes))),
            "Media file size too big. Max file size we currently support: 5242880 bytes for image.");
  EXPECT_EQ(upload(bench, form("application/pdf", six_megabytes)).status, 200);
  EXPECT_EQ(words_of(upload(bench, form("text/plain", ""))), "Media file is empty.");
  EXPECT_EQ(bench.last_request()["accepted"], false);
}

TEST(Media, AGuestSendsAPictureAsMetaTellsIt) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto told = sent_by_guest(bench, hook, {{"mime_type", "image/jpeg"}, {"caption", "Mi DNI"}});
  EXPECT_EQ(told["type"], "image");
  EXPECT_EQ(told["image"]["mime_type"], "image/jpeg");
  EXPECT_EQ(told["image"]["caption"], "Mi DNI");
  EXPECT_EQ(told["image"]["sha256"], base64(sha256(kPicture)));
  EXPECT_EQ(http("GET", told["image"]["url"], {}, kBearer).body, kPicture);
  EXPECT_EQ(bench.get("v25.0/" + told["image"]["id"].get<std::string>()).parsed()["sha256"], hex(sha256(kPicture)));
  EXPECT_EQ(bench.log()["webhooks"][0]["text"], "[image] Mi DNI");
}

TEST(Media, AGuestSendsADocumentAndAVoiceNote) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto document =
      sent_by_guest(bench, hook, {{"mime_type", "application/pdf"}, {"filename", "../../etc/passwd"}, {"url", false}});
  EXPECT_EQ(document["type"], "document");
  EXPECT_EQ(document["document"]["filename"], "../../etc/passwd") << "what a guest may send, he sends";
  EXPECT_FALSE(document["document"].contains("url"));
  bench.control("guest", {{"from", kGuest},
                          {"media", {{"mime_type", "audio/ogg; codecs=opus"}, {"text", "OggS"}, {"voice", true}}}});
  const auto voice = json::parse(hook.wait_for(2)[1].body)["entry"][0]["changes"][0]["value"]["messages"][0];
  EXPECT_EQ(voice["type"], "audio");
  EXPECT_EQ(voice["audio"]["voice"], true);
  EXPECT_EQ(bench.control("guest", {{"from", kGuest}, {"media", {{"mime_type", "image/gif"}, {"text", "x"}}}}).status,
            400);
  EXPECT_EQ(
      bench.control("guest", {{"from", kGuest}, {"media", {{"mime_type", "text/plain"}, {"base64", "%%%"}}}}).status,
      400);
}

TEST(Media, CanComeWithAnotherHashBeGoneOrLeadElsewhere) {
  const Bench bench;
  const auto url = bench.get("v25.0/" + uploaded(bench)).parsed()["url"].get<std::string>();
  bench.arm({{"name", "media_wrong_hash"}, {"next", 1}});
  const auto wrong = http("GET", url, {}, kBearer).body;
  EXPECT_EQ(wrong.size(), kPicture.size());
  EXPECT_NE(wrong, kPicture);
  bench.arm({{"name", "media_gone"}, {"next", 1}});
  EXPECT_EQ(http("GET", url, {}, kBearer).status, 404);
  bench.arm({{"name", "media_redirect"}, {"next", 1}});
  const auto away = http("GET", url, {}, kBearer);
  EXPECT_EQ(away.status, 302);
  EXPECT_EQ(away.headers.at("Location").find("http://localhost:"), 0U) << away.headers.at("Location");
  EXPECT_EQ(http("GET", url, {}, kBearer).body, kPicture);
}

TEST(Page, ShowsFilesWithoutLettingThemActInItsName) {
  Webhook hook;
  const Bench bench(hook.options());
  const auto page = [&](const json& id) {
    return http("GET", bench.simulator.url() + "__sim/file?id=" + id.get<std::string>());
  };
  const auto picture = page(uploaded(bench));
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.body, kPicture);
  EXPECT_FALSE(picture.headers.contains("Content-Disposition"));

  sent_by_guest(bench, hook, {{"mime_type", "text/html"}});
  const auto noted = bench.log()["webhooks"].back();
  const auto document = page(noted["media"]);
  EXPECT_EQ(document.headers.at("Content-Disposition"), "attachment");
  EXPECT_EQ(document.headers.at("Content-Security-Policy"), "sandbox");
  EXPECT_EQ(document.headers.at("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page("none").status, 404);
  EXPECT_EQ(http("GET", bench.simulator.url() + "__sim/file").status, 404);
}

TEST(Page, KnowsTheButtonsOfTemplates) {
  const Bench bench;
  const auto known = http("GET", bench.simulator.url() + "__sim/templates").parsed()["data"];
  EXPECT_EQ(known, bench.get("v25.0/102290129340398/message_templates").parsed()["data"]);
}

}  // namespace
}  // namespace agente::sim::whatsapp::testing
