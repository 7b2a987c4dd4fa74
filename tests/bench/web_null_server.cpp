// POST /webhook/x answered at once, nothing stored: the ceiling for durable intake. Prints its port; ends with stdin.
#include <csignal>
#include <cstdio>
#include <string>

#include "web/server.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  agente::web::Router router;
  router.add(
      {.method = "POST",
       .pattern = "/webhook/{channel}",
       .access = agente::web::Access::public_,
       .handler = [](agente::web::Request&) { return agente::web::Response::text(200, "{}", "application/json"); }});
  const agente::web::AccessRules rules;
  const std::string port = argc > 1 ? argv[1] : "0";
  const auto server = agente::web::Server::start({.address = "127.0.0.1:" + port}, rules, router);
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().text.c_str());
    return 1;
  }
  std::printf("%d\n", (*server)->port());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  return 0;
}
