// A guest at the page /chat in a real browser (headless Chromium by WebDriver).
#include <gmock/gmock.h>

#include "stage.hpp"

namespace agente::e2e {
namespace {

using nlohmann::json;

/// A browser with one tab.
class Browser {
 public:
  explicit Browser(const std::filesystem::path& folder)
      : port_(free_port()),
        driver_({.command = {"chromedriver", "--port=" + std::to_string(port_)}, .log = folder / "chromedriver.log"}) {
    const json options{{"binary", "/usr/bin/chromium"},
                       {"args",
                        {"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                         "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                         "--disable-sync", "--lang=es", "--user-data-dir=" + (folder / "profile").string()}}};
    const json wanted{{"capabilities", {{"alwaysMatch", {{"goog:chromeOptions", options}}}}}};
    eventually([&] { return http("GET", url("/status")).status == 200; });
    const auto answer = http("POST", url("/session"), wanted.dump()).json();
    session_ = answer["value"].value("sessionId", "");
  }
  ~Browser() { http("DELETE", url("/session/" + session_)); }
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void open(const std::string& page) { call("url", {{"url", page}}); }
  json script(const std::string& code) { return call("execute/sync", {{"script", code}, {"args", json::array()}}); }
  void type(const std::string& css, const std::string& text) {
    call("element/" + element(css) + "/value", {{"text", text}});
  }
  void click(const std::string& css) { call("element/" + element(css) + "/click", json::object()); }

 private:
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  json call(const std::string& command, const json& body) {
    return http("POST", url("/session/" + session_ + "/" + command), body.dump()).json().value("value", json());
  }
  std::string element(const std::string& css) {
    const auto found = call("element", {{"using", "css selector"}, {"value", css}});
    return found.is_object() && !found.empty() ? found.begin()->get<std::string>() : "";
  }

  int port_;
  Process driver_;
  std::string session_;
};

/// All that the hotel has said on the page, as a reader sees it.
std::string hotel_said(Browser& browser) {
  const auto text =
      browser.script("return Array.from(document.querySelectorAll('#talk .hotel')).map(e => e.innerText).join('\\n')");
  return text.is_string() ? text.get<std::string>() : "";
}

std::size_t hotel_bubbles(Browser& browser) {
  const auto count = browser.script("return document.querySelectorAll('#talk .hotel').length");
  return count.is_number() ? count.get<std::size_t>() : 0;
}

/// Writes and waits for the hotel's next words.
void say(Browser& browser, const std::string& text) {
  const auto before = hotel_bubbles(browser);
  browser.type("#text", text);
  browser.click("#send");
  ASSERT_TRUE(eventually([&] { return hotel_bubbles(browser) > before; })) << text;
}

TEST(ChatPage, GuestBooksFromTheBrowserAndFindsTheTalkAgainAfterAReload) {
  Stage stage({});
  stage.start_host();
  Browser browser(stage.folder());
  browser.open(stage.host_url() + "/chat");
  say(browser, "Hola, quiero reservar una doble del 12 al 15 de marzo para 2 personas");
  say(browser, "Lucía Fernández");
  say(browser, "sí");
  ASSERT_TRUE(eventually([&] { return hotel_said(browser).find("H-") != std::string::npos; })) << hotel_said(browser);
  EXPECT_EQ(stage.host("GET", "/api/v1/reservations?status=CONFIRMED").json()["count"], 1);

  browser.open(stage.host_url() + "/chat");
  EXPECT_TRUE(eventually([&] { return hotel_said(browser).find("H-") != std::string::npos; }));
  EXPECT_EQ(browser.script("return document.querySelectorAll('#talk .guest').length"), 3);
}

TEST(ChatPage, GuestsMarkupIsShownAsTextAndNeverRun) {
  Stage stage({});
  stage.start_host();
  Browser browser(stage.folder());
  browser.open(stage.host_url() + "/chat");
  say(browser, "<img src=x onerror=\"document.title='pwned'\"> hola");
  EXPECT_NE(browser.script("return document.title"), "pwned");
  EXPECT_EQ(browser.script("return document.querySelectorAll('#talk img').length"), 0);
}

}  // namespace
}  // namespace agente::e2e
