#pragma once

#include <filesystem>
#include <string>

#include "stage.hpp"

namespace agente::e2e {

/// A headless Chromium with one tab, driven by WebDriver (chromedriver). An element is named by a CSS selector, or by
/// an XPath, which begins with a bracket. Of one thread.
class Browser {
 public:
  /// `folder` gets its profile and the driver's log.
  explicit Browser(const std::filesystem::path& folder)
      : port_(free_port()),
        driver_({.command = {"chromedriver", "--port=" + std::to_string(port_)}, .log = folder / "chromedriver.log"}) {
    const nlohmann::json options{
        {"binary", "/usr/bin/chromium"},
        {"args",
         {"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
          "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=es",
          "--user-data-dir=" + (folder / "profile").string()}}};
    const nlohmann::json wanted{{"capabilities", {{"alwaysMatch", {{"goog:chromeOptions", options}}}}}};
    eventually([&] { return http("GET", url("/status")).status == 200; });
    const auto answer = http("POST", url("/session"), wanted.dump()).json();
    session_ = answer["value"].value("sessionId", "");
  }
  ~Browser() { http("DELETE", url("/session/" + session_)); }
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// Goes to a page and waits until it is loaded.
  void open(const std::string& page) { call("url", {{"url", page}}); }
  /// What the function body `code` returns.
  nlohmann::json script(const std::string& code) {
    return call("execute/sync", {{"script", code}, {"args", nlohmann::json::array()}});
  }
  /// Keys, or the path of a file for an input of files.
  void type(const std::string& which, const std::string& text) {
    call("element/" + element(which) + "/value", {{"text", text}});
  }
  /// False: it is not there, cannot be seen, or was drawn anew meanwhile.
  bool click(const std::string& which) {
    return call("element/" + element(which) + "/click", nlohmann::json::object()).is_null();
  }

 private:
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  /// Null, what was asked for, or an object with the member "error".
  nlohmann::json call(const std::string& command, const nlohmann::json& body) {
    return http("POST", url("/session/" + session_ + "/" + command), body.dump())
        .json()
        .value("value", nlohmann::json());
  }
  std::string element(const std::string& which) {
    const auto found =
        call("element", {{"using", which.starts_with('(') ? "xpath" : "css selector"}, {"value", which}});
    return found.is_object() && !found.empty() ? found.begin()->get<std::string>() : "";
  }

  int port_;
  Process driver_;
  std::string session_;
};

}  // namespace agente::e2e
