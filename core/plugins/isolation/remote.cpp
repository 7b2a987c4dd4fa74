#include "plugins/isolation/remote.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/thread.hpp"
#include "plugins/c_abi.hpp"
#include "plugins/isolation/records.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace agente::plugins::isolation {
namespace {

constexpr const char* kCrashes = "plugin_crashes_total";

Steady now() { return std::chrono::steady_clock::now(); }

}  // namespace

agente_status Remote::start(agente_error* err) {
  keeper_ = std::thread([this] { keep(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return started_.has_value(); });
  if (*started_ != AGENTE_OK && err != nullptr && err->struct_size >= sizeof *err) *err = first_error_;
  return *started_;
}

void Remote::stop() {
  if (!keeper_.joinable()) return;
  std::shared_ptr<Session> session;
  bool live = false;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    session = session_;
    live = std::exchange(live_, false);
    changed_.notify_all();
  }
  bool destroyed = true;
  if (session && live) destroyed = session->part();
  if (session && !live) session->kill("ended with its instance");
  keeper_.join();
  if (!destroyed) lay_down(session->bury().reason, "destroy", std::nullopt);
}

/// The keeper's thread: it starts the runners, so it has to outlive them (Process::start).
void Remote::keep() {
  name_thread("runner-keeper");
  for (;;) {
    const auto born = now();
    auto err = abi::fresh_error();
    const auto status = bring_up(err);
    std::shared_ptr<Session> session;
    bool first = false;
    {
      const std::lock_guard lock(mutex_);
      session = session_;
      live_ = condition_.running = status == AGENTE_OK && !stopping_;
      first = !started_;
      if (first) {
        started_ = status;
        first_error_ = err;
      }
      changed_.notify_all();
    }
    if (status == AGENTE_OK) session->attend();
    const auto obituary = session ? session->bury() : Session::Obituary{};
    std::unique_lock lock(mutex_);
    session_.reset();
    live_ = condition_.running = false;
    if (stopping_ || (first && status != AGENTE_OK)) return;
    const auto pause = next_pause(born);
    next_start_ = now() + pause;
    lock.unlock();
    session.reset();
    const auto said = std::string(err.text, err.text_len);
    lay_down(status == AGENTE_OK ? obituary.reason : said, obituary.calls, pause);
    lock.lock();
    if (changed_.wait_until(lock, next_start_, [&] { return stopping_; })) return;
  }
}

agente_status Remote::bring_up(agente_error& err) {
  auto runner = Process::start(domicile_.runner);
  if (!runner) return abi::fail(&err, runner.error());
  const auto session = Session::start(std::move(*runner), domicile_.host, domicile_.tenant, domicile_.patience);
  {
    const std::lock_guard lock(mutex_);
    session_ = session;
    if (stopping_) return abi::fail(&err, {Code::kCancelled, "the instance is over"});
  }
  return open(*session, err);
}

agente_status Remote::open(Session& session, agente_error& err) {
  const auto& config = domicile_.tenant->config;
  const auto order = [&](FrameWriter& out) {
    agente_instance who{.struct_size = sizeof who};
    const auto* table = domicile_.host->query(domicile_.host, abi::str(AGENTE_CONFIG_V1));
    static_cast<const agente_config_v1*>(table)->instance(domicile_.host, &who);
    out.text(tag::kText, domicile_.copy.string());
    out.text(tag::kText2, domicile_.config);
    out.number(tag::kNumber, static_cast<std::uint32_t>(config.memory_mb));
    out.number(tag::kNumber2, static_cast<std::uint32_t>(config.open_files));
    put_record(out, tag::kRecord, who);
    for (std::size_t i = 0; i < who.account_count; ++i) out.text(tag::kItem, who.accounts[i]);
  };
  std::uint32_t offer = 0;
  const auto take = [&](const Field& field) -> std::optional<agente_status> {
    if (field.tag != tag::kOffered) return AGENTE_OK;
    Fields checked;
    offer = checked.as_number<std::uint32_t>(field.bytes);
    return checked.is_broken() ? std::nullopt : std::optional<agente_status>(AGENTE_OK);
  };
  const auto until = now() + config.deadline + domicile_.patience.grace;
  const auto status = session.open(order, take, until, &err);
  if (!status) {
    return abi::fail(&err, {Code::kInternal, fmt::format("plugin {}: its process {} while it was created",
                                                         domicile_.plugin, session.bury().reason)});
  }
  if (*status != AGENTE_OK) return *status;
  return accept_offer(offer, err) ? AGENTE_OK : AGENTE_E_INTERNAL;
}

bool Remote::accept_offer(std::uint32_t offer, agente_error& err) {
  const std::lock_guard lock(mutex_);
  if (!offer_) {
    offer_ = offer;
    channel_ = only_offered(kChannelTable, offer);
    presence_.seen = (offer & kPresenceHasSeen) != 0 ? kPresenceTable.seen : nullptr;
    media_.fetch = (offer & kMediaHasFetch) != 0 ? kMediaTable.fetch : nullptr;
    media_.upload = (offer & kMediaHasUpload) != 0 ? kMediaTable.upload : nullptr;
    pms_ = only_offered(kPmsTable, offer);
    exporter_ = only_offered(kExporterTable, offer);
  }
  if (*offer_ == offer) return true;
  abi::fail(&err, {Code::kInternal, fmt::format("plugin {} offers other functions than before", domicile_.plugin)});
  return false;
}

Millis Remote::next_pause(Steady born) {
  const auto& patience = domicile_.patience;
  const bool settled = now() - born >= patience.settled;
  pause_ = settled || pause_ == Millis{0} ? patience.first_pause : std::min(pause_ * 2, patience.longest_pause);
  return pause_;
}

/// Counts a death and says so, once.
void Remote::lay_down(const std::string& reason, const std::string& calls, std::optional<Millis> pause) {
  {
    const std::lock_guard lock(mutex_);
    ++condition_.crashes;
    condition_.reason = reason;
  }
  const auto& tenant = *domicile_.tenant;
  tenant.house->services.metrics.add(kCrashes, {{"plugin", domicile_.plugin}, {"instance", tenant.config.id}});
  log::warn("plugins", "the process of a plugin ended",
            {{"instance", tenant.config.id},
             {"plugin", domicile_.plugin},
             {"reason", reason},
             {"during", calls.empty() ? "no call" : calls},
             {"next", pause ? fmt::format("started again in {} ms", pause->count()) : "it stays ended"}});
}

agente_status Remote::pass(const Passed& passed, const Session::Fill& fill, const Session::Take& take) {
  std::shared_ptr<Session> session;
  auto patience = domicile_.patience.first_pause;
  {
    const std::lock_guard lock(mutex_);
    if (live_) session = session_;
    patience = std::max(patience, std::chrono::ceil<Millis>(next_start_ - now()));
  }
  if (session) return session->pass(passed, fill, take);
  return abi::fail(
      passed.err,
      {Code::kRetry, fmt::format("{}: its process ended and is being started again", domicile_.tenant->config.id),
       patience});
}

const void* Remote::table(std::string_view interface_id) const {
  const std::lock_guard lock(mutex_);
  if ((offer_.value_or(0) & kIsOffered) == 0) return nullptr;
  const auto kind = domicile_.kind;
  const bool presence = (*offer_ & kPresenceIsOffered) != 0;
  if (presence && interface_id == AGENTE_CHANNEL_PRESENCE_V1) return &presence_;
  const bool media = (*offer_ & kMediaIsOffered) != 0;
  if (media && interface_id == AGENTE_CHANNEL_MEDIA_V1) return &media_;
  if (kind == AGENTE_KIND_CHANNEL && interface_id == AGENTE_CHANNEL_V1) return &channel_;
  if (kind == AGENTE_KIND_PMS && interface_id == AGENTE_PMS_V1) return &pms_;
  if (kind == AGENTE_KIND_EXPORTER && interface_id == AGENTE_EXPORTER_V1) return &exporter_;
  return nullptr;
}

Condition Remote::condition() const {
  const std::lock_guard lock(mutex_);
  return condition_;
}

}  // namespace agente::plugins::isolation
