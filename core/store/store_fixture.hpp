#pragma once

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "store/repositories.hpp"
#include "store/store.hpp"

namespace agente::store {

/// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "agente-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name = "agente.db") const { return (path_ / name).string(); }
  [[nodiscard]] std::string url() const { return "sqlite:" + file(); }

 private:
  std::filesystem::path path_;
};

inline Inbound message_from(std::string sender, Id id) {
  return {.id = id,
          .guest = {"sol", "whatsapp", std::move(sender)},
          .account = "1065",
          .external_id = "wamid." + std::to_string(id),
          .provider_time = Time{Millis{1'789'000'000'000 + id}},
          .received_at = Time{Millis{1'789'000'001'000 + id}},
          .sender_name = "Ana",
          .kind = "text",
          .text = "Hola",
          .reply_to = {},
          .raw = "{}",
          .results = {},
          .trace = "t",
          .processed_at = {},
          .failure = {}};
}

inline Outbound reply_to(const Inbound& message, Id id) {
  Outbound out;
  out.id = id;
  out.guest = message.guest;
  out.account = message.account;
  out.in_reply_to = message.id;
  out.text = "Buenos días";
  out.created_at = message.received_at;
  return out;
}

/// An id as the next writing transaction would get it.
inline Id next_id(Store& store) {
  Id id = 0;
  const auto done = store.write([&](sql::Connection& connection) { id = connection.next_id(); });
  EXPECT_TRUE(done) << (done ? "" : done.error().text);
  return id;
}

/// An open store; its writes and reads must succeed.
class OpenStore {
 protected:
  /// On SQLite in a folder of its own.
  OpenStore() : OpenStore(std::string()) {}
  /// On the database at `url`.
  explicit OpenStore(std::string url) : url_(url.empty() ? folder_.url() : std::move(url)) { reopen(); }

  void reopen() {
    store_.reset();
    auto opened = open(url_, clock_);
    if (!opened) throw std::runtime_error(opened.error().text);
    store_ = *std::move(opened);
  }
  void write(const Store::Work& work) {
    const auto done = store_->write(work);
    ASSERT_TRUE(done) << done.error().text;
  }
  template <class Question>
  auto ask(Question question) {
    decltype(question(std::declval<sql::Connection&>())) answer{};
    const auto done = store_->read([&](sql::Connection& connection) { answer = question(connection); });
    EXPECT_TRUE(done) << done.error().text;
    return answer;
  }
  /// What the first column of the rows says, one per line.
  std::string text_of(const std::string& statement, int column = 0) {
    return ask([&](sql::Connection& connection) {
      std::string lines;
      connection.query(statement, {}, [&](const sql::Row& row) { lines.append(row.text(column)).append("\n"); });
      return lines;
    });
  }

  Folder folder_;
  std::string url_;
  ManualClock clock_{Time{Millis{1'789'000'000'000}}};
  std::unique_ptr<Store> store_;
};

/// An open store on SQLite.
class StoreTest : public ::testing::Test, protected OpenStore {};

}  // namespace agente::store
