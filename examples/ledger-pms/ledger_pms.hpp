#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <agente/sdk.hpp>
#include <agente_schema.hpp>

#include "ledger.hpp"

/// A small PMS that keeps its bookings in the host's kv. Every write is made under a reference or key of the host's and
/// finds what it did before: the same reference is one booking, however often and by whichever version it is asked for.
/// It never says UNKNOWN_OUTCOME, as a write to kv either is there on return or is not.
class LedgerPms {
 public:
  static constexpr std::string_view id = "ledger-pms";
  static constexpr std::string_view version = "1.0.0";
  static constexpr std::string_view schema = agente_schema;

  LedgerPms(agente::host host, std::string_view config_json);

  std::vector<agente::room_type> rooms(agente::call call);
  std::vector<agente::offer> availability(const agente::stay_query& query, agente::call call);
  agente::booking book(const agente::booking_request& request, agente::call call);
  std::vector<agente::booking> find_by_reference(std::string_view reference, agente::call call);
  agente::booking get(std::string_view booking_id, agente::call call);
  agente::booking change(const agente::booking_change& wish, agente::call call);
  agente::booking cancel(std::string_view booking_id, std::string_view reason, agente::call call);
  agente::booking set_stay_status(std::string_view booking_id, agente::stay_status status, agente::call call);
  agente::changes changes_since(std::string_view cursor, std::uint32_t limit, agente::call call);
  void health(agente::call call);

 private:
  /// A kind of room and what a night in it costs, tax included.
  struct Kind {
    agente::room_type told;
    std::int64_t rate_minor = 0;
  };
  /// What query, request and change have in common.
  struct Stay {
    agente::day checkin;
    agente::day checkout;
    std::uint32_t heads = 1;
    std::uint32_t rooms = 1;
  };

  template <class Asked>
  static Stay stay_of(const Asked& asked);
  const Kind& kind(std::string_view room_type) const;
  agente::money price(const Kind& kind, const Stay& stay) const;
  void must_be_for_sale(const std::vector<Line>& lines, const Kind& kind, const Stay& stay, std::string_view except,
                        const agente::money& expected) const;
  agente::booking set_status(std::string_view booking_id, agente::stay_status status, agente::stay_status before);

  agente::host host_;
  Ledger ledger_;
  std::string currency_;
  std::vector<Kind> kinds_;
};
