// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "abut/plan.hpp"
#include "plan/op_traits.hpp"

namespace abut::planning {

/// A set of steps, as bits. Step -1 is the caller, who writes inputs and constants.
class StepSet {
public:
    static constexpr int caller = -1;

    void insert(int step);
    void insert(const StepSet& other);
    [[nodiscard]] bool contains(int step) const {
        const auto bit = static_cast<std::size_t>(step + 1);
        return bit / 64 < words_.size() && ((words_[bit / 64] >> (bit % 64)) & 1U) != 0;
    }
    /// A step of this set that `other` lacks; -2 if it has all.
    [[nodiscard]] int first_beyond(const StepSet& other) const;

private:
    std::vector<std::uint64_t> words_;
};

/// Where elements of one value go: a root and the offset in it.
struct Destination {
    ValueId from;
    int root = -1;
    std::int64_t offset_bytes = 0;
    auto operator<=>(const Destination&) const = default;
};

/// The steps of a plan by what they are for.
class CheckSteps {
public:
    CheckSteps(const Graph& graph, const Plan& plan);

    using Steps = std::vector<int>;
    [[nodiscard]] const Steps& of_node(NodeId node) const { return of_node_[static_cast<std::size_t>(node.index)]; }
    /// Added copies by the value that is their output; by what they read and where they write; without the offset.
    [[nodiscard]] const Steps& copies_into(ValueId result) const { return found(into_, result); }
    [[nodiscard]] const Steps& copies_to(const Destination& destination) const { return found(to_, destination); }
    [[nodiscard]] const Steps& copies_to_root(ValueId from, int root) const {
        return found(to_root_, std::pair(from, root));
    }

private:
    template <class Key>
    const Steps& found(const std::map<Key, Steps>& steps, const Key& key) const {
        const auto entry = steps.find(key);
        return entry == steps.end() ? none_ : entry->second;
    }

    Steps none_;
    std::vector<Steps> of_node_;
    std::map<ValueId, Steps> into_;
    std::map<Destination, Steps> to_;
    std::map<std::pair<ValueId, int>, Steps> to_root_;
};

}  // namespace abut::planning
