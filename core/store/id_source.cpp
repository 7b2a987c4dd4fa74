#include "store/id_source.hpp"

#include <algorithm>

namespace agente::store {

Id IdSource::next() {
  const Id by_clock = Id{clock_.now().time_since_epoch().count()} * 4096;
  Id last = last_.load();
  Id id = 0;
  do {
    id = std::max(last + 1, by_clock);
  } while (!last_.compare_exchange_weak(last, id));
  return id;
}

}  // namespace agente::store
