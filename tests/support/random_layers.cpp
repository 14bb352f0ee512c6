// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "support/graph_sketch.hpp"

namespace abut::tests {

ValueId unary(GraphSketch& sketch, ValueId x) {
    static constexpr std::array functions{Function::Relu,   Function::Sigmoid, Function::Tanh,
                                          Function::Negate, Function::Abs,     Function::Sin};
    return sketch.graph().apply(sketch.one_of(functions), x);
}

ValueId binary(GraphSketch& sketch, ValueId a) {
    static constexpr std::array functions{Function::Add, Function::Subtract, Function::Maximum, Function::Minimum};
    const auto function = sketch.one_of(functions);
    std::vector<ValueId> others;
    std::ranges::copy_if(sketch.values(), std::back_inserter(others),
                         [&](ValueId other) { return other != a && sketch.shape(other) == sketch.shape(a); });
    if (!others.empty() && sketch.chance(70)) return sketch.graph().apply(function, a, sketch.one_of(others));
    Shape broadcast = sketch.shape(a);
    for (int axis = 0; axis < broadcast.rank(); ++axis) {
        if (broadcast[axis] != 0 && sketch.chance(50)) broadcast[axis] = 1;
    }
    return sketch.graph().apply(function, a, sketch.constant(broadcast, 1));
}

namespace {

Pair kernel_of(GraphSketch& sketch) {
    const Pair square = sketch.chance(50) ? Pair{1, 1} : Pair{3, 3};
    if (!sketch.options().has_long_kernels || sketch.chance(30)) return square;
    constexpr std::array<Pair, 6> others{{{1, 7}, {7, 1}, {1, 3}, {5, 1}, {5, 5}, {3, 5}}};
    return others[static_cast<std::size_t>(sketch.between(0, 5))];
}

}  // namespace

ValueId convolution(GraphSketch& sketch, ValueId x, std::int64_t out_channels, bool same_size) {
    const Shape from = sketch.shape(x);
    const auto channels = from[1];
    Conv2d attributes;
    const Pair kernel = kernel_of(sketch);
    const Pads same{kernel[0] / 2, kernel[1] / 2, kernel[0] / 2, kernel[1] / 2};
    if (same_size || sketch.chance(60)) attributes.pads = same;
    if (!same_size && sketch.chance(25)) attributes.strides = {2, sketch.between(1, 2)};
    const bool fits = from[2] + 2 * attributes.pads[0] >= kernel[0] && from[3] + 2 * attributes.pads[1] >= kernel[1];
    if (!fits) {
        std::ranges::transform(same, attributes.pads.begin(),
                               [](std::int64_t pad) { return std::max<std::int64_t>(pad, 1); });
    }
    if (out_channels == 0) out_channels = sketch.between(1, sketch.options().max_channels + 4);
    if (sketch.chance(15) && channels > 1 && !same_size) {
        attributes.groups = channels;  // depth-wise
        out_channels = channels;
    }
    const auto depth = channels / attributes.groups;
    const auto weights = sketch.constant({out_channels, depth, kernel[0], kernel[1]},
                                         1.5F / std::sqrt(static_cast<float>(depth * kernel[0] * kernel[1])));
    auto& graph = sketch.graph();
    const auto y = sketch.chance(50) ? graph.conv2d(x, weights, attributes)
                                     : graph.conv2d(x, weights, sketch.constant({out_channels}, 0.5F), attributes);
    return sketch.chance(50) ? graph.relu(y) : y;
}

ValueId normalised(GraphSketch& sketch, ValueId x) {
    const Shape channels{sketch.shape(x)[1]};
    const std::vector<float> variance(static_cast<std::size_t>(channels[0]), 0.75F);
    auto& graph = sketch.graph();
    const auto scale = sketch.constant(channels, 1);
    const auto bias = sketch.constant(channels, 0.5F);
    const auto mean = sketch.constant(channels, 0.5F);
    const auto activated = graph.relu(graph.batch_norm(x, scale, bias, mean, graph.constant(channels, variance)));
    return sketch.chance(60) ? convolution(sketch, activated, 0, true) : activated;
}

ValueId pool(GraphSketch& sketch, ValueId x) {
    if (sketch.chance(20)) return sketch.graph().global_average_pool(x);
    if (sketch.chance(15)) return resized(sketch, x, sketch.shape(x)[2] * 2, sketch.shape(x)[3] * 2);
    Pool2d attributes{.kind = sketch.chance(50) ? PoolKind::Max : PoolKind::Average, .kernel = {3, 3}, .pads = {1, 1, 1, 1}};
    if (sketch.chance(40)) attributes.strides = {2, 2};
    attributes.ceil_mode = sketch.chance(30);
    attributes.count_include_pad = sketch.chance(30);
    return sketch.graph().pool2d(x, attributes);
}

ValueId resized(GraphSketch& sketch, ValueId x, std::int64_t height, std::int64_t width) {
    const Shape from = sketch.shape(x);
    const auto scale = [](std::int64_t to, std::int64_t of) { return static_cast<float>(to) / static_cast<float>(of); };
    Resize attributes;
    attributes.mode = sketch.chance(50) ? ResizeMode::Nearest : ResizeMode::Linear;
    attributes.sizes = {from[0], from[1], height, width};
    attributes.scales = {1, 1, scale(height, from[2]), scale(width, from[3])};
    return sketch.graph().resize(x, attributes);
}

ValueId padded(GraphSketch& sketch, ValueId x) {
    Pad attributes{.before = Dims::filled(4, 0), .after = Dims::filled(4, 0), .value = 0.25F};
    attributes.before[static_cast<int>(sketch.between(0, 3))] = sketch.between(0, 2);
    attributes.after[static_cast<int>(sketch.between(1, 3))] = sketch.between(1, 2);
    return sketch.graph().pad(x, attributes);
}

ValueId excited(GraphSketch& sketch, ValueId x) {
    auto& graph = sketch.graph();
    return graph.multiply(x, graph.apply(Function::Sigmoid, graph.global_average_pool(x)));
}

}  // namespace abut::tests
