// SPDX-License-Identifier: Apache-2.0
#include "zoo/network_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "abut/error.hpp"

namespace abut::zoo {
namespace {

// 1 GiB of float32: more than any published network of these families has.
constexpr std::int64_t most_parameters = std::int64_t{1} << 28;

}  // namespace

NetworkBuilder::NetworkBuilder(std::string name, const ZooOptions& options)
    : generator_(options.seed),
      draws_(options.draws_weights) {
    graph_.set_name(std::move(name));
}

Signal NetworkBuilder::input(const Shape& shape, int channel_axis) {
    Signal x{graph_.input("input", ViewSpec(DType::Float32, shape)), Probe(static_cast<std::size_t>(shape[channel_axis]))};
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
    const auto count = static_cast<std::size_t>(element_count(shape));
    const std::shared_ptr<float[]> drawn(new float[count]);
    const std::span elements(drawn.get(), count);
    if (draws_) {
        for (float& element : elements) element = generator_.uniform(-bound, bound);
    } else {
        std::ranges::fill(elements, 0.0F);
    }
    return {.value = graph_.constant(ViewSpec(DType::Float32, shape), drawn, name + ".weight"), .elements = elements};
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

ValueId NetworkBuilder::scalar(float number) {
    return graph_.constant(Shape{}, std::span(&number, 1));
}

Graph NetworkBuilder::finish(ValueId output) && {
    graph_.output("output", output);
    for (const auto& [name, past, present, layout] : cache_outputs_) {
        graph_.output(name, present, ViewSpec(DType::Float32, layout, {sizeof(float), 0}));
        graph_.share(past, name, Dims::filled(layout.shape.rank(), 0));
    }
    return std::move(graph_);
}

}  // namespace abut::zoo
