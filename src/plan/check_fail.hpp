// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include "abut/error.hpp"

namespace abut::planning {

/// Throws InvalidArgument that says what is wrong with a plan, and that it should not be.
template <class... Arguments>
[[noreturn]] void fail_plan(fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    throw Error(ErrorCode::InvalidArgument,
                "the plan is wrong, which is a defect of Abut: " + fmt::format(text, std::forward<Arguments>(arguments)...));
}

}  // namespace abut::planning
