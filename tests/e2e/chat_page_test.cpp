// A guest at the page /chat in a real browser (headless Chromium by WebDriver).
#include <gmock/gmock.h>

#include "browser.hpp"
#include "stage.hpp"

namespace agente::e2e {
namespace {

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
