// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/print.hpp"
#include "jit/cache_events.hpp"
#include "jit/explain_miss.hpp"

/// What `abut cache` prints of misses and events.
namespace abut::cli {

/// Some indented lines of at most 100 columns, with the fields that differ in full.
std::string explanation_text(const jit::MissExplanation& explanation);
Json explanation_json(const jit::MissExplanation& explanation);

/// Two lines or more: when, what, which, for what model and process; and the reason.
std::string event_text(const jit::CacheEvent& event);
Json event_json(const jit::CacheEvent& event);

/// All keys that an event is about, of a program and of variants.
std::vector<std::string> keys_of_event(const jit::CacheEvent& event);

}  // namespace abut::cli
