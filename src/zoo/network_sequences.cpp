// SPDX-License-Identifier: Apache-2.0
// Layers of transformers. A probe's row is a channel of a token.
#include <fmt/format.h>

#include <cmath>

#include "zoo/network_builder.hpp"

namespace abut::zoo {

// Ba, Kiros, Hinton, Layer Normalization, 2016; epsilon as GPT-2 has it.
Signal NetworkBuilder::layer_norm(const Signal& x, const std::string& name) {
    constexpr float epsilon = 1e-5F;
    const std::vector<float> scale = draw(x.channels(), 0.8F, 1.2F);
    const std::vector<float> bias = draw(x.channels(), -0.2F, 0.2F);
    const ValueId centred = graph_.apply(Function::Subtract, x.value, graph_.reduce(x.value, ReduceKind::Mean, {-1}));
    const ValueId variance = graph_.reduce(graph_.apply(Function::Square, centred), ReduceKind::Mean, {-1});
    const ValueId deviation = graph_.apply(Function::Sqrt, graph_.add(variance, scalar(epsilon)));
    const ValueId normal = graph_.apply(Function::Divide, centred, deviation);
    const ValueId scaled = graph_.multiply(normal, graph_.constant({x.channels()}, scale, name + ".weight"));
    Signal y{graph_.add(scaled, graph_.constant({x.channels()}, bias, name + ".bias")), x.probe};
    const auto channels = static_cast<float>(x.channels());
    for (std::size_t pixel = 0; pixel < static_cast<std::size_t>(probe_pixels); ++pixel) {
        float sum = 0;
        float square = 0;
        for (const auto& row : x.probe) sum += row[pixel];
        for (const auto& row : x.probe) square += (row[pixel] - sum / channels) * (row[pixel] - sum / channels);
        const float gain = 1 / std::sqrt(square / channels + epsilon);
        for (std::size_t channel = 0; channel < scale.size(); ++channel) {
            float& element = y.probe[channel][pixel];
            element = (element - sum / channels) * gain * scale[channel] + bias[channel];
        }
    }
    return y;
}

ValueId NetworkBuilder::appended(ValueId parts, const std::string& what, std::int64_t past, std::int64_t index) {
    Shape earlier = graph_.value(parts).shape;
    earlier[2] = past;
    const ValueId cache = graph_.input(fmt::format("past_{}_{}", what, index), ViewSpec(DType::Float32, earlier));
    const ValueId present = graph_.concat({cache, parts}, 2);
    further_outputs_.emplace_back(fmt::format("present_{}_{}", what, index), present);
    return present;
}

// Vaswani et al., Attention Is All You Need, 2017, section 3.2.
Signal NetworkBuilder::attention(const Signal& x, std::int64_t heads, std::int64_t past, std::int64_t index) {
    const Shape in = shape(x);
    const std::int64_t width = in[2] / 3;
    const std::int64_t tokens = in[1];
    const std::vector<ValueId> parts = graph_.split(x.value, 2, {width, width, width});
    const auto heads_of = [&](ValueId part) {
        return graph_.transpose(graph_.reshape(part, {in[0], tokens, heads, width / heads}), {0, 2, 1, 3});
    };
    const ValueId query = heads_of(parts[0]);
    const ValueId keys = appended(heads_of(parts[1]), "key", past, index);
    const ValueId values = appended(heads_of(parts[2]), "value", past, index);
    const ValueId scores = graph_.dense(query, keys, {.transpose_b = true});
    const ValueId scaled = graph_.multiply(scores, scalar(1 / std::sqrt(static_cast<float>(width / heads))));
    const ValueId context = graph_.dense(graph_.softmax(scaled, 3), values);
    const ValueId joined = graph_.reshape(graph_.transpose(context, {0, 2, 1, 3}), {in[0], tokens, width});
    // As though all tokens were attended to alike, and past values were uniform in [0, 1).
    Probe probe(x.probe.begin() + 2 * width, x.probe.end());
    const auto weight = 1 / static_cast<float>(past + 1);
    for (auto& row : probe) {
        for (float& element : row) element = element * weight + 0.5F * (1 - weight);
    }
    return {joined, std::move(probe)};
}

}  // namespace abut::zoo
