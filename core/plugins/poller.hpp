#pragma once

#include <memory>

#include "plugins/generation.hpp"

namespace agente::plugins {

/// Asks a live channel's `poll`, if it has one, again and again on its lane of the scheduler, and commits what it
/// staged. After a failure it waits 1 s, doubling up to 5 minutes, or as long as the plugin asks. Ends with the lane.
void start_polling(const std::shared_ptr<Generation>& generation);

}  // namespace agente::plugins
