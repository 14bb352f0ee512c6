// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/fail.hpp"

namespace abut::core {

/// What the pointer of a handle points to. Throws InvalidArgument, with `what` it is a handle of, where it is empty.
template <typename Pointer>
auto& required(const Pointer& pointer, std::string_view what) {
    if (!pointer) fail_invalid("the {} is empty: it was default-constructed or moved from", what);
    return *pointer;
}

}  // namespace abut::core
