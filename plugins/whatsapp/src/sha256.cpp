#include "sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace agente::whatsapp {
namespace {

constexpr std::size_t kBlock = 64;
using Block = std::array<std::uint8_t, kBlock>;

constexpr std::array<std::uint32_t, 64> kRounds{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

class Sha256 {
 public:
  void add(const std::uint8_t* bytes, std::size_t size) {
    total_ += size;
    if (held_ > 0) {
      const auto taken = std::min(size, kBlock - held_);
      std::memcpy(rest_.data() + held_, bytes, taken);
      held_ += taken;
      bytes += taken;
      size -= taken;
      if (held_ < kBlock) return;
      compress(rest_.data());
      held_ = 0;
    }
    for (; size >= kBlock; bytes += kBlock, size -= kBlock) compress(bytes);
    if (size > 0) std::memcpy(rest_.data(), bytes, size);
    held_ = size;
  }
  void add(std::string_view text) { add(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); }

  Digest finish() {
    const std::uint64_t bits = total_ * 8;
    Block padding{0x80};
    add(padding.data(), 1 + (kBlock + 55 - held_) % kBlock);
    std::array<std::uint8_t, 8> length{};
    for (unsigned i = 0; i < 8; ++i) length[i] = static_cast<std::uint8_t>(bits >> (56U - 8U * i));
    add(length.data(), length.size());
    Digest digest{};
    for (unsigned i = 0; i < 32; ++i) digest[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24U - 8U * (i % 4)));
    return digest;
  }

 private:
  void compress(const std::uint8_t* block) {
    std::array<std::uint32_t, 64> w;  // NOLINT: every element is written below
    for (std::size_t i = 0; i < 16; ++i) {
      w[i] = std::uint32_t{block[4 * i]} << 24U | std::uint32_t{block[4 * i + 1]} << 16U |
             std::uint32_t{block[4 * i + 2]} << 8U | std::uint32_t{block[4 * i + 3]};
    }
    for (std::size_t i = 16; i < 64; ++i) {
      const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3U);
      const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10U);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
      const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const auto t1 = h + s1 + ((e & f) ^ (~e & g)) + kRounds[i] + w[i];
      const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const auto t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + t1;
      d = c;
      c = b;
      b = a;
      a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> mixed{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state_[i] += mixed[i];
  }

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  Block rest_{};
  std::size_t held_ = 0;
  std::uint64_t total_ = 0;
};

Block padded_key(std::string_view key) {
  Block block{};
  if (key.size() > kBlock) {
    const auto digest = sha256(key);
    std::copy(digest.begin(), digest.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  return block;
}

}  // namespace

Digest sha256(std::string_view bytes) noexcept {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

Digest hmac_sha256(std::string_view key, std::string_view bytes) noexcept {
  const auto padded = padded_key(key);
  const auto keyed = [&](std::uint8_t pad) {
    auto block = padded;
    for (auto& byte : block) byte = static_cast<std::uint8_t>(byte ^ pad);
    Sha256 hash;
    hash.add(block.data(), block.size());
    return hash;
  };
  auto inner = keyed(0x36);
  inner.add(bytes);
  const auto digest = inner.finish();
  auto outer = keyed(0x5c);
  outer.add(digest.data(), digest.size());
  return outer.finish();
}

std::string to_hex(const Digest& digest) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const auto byte : digest) text.append({kHex[byte >> 4U], kHex[byte & 15U]});
  return text;
}

}  // namespace agente::whatsapp
