// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/print.hpp"

namespace abut::cli {

/// The variants that are banned in a cache's directory: [{key, kernel, since}].
Json banned_json(const std::string& directory);
/// A line for each; nothing where there is none.
void print_banned(const std::string& directory);

}  // namespace abut::cli
