#include "plugins/library.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include <Poco/Crypto/DigestEngine.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include "plugins/admission/descriptor.hpp"
#include "plugins/admission/file_bytes.hpp"
#include "plugins/admission/unload.hpp"
#include "plugins/versions.hpp"
#include "telemetry/log.hpp"

namespace agente::plugins {
namespace {

constexpr const char* kEntry = "agente_plugin_entry";

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kKeepCopies = true;  // a report can name functions only while the file is there
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kKeepCopies = true;
#else
constexpr bool kKeepCopies = false;
#endif
#else
constexpr bool kKeepCopies = false;
#endif

std::string sha256(const std::vector<std::byte>& bytes) {
  Poco::Crypto::DigestEngine engine("SHA256");
  engine.update(bytes.data(), bytes.size());
  return Poco::DigestEngine::digestToHex(engine.digest());
}

/// Counted before an image is closed and read after one is opened: what ran in the old one happened before what runs in
/// the new one, even when the loader puts it in the same place. The loader's own lock orders them too, but no tool sees
/// it.
std::atomic<std::uint64_t> images_closed{0};

/// Keeps a pinned image out of reach of every destructor, those at exit included.
void keep_for_ever(const std::shared_ptr<Image>& image) {
  static auto& mutex = *new std::mutex();                          // NOLINT: see above
  static auto& kept = *new std::vector<std::shared_ptr<Image>>();  // NOLINT
  const std::lock_guard lock(mutex);
  kept.push_back(image);
}

/// Made if it is missing, without symlinks: under this name the kernel lists what is mapped from it.
std::filesystem::path really(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  auto found = std::filesystem::canonical(folder, error);
  return error ? std::filesystem::absolute(folder) : found;
}

bool write_all(int file, const std::vector<std::byte>& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const auto done = ::write(file, bytes.data() + at, bytes.size() - at);
    if (done <= 0) return false;
    at += static_cast<std::size_t>(done);
  }
  return ::fsync(file) == 0;
}

}  // namespace

void Residents::add(const std::string& plugin, int by) {
  const std::lock_guard lock(mutex_);
  mapped_[plugin] += by;
}

int Residents::count(const std::string& plugin) const {
  const std::lock_guard lock(mutex_);
  const auto found = mapped_.find(plugin);
  return found == mapped_.end() ? 0 : found->second;
}

// ---- Image ----

struct Image::Library {
  boost::dll::shared_library handle;
};

Image::Image(PrivateCopy copy, std::shared_ptr<Residents> residents)
    : Program(std::move(copy.identity)),
      copy_(std::move(copy.path)),
      facts_(std::move(copy.facts)),
      residents_(std::move(residents)) {}

Image::~Image() {
  if (!library_) return;
  images_closed.fetch_add(1, std::memory_order_release);
  library_.reset();  // dlclose
  const auto stayed = why_mapped(copy_, facts_);
  if (!stayed) residents_->add(identity().id, -1);
  if (!stayed) return;
  log::warn("plugins", "the code of a version stays in the process",
            {{"plugin", identity().id}, {"version", identity().version}, {"reason", *stayed}});
}

Result<void> Image::open() {
  const auto& id = identity().id;
  using boost::dll::load_mode::rtld_local;
  using boost::dll::load_mode::rtld_now;
  try {
    auto library = std::make_unique<Library>();
    library->handle.load(copy_, rtld_now | rtld_local);
    static_cast<void>(images_closed.load(std::memory_order_acquire));
    const auto& entry = library->handle.get<const agente_plugin*(std::uint32_t)>(kEntry);
    plugin_ = entry(AGENTE_ABI_MAJOR);
    library_ = std::move(library);
    residents_->add(id, 1);
  } catch (const std::exception& e) {  // NOLINT: the loader's, or the plugin's own static initialisers
    return Error{Code::kConfig, fmt::format("plugin {} cannot be opened: {}", id, e.what())};
  } catch (...) {
    return Error{Code::kConfig, fmt::format("plugin {} cannot be opened: its entry function threw", id)};
  }
  return {};
}

// ---- ImageStore ----

ImageStore::ImageStore(const std::filesystem::path& state, const std::optional<std::filesystem::path>& lock)
    : state_(really(state)),
      folder_(state_ / "generations"),
      allowed_(lock ? std::optional<DigestList>(*lock) : std::nullopt) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  std::filesystem::create_directories(kept_copy(state_, "", "").parent_path(), error);
  lock_ = ::open((folder_ / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0 || ::flock(lock_, LOCK_EX | LOCK_NB) != 0) return;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".so") std::filesystem::remove(entry.path(), error);
  }
}

ImageStore::~ImageStore() {
  if (lock_ >= 0) ::close(lock_);
}

std::string ImageStore::digest_of(const std::filesystem::path& file) {
  const auto bytes = read_file(file, kLargestImage);
  return bytes ? sha256(*bytes) : std::string();
}

Result<ImageStore::Admitted> ImageStore::admit(const std::filesystem::path& file, Kind kind) const {
  auto bytes = read_file(file, kLargestImage);
  if (!bytes) {
    return Error{Code::kNotFound,
                 fmt::format("{} cannot be read, or was being written: check the file and its rights", file.string())};
  }
  const auto refuse = [&](std::string_view why) {
    return Error{Code::kConfig, fmt::format("{}: {}", file.string(), why)};
  };
  auto facts = read_elf(*bytes);
  if (!facts) return refuse(facts.error().text);
  auto verdict = judge({*facts, static_cast<std::uint32_t>(kind)});
  if (verdict.load_class == LoadClass::kRefused) return refuse(verdict.reason);
  const auto& note = *facts->note;
  Identity identity{note.id, note.version, note.kind, sha256(*bytes), std::move(verdict)};
  if (const auto fine = allowed_ ? allowed_->allows(identity.id, identity.digest) : Result<void>{}; !fine) {
    return refuse(fine.error().text);
  }
  return Admitted{std::move(*bytes), std::move(*facts), std::move(identity)};
}

Result<std::shared_ptr<Image>> ImageStore::open(const std::filesystem::path& file, Kind kind) {
  auto admitted = admit(file, kind);
  if (!admitted) return admitted.error();
  const auto digest = admitted->identity.digest;
  if (auto image = find_open(digest)) {
    keep_known(std::move(*admitted));
    return image;
  }
  auto image = load(std::move(*admitted));  // runs foreign code, which may hang: nothing is locked
  if (!image) return image;
  const std::lock_guard lock(mutex_);
  std::erase_if(by_digest_, [](const auto& known) { return known.second.expired(); });  // a thousand upgrades later
  by_digest_[digest] = *image;
  return image;
}

std::shared_ptr<Image> ImageStore::find_open(const std::string& digest) const {
  const std::lock_guard lock(mutex_);
  const auto known = by_digest_.find(digest);
  return known == by_digest_.end() ? nullptr : known->second.lock();
}

/// The same bytes under a second name, for going back to this version; there already, or no space: no harm.
void ImageStore::keep(const PrivateCopy& copy) const {
  std::error_code no_harm;
  std::filesystem::create_hard_link(copy.path, kept_copy(state_, copy.identity.id, copy.identity.digest), no_harm);
}

/// Its own copy may have been forgotten since it was opened, and the file it was opened from is gone.
void ImageStore::keep_known(Admitted admitted) {
  std::error_code error;
  if (std::filesystem::exists(kept_copy(state_, admitted.identity.id, admitted.identity.digest), error)) return;
  const auto copy = make_copy(std::move(admitted));
  if (!copy) return;
  keep(*copy);
  ::unlink(copy->path.c_str());
}

Result<PrivateCopy> ImageStore::copy(const std::filesystem::path& file, Kind kind) {
  auto admitted = admit(file, kind);
  return admitted ? make_copy(std::move(*admitted)) : Result<PrivateCopy>(admitted.error());
}

Result<std::shared_ptr<Image>> ImageStore::load(Admitted admitted) {
  auto copy = make_copy(std::move(admitted));
  if (!copy) return copy.error();
  keep(*copy);
  std::shared_ptr<Image> image(new Image(std::move(*copy), residents_));  // NOLINT: the constructor is private
  const auto opened = image->open();
  if (!kKeepCopies || !opened) ::unlink(image->copy().c_str());
  if (!opened) return opened.error();
  if (image->identity().verdict.load_class == LoadClass::kPinned) keep_for_ever(image);
  if (auto checked = check_descriptor(image->plugin_, image->facts_); !checked) return checked.error();
  return image;
}

Result<PrivateCopy> ImageStore::make_copy(Admitted admitted) {
  const auto& [id, version, kind, digest, verdict] = admitted.identity;
  std::filesystem::path path;
  int file = -1;
  do {  // another host may use the same folder
    path = folder_ / fmt::format("{}-{}-{}.so", id, next_++, digest.substr(0, 8));
    file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500);
  } while (file < 0 && errno == EEXIST);
  const bool written = file >= 0 && write_all(file, admitted.bytes);
  const int why = errno;
  if (file >= 0) ::close(file);
  const auto back = written ? read_file(path, kLargestImage) : std::nullopt;
  if (back && sha256(*back) == digest) {
    return PrivateCopy{path, std::move(admitted.facts), std::move(admitted.identity)};
  }
  if (file >= 0) ::unlink(path.c_str());
  return Error{Code::kInternal,
               fmt::format("plugin {}: its private copy {} could not be written{}: check the space and "
                           "the rights of that folder",
                           id, path.string(), written ? " faithfully" : std::string(": ") + std::strerror(why))};
}

}  // namespace agente::plugins
