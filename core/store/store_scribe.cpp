#include <atomic>
#include <thread>
#include <vector>

#include <unistd.h>

#include "store/repositories.hpp"
#include "store/store.hpp"

/// Writes messages from eight threads until it is killed, and reports on stdout the id of each one it was told is
/// stored: `store_scribe URL`.
int main(int argc, char** argv) {
  using namespace agente;
  const SystemClock clock;
  const auto opened = store::open(argc > 1 ? argv[1] : "", clock);
  if (!opened) return 2;
  auto& store = **opened;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (;;) {
        store::Inbound message;
        message.guest = {"sol", "whatsapp", "549"};
        message.raw.assign(1500, 'r');
        const auto stored = store.write([&](store::sql::Connection& c) {
          message.id = c.next_id();
          message.external_id = std::to_string(message.id);
          store::inbound::insert(c, message);
        });
        if (!stored || ::write(STDOUT_FILENO, &message.id, sizeof message.id) < 0) _exit(3);
      }
    });
  }
}
