// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

namespace abut::core {

/// The items in ascending order, each once.
template <class Item>
std::vector<Item> distinct(std::vector<Item> items) {
    std::ranges::sort(items);
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

}  // namespace abut::core
