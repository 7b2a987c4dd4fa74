#include "file_vault.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/file.h>
#include <unistd.h>

namespace house {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLockPatience{2'000};

/// `text` names the file; what the system says about it is added.
[[noreturn]] void fail(agente_status code, const std::string& text) {
  const int reason = errno;
  throw agente::error(code, "bookings file " + text + ": " + std::strerror(reason));
}

fs::path beside(const fs::path& file, const char* suffix) { return file.string() + suffix; }

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : fs::path{"."}; }

/// Held until the descriptor goes; other processes and other versions of this plugin wait for it.
void lock(const Descriptor& lock_file, const std::string& name) {
  if (!lock_file.is_open()) fail(AGENTE_E_RETRY, "lock " + name + " cannot be opened");
  const auto until = std::chrono::steady_clock::now() + kLockPatience;
  while (::flock(lock_file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EINTR && errno != EWOULDBLOCK) fail(AGENTE_E_RETRY, "lock " + name);
    if (std::chrono::steady_clock::now() > until) fail(AGENTE_E_RETRY, "lock " + name + " is held by another process");
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

void write_all(const Descriptor& out, std::string_view text, const std::string& name) {
  while (!text.empty()) {
    const auto written = ::write(out.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(AGENTE_E_RETRY, name + " cannot be written");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_all(const Descriptor& in, const std::string& name) {
  std::string text;
  char piece[65536];
  for (;;) {
    const auto got = ::read(in.get(), piece, sizeof piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(AGENTE_E_CONFIG, name + " cannot be read");
    if (got == 0) return text;
    text.append(piece, static_cast<std::size_t>(got));
  }
}

void sync_folder(const fs::path& file) {
  const Descriptor folder(folder_of(file), O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || ::fsync(folder.get()) != 0)
    fail(AGENTE_E_UNKNOWN_OUTCOME, file.string() + " is written, but its folder cannot be synced");
}

std::string text_of(const Ledger& ledger, const std::string& hotel) {
  std::string text = "{\"schema\": " + std::to_string(kSchema) + ", \"hotel\": " + json(hotel).dump() +
                     ", \"last_number\": " + std::to_string(ledger.last_number) +
                     ", \"last_sequence\": " + std::to_string(ledger.last_sequence) + ", \"bookings\": [";
  const char* separator = "\n  ";
  for (const auto& entry : ledger.records) {
    text += separator;
    text += to_json(entry.second).dump();
    separator = ",\n  ";
  }
  return text + "\n]}\n";
}

Ledger ledger_of(const std::string& text, const std::string& hotel) {
  const auto given = json::parse(text);
  const auto schema = given.at("schema").get<std::uint32_t>();
  if (schema > kSchema)
    throw std::runtime_error("it was written by a newer house-pms (layout " + std::to_string(schema) + ")");
  if (const auto owner = given.at("hotel").get<std::string>(); owner != hotel)
    throw std::runtime_error("it belongs to hotel \"" + owner + "\"; give each hotel a file of its own");
  Ledger ledger{.last_number = given.at("last_number").get<std::uint64_t>(),
                .last_sequence = given.at("last_sequence").get<std::uint64_t>()};
  for (const auto& each : given.at("bookings")) {
    auto record = record_of(each);
    auto id = fold(record.booking.booking_id);
    if (!ledger.records.emplace(std::move(id), std::move(record)).second)
      throw std::runtime_error("a booking is there twice");
  }
  return ledger;
}

}  // namespace

FileVault::FileVault(fs::path file, std::string hotel) : file_(std::move(file)), hotel_(std::move(hotel)) {
  std::error_code ec;
  fs::create_directories(folder_of(file_), ec);
  if (ec)
    throw agente::error(AGENTE_E_CONFIG, "file: the folder of " + file_.string() + " cannot be made: " + ec.message());
  if (::access(folder_of(file_).c_str(), W_OK | X_OK) != 0)
    fail(AGENTE_E_CONFIG, file_.string() + ": its folder must be writable for the host");
}

FileVault::Stamp FileVault::stamp_of(const struct stat& info) {
  return {info.st_dev, info.st_ino, info.st_size,
          std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

FileVault::Stamp FileVault::present_stamp() const {
  struct stat info {};
  return ::stat(file_.c_str(), &info) == 0 ? stamp_of(info) : Stamp{};
}

void FileVault::see(Descriptor file, const struct stat& info) {
  seen_file_ = std::move(file);
  seen_ = stamp_of(info);
}

bool FileVault::changed() { return present_stamp() != seen_; }

Ledger FileVault::load() {
  const auto name = file_.string();
  Descriptor in(file_, O_RDONLY);
  if (!in.is_open()) {
    if (errno != ENOENT) fail(AGENTE_E_CONFIG, name + " cannot be read");
    if (seen_ != Stamp{}) fail(AGENTE_E_RETRY, name + " has vanished; put it back, or restart the host to begin anew");
    return {};
  }
  struct stat info {};
  if (::fstat(in.get(), &info) != 0) fail(AGENTE_E_CONFIG, name + " cannot be read");
  const auto text = read_all(in, name);
  // What we answer from must outlive a power cut, also if whoever wrote it was killed before it was synced.
  if (::fsync(in.get()) != 0) fail(AGENTE_E_RETRY, name + " cannot be synced");
  sync_folder(file_);
  try {
    auto ledger = ledger_of(text, hotel_);
    see(std::move(in), info);
    return ledger;
  } catch (const std::exception& e) {
    throw agente::error(AGENTE_E_CONFIG, "file: " + name + " is no bookings file of this hotel; restore or move it: " +
                                             std::string{e.what()});
  }
}

void FileVault::save(const Ledger& ledger, const Record& /*latest*/) {
  const Descriptor lock_file(beside(file_, ".lock"), O_RDWR | O_CREAT);
  lock(lock_file, file_.string());
  if (changed()) throw Stale{};
  const auto draft = beside(file_, ".tmp");
  Descriptor out(draft, O_WRONLY | O_CREAT | O_TRUNC);
  if (!out.is_open()) fail(AGENTE_E_RETRY, draft.string() + " cannot be made");
  write_all(out, text_of(ledger, hotel_), draft.string());
  struct stat info {};
  if (::fsync(out.get()) != 0 || ::fstat(out.get(), &info) != 0)
    fail(AGENTE_E_RETRY, draft.string() + " cannot be synced");
  if (::rename(draft.c_str(), file_.c_str()) != 0) fail(AGENTE_E_RETRY, file_.string() + " cannot be replaced");
  sync_folder(file_);
  see(std::move(out), info);
}

void FileVault::probe() {
  if (::access(folder_of(file_).c_str(), W_OK | X_OK) != 0)
    fail(AGENTE_E_RETRY, file_.string() + ": its folder is not writable");
}

}  // namespace house
