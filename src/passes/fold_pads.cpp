// SPDX-License-Identifier: Apache-2.0
#include "passes/fold_pads.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/image.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

constexpr Pads no_pads{0, 0, 0, 0};

/// The node that pads the rows and columns of `value`, an image, with one number; nothing if there is none.
const Node* image_pad(const Graph& graph, ValueId value) {
    const NodeId producer = graph.value(value).producer;
    if (producer.index < 0) return nullptr;
    const Node& node = graph.node(producer);
    const auto* pad = std::get_if<Pad>(&node.operation);
    if (pad == nullptr || pad->mode != PadMode::Constant || pad->before.rank() != core::image_rank) return nullptr;
    for (int axis = 0; axis < core::image_rank; ++axis) {
        if (pad->before[axis] < 0 || pad->after[axis] < 0) return nullptr;
        if (axis < 2 && (pad->before[axis] != 0 || pad->after[axis] != 0)) return nullptr;
    }
    return &node;
}

Pads plus(Pads pads, const Pad& pad) {
    for (int axis = 0; axis < 2; ++axis) {
        pads[static_cast<std::size_t>(axis)] += pad.before[axis + 2];
        pads[static_cast<std::size_t>(axis) + 2] += pad.after[axis + 2];
    }
    return pads;
}

/// A convolution pads with zeros what its prologue made.
std::optional<Operation> padded(const Conv2d& conv, const Pad& pad) {
    if (pad.value != 0 || !conv.prologue.is_identity()) return std::nullopt;
    Conv2d result = conv;
    result.pads = plus(conv.pads, pad);
    return result;
}

/// No window of a pool may lie in its padding alone.
bool suit_windows(const Pads& pads, const Pool2d& pool) {
    const auto suits = [&](std::size_t side) {
        return pads[side] < (pool.kernel[side % 2] - 1) * pool.dilations[side % 2] + 1;
    };
    return suits(0) && suits(1) && suits(2) && suits(3);
}

/// A window that is rounded up may not begin in a pool's own padding.
std::optional<Operation> padded(const Pool2d& pool, const Pad& pad) {
    if (pool.ceil_mode) return std::nullopt;
    const bool is_max = pool.kind == PoolKind::Max;
    if (is_max ? !(std::isinf(pad.value) && pad.value < 0) : pad.value != 0) return std::nullopt;
    if (!is_max && pool.pads != no_pads && !pool.count_include_pad) return std::nullopt;
    Pool2d result = pool;
    result.pads = plus(pool.pads, pad);
    result.count_include_pad = !is_max;
    if (!suit_windows(result.pads, pool)) return std::nullopt;
    return result;
}

std::optional<Operation> padded(const Operation& operation, const Pad& pad) {
    if (const auto* conv = std::get_if<Conv2d>(&operation)) return padded(*conv, pad);
    if (const auto* pool = std::get_if<Pool2d>(&operation)) return padded(*pool, pad);
    return std::nullopt;
}

}  // namespace

Graph fold_pads(const Graph& graph) {
    return rewritten(graph, [&](Rewriter& rewriter, NodeId, const Node& node) {
        const Node* pad = node.inputs.empty() ? nullptr : image_pad(graph, node.inputs.front());
        if (pad == nullptr || std::ranges::count(node.inputs, node.inputs.front()) > 1) return rewriter.copy(node);
        auto operation = padded(node.operation, std::get<Pad>(pad->operation));
        if (!operation) return rewriter.copy(node);
        auto inputs = rewriter.mapped(node.inputs);
        inputs.front() = rewriter.mapped(pad->inputs.front());
        rewriter.emit(std::move(*operation), std::move(inputs), node.outputs, node.name);
    });
}

}  // namespace abut::passes
