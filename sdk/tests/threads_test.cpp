#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>

#include <agente/fake_host.hpp>
#include <gmock/gmock.h>

/// Hosts and tests that break the thread tags are told so, before the plugin's data is raced over.
namespace {

using namespace agente::detail;
using agente::testing::fake_host;
using agente::testing::misuse;
using testing::AllOf;
using testing::HasSubstr;

/// Where a call waits until the test lets it go on.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ == count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

/// Waits at the gate in poll, in send and in its timer, and as it dies if told so.
class Porter {
 public:
  static constexpr std::string_view id = "porter", version = "1.0.0", schema = "{}";
  static inline std::unique_ptr<Gate> gate;
  static inline std::unique_ptr<Gate> grave;
  static inline int dead = 0;

  Porter(agente::host host, std::string_view)
      : tick_(host, std::chrono::seconds{1}, {}, [](agente::call) { gate->pass(); }) {}
  ~Porter() {
    if (grave) grave->pass();
    ++dead;
  }
  std::string send(const agente::outbound&, agente::call) {
    gate->pass();
    return "1";
  }
  std::chrono::milliseconds poll(agente::call) {
    gate->pass();
    return {};
  }

 private:
  agente::timer tick_;
};

struct ThreadsTest : testing::Test {
  void SetUp() override {
    Porter::gate = std::make_unique<Gate>();
    Porter::grave.reset();
    Porter::dead = 0;
  }
};

/// An instance through the bare C functions, as a careless host would drive it.
struct Careless : ThreadsTest {
  void SetUp() override {
    ThreadsTest::SetUp();
    fake.begin_instance("{}");
    ASSERT_EQ(plugin.create(fake.raw(), str("{}"), &self, nullptr), AGENTE_OK);
    fake.go_live();
  }
  agente_status poll(agente_error* err = nullptr) {
    std::uint32_t next = 0;
    return table().poll(self, &call, &next, err);
  }
  agente_status send(agente_error* err = nullptr) {
    const auto message = sized<agente_outbound>();
    const agente_sink sink{nullptr, [](void*, agente_bytes) noexcept -> agente_status { return AGENTE_OK; }};
    return table().send(self, &call, &message, &sink, err);
  }
  template <class Call>
  std::string told(Call&& made) {
    auto err = sized<agente_error>();
    EXPECT_EQ(made(&err), AGENTE_E_INTERNAL);
    return {err.text, err.text_len};
  }
  [[nodiscard]] const agente_channel_v1& table() const { return channel_kind::table<Porter>; }

  fake_host fake;
  const agente_plugin& plugin = *entry<Porter, channel_kind>(AGENTE_ABI_MAJOR);
  void* self = nullptr;
  agente_call call = sized<agente_call>();
};

TEST_F(Careless, ASerialCallDuringAnotherIsToldByName) {
  auto first = std::async(std::launch::async, [&] { return poll(); });
  Porter::gate->wait_for(1);

  EXPECT_THAT(told([&](auto* err) { return poll(err); }),
              AllOf(HasSubstr("called poll while poll was running"), HasSubstr("[serial]")));

  Porter::gate->open();
  EXPECT_EQ(first.get(), AGENTE_OK);
  EXPECT_EQ(poll(), AGENTE_OK) << "its turn came back";
  plugin.destroy(self);
}

TEST_F(Careless, ATimerIsASerialCallLikeAPoll) {
  auto ticking = std::async(std::launch::async, [&] { fake.advance(std::chrono::seconds{1}); });
  Porter::gate->wait_for(1);

  EXPECT_THAT(told([&](auto* err) { return poll(err); }), HasSubstr("called poll while fn was running"));

  Porter::gate->open();
  ticking.get();
  plugin.destroy(self);
}

TEST_F(Careless, OtherCallsMayOverlapAnything) {
  auto polling = std::async(std::launch::async, [&] { return poll(); });
  auto first = std::async(std::launch::async, [&] { return send(); });
  auto second = std::async(std::launch::async, [&] { return send(); });
  Porter::gate->wait_for(3);

  Porter::gate->open();
  EXPECT_EQ(polling.get() + first.get() + second.get(), AGENTE_OK);
  plugin.destroy(self);
}

TEST_F(Careless, DestroyDuringACallKeepsTheObjectUntilTheCallReturns) {
  auto sending = std::async(std::launch::async, [&] { return send(); });
  Porter::gate->wait_for(1);

  plugin.destroy(self);

  EXPECT_EQ(Porter::dead, 0);
  EXPECT_TRUE(fake.logged("destroy, which is [quiesced], during a call"));
  EXPECT_THAT(told([&](auto* err) { return send(err); }),
              AllOf(HasSubstr("called send"), HasSubstr("while or after the instance was destroyed")));
  Porter::gate->open();
  EXPECT_EQ(sending.get(), AGENTE_OK);
  EXPECT_EQ(Porter::dead, 1) << "the last to leave ends it";
}

TEST_F(Careless, ACallWhileTheObjectDiesIsToldAndDestroysNothingTwice) {
  Porter::grave = std::make_unique<Gate>();
  auto dying = std::async(std::launch::async, [&] { plugin.destroy(self); });
  Porter::grave->wait_for(1);

  EXPECT_THAT(told([&](auto* err) { return poll(err); }), HasSubstr("[quiesced]"));

  Porter::grave->open();
  dying.get();
  EXPECT_EQ(Porter::dead, 1);
  EXPECT_FALSE(fake.logged("destroy")) << "the host did keep this rule";
}

// ---- the fake host: the same for any plugin, in C too ----

std::string misuse_of(const std::function<void()>& made) {
  try {
    made();
  } catch (const misuse& what) {
    return what.what();
  }
  return "none";
}

struct TestOfATest : ThreadsTest {
  void TearDown() override { Porter::gate->open(); }
  fake_host fake;
  agente::testing::instance<Porter> porter{fake};
};

TEST_F(TestOfATest, OverlappingSerialCallsAreAMisuse) {
  auto polling = std::async(std::launch::async, [&] { porter.poll(); });
  Porter::gate->wait_for(1);

  EXPECT_THAT(misuse_of([&] { porter.poll(); }), HasSubstr("called poll while poll was running"));
  EXPECT_THAT(misuse_of([&] { fake.advance(std::chrono::seconds{1}); }), HasSubstr("called fn while poll"));

  Porter::gate->open();
  polling.get();
  EXPECT_EQ(misuse_of([&] { porter.poll(); }), "none");
}

TEST_F(TestOfATest, EndingAnInstanceDuringACallIsAMisuseAndDoesNothing) {
  auto sending = std::async(std::launch::async, [&] { return porter.send({}); });
  Porter::gate->wait_for(1);

  EXPECT_THAT(misuse_of([&] { porter.end(); }), HasSubstr("[quiesced]"));

  Porter::gate->open();
  EXPECT_EQ(sending.get(), "1");
  porter.end();
  EXPECT_EQ(Porter::dead, 1);
  EXPECT_THAT(misuse_of([&] { porter.poll(); }), HasSubstr("after end()"));
}

}  // namespace
