// SPDX-License-Identifier: Apache-2.0
#include "passes/wanted_homes.hpp"

#include <algorithm>
#include <cstdint>
#include <variant>

#include "core/slot.hpp"

namespace abut::passes {
namespace {

using core::slot;

constexpr int several = 2;

bool views_all(const Operation& operation) {
    return std::holds_alternative<Reshape>(operation) || std::holds_alternative<Transpose>(operation);
}

bool views_parts(const Operation& operation) {
    if (std::holds_alternative<Split>(operation)) return true;
    const auto* slice = std::get_if<Slice>(&operation);
    return slice != nullptr && std::ranges::all_of(slice->steps, [](std::int64_t step) { return step == 1; });
}

/// What readers want of a value, directly or of what it is a part or a view of.
struct Wishes {
    int homes = 0;
    bool is_output = false;
    bool is_read = false;  ///< by a kernel
};

Wishes joined(const Wishes& a, const Wishes& b) {
    return {.homes = std::min(a.homes + b.homes, several),
            .is_output = a.is_output || b.is_output,
            .is_read = a.is_read || b.is_read};
}

class WishesOf {
public:
    explicit WishesOf(const Graph& graph) : wishes_(graph.values().size()) {
        for (const Port& port : graph.outputs()) add(port.value, {.homes = 1, .is_output = true});
    }

    [[nodiscard]] const Wishes& of(ValueId value) const { return wishes_[slot(value)]; }

    void add(ValueId value, const Wishes& more) { wishes_[slot(value)] = joined(wishes_[slot(value)], more); }

    /// Callers and kernels may want other layouts of it.
    [[nodiscard]] int homes(std::size_t value) const {
        const Wishes& known = wishes_[value];
        return std::min(known.homes + (known.is_output && known.is_read ? 1 : 0), several);
    }

private:
    std::vector<Wishes> wishes_;
};

}  // namespace

std::vector<int> wanted_homes(const Graph& graph, std::span<const std::string> stored_twice) {
    WishesOf wishes(graph);
    for (std::size_t left = graph.nodes().size(); left > 0; --left) {
        const Node& node = graph.nodes()[left - 1];
        Wishes wanted{.is_read = true};
        if (std::holds_alternative<Concat>(node.operation)) {
            wanted = wishes.of(node.outputs.front());
            wanted.homes = std::max(wanted.homes, 1);
            if (std::ranges::find(stored_twice, node.name) != stored_twice.end()) wanted.homes = several;
        } else if (views_all(node.operation)) {
            wanted = wishes.of(node.outputs.front());
        } else if (views_parts(node.operation)) {
            wanted = {};
            for (const ValueId result : node.outputs) wanted = joined(wanted, wishes.of(result));
            if (wanted.homes > 0) wanted.homes = several;  // the part's, and one for the whole
        }
        for (const ValueId input : node.inputs) wishes.add(input, wanted);
    }
    std::vector<int> homes;
    for (std::size_t value = 0; value < graph.values().size(); ++value) homes.push_back(wishes.homes(value));
    return homes;
}

}  // namespace abut::passes
