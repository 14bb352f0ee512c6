// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "cli/options.hpp"

namespace abut::cli {

/// Text that was asked for (--help, --version) instead of a command.
struct HelpText {
    std::string text;
};

/// Throws UsageError.
std::variant<Options, HelpText> parse_options(int argument_count, const char* const* arguments);

}  // namespace abut::cli
