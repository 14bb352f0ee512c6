// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

#include "abut/graph.hpp"
#include "core/slot.hpp"

namespace abut::graph_detail {

/// Disjoint sets of a graph's values, by union-find with halved paths.
class ValueSets {
public:
    /// Each value by itself.
    explicit ValueSets(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0); }

    /// The index of the value that stands for the set that `value` is in.
    int find(ValueId value) {
        using core::slot;
        int at = value.index;
        while (parent_[slot(at)] != at) at = parent_[slot(at)] = parent_[slot(parent_[slot(at)])];
        return at;
    }

    void join(ValueId a, ValueId b) { parent_[core::slot(find(a))] = find(b); }

private:
    std::vector<int> parent_;
};

}  // namespace abut::graph_detail
