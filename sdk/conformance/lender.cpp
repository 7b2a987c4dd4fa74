#include "conformance/lender.hpp"

#include <algorithm>
#include <new>

#include <sys/mman.h>

namespace agente::conformance {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kChunk = 64 * kPage;

std::size_t rounded(std::size_t size, std::size_t to) { return (size + to - 1) / to * to; }

}  // namespace

Lender::~Lender() {
  for (const auto& region : regions_) ::munmap(region.begin, region.size);
}

Lender::Region Lender::map(std::size_t size) {
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  regions_.push_back({static_cast<std::byte*>(memory), size});
  return regions_.back();
}

std::byte* Lender::take(std::size_t size, std::size_t spare) {
  const std::lock_guard lock(mutex_);
  if (manner_ == Manner::kGuarded) return take_guarded(size);
  const auto needed = rounded(size + spare, alignof(std::max_align_t));
  if (needed > left_) {
    const auto chunk = map(std::max(kChunk, rounded(needed, kPage)));
    next_ = chunk.begin;
    left_ = chunk.size;
  }
  auto* taken = next_;
  next_ += needed;
  left_ -= needed;
  return taken;
}

/// Ends where a page begins that nobody may touch.
std::byte* Lender::take_guarded(std::size_t size) {
  const auto usable = rounded(size, kPage);
  const auto region = map(usable + kPage);
  ::mprotect(region.begin + usable, kPage, PROT_NONE);
  return region.begin + usable - size;
}

agente_str Lender::text(std::string_view text) {
  auto* at = take(text.size(), 1);
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  if (manner_ == Manner::kPlain) at[text.size()] = std::byte{0};
  return {reinterpret_cast<const char*>(at), text.size()};
}

agente_bytes Lender::bytes(std::string_view bytes) {
  const auto lent = text(bytes);
  return {reinterpret_cast<const std::uint8_t*>(lent.ptr), lent.len};
}

void* Lender::room(std::size_t size) {
  auto* at = take(size, 0);
  std::memset(at, 0xa5, size);
  return at;
}

void Lender::revoke() {
  const std::lock_guard lock(mutex_);
  for (const auto& region : regions_) ::mprotect(region.begin, region.size, PROT_NONE);
  left_ = 0;
}

bool Lender::lent(const void* address) const {
  return std::ranges::any_of(regions_, [&](const Region& region) {
    const auto* at = static_cast<const std::byte*>(address);
    return at >= region.begin && at < region.begin + region.size;
  });
}

}  // namespace agente::conformance
