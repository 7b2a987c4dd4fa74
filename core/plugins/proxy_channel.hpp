#pragma once

#include <memory>

#include "plugins/channel.hpp"
#include "plugins/route.hpp"

namespace agente::plugins {

/// A Channel over agente.channel/1. Whatever breaks the rules of the headers on the way back is kInternal, or
/// kUnknownOutcome if a message may have gone out, with a sentence.
class ProxyChannel final : public Channel {
 public:
  explicit ProxyChannel(Route& route) : route_(route) {}

  [[nodiscard]] const std::string& id() const override { return route_.instance(); }
  Result<std::string> send(const OutboundMessage& message, std::string_view trace) override;
  Result<HttpOut> on_http(const HttpIn& request, Staged& staged, std::string_view trace) override;
  Result<std::string> lookup(std::string_view key, std::string_view trace) override;
  Result<std::vector<Check>> self_test() override;
  Result<Media> fetch(const MediaRequest& request, std::string_view trace) override;
  Result<std::string> upload(const MediaFile& file, std::string_view trace) override;
  Result<void> seen(const SeenMessage& message, std::string_view trace) override;

 private:
  Route& route_;
};

}  // namespace agente::plugins
