#pragma once

#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "qloapps.hpp"
#include "values.hpp"

/// What the tests share: a QloApps that answers as one was recorded to answer, and short words for what guests do.
namespace qloapps::testing {

using agente::http_request;
using agente::http_response;
using agente::stay_status;
using ::testing::HasSubstr;
using ::testing::Not;

inline agente::day day(std::string_view text) { return parse_day(text).value(); }

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The recorded answer with this number, as it came over the wire.
inline http_response recorded(const std::string& number) {
  for (const auto& file : std::filesystem::directory_iterator(QLOAPPS_RECORDED)) {
    if (!file.path().filename().string().starts_with(number + "-")) continue;
    std::istringstream text(read_file(file.path()));
    http_response answer;
    std::string line;
    std::getline(text, line);
    answer.status = std::stoi(line.substr(9, 3));
    while (std::getline(text, line) && line != "\r" && !line.empty()) {
      const auto colon = line.find(": ");
      answer.headers.push_back({line.substr(0, colon), line.substr(colon + 2, line.find('\r') - colon - 2)});
    }
    answer.body.assign(std::istreambuf_iterator<char>(text), {});
    while (answer.body.ends_with('\n')) answer.body.pop_back();
    return answer;
  }
  throw std::runtime_error("no recorded answer " + number);
}

/// `answer` with every `from` in its body replaced.
inline http_response with(http_response answer, const std::string& from, const std::string& to) {
  for (std::size_t at = answer.body.find(from); at != std::string::npos; at = answer.body.find(from, at + to.size()))
    answer.body.replace(at, from.size(), to);
  return answer;
}

inline http_response json_answer(std::string body, int status = 200) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}
inline http_response html_answer(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "text/html; charset=utf-8"}}, .body = std::move(body)};
}

inline std::string decoded(std::string_view url) {
  std::string text;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const bool is_coded = url[i] == '%' && i + 2 < url.size();
    text += is_coded ? static_cast<char>(std::stoi(std::string{url.substr(i + 1, 2)}, nullptr, 16)) : url[i];
    if (is_coded) i += 2;
  }
  return text;
}

/// A booked room as room_bookings lists it.
struct RowText {
  int id = 334;
  int order = 262;
  int room = 1;
  int status = 1;
  bool gone = false;
  std::string from = "2029-05-10";
  std::string to = "2029-05-13";
  int adults = 2;
  int children = 0;

  [[nodiscard]] std::string text() const {
    const auto n = [](int value) { return std::to_string(value); };
    const std::string flag = gone ? "1" : "0";
    return R"({"id":)" + n(id) + R"(,"id_order":)" + n(order) + R"(,"id_product":1,"id_hotel":1,"id_room":)" + n(room) +
           R"(,"id_status":)" + n(status) + R"(,"date_from":")" + from + R"( 00:00:00","date_to":")" + to +
           R"( 00:00:00","is_refunded":)" + flag + R"(,"is_cancelled":)" + flag + R"(,"is_back_order":0,"adults":)" +
           n(adults) + R"(,"children":)" + n(children) + R"(,"room_type_name":"General Rooms"})";
  }
};

inline http_response rows_answer(const std::vector<RowText>& rows) {
  std::string all;
  for (const auto& row : rows) all += (all.empty() ? "" : ",") + row.text();
  return json_answer(R"({"bookings":[)" + all + "]}");
}

inline http_response order_answer(int id, const std::string& total, int state = 1,
                                  const std::string& reference = "AH-1") {
  return json_answer(R"({"orders":[{"id":)" + std::to_string(id) + R"(,"current_state":)" + std::to_string(state) +
                     R"(,"source":"agente:)" + reference + R"(","total_paid_tax_incl":")" + total +
                     R"(","date_add":"2026-09-15 14:00:00","date_upd":"2026-09-15 14:00:00"}]})");
}

using Pms = agente::testing::instance<QloApps>;

class Shop : public ::testing::Test {
 protected:
  Shop() {
    fake.set_secret("/api_key", "TESTKEYTESTKEYTESTKEYTESTKEY1234");
    fake.otherwise([this](const http_request& request) { return answer(request); });
    on("GET", "/api/hotel_room_types?", recorded("13"));
    on("GET", "/api/room_types?", recorded("11"));
    on("GET", "/api/services?", recorded("98"));
    on("GET", "/api/customers?", recorded("59"));
  }
  ~Shop() override { EXPECT_THAT(unexpected, ::testing::IsEmpty()); }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  Pms& pms() {
    if (!pms_) pms_.emplace(fake, config);
    return *pms_;
  }

  /// Requests whose decoded address holds `part` get these answers, one after the other; the last one stays.
  void on(const std::string& method, const std::string& part, http_response response) {
    rules.push_back({method, part, std::move(response)});
  }
  /// Forgets the answers to such requests.
  void forget(const std::string& method, const std::string& part) {
    std::erase_if(rules, [&](const Rule& rule) { return rule.method == method && rule.part == part; });
  }
  /// The bodies sent to an address, in order.
  [[nodiscard]] std::vector<std::string> sent(const std::string& method, const std::string& part) const {
    std::vector<std::string> bodies;
    for (const auto& request : fake.requests())
      if (request.method == method && decoded(request.url).find(part) != std::string::npos)
        bodies.push_back(request.body);
    return bodies;
  }
  [[nodiscard]] std::size_t cancellations() const {
    std::size_t count = 0;
    for (const auto& body : sent("POST", "order_histories"))
      if (body.find("<id_order_state>4</id_order_state>") != std::string::npos) ++count;
    return count;
  }

  agente::testing::fake_host fake;
  std::string config = R"({"base_url":"http://shop","hotel_id":1,"room_types":{"double":1,"suite":4}})";
  std::vector<std::string> unexpected;

 private:
  struct Rule {
    std::string method;
    std::string part;
    http_response response;
    bool is_used = false;
  };

  http_response answer(const http_request& request) {
    const auto url = decoded(request.url);
    Rule* found = nullptr;
    for (auto& rule : rules) {
      if (rule.method != request.method || url.find(rule.part) == std::string::npos) continue;
      if (!found || found->is_used) found = &rule;
    }
    if (!found) {
      unexpected.push_back(request.method + " " + url);
      return json_answer(R"({"errors":[{"code":0,"message":"nothing was recorded"}]})", 400);
    }
    found->is_used = true;
    return found->response;
  }

  std::deque<Rule> rules;
  std::optional<Pms> pms_;
};

/// The code with which it fails; AGENTE_OK when it does not. `text`, if given, receives what it says.
template <class Work>
agente_status code_of(Work&& work, std::string* text = nullptr) {
  try {
    work();
    return AGENTE_OK;
  } catch (const agente::error& e) {
    if (text) *text = e.what();
    return e.code();
  }
}

}  // namespace qloapps::testing
