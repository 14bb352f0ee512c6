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

ValueId NetworkBuilder::appended(ValueId rows, const std::string& what, const AttentionForm& form) {
    Layout whole = Layout::dense(graph_.value(rows).shape);
    whole.shape[2] += form.past;
    const std::int64_t heads = whole.shape[1];
    const std::int64_t width = whole.shape[3];
    whole.strides = {whole.shape[2] * heads * width, width, heads * width, 1};
    Layout earlier = whole;
    earlier.shape[2] = form.past;
    const ValueId past =
        graph_.input(fmt::format("past_{}_{}", what, form.index), ViewSpec(DType::Float32, earlier, {sizeof(float), 0}));
    const ValueId present = graph_.concat({past, rows}, 2);
    cache_outputs_.push_back({fmt::format("present_{}_{}", what, form.index), past, present, whole});
    return present;
}

// Vaswani et al., Attention Is All You Need, 2017, section 3.2.
Signal NetworkBuilder::attention(const Projections& tokens, ValueId bias, const AttentionForm& form) {
    const Shape in = shape(tokens.queries);
    const std::int64_t head = in[2] / form.heads;
    const auto heads_of = [&](const Signal& part) {
        return graph_.transpose(graph_.reshape(part.value, {in[0], in[1], form.heads, head}), {0, 2, 1, 3});
    };
    const ValueId query = heads_of(tokens.queries);
    const ValueId keys = appended(heads_of(tokens.keys), "key", form);
    const ValueId values = appended(heads_of(tokens.values), "value", form);
    const ValueId scores = graph_.dense(query, keys, {.transpose_b = true});
    const ValueId scaled = graph_.multiply(scores, scalar(1 / std::sqrt(static_cast<float>(head))));
    const ValueId context = graph_.dense(graph_.softmax(graph_.add(scaled, bias), 3), values);
    const ValueId joined = graph_.reshape(graph_.transpose(context, {0, 2, 1, 3}), in);
    // As though all tokens were attended to alike, and past values were uniform in [0, 1).
    Probe probe = tokens.values.probe;
    const auto weight = 1 / static_cast<float>(form.past + 1);
    for (auto& row : probe) {
        for (float& element : row) element = element * weight + 0.5F * (1 - weight);
    }
    return {joined, std::move(probe)};
}

}  // namespace abut::zoo
