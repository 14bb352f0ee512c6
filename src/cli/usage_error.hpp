// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace abut::cli {

/// What the user asked for makes no sense: exit code 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

template <typename... Arguments>
[[noreturn]] void fail_usage(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    throw UsageError(fmt::format(text, std::forward<Arguments>(arguments)...));
}

}  // namespace abut::cli
