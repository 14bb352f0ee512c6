// SPDX-License-Identifier: Apache-2.0
// What moves or joins pixels and channels.
#include <algorithm>
#include <limits>

#include "zoo/network_builder.hpp"

namespace abut::zoo {

Signal NetworkBuilder::pool(const Signal& x, const Pool2d& attributes) {
    const ValueId result = graph_.pool2d(x.value, attributes);
    const Shape& in = graph_.value(x.value).shape;
    const Shape& out = graph_.value(result).shape;
    const ProbeWindow window{attributes.kernel,    attributes.strides,
                             attributes.dilations, {attributes.pads[0], attributes.pads[1]},
                             {in[2], in[3]},       {out[2], out[3]}};
    if (attributes.kind == PoolKind::Average) return {result, mean(patches(x.probe, window, 0), window.taps())};
    const float lowest = std::numeric_limits<float>::lowest();
    return {result, largest(patches(x.probe, window, lowest), window.taps())};
}

Signal NetworkBuilder::global_average_pool(const Signal& x) {
    const Shape& shape = graph_.value(x.value).shape;
    const bool is_one_pixel = shape[2] * shape[3] == 1;
    return {graph_.global_average_pool(x.value), is_one_pixel ? x.probe : image_means(x.probe)};
}

Signal NetworkBuilder::upsample_nearest(const Signal& x, std::int64_t factor) {
    const Shape shape = graph_.value(x.value).shape;
    const auto scale = static_cast<float>(factor);
    const Resize attributes{.mode = ResizeMode::Nearest,
                            .coordinates = ResizeCoordinates::Asymmetric,
                            .rounding = ResizeRounding::Floor,
                            .sizes = {shape[0], shape[1], shape[2] * factor, shape[3] * factor},
                            .scales = {1, 1, scale, scale}};
    return {graph_.resize(x.value, attributes), enlarged(x.probe, factor)};
}

Signal NetworkBuilder::resize_linear(const Signal& x, const Sides& size, ResizeCoordinates coordinates) {
    const Shape in = shape(x);
    const auto [height, width] = size.values;
    const auto scale = [](std::int64_t to, std::int64_t from) {
        return static_cast<float>(static_cast<double>(to) / static_cast<double>(from));
    };
    const Resize attributes{.mode = ResizeMode::Linear,
                            .coordinates = coordinates,
                            .sizes = {in[0], in[1], height, width},
                            .scales = {1, 1, scale(height, in[2]), scale(width, in[3])}};
    const bool is_one_pixel = in[2] * in[3] == 1;
    return {graph_.resize(x.value, attributes),
            is_one_pixel ? x.probe : enlarged(x.probe, std::max(height / in[2], std::int64_t{1}))};
}

Signal NetworkBuilder::shift(const Signal& x) {
    const ValueId shifted = graph_.pad(x.value, {.before = {0, 0, -1, -1}, .after = {0, 0, 1, 1}});
    const Shape& in = shape(x);
    const ProbeWindow window{.before = {-1, -1}, .in = {in[2], in[3]}, .out = {in[2], in[3]}};
    return {shifted, patches(x.probe, window, 0)};
}

Signal NetworkBuilder::concat(const std::vector<Signal>& operands) {
    if (operands.size() == 1) return operands.front();
    std::vector<ValueId> values;
    std::size_t channels = 0;
    for (const Signal& operand : operands) channels += operand.probe.size();
    Probe probe;
    probe.reserve(channels);
    for (const Signal& operand : operands) {
        values.push_back(operand.value);
        probe.insert(probe.end(), operand.probe.begin(), operand.probe.end());
    }
    return {graph_.concat(std::move(values), 1), std::move(probe)};
}

std::vector<Signal> NetworkBuilder::split(const Signal& x, const std::vector<std::int64_t>& sizes) {
    const std::vector<ValueId> values = graph_.split(x.value, 1, sizes);
    std::vector<Signal> parts;
    auto first = x.probe.begin();
    for (std::size_t part = 0; part < sizes.size(); ++part) {
        const auto last = first + sizes[part];
        parts.push_back({values[part], Probe(first, last)});
        first = last;
    }
    return parts;
}

Signal NetworkBuilder::shuffle_channels(const Signal& x, std::int64_t groups) {
    const Shape in = shape(x);
    const std::int64_t each = in[1] / groups;
    const ValueId grouped = graph_.reshape(x.value, {in[0], groups, each, in[2], in[3]});
    Signal y{graph_.reshape(graph_.transpose(grouped, {0, 2, 1, 3, 4}), in), Probe()};
    for (std::int64_t channel = 0; channel < x.channels(); ++channel) {
        y.probe.push_back(x.probe[static_cast<std::size_t>(channel % groups * each + channel / groups)]);
    }
    return y;
}

Signal NetworkBuilder::flatten(const Signal& x) {
    return {graph_.flatten(x.value), x.probe};
}

}  // namespace abut::zoo
