// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "jit/explain_miss.hpp"

namespace abut::jit {

inline constexpr std::size_t all_entries = static_cast<std::size_t>(-1);

/// The variants of all entries of a cache, or of so many that are the newest, unverified: for explain_misses. Throws IO.
std::vector<KnownVariant> known_variants(const std::string& directory, std::size_t most_entries = all_entries);

}  // namespace abut::jit
