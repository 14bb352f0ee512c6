// SPDX-License-Identifier: Apache-2.0
#include "passes/merge_convolutions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <utility>

#include "core/slot.hpp"
#include "graph/infer.hpp"
#include "passes/channels.hpp"
#include "passes/constant_tensor.hpp"
#include "passes/formula.hpp"
#include "passes/rewriter.hpp"
#include "passes/wanted_homes.hpp"

namespace abut::passes {
namespace {

using core::slot;

/// That kernels store at once.
constexpr std::int64_t vector_channels = 16;

std::int64_t channels_of(const Graph& graph, const Node& node) {
    return graph.value(node.outputs.front()).shape[channels];
}

bool has_channel_epilogue(const Graph& graph, const Node& node) {
    const Shape& result = graph.value(node.outputs.front()).shape;
    return std::ranges::all_of(node.inputs.begin() + epilogue_begin(node.operation), node.inputs.end(),
                               [&](ValueId operand) {
                                   const Value& value = graph.value(operand);
                                   return has_floats(value) && is_per_channel(value.shape, result, channels);
                               });
}

bool is_mergeable(const Graph& graph, const Node& node) {
    const auto* conv = std::get_if<Conv2d>(&node.operation);
    return conv != nullptr && conv->groups == 1 && conv->parts.empty() && has_floats(graph.value(node.inputs[1])) &&
           channels_of(graph, node) > 0 && has_channel_epilogue(graph, node);
}

bool is_alike(const Graph& graph, const Node& a, const Node& b) {
    const auto same_window = [&](int axis) {
        return graph.value(a.inputs[1]).shape[axis] == graph.value(b.inputs[1]).shape[axis];
    };
    return a.operation == b.operation && a.inputs.front() == b.inputs.front() && same_window(2) && same_window(3) &&
           std::equal(a.inputs.begin() + 2, a.inputs.begin() + epilogue_begin(a.operation), b.inputs.begin() + 2);
}

/// Convolutions that become one, in the graph's order.
using Family = std::vector<NodeId>;

class Families {
public:
    Families(const Graph& graph, std::span<const std::string> stored_twice)
        : graph_(graph),
          family_of_(graph.nodes().size(), none) {
        const auto homes = wanted_homes(graph, stored_twice);
        for (std::size_t index = 0; index < graph.nodes().size(); ++index) {
            const NodeId id{static_cast<std::int32_t>(index)};
            const Node& node = graph.node(id);
            // A convolution with parts stores each to one place.
            if (is_mergeable(graph, node) && homes[slot(node.outputs.front())] <= 1) add(id);
        }
    }

    /// That of `id` which `is_live` says are needed, in order; itself alone where it stays as it is.
    template <class IsLive>
    [[nodiscard]] Family members(NodeId id, const IsLive& is_live) const {
        if (family_of_[slot(id)] == none) return {id};
        Family family = families_[family_of_[slot(id)]];
        std::erase_if(family, [&](NodeId member) { return !is_live(member); });
        return family;
    }

private:
    void add(NodeId id) {
        constexpr std::size_t most_open = 64;  // of one value: each is compared with
        const Node& node = graph_.node(id);
        auto& open = open_[node.inputs.front()];
        auto found = std::ranges::find_if(
            open, [&](std::size_t family) { return is_alike(graph_, graph_.node(families_[family].front()), node); });
        if (found == open.end()) {
            if (open.size() == most_open) return;
            open.push_back(families_.size());
            families_.emplace_back();
            found = open.end() - 1;
        }
        family_of_[slot(id)] = *found;
        families_[*found].push_back(id);
        if (families_[*found].size() == inference::most_parts) open.erase(found);
    }

    static constexpr std::size_t none = SIZE_MAX;

    const Graph& graph_;
    std::map<ValueId, std::vector<std::size_t>> open_;  // families of convolutions of a value that others may join
    std::vector<std::size_t> family_of_;                // by node
    std::vector<Family> families_;
};

using Members = std::vector<const Node*>;

/// The filters of all members, one after another.
ValueId joined_weights(Rewriter& rewriter, const Members& members) {
    const Graph& graph = rewriter.source();
    const Value& first = graph.value(members.front()->inputs[1]);
    Shape shape = first.shape;
    shape[0] = 0;
    std::vector<float> floats;
    for (const Node* member : members) {
        const auto elements = floats_of(graph.value(member->inputs[1]));
        floats.insert(floats.end(), elements.begin(), elements.end());
        shape[0] += channels_of(graph, *member);
    }
    return rewriter.target().constant(shape, floats, first.name);
}

/// The operands at `input` of all members' epilogues: one value where it is the same for all, or one a channel.
ValueId joined_operand(Rewriter& rewriter, const Members& members, std::size_t input) {
    const Graph& graph = rewriter.source();
    const auto elements_of = [&](const Node* member) { return floats_of(graph.value(member->inputs[input])); };
    const ValueId first = members.front()->inputs[input];
    // By their bits: 0 and -0 are two values.
    const auto bits_of = [&](const Node* member) { return std::bit_cast<std::uint32_t>(elements_of(member).front()); };
    const auto is_same = [&](const Node* member) {
        return elements_of(member).size() == 1 && bits_of(member) == bits_of(members.front());
    };
    if (std::ranges::all_of(members, is_same)) return rewriter.mapped(first);
    std::vector<float> floats;
    for (const Node* member : members) {
        const auto more = channel_floats(graph.value(member->inputs[input]), channels_of(graph, *member));
        floats.insert(floats.end(), more.begin(), more.end());
    }
    const Shape shape{static_cast<std::int64_t>(floats.size()), 1, 1};
    return rewriter.target().constant(shape, floats, graph.value(first).name);
}

std::vector<ValueId> joined_inputs(Rewriter& rewriter, const Members& members) {
    const Node& first = *members.front();
    std::vector<ValueId> inputs{rewriter.mapped(first.inputs.front()), joined_weights(rewriter, members)};
    const auto first_of_epilogue = static_cast<std::size_t>(epilogue_begin(first.operation));
    for (std::size_t input = 2; input < first.inputs.size(); ++input) {
        inputs.push_back(input < first_of_epilogue ? rewriter.mapped(first.inputs[input])
                                                   : joined_operand(rewriter, members, input));
    }
    return inputs;
}

void merge(Rewriter& rewriter, const Family& family) {
    const Graph& graph = rewriter.source();
    Members members;
    for (const NodeId id : family) members.push_back(&graph.node(id));
    // So fewer vectors are stored in pieces.
    std::stable_partition(members.begin(), members.end(),
                          [&](const Node* member) { return channels_of(graph, *member) % vector_channels == 0; });
    Conv2d conv = std::get<Conv2d>(members.front()->operation);
    std::vector<std::string> names;
    std::vector<ValueId> results;
    for (const Node* member : members) {
        conv.parts.push_back(channels_of(graph, *member));
        names.push_back(member->name);
        results.push_back(member->outputs.front());
    }
    rewriter.emit(std::move(conv), joined_inputs(rewriter, members), results, fmt::format("{}", fmt::join(names, "+")));
}

}  // namespace

Graph merge_convolutions(const Graph& graph, std::span<const std::string> stored_twice) {
    const Families families(graph, stored_twice);
    return rewritten(graph, [&](Rewriter& rewriter, NodeId id, const Node& node) {
        const Family family = families.members(id, [&](NodeId member) { return rewriter.is_live(member); });
        if (family.size() == 1) return rewriter.copy(node);
        if (family.front() == id) merge(rewriter, family);
    });
}

}  // namespace abut::passes
