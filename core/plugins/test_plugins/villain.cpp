// A channel that does to its process whatever the recipient of a message, or its config, says.
#define PLUGIN_ID "villain"
#define PLUGIN_KIND AGENTE_KIND_CHANNEL
#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test_plugin.h"

static const agente_host* the_host;
static int plain, hangs_in_destroy, crashes_in_destroy, hangs_in_poll;  // what an object is, by its address

template <class Table>
static const Table* service(const char* id) {
  return static_cast<const Table*>(the_host->query(the_host, {id, strlen(id)}));
}
static bool has(agente_str text, const char* word) {
  return std::string(text.ptr, text.len).find(word) != std::string::npos;
}
static bool is(agente_str text, const char* word) { return std::string(text.ptr, text.len) == word; }
static agente_status answer(const agente_sink* out, const std::string& text) {
  return out->write(out->ctx, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

static void crash() {
  volatile int* nowhere = nullptr;
  *nowhere = 1;
}
static void spin() {
  for (volatile unsigned i = 0;;) {
    i = i + 1;
  }
}
static void hang() {
  for (;;) pause();
}

static agente_status on_timer(void* ctx, const agente_call* call, agente_error* err) {
  if (ctx != nullptr) crash();
  const auto* inbox = service<agente_inbox_v1>(AGENTE_INBOX_V1);
  agente_inbound m{};
  m.struct_size = sizeof m;
  m.account = STR("100");
  m.external_id = STR("tick");
  m.sender = STR("clock");
  return inbox->accept(the_host, call, &m, err);
}

static agente_status plugin_create(const agente_host* host, agente_str config, void** self, agente_error* err) {
  the_host = host;
  *self = has(config, "hang-in-destroy")    ? &hangs_in_destroy
          : has(config, "crash-in-destroy") ? &crashes_in_destroy
          : has(config, "hang-in-poll")     ? &hangs_in_poll
                                            : &plain;
  if (has(config, "crash-in-create")) crash();
  if (has(config, "hang-in-create")) hang();
  if (has(config, "exit-in-create")) exit(7);
  if (has(config, "timer")) {
    const auto* timer = service<agente_timer_v1>(AGENTE_TIMER_V1);
    return timer->start(host, 1000, 1000, on_timer, nullptr, nullptr, err);
  }
  return AGENTE_OK;
}
static void plugin_destroy(void* self) {
  if (self == &hangs_in_destroy) hang();
  if (self == &crashes_in_destroy) crash();
}

static void* stay(void*) {
  hang();
  return nullptr;
}
/// Uses the host from a thread of its own, outside any call.
static void* ask(void* out) {
  const auto* kv = service<agente_kv_v1>(AGENTE_KV_V1);
  const auto* log = service<agente_log_v1>(AGENTE_LOG_V1);
  log->write(the_host, nullptr, AGENTE_LOG_INFO, STR("from a thread of its own"), nullptr, 0);
  agente_error err{};
  err.struct_size = sizeof err;
  *static_cast<agente_status*>(out) = kv->put(the_host, STR("own"), {nullptr, 0}, 1, AGENTE_KV_ANY, nullptr, &err);
  return nullptr;
}

/// Writes a frame with this head and body on the socket, as if it were the runner's.
static void forge(uint32_t length, uint16_t kind, uint64_t number, const std::string& body, uint16_t operation = 16) {
  std::string frame;
  frame.append(reinterpret_cast<const char*>(&length), 4).append(reinterpret_cast<const char*>(&kind), 2);
  frame.append(reinterpret_cast<const char*>(&operation), 2).append(reinterpret_cast<const char*>(&number), 8);
  frame += body;
  if (write(3, frame.data(), frame.size()) < 0) crash();
}

/// A request for kv get, with a body of this size, as if the call of this number made it; 0: none.
static void forge_get(char within, size_t size = 32) {
  std::string body("\5\0\10\0\0\0", 6);
  body += within + std::string(7, '\0') + std::string("\11\0\1\0\0\0k", 7) + std::string("\143\0", 2);
  const uint32_t rest = static_cast<uint32_t>(size);
  body.append(reinterpret_cast<const char*>(&rest), 4).append(size, 'x');
  forge(static_cast<uint32_t>(body.size()), 3, 1, body, 10);
}

static agente_status misuse_descriptors(const agente_outbound* m, const agente_sink* out) {
  if (is(m->recipient, "garbage")) {
    const std::string garbage(4096, '\xa5');
    for (int fd = 3; fd < 64; ++fd) {
      if (write(fd, garbage.data(), garbage.size()) < 0) continue;
    }
    hang();
  }
  if (is(m->recipient, "close")) {
    shutdown(3, SHUT_WR);
    hang();
  }
  if (is(m->recipient, "open-files")) {
    int opened = 0;
    while (opened < 1000 && open("/dev/null", O_RDONLY) >= 0) ++opened;
    return answer(out, std::to_string(opened));
  }
  if (is(m->recipient, "descriptors")) {
    std::string list;
    for (int fd = 0; fd < 256; ++fd) list += fcntl(fd, F_GETFD) >= 0 ? std::to_string(fd) + " " : "";
    return answer(out, list);
  }
  if (is(m->recipient, "forge-answer")) forge(0, 2, 424242, "");
  if (is(m->recipient, "forge-kind")) forge(0, 99, 1, "");
  if (is(m->recipient, "forge-length")) forge(0xffffffffU, 3, 1, "");
  if (is(m->recipient, "forge-fields")) forge(5, 3, 1, "abcde");
  if (is(m->recipient, "forge-many")) {
    for (int i = 0; i < 66; ++i) forge_get(0);
  }
  if (is(m->recipient, "forge-within")) {
    for (int i = 0; i < 4; ++i) forge_get(1);
  }
  if (is(m->recipient, "forge-bytes")) {
    for (int i = 0; i < 6; ++i) forge_get(0, 60U << 20U);
  }
  hang();
  return AGENTE_OK;
}

static agente_status ask_around(const agente_outbound* m, const agente_sink* out) {
  if (is(m->recipient, "who")) {  // what a process that may not do much looks like
    struct rlimit space {
    }, files{}, core{};
    getrlimit(RLIMIT_AS, &space);
    getrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_CORE, &core);
    char folder[64] = "";
    if (getcwd(folder, sizeof folder) == nullptr) return AGENTE_E_INTERNAL;
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, nullptr, &blocked);
    const char* secret = getenv("VILLAIN_SECRET");
    return answer(out, std::string(folder) + " as=" + std::to_string(space.rlim_cur >> 20U) +
                           " files=" + std::to_string(files.rlim_cur) + " core=" + std::to_string(core.rlim_cur) +
                           " secret=" + (secret == nullptr ? "none" : secret) +
                           " usr1=" + (sigismember(&blocked, SIGUSR1) ? "blocked" : "free"));
  }
  if (is(m->recipient, "fork")) {
    const pid_t child = fork();
    if (child == 0) hang();
    return answer(out, child < 0 ? "no child" : std::to_string(child));
  }
  if (is(m->recipient, "thread")) {
    pthread_t thread;
    pthread_create(&thread, nullptr, stay, nullptr);
    return answer(out, "left");
  }
  if (is(m->recipient, "own-thread")) {
    pthread_t thread;
    agente_status status = AGENTE_E_INTERNAL;
    pthread_create(&thread, nullptr, ask, &status);
    pthread_join(thread, nullptr);
    return answer(out, std::to_string(status));
  }
  return answer(out, std::to_string(getpid()));
}

static agente_status send(void*, const agente_call* call, const agente_outbound* m, const agente_sink* out,
                          agente_error* err) {
  if (is(m->recipient, "crash")) crash();
  if (is(m->recipient, "loop")) spin();
  if (is(m->recipient, "hang")) hang();
  if (is(m->recipient, "abort")) abort();
  if (is(m->recipient, "exit")) exit(3);
  if (is(m->recipient, "throw")) throw std::runtime_error("thrown through the edge");
  if (is(m->recipient, "leak")) {
    std::vector<void*> kept;
    for (;;) {
      void* more = malloc(1U << 20U);
      if (more == nullptr) crash();
      memset(more, 1, 1U << 20U);
      kept.push_back(more);
    }
  }
  if (is(m->recipient, "late")) {  // a service, and then no return
    const auto* kv = service<agente_kv_v1>(AGENTE_KV_V1);
    kv->put(the_host, STR("late"), {nullptr, 0}, 1, AGENTE_KV_ANY, nullptr, err);
    hang();
  }
  if (is(m->recipient, "put")) {
    return service<agente_kv_v1>(AGENTE_KV_V1)->put(the_host, STR("put"), {nullptr, 0}, 1, AGENTE_KV_ANY, nullptr, err);
  }
  if (is(m->recipient, "20-mib")) return answer(out, std::string(20U << 20U, 'x'));
  if (is(m->recipient, "100-mib")) {
    for (int i = 0; i < 100; ++i) answer(out, std::string(1U << 20U, 'x'));
    return AGENTE_OK;
  }
  if (is(m->recipient, "timer-crash")) {
    static int marker;
    return service<agente_timer_v1>(AGENTE_TIMER_V1)->start(the_host, 1, 0, on_timer, &marker, nullptr, err);
  }
  (void)call;
  const std::string to(m->recipient.ptr, m->recipient.len);
  if (to == "garbage" || to == "close" || to == "open-files" || to == "descriptors" || to.rfind("forge-", 0) == 0) {
    return misuse_descriptors(m, out);
  }
  return ask_around(m, out);
}

/// "stage" stages a message and answers; "stage-crash" dies after it; "20-mib" answers with as much.
static agente_status on_http(void*, const agente_call* call, const agente_http_in* request, const agente_http_out* out,
                             agente_error* err) {
  const agente_str body{reinterpret_cast<const char*>(request->body.ptr), request->body.len};
  if (has(body, "stage") && on_timer(nullptr, call, err) != AGENTE_OK) return err->code;
  if (has(body, "crash")) crash();
  out->status(out->ctx, 200);
  const std::string large(has(body, "20-mib") ? 20U << 20U : 15U << 20U, 'y');
  if (has(body, "mib")) out->body(out->ctx, {reinterpret_cast<const uint8_t*>(large.data()), large.size()});
  if (has(body, "echo")) out->body(out->ctx, request->body);
  return AGENTE_OK;
}

/// Refuses to run while it runs.
static agente_status poll(void* self, const agente_call*, uint32_t* next_ms, agente_error* err) {
  if (self == &hangs_in_poll) hang();
  static std::atomic<int> inside{0};
  const bool alone = inside.fetch_add(1) == 0;
  const struct timespec a_while = {0, 20'000'000};
  nanosleep(&a_while, nullptr);
  inside.fetch_sub(1);
  *next_ms = 1;
  return alone ? AGENTE_OK : fail(err, AGENTE_E_INTERNAL, "polled while it was polled");
}

static agente_status lookup(void*, const agente_call*, agente_str key, const agente_sink* out, agente_error*) {
  if (is(key, "crash")) crash();
  if (is(key, "loop")) hang();
  return answer(out, "found-" + std::string(key.ptr, key.len));
}

static agente_status self_test(void*, const agente_call*, const agente_check_sink*, agente_error*) { return AGENTE_OK; }

static const void* plugin_query(void*, agente_str id) {
  static const agente_channel_v1 channel = {send, on_http, poll, lookup, self_test};
  return is(id, AGENTE_CHANNEL_V1) ? &channel : nullptr;
}
