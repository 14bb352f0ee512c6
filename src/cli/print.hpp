// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace abut::cli {

/// A JSON object that keeps the order in which fields are added.
using Json = nlohmann::ordered_json;

/// {"schema": "abut.NAME/1"}, to which a command adds its fields.
Json json_report(std::string_view name);

/// On stdout, with a newline; bytes of names that are no UTF-8 are replaced. Throw IO if stdout can't be written.
void print_json(const Json& json);
void print(std::string_view text);

/// Rows of cells in columns as wide as they need; the first `left` columns flush left, the others right. What would break a
/// line is '?'.
std::string table(std::vector<std::vector<std::string>> rows, std::size_t left);

/// "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace abut::cli
