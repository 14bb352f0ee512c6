// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

/// Flat JSON objects of strings and whole numbers in one line, which the library writes without a dependency.
namespace abut::jit {

/// `text` in quotes. At most `limit_bytes` of it; what is not UTF-8, and control characters, become '?'.
std::string json_string(std::string_view text, std::size_t limit_bytes);

/// The members by name, numbers as their text; nothing where the line is no such object.
std::optional<std::map<std::string, std::string>> parse_json_line(std::string_view line);

}  // namespace abut::jit
