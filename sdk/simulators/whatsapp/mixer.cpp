#include "simulators/whatsapp/mixer.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "simulators/whatsapp/webhook.hpp"

namespace agente::sim::whatsapp {
namespace {

using Json = nlohmann::ordered_json;

bool is_made_as_metas(const Json& body) {
  const auto is_filled = [](const Json& object, const char* name) {
    return object.is_object() && object.contains(name) && object[name].is_array() && !object[name].empty();
  };
  const auto has_changes = [&](const Json& entry) {
    return is_filled(entry, "changes") &&
           std::all_of(entry["changes"].begin(), entry["changes"].end(), [](const Json& c) { return c.is_object(); });
  };
  return is_filled(body, "entry") && std::all_of(body["entry"].begin(), body["entry"].end(), has_changes);
}

void append(Json& list, const Json& more) {
  for (const auto& each : more) list.push_back(each);
}

/// The lists of `other` behind those of `value`, if both are of one number and field; no guest is introduced twice.
bool join_values(Json& change, const Json& other) {
  const auto has_metadata = [](const Json& one) {
    return one.is_object() && one.contains("value") && one["value"].is_object() && one["value"].contains("metadata");
  };
  const bool fits = has_metadata(change) && has_metadata(other) &&
                    change.value("field", Json()) == other.value("field", Json()) &&
                    change["value"]["metadata"] == other["value"]["metadata"];
  if (!fits) return false;
  for (const auto& [name, list] : other["value"].items()) {
    const bool lists = !list.is_array() || !change["value"].contains(name) || change["value"][name].is_array();
    if (!lists) return false;
  }
  for (const auto& [name, list] : other["value"].items()) {
    if (!list.is_array()) continue;
    auto& into = change["value"][name];
    for (const auto& each : list) {
      const bool known = name == "contacts" && std::find(into.begin(), into.end(), each) != into.end();
      if (!known) into.push_back(each);
    }
  }
  return true;
}

/// How two bodies become one.
enum class Joint { kEntries, kChanges, kValues };

/// Puts `more` into `body`, more loosely than asked where they do not fit; both are made as Meta's are.
void join(Json& body, const Json& more, Joint joint) {
  auto& entry = body["entry"].back();
  const auto& next = more["entry"].front();
  const bool same = more["entry"].size() == 1 && next.value("id", Json()) == entry.value("id", Json());
  const bool alone = same && joint == Joint::kValues && next["changes"].size() == 1;
  if (alone && join_values(entry["changes"].back(), next["changes"].front())) return;
  if (same && joint != Joint::kEntries) return append(entry["changes"], next["changes"]);
  append(body["entry"], more["entry"]);
}

/// One body that grows.
struct Batch {
  Parcel parcel;
  Json body;
  std::size_t room = 0;  ///< for so many events more
};

bool take_in(Batch& batch, const Parcel& parcel, const Json& body, Joint joint) {
  const bool fits = parcel.about.size() <= batch.room && is_made_as_metas(batch.body) && is_made_as_metas(body);
  if (!fits) return false;
  join(batch.body, body, joint);
  batch.parcel.about.insert(batch.parcel.about.end(), parcel.about.begin(), parcel.about.end());
  batch.room -= parcel.about.size();
  return true;
}

/// A body that stands alone keeps its very bytes.
Parcel sealed(Batch batch, std::size_t bodies) {
  if (bodies > 1) batch.parcel.body = to_wire(batch.body);
  return std::move(batch.parcel);
}

}  // namespace

void Mixer::set(Mix mix) {
  const std::lock_guard lock(mutex_);
  mix_ = mix;
  draw_.seed(seed_);
}

Mix Mixer::mix() const {
  const std::lock_guard lock(mutex_);
  return mix_;
}

bool Mixer::add(Parcel parcel) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(parcel));
  return waiting_.size() == 1;
}

void Mixer::clear() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
}

/// By hand: the library's distributions may differ from one compiler to the next.
std::size_t Mixer::draw(std::size_t below) { return static_cast<std::size_t>(draw_() % below); }

bool Mixer::strikes(double rate) { return static_cast<double>(draw_() >> 11) * 0x1p-53 < rate; }

std::vector<Parcel> Mixer::in_batches(const std::vector<Parcel>& parcels, const Fit& fit) {
  std::vector<Parcel> sealed_ones;
  Batch batch;
  std::size_t bodies = 0;
  for (const auto& parcel : parcels) {
    auto body = Json::parse(parcel.body, nullptr, false);
    const auto joint = static_cast<Joint>(draw(3));
    if (bodies > 0 && fit(batch.parcel, parcel) && take_in(batch, parcel, body, joint)) {
      ++bodies;
      continue;
    }
    if (bodies > 0) sealed_ones.push_back(sealed(std::move(batch), bodies));
    const auto most = 1 + draw(mix_.batch);
    batch = {parcel, std::move(body), most - std::min(most, parcel.about.size())};
    bodies = 1;
  }
  if (bodies > 0) sealed_ones.push_back(sealed(std::move(batch), bodies));
  return sealed_ones;
}

std::vector<Parcel> Mixer::take(const Fit& fit) {
  const std::lock_guard lock(mutex_);
  auto parcels = std::exchange(waiting_, {});
  const auto shuffle = [&](auto& list) {
    for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[draw(i)]);
  };
  if (mix_.reorder) shuffle(parcels);
  auto batches = in_batches(parcels, fit);
  for (std::size_t i = 0, count = batches.size(); i < count; ++i) {
    if (strikes(mix_.duplicates)) batches.push_back(batches[i]);
  }
  if (mix_.reorder) shuffle(batches);
  return batches;
}

}  // namespace agente::sim::whatsapp
