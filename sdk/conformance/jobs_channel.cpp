#include "conformance/jobs.hpp"

namespace agente::conformance {
namespace {

/// What a provider might post: an object with a text and an id.
constexpr std::string_view kBody =
    R"({"id":"m-1","from":"34600111222","type":"text","text":"Hola, ¿tienen una doble?","timestamp":"1789473600"})";

constexpr std::string_view kPicture =
    R"({"id":"m-1","from":"34600111222","type":"image","image":{"id":"17","mime_type":"image/jpeg"}})";

agente_http_in request_of(const Arguments& with, const WebRequest& request) {
  std::vector<agente_header> headers{
      {with.text("header", "Content-Type"), with.text("header", "application/json")},
      {with.text("header", "Authorization"), with.text("header", "Bearer nobody")},
      {with.text("header", "X-Hub-Signature-256"), with.text("header", "sha256=00")},
  };
  agente_http_in in{};
  in.method = with.text("method", request.method);
  in.path = with.text("path", request.path);
  in.query = with.text("query", request.query);
  in.headers = with.array(headers);
  in.header_count = headers.size();
  in.body = with.bytes("body", request.body);
  in.remote = with.text("remote", "203.0.113.7");
  in.visitor = with.text("visitor", "8f14e45fceea167a5a36dedd4bea2543");
  return in;
}

Job self_test_job(const agente_channel_v1& table) {
  return {.name = "self_test", .work = [&table](const Job::Call& c) {
            return table.self_test(c.self, c.call, c.answer.check_sink(), c.err);
          }};
}

Job poll_job(const agente_channel_v1& table) {
  return {.name = "poll", .may_stage = true, .work = [&table](const Job::Call& c) {
            return table.poll(c.self, c.call, &c.answer.next_ms, c.err);
          }};
}

Job lookup_job(const agente_channel_v1& table) {
  return {.name = "lookup", .work = [&table](const Job::Call& c) {
            return table.lookup(c.self, c.call, c.arguments.text("key", Message{}.key), c.answer.text_sink(), c.err);
          }};
}

}  // namespace

Job webhook_job(const agente_channel_v1& table, WebRequest request) {
  return {.name = "on_http", .may_stage = true, .work = [&table, request](const Job::Call& c) {
            const auto* in = c.arguments.record(request_of(c.arguments, request));
            return table.on_http(c.self, c.call, in, c.answer.http_out(), c.err);
          }};
}

Job seen_job(const agente_channel_presence_v1& table) {
  return {.name = "seen", .work = [&table](const Job::Call& c) {
            const auto account = c.arguments.text("account", "106540352242922");
            const auto external_id = c.arguments.text("external_id", "wamid.m-1");
            return table.seen(c.self, c.call, account, external_id, AGENTE_SEEN_ANSWERING, c.err);
          }};
}

Job fetch_job(const agente_channel_media_v1& table) {
  return {.name = "fetch", .work = [&table](const Job::Call& c) {
            const auto& with = c.arguments;
            const auto* request = with.record(agente_media_request{.max_bytes = kMostOfAFile,
                                                                   .account = with.text("account", "106540352242922"),
                                                                   .external_id = with.text("external_id", "wamid.m-1"),
                                                                   .kind = with.text("kind", "image"),
                                                                   .raw = with.bytes("raw", kPicture)});
            return table.fetch(c.self, c.call, request, c.answer.media_sink(), c.err);
          }};
}

Job upload_job(const agente_channel_media_v1& table) {
  return {.name = "upload", .work = [&table](const Job::Call& c) {
            const auto& with = c.arguments;
            const auto* file = with.record(agente_media_file{.account = with.text("account", "106540352242922"),
                                                             .mime_type = with.text("mime_type", "image/png"),
                                                             .bytes = with.bytes("bytes", "a picture")});
            return table.upload(c.self, c.call, file, c.answer.text_sink(), c.err);
          }};
}

Job send_job(const agente_channel_v1& table, Message message) {
  return {.name = "send", .is_write = true, .work = [&table, message = std::move(message)](const Job::Call& c) {
            const auto& with = c.arguments;
            const auto* out = with.record(agente_outbound{.attempt = message.attempt,
                                                          .key = with.text("key", message.key),
                                                          .account = with.text("account", "106540352242922"),
                                                          .recipient = with.text("recipient", "34600111222"),
                                                          .kind = with.text("kind", message.kind),
                                                          .text = with.text("text", message.text),
                                                          .language = with.text("language", "es"),
                                                          .reply_to = with.text("reply_to", ""),
                                                          .details = with.text("details", message.details)});
            return table.send(c.self, c.call, out, c.answer.text_sink(), c.err);
          }};
}

std::vector<Job> channel_jobs(const agente_channel_v1& table) {
  std::vector<Job> jobs{self_test_job(table), send_job(table, {})};
  if (table.on_http != nullptr) {
    jobs.push_back(webhook_job(table, {.method = "GET"}));
    jobs.push_back(webhook_job(table, {.body = kBody}));
    jobs.push_back(webhook_job(table, {.method = "GET", .path = "/messages"}));
    jobs.push_back(webhook_job(table, {.path = "/messages", .body = kBody}));
  }
  if (table.poll != nullptr) jobs.push_back(poll_job(table));
  if (table.lookup != nullptr) jobs.push_back(lookup_job(table));
  return jobs;
}

}  // namespace agente::conformance
