#include "simulators/whatsapp/ids.hpp"

#include <random>
#include <string_view>

#include "simulators/whatsapp/encoding.hpp"

namespace agente::sim::whatsapp {
namespace {

std::string random_text(std::string_view alphabet, std::size_t length) {
  thread_local std::random_device device;
  std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
  std::string text;
  while (text.size() < length) text += alphabet[pick(device)];
  return text;
}

std::string wamid(const std::string& guest, char direction, std::size_t hex_digits) {
  std::string bytes{0x1c, 0x18};
  bytes += static_cast<char>(guest.size());
  bytes += guest;
  bytes += {0x15, 0x02, 0x00, direction, 0x18, static_cast<char>(hex_digits)};
  bytes += random_text("0123456789ABCDEF", hex_digits);
  bytes += '\0';
  return "wamid." + base64(bytes);
}

}  // namespace

std::string new_wamid_to(const std::string& guest) { return wamid(guest, 0x11, 18); }
std::string new_wamid_from(const std::string& guest) { return wamid(guest, 0x12, 20); }

std::string new_media_id() { return "1" + random_text("0123456789", 15); }

std::string new_secret() { return random_text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 32); }

std::string new_trace_id() {
  return "A" + random_text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 22);
}

}  // namespace agente::sim::whatsapp
