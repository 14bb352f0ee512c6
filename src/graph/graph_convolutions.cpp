// SPDX-License-Identifier: Apache-2.0
#include "abut/graph.hpp"
#include "core/checked.hpp"
#include "graph/infer.hpp"

namespace abut::inline v0 {

namespace {

/// Throws what append() would, before the bias becomes a value of the graph.
template <typename Attributes>
void check_bias(const Graph& graph, ValueId x, ValueId weights, ValueId bias, std::int64_t channels,
                const Attributes& attributes) {
    const Value& given = graph.value(bias);
    core::require(given.shape == Shape{channels}, "{}: expected a bias of shape {}, one value an output channel, found {}",
                  name_of(attributes), channels, to_string(given.shape));
    const auto type_of = [&](ValueId id) { return inference::TensorType{graph.value(id).dtype, graph.value(id).shape}; };
    try {
        inference::infer_outputs(attributes,
                                 inference::Types{type_of(x), type_of(weights), {given.dtype, {1, channels, 1, 1}}});
    } catch (const Error& error) {
        core::fail(error.code(), "{} of \"{}\": {}", name_of(attributes), graph.value(x).name, error.what());
    }
}

/// `bias` of shape {O} as {1, O, 1, 1}: a constant that shares the data, or a reshape.
ValueId image_bias(Graph& graph, ValueId bias, std::int64_t channels) {
    const Value& given = graph.value(bias);
    const Shape shape{1, channels, 1, 1};
    if (given.data == nullptr) return graph.reshape(bias, shape);
    return graph.constant(ViewSpec(given.dtype, shape), given.data, given.name);
}

}  // namespace

ValueId Graph::conv2d(ValueId x, ValueId weights, const Conv2d& attributes) {
    return append(attributes, {x, weights}).front();
}

ValueId Graph::conv2d(ValueId x, ValueId weights, ValueId bias, Conv2d attributes) {
    const Shape& kernel = value(weights).shape;
    core::require(kernel.rank() == 4, "conv2d: expected weights with the axes O, C/groups, R, S, found {}",
                  to_string(kernel));
    const std::int64_t channels = kernel[0];
    attributes.epilogue = attributes.epilogue.composed(0, {Bias{}});
    check_bias(*this, x, weights, bias, channels, attributes);
    return append(std::move(attributes), {x, weights, image_bias(*this, bias, channels)}).front();
}

ValueId Graph::conv_transpose2d(ValueId x, ValueId weights, const ConvTranspose2d& attributes) {
    return append(attributes, {x, weights}).front();
}

ValueId Graph::conv_transpose2d(ValueId x, ValueId weights, ValueId bias, ConvTranspose2d attributes) {
    const Shape& kernel = value(weights).shape;
    core::require(kernel.rank() == 4, "conv_transpose2d: expected weights with the axes C, O/groups, R, S, found {}",
                  to_string(kernel));
    const std::int64_t channels = core::checked_multiply(kernel[1], attributes.groups);
    attributes.epilogue = attributes.epilogue.composed(0, {Bias{}});
    check_bias(*this, x, weights, bias, channels, attributes);
    return append(std::move(attributes), {x, weights, image_bias(*this, bias, channels)}).front();
}

}  // namespace abut::inline v0
