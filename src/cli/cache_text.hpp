// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jit/cache_list.hpp"
#include "jit/key_document.hpp"
#include "jit/variant_benefits.hpp"

/// How `abut cache` writes and reads small things. What is printed fits 100 columns.
namespace abut::cli {

/// Seconds of "90s", "30m", "12h", "7d" or "2w"; nothing for other text.
std::optional<std::int64_t> parse_duration(std::string_view text);
/// "5 min", "30 h", "12 days".
std::string duration_text(std::int64_t seconds);
/// "864 kB".
std::string size_text(std::int64_t bytes);
/// At most so many bytes, the last of them "..." where there were more.
std::string shortened(std::string_view text, std::size_t most_bytes);
/// In lines of at most 100 columns, each `indent` spaces in; what would break a line is '?'.
std::string wrapped(std::string_view text, std::size_t indent);

/// "damaged", "of an older version", "of a newer version"; empty for a sound one.
std::string state_text(jit::EntryState state);
/// "sound", "damaged", "older" or "newer".
std::string state_name(jit::EntryState state);
/// The stems of an entry's kernels, each once: "conv2d, pool2d".
std::string stems_of(const jit::ListedEntry& entry);
/// "conv2d" of "conv2d_KEY", and "KEY".
std::string stem_of(const std::string& kernel);
std::string variant_key_of(const std::string& kernel);
/// Of a variant's parameters: name and guard.
std::vector<jit::Field> guard_fields(std::string_view document);
/// The guards of a variant's parameters: "x:4 weights:16 y:4".
std::string guards_of(std::string_view document);
/// "1.42x".
std::string benefit_number(double benefit);
/// "1.42x (31 samples)".
std::string benefit_text(const jit::MeasuredBenefit& benefit);
/// Seconds since it was last used, or made where it never was; 0 for times in the future.
std::int64_t unused_seconds(const jit::ListedEntry& entry);
std::int64_t seconds_since(std::int64_t time);

}  // namespace abut::cli
