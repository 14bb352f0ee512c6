// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <utility>

#include "abut/error.hpp"

namespace abut::core {

/// Throws Error with `code` and the formatted text.
template <typename... Arguments>
[[noreturn]] void fail(ErrorCode code, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    throw Error(code, fmt::format(text, std::forward<Arguments>(arguments)...));
}

/// Throws InvalidArgument with the formatted text.
template <typename... Arguments>
[[noreturn]] void fail_invalid(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    throw Error(ErrorCode::InvalidArgument, fmt::format(text, std::forward<Arguments>(arguments)...));
}

/// Throws InvalidArgument with the formatted text unless `holds`. The arguments are evaluated either way: what runs often
/// calls fail_invalid behind an if when one of them is text that has to be made.
template <typename... Arguments>
void require(bool holds, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    if (!holds) fail_invalid(text, std::forward<Arguments>(arguments)...);
}

}  // namespace abut::core
