// SPDX-License-Identifier: Apache-2.0
// Layers with weights.
#include <cmath>

#include "zoo/network_builder.hpp"

namespace abut::zoo {

Signal NetworkBuilder::conv(const Signal& x, const ConvForm& form, const std::string& name) {
    const Shape& in = shape(x);
    const Pair kernel = form.kernel.values;
    const Pads pads = form.pad.values;
    const auto out = [&](std::size_t side) {
        const std::int64_t covered = (kernel[side] - 1) * form.dilation + 1;
        return (in[static_cast<int>(side) + 2] + pads[side] + pads[side + 2] - covered) / form.stride + 1;
    };
    const Conv2d attributes{.strides = {form.stride, form.stride},
                            .pads = pads,
                            .dilations = {form.dilation, form.dilation},
                            .groups = form.groups};
    const ProbeWindow window{kernel,         attributes.strides, attributes.dilations, {pads[0], pads[1]},
                             {in[2], in[3]}, {out(0), out(1)}};
    const Probe gathered = window.is_pixel() ? Probe() : patches(x.probe, window, 0);
    const Probe& met = window.is_pixel() ? x.probe : gathered;
    const double square = total_square(met) / static_cast<double>(form.groups);
    const Weights weights = draw_weights({form.channels, x.channels() / form.groups, kernel[0], kernel[1]}, square, name);
    Probe probe = product(weights.elements, form.channels, met, form.groups);
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

Signal NetworkBuilder::batch_norm(Signal x, const std::string& name, float epsilon) {
    const std::vector<float> scale = draw(x.channels(), 0.8F, 1.2F);
    const std::vector<float> bias = draw(x.channels(), -0.2F, 0.2F);
    const ProbeStatistics known = statistics(x.probe);
    for (std::size_t channel = 0; channel < x.probe.size(); ++channel) {
        const float gain = scale[channel] / std::sqrt(known.variance[channel] + epsilon);
        for (float& element : x.probe[channel]) element = (element - known.mean[channel]) * gain + bias[channel];
    }
    const auto constant = [&](const std::vector<float>& elements, const char* suffix) {
        return graph_.constant({x.channels()}, elements, name + suffix);
    };
    const ValueId scale_value = constant(scale, ".weight");
    const ValueId bias_value = constant(bias, ".bias");
    const ValueId mean_value = constant(known.mean, ".running_mean");
    x.value =
        graph_.batch_norm(x.value, scale_value, bias_value, mean_value, constant(known.variance, ".running_var"), epsilon);
    return x;
}

Signal NetworkBuilder::conv_norm(const Signal& x, const ConvForm& form, const std::string& name, float epsilon) {
    return batch_norm(conv(x, form, name + ".conv"), name + ".bn", epsilon);
}

Signal NetworkBuilder::conv_norm_relu(const Signal& x, const ConvForm& form, const std::string& name, float epsilon) {
    return relu(conv_norm(x, form, name, epsilon));
}

Signal NetworkBuilder::dense(const Signal& x, std::int64_t outputs, const std::string& name) {
    const Weights weights = draw_weights({outputs, x.channels()}, total_square(x.probe), name);
    Probe probe = product(weights.elements, outputs, x.probe);
    const ValueId bias = draw_bias(probe, name);
    return {graph_.add(graph_.dense(x.value, weights.value, {.transpose_b = true}), bias), std::move(probe)};
}

}  // namespace abut::zoo
