// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace abut::core {

/// Where a vector has what belongs to an index.
constexpr std::size_t slot(int index) {
    return static_cast<std::size_t>(index);
}

/// Likewise to the id of a value or a node.
template <class Id>
requires requires(Id id) {
    id.index;
}
constexpr std::size_t slot(Id id) {
    return static_cast<std::size_t>(id.index);
}

}  // namespace abut::core
