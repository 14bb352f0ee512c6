// SPDX-License-Identifier: Apache-2.0
// The forms of concats. Numbers are those of the edge cases in docs/testing.md.
#include <algorithm>
#include <array>

#include "support/graph_sketch.hpp"

namespace abut::tests {
namespace {

using Values = std::vector<ValueId>;

ValueId layer(GraphSketch& sketch, ValueId x) {
    return sketch.keep(convolution(sketch, x, sketch.between(1, sketch.options().max_channels), true));
}

Values layers(GraphSketch& sketch, ValueId x, std::int64_t count) {
    Values result;
    for (std::int64_t i = 0; i < count; ++i) result.push_back(layer(sketch, x));
    return result;
}

/// Any values side by side, in any order.
void plain(GraphSketch& sketch) {
    const auto x = sketch.any_value();
    const int axis = sketch.any_axis(x);
    Values operands{x};
    const auto more = sketch.between(1, 3);
    for (std::int64_t i = 0; i < more; ++i) operands.push_back(neighbour(sketch, x, axis));
    sketch.shuffle(operands);
    joined(sketch, operands, axis);
}

/// 1: one tensor twice or three times in a concat.
void repeated(GraphSketch& sketch) {
    const auto x = sketch.chance(60) ? sketch.keep(unary(sketch, sketch.any_value())) : sketch.any_value();
    const int axis = sketch.any_axis(x);
    Values operands(static_cast<std::size_t>(sketch.between(2, 3)), x);
    if (sketch.chance(40)) operands.push_back(neighbour(sketch, x, axis));
    sketch.shuffle(operands);
    joined(sketch, operands, axis);
}

/// 2: one tensor in two or three concats, at any place in each.
void shared(GraphSketch& sketch) {
    const auto x = sketch.chance(70) ? layer(sketch, sketch.any_image()) : sketch.any_image();
    const auto concats = sketch.between(2, 3);
    for (std::int64_t i = 0; i < concats; ++i) {
        const int axis = sketch.chance(80) ? 1 : sketch.any_axis(x);
        Values operands{x, neighbour(sketch, x, axis)};
        if (sketch.chance(40)) operands.push_back(neighbour(sketch, x, axis));
        sketch.shuffle(operands);
        joined(sketch, operands, axis);
    }
}

/// 23: a concat in a concat in a concat, on one axis or on several.
void nested(GraphSketch& sketch) {
    auto x = sketch.any_value();
    int axis = sketch.any_axis(x);
    const auto depth = sketch.between(2, 3);
    for (std::int64_t i = 0; i < depth; ++i) {
        Values operands{x, neighbour(sketch, x, axis)};
        sketch.shuffle(operands);
        x = joined(sketch, operands, axis);
        if (sketch.chance(50)) axis = sketch.any_axis(x);
    }
}

/// 25: concat, slice across the seam, concat.
void cut_and_joined(GraphSketch& sketch) {
    const auto x = sketch.any_value();
    const int axis = sketch.any_axis(x);
    const auto whole = joined(sketch, {x, neighbour(sketch, x, axis)}, axis);
    const auto extent = sketch.shape(whole)[axis];
    if (extent == 0) return;
    const auto begin = sketch.between(0, extent - 1);
    const auto middle = sketch.keep(sketch.graph().slice(whole, axis, begin, sketch.between(begin + 1, extent)));
    joined(sketch, {middle, neighbour(sketch, middle, axis)}, axis);
}

/// concat(a, b), concat(b, c), concat(a, b, c): windows of one sequence.
void windows(GraphSketch& sketch) {
    const auto parts = layers(sketch, sketch.any_image(), sketch.between(3, 4));
    const auto count = sketch.between(2, 3);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto first = sketch.between(0, std::ssize(parts) - 2);
        const auto last = sketch.between(first + 1, std::ssize(parts) - 1);
        joined(sketch, Values(parts.begin() + first, parts.begin() + last + 1), 1);
    }
}

/// DenseNet's list form: every layer joins all features so far.
void prefixes(GraphSketch& sketch) {
    Values features{sketch.chance(60) ? layer(sketch, sketch.any_image()) : sketch.any_image()};
    const auto count = sketch.between(2, 3);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto before = features.size() == 1 ? features.front() : joined(sketch, features, 1);
        features.push_back(sketch.chance(30) ? sketch.keep(convolution(sketch, unary(sketch, before), 2, true))
                                             : layer(sketch, before));
    }
    joined(sketch, features, 1);
}

/// DenseNet's chain form: every layer is put beside its input.
ValueId chain(GraphSketch& sketch, ValueId x, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) {
        Values operands{x, layer(sketch, x)};
        if (sketch.chance(20)) std::ranges::reverse(operands);
        x = joined(sketch, operands, 1);
    }
    return x;
}

/// Residual dense blocks, whose results are joined in the end (RDN) or go on into the next block (RRDB).
void residual_dense_blocks(GraphSketch& sketch) {
    auto x = layer(sketch, sketch.any_image());
    const auto channels = sketch.shape(x)[1];
    Values results;
    for (int block = 0; block < 2; ++block) {
        const auto grown = chain(sketch, x, sketch.between(1, 2));
        x = sketch.keep(sketch.graph().add(convolution(sketch, grown, channels, true), x));
        results.push_back(x);
    }
    joined(sketch, results, 1);
}

/// Inception and SqueezeNet: branches of different lengths, joined in any order.
void branches(GraphSketch& sketch) {
    const auto x = sketch.any_image();
    Values ends;
    const auto count = sketch.between(2, 4);
    for (std::int64_t i = 0; i < count; ++i) {
        auto end = sketch.chance(15) ? sketch.keep(unary(sketch, x)) : layer(sketch, x);
        if (sketch.chance(30)) end = layer(sketch, end);
        ends.push_back(end);
    }
    const auto whole = joined(sketch, ends, 1);
    if (sketch.chance(30)) sketch.keep(excited(sketch, whole));
}

/// U-Net++: each node joins all nodes of its row before it and one from the row below, enlarged.
void grid(GraphSketch& sketch) {
    const auto top = sketch.any_image();
    const Shape size = sketch.shape(top);
    const auto below = layer(sketch, sketch.graph().pool2d(top, {.kernel = {1, 1}, .strides = {2, 2}}));
    Values row{layer(sketch, top)};
    auto under = below;
    for (int column = 0; column < 2; ++column) {
        Values operands = row;
        operands.push_back(sketch.keep(resized(sketch, under, size[2], size[3])));
        row.push_back(layer(sketch, joined(sketch, operands, 1)));
        under = sketch.chance(50) ? layer(sketch, under) : below;
    }
}

/// 24: one result of a split is joined with others, as ShuffleNet's second half is.
void split_and_joined(GraphSketch& sketch) {
    const auto x = sketch.any_value();
    const int axis = sketch.any_axis(x);
    Values parts = divided(sketch, x, axis);
    for (const auto value : parts) sketch.keep(value);
    const auto chosen = sketch.one_of(parts);
    if (sketch.chance(50)) {
        joined(sketch, {chosen, neighbour(sketch, chosen, axis)}, axis);
        return;
    }
    auto& changed = parts[static_cast<std::size_t>(sketch.between(0, std::ssize(parts) - 1))];
    changed = sketch.keep(unary(sketch, changed));
    if (sketch.chance(30)) sketch.shuffle(parts);
    joined(sketch, parts, axis);
}

/// 20: an operand without elements.
void with_an_empty_operand(GraphSketch& sketch) {
    const auto x = sketch.any_value();
    const int axis = sketch.any_axis(x);
    const auto at = sketch.between(0, sketch.shape(x)[axis]);
    Values operands{x, sketch.graph().slice(x, axis, at, at), neighbour(sketch, x, axis)};
    sketch.shuffle(operands);
    joined(sketch, operands, axis);
}

/// 11, 12: slices of one concat, of which some are changed and added while others still need them.
void residual_on_slices(GraphSketch& sketch) {
    const auto x = sketch.any_image();
    const auto a = layer(sketch, x);
    const auto whole = joined(sketch, {a, neighbour(sketch, x, 1)}, 1);
    const auto slice = sketch.keep(sketch.graph().slice(whole, 1, 0, sketch.shape(a)[1]));
    const auto sum = sketch.keep(sketch.graph().add(unary(sketch, slice), sketch.chance(50) ? a : slice));
    if (sketch.chance(50)) joined(sketch, {sum, whole}, 1);
}

/// 28: a tensor beside a shifted part of itself.
void shifted(GraphSketch& sketch) {
    const auto x = sketch.any_value();
    const int axis = sketch.any_axis(x);
    const auto extent = sketch.shape(x)[axis];
    if (extent < 2) return repeated(sketch);
    const auto at = sketch.between(1, extent - 1);
    const auto tail = sketch.graph().slice(x, axis, at, extent);
    joined(sketch, {tail, sketch.chance(50) ? sketch.graph().slice(x, axis, 0, at) : x}, axis);
}

/// 26: a concat of an operand that was repeated by broadcasting.
void with_a_broadcast(GraphSketch& sketch) {
    const auto x = sketch.any_image();
    const auto excited_x = sketch.keep(excited(sketch, x));
    joined(sketch, {excited_x, neighbour(sketch, x, 1)}, 1);
}

/// A layer or two that keep channels where they are, or move with them.
ValueId carried(GraphSketch& sketch, ValueId x) {
    switch (sketch.between(0, 6)) {
        case 0:
            return unary(sketch, x);
        case 1:
            return pool(sketch, x);
        case 2:
            return excited(sketch, x);
        case 3:
            return normalised(sketch, x);
        case 4:
            return sketch.graph().concat({x, layer(sketch, x)}, 1);
        case 5: {
            const auto channels = sketch.shape(x)[1];
            const Conv2d each{.groups = channels};
            return sketch.graph().conv2d(x, sketch.constant({channels, 1, 1, 1}, 1), each);
        }
        default:
            return x;
    }
}

/// The same tensors in concats of different orders, whose readers can do with any.
void orders(GraphSketch& sketch) {
    auto parts = layers(sketch, sketch.any_image(), sketch.between(2, 4));
    for (auto& value : parts) {
        if (sketch.chance(50)) value = sketch.keep(sketch.graph().pool2d(value, {.kernel = {1, 1}}));
    }
    for (int i = 0; i < 2; ++i) {
        sketch.shuffle(parts);
        const auto count = sketch.between(2, std::ssize(parts));
        layer(sketch, carried(sketch, sketch.graph().concat(Values(parts.begin(), parts.begin() + count), 1)));
    }
}

/// An `If` at run time: one of two branches, which see the same values, by a number that is computed; joined, and read
/// again.
void chosen(GraphSketch& sketch) {
    static constexpr std::array comparisons{Function::Greater, Function::LessOrEqual, Function::Equal};
    auto& graph = sketch.graph();
    const auto x = sketch.any_image();
    const auto outer = sketch.chance(50) ? layer(sketch, x) : x;
    const auto channels = sketch.between(1, sketch.options().max_channels);
    const auto branch = [&] {
        if (sketch.chance(20) && sketch.shape(outer)[1] == channels) return outer;
        const auto end = convolution(sketch, outer, channels, true);
        return sketch.chance(30) ? unary(sketch, end) : end;
    };
    const auto number = graph.reduce(x, ReduceKind::Max, {0, 1, 2, 3}, sketch.chance(50));
    const auto condition = graph.apply(sketch.one_of(comparisons), number, sketch.constant({}, 1));
    const auto then_value = branch();
    const auto else_value = branch();
    if (sketch.chance(30)) sketch.keep(then_value);
    const auto result = sketch.keep(graph.select(condition, then_value, else_value));
    Values operands{result, neighbour(sketch, result, 1)};
    if (sketch.chance(30)) operands.push_back(then_value);
    sketch.shuffle(operands);
    joined(sketch, operands, 1);
}

void chained(GraphSketch& sketch) {
    chain(sketch, sketch.any_image(), sketch.between(2, 3));
}

}  // namespace

void add_form(GraphSketch& sketch) {
    static constexpr std::array forms{plain,
                                      plain,
                                      repeated,
                                      shared,
                                      nested,
                                      cut_and_joined,
                                      windows,
                                      orders,
                                      prefixes,
                                      chained,
                                      residual_dense_blocks,
                                      branches,
                                      grid,
                                      split_and_joined,
                                      with_an_empty_operand,
                                      residual_on_slices,
                                      shifted,
                                      with_a_broadcast,
                                      chosen};
    sketch.one_of(forms)(sketch);
}

}  // namespace abut::tests
