// SPDX-License-Identifier: Apache-2.0
#include "zoo/network_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "abut/error.hpp"

namespace abut::zoo {
namespace {

// 1 GiB of float32: more than any published network of these families has.
constexpr std::int64_t most_parameters = std::int64_t{1} << 28;

Probe mapped(const Probe& probe, auto function) {
    Probe result = probe;
    for (auto& row : result) std::ranges::transform(row, row.begin(), function);
    return result;
}

}  // namespace

NetworkBuilder::NetworkBuilder(std::string name, std::uint64_t seed) : generator_(seed) {
    graph_.set_name(std::move(name));
}

Signal NetworkBuilder::input(const Shape& shape) {
    Signal x{graph_.input("input", ViewSpec(DType::Float32, shape)), Probe(static_cast<std::size_t>(shape[1]))};
    for (auto& row : x.probe) {
        for (float& element : row) element = generator_.uniform(0, 1);
    }
    return x;
}

void NetworkBuilder::reserve_parameters(const Shape& shape) {
    parameters_ += element_count(shape);
    if (parameters_ <= most_parameters) return;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("zoo:{}: expected at most {} parameters, found more; ask for a smaller width, growth or depth",
                            graph_.name(), most_parameters));
}

NetworkBuilder::Weights NetworkBuilder::draw_weights(const Shape& shape, double square, const std::string& name) {
    reserve_parameters(shape);
    // A uniform distribution over [-bound, bound] has the variance bound^2 / 3.
    const auto bound = static_cast<float>(std::sqrt(3 / std::max(square, 1e-6)));
    Weights weights{.value = {}, .elements = std::vector<float>(static_cast<std::size_t>(element_count(shape)))};
    for (float& element : weights.elements) element = generator_.uniform(-bound, bound);
    weights.value = graph_.constant(shape, weights.elements, name + ".weight");
    return weights;
}

std::vector<float> NetworkBuilder::draw(std::int64_t channels, float low, float high) {
    reserve_parameters({channels});
    std::vector<float> elements(static_cast<std::size_t>(channels));
    for (float& element : elements) element = generator_.uniform(low, high);
    return elements;
}

ValueId NetworkBuilder::draw_bias(Probe& probe, const std::string& name) {
    const auto channels = static_cast<std::int64_t>(probe.size());
    const std::vector<float> bias = draw(channels, -0.1F, 0.1F);
    for (std::size_t channel = 0; channel < bias.size(); ++channel) {
        for (float& element : probe[channel]) element += bias[channel];
    }
    return graph_.constant({channels}, bias, name + ".bias");
}

Signal NetworkBuilder::conv(const Signal& x, const ConvForm& form, const std::string& name) {
    const Shape& shape = graph_.value(x.value).shape;
    const auto out = [&](int axis) { return (shape[axis] + 2 * form.pad - form.kernel) / form.stride + 1; };
    const ProbeWindow window{form.kernel, form.stride, form.pad, {shape[2], shape[3]}, {out(2), out(3)}};
    const Probe met = patches(x.probe, window, 0);
    const Weights weights = draw_weights({form.channels, x.channels(), form.kernel, form.kernel}, total_square(met), name);
    Probe probe = product(weights.elements, form.channels, met);
    const Conv2d attributes{.strides = {form.stride, form.stride}, .pads = {form.pad, form.pad, form.pad, form.pad}};
    if (!form.bias) return {graph_.conv2d(x.value, weights.value, attributes), std::move(probe)};
    const ValueId bias = draw_bias(probe, name);
    return {graph_.conv2d(x.value, weights.value, bias, attributes), std::move(probe)};
}

Signal NetworkBuilder::up_conv(const Signal& x, std::int64_t channels, std::int64_t factor, const std::string& name) {
    const Weights weights = draw_weights({x.channels(), channels, factor, factor}, total_square(x.probe), name);
    Probe probe = spread(weights.elements, channels, factor, x.probe);
    const ValueId bias = draw_bias(probe, name);
    return {graph_.conv_transpose2d(x.value, weights.value, bias, {.strides = {factor, factor}}), std::move(probe)};
}

Signal NetworkBuilder::batch_norm(const Signal& x, const std::string& name, float epsilon) {
    const std::vector<float> scale = draw(x.channels(), 0.8F, 1.2F);
    const std::vector<float> bias = draw(x.channels(), -0.2F, 0.2F);
    const ProbeStatistics known = statistics(x.probe);
    Signal y = x;
    for (std::size_t channel = 0; channel < x.probe.size(); ++channel) {
        const float gain = scale[channel] / std::sqrt(known.variance[channel] + epsilon);
        for (float& element : y.probe[channel]) element = (element - known.mean[channel]) * gain + bias[channel];
    }
    const auto constant = [&](const std::vector<float>& elements, const char* suffix) {
        return graph_.constant({x.channels()}, elements, name + suffix);
    };
    const ValueId scale_value = constant(scale, ".weight");
    const ValueId bias_value = constant(bias, ".bias");
    const ValueId mean_value = constant(known.mean, ".running_mean");
    y.value =
        graph_.batch_norm(x.value, scale_value, bias_value, mean_value, constant(known.variance, ".running_var"), epsilon);
    return y;
}

Signal NetworkBuilder::relu(const Signal& x) {
    return {graph_.relu(x.value), mapped(x.probe, [](float element) { return std::max(element, 0.0F); })};
}

Signal NetworkBuilder::leaky_relu(const Signal& x, float alpha) {
    const auto leaky = [alpha](float element) { return element < 0 ? alpha * element : element; };
    return {graph_.apply(Function::LeakyRelu, x.value, alpha), mapped(x.probe, leaky)};
}

Signal NetworkBuilder::pool(const Signal& x, const Pool2d& attributes) {
    const ValueId result = graph_.pool2d(x.value, attributes);
    const Shape& in = graph_.value(x.value).shape;
    const Shape& out = graph_.value(result).shape;
    const ProbeWindow window{
        attributes.kernel[0], attributes.strides[0], attributes.pads[0], {in[2], in[3]}, {out[2], out[3]}};
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

Signal NetworkBuilder::concat(const std::vector<Signal>& operands) {
    if (operands.size() == 1) return operands.front();
    std::vector<ValueId> values;
    Probe probe;
    for (const Signal& operand : operands) {
        values.push_back(operand.value);
        probe.insert(probe.end(), operand.probe.begin(), operand.probe.end());
    }
    return {graph_.concat(std::move(values), 1), std::move(probe)};
}

Signal NetworkBuilder::flatten(const Signal& x) {
    return {graph_.flatten(x.value), x.probe};
}

Signal NetworkBuilder::dense(const Signal& x, std::int64_t outputs, const std::string& name) {
    const Weights weights = draw_weights({outputs, x.channels()}, total_square(x.probe), name);
    Probe probe = product(weights.elements, outputs, x.probe);
    const ValueId bias = draw_bias(probe, name);
    return {graph_.add(graph_.dense(x.value, weights.value, {.transpose_b = true}), bias), std::move(probe)};
}

Signal NetworkBuilder::scaled_sum(const Signal& x, float scale, const Signal& y) {
    const ValueId scaled = scale == 1 ? x.value : graph_.multiply(x.value, graph_.constant(Shape{}, std::span(&scale, 1)));
    Signal sum{graph_.add(scaled, y.value), y.probe};
    for (std::size_t channel = 0; channel < sum.probe.size(); ++channel) {
        for (std::size_t pixel = 0; pixel < sum.probe[channel].size(); ++pixel) {
            sum.probe[channel][pixel] += scale * x.probe[channel][pixel];
        }
    }
    return sum;
}

Graph NetworkBuilder::finish(const Signal& output) && {
    graph_.output("output", output.value);
    return std::move(graph_);
}

}  // namespace abut::zoo
