// SPDX-License-Identifier: Apache-2.0
#include "support/random_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace abut::tests {
namespace {

class Generator {
public:
    Generator(std::uint32_t seed, const RandomGraphOptions& options) : random_(seed), options_(options) {}

    Graph run() {
        const auto inputs = between(1, 2);
        for (int i = 0; i < inputs; ++i) add_input(i);
        while (std::ssize(graph_.nodes()) < options_.nodes) add_node();
        add_outputs();
        return std::move(graph_);
    }

private:
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(random_() % static_cast<std::uint32_t>(high - low + 1));
    }
    bool chance(int percent) { return between(1, 100) <= percent; }
    ValueId any_value() {
        // The latest are likelier, so that graphs get deep.
        const auto last = std::ssize(values_) - 1;
        return values_[static_cast<std::size_t>(std::max(between(0, last), between(0, last)))];
    }
    ValueId any_image() {
        for (int i = 0; i < 20; ++i) {
            if (const auto value = any_value(); shape(value).rank() == 4 && count(value) > 0) return value;
        }
        return values_.front();  // an input
    }
    const Shape& shape(ValueId value) const { return graph_.value(value).shape; }
    std::int64_t count(ValueId value) const { return element_count(shape(value)); }
    ValueId keep(ValueId value) {
        if (count(value) <= most_elements) values_.push_back(value);
        return value;
    }

    ViewSpec port_spec(const Shape& of) {
        static constexpr std::array<std::int64_t, 4> alignments{4, 4, 16, 64};
        const auto alignment = alignments.at(static_cast<std::size_t>(between(0, 3)));
        Shape allocated = of;
        if (chance(30)) {  // a slice of something larger
            for (auto axis = 0; axis < of.rank(); ++axis) allocated[axis] += between(0, 3);
        }
        auto layout = of.rank() >= 3 && chance(60) ? Layout::channels_last(allocated) : Layout::dense(allocated);
        layout.shape = of;
        return {DType::Float32, layout, {alignment, chance(20) ? alignment / 2 / 4 * 4 : 0}};
    }

    void add_input(int index) {
        const Shape image{between(1, options_.max_batch), between(1, options_.max_channels), between(1, options_.max_extent),
                          between(1, options_.max_extent)};
        values_.push_back(graph_.input(fmt::format("x{}", index), port_spec(image)));
    }

    float uniform() { return static_cast<float>(random_()) * 0x1p-31F - 1.0F; }

    ValueId constant(const Shape& of, float scale) {
        std::vector<float> elements(static_cast<std::size_t>(element_count(of)));
        for (auto& element : elements) element = scale * uniform();
        return graph_.constant(of, elements);
    }

    void add_node() {
        switch (between(0, 13)) {
            case 0:
            case 1:
                keep(convolution(any_image()));
                break;
            case 2:
            case 3:
            case 4:
                keep(joined(any_value()));
                break;
            case 5:
                split(any_value());
                break;
            case 6:
                keep(part(any_value()));
                break;
            case 7:
                keep(reshaped(any_value()));
                break;
            case 8:
                keep(transposed(any_value()));
                break;
            case 9:
                keep(pool(any_image()));
                break;
            case 10:
                keep(binary(any_value()));
                break;
            case 11:
                keep(padded(any_image()));
                break;
            case 12:
                keep(normalised(any_image()));
                break;
            default:
                keep(unary(any_value()));
                break;
        }
    }

    ValueId unary(ValueId x) {
        static constexpr std::array functions{Function::Relu,   Function::Sigmoid, Function::Tanh,
                                              Function::Negate, Function::Abs,     Function::Sin};
        return graph_.apply(functions.at(static_cast<std::size_t>(between(0, 5))), x);
    }

    ValueId binary(ValueId a) {
        static constexpr std::array functions{Function::Add, Function::Subtract, Function::Maximum, Function::Minimum};
        const auto b = std::ranges::find_if(values_, [&](ValueId other) { return other != a && shape(other) == shape(a); });
        const auto function = functions.at(static_cast<std::size_t>(between(0, 3)));
        if (b != values_.end() && chance(70)) return graph_.apply(function, a, *b);
        Shape broadcast = shape(a);
        for (int axis = 0; axis < broadcast.rank(); ++axis) {
            if (broadcast[axis] != 0 && chance(50)) broadcast[axis] = 1;
        }
        return graph_.apply(function, a, constant(broadcast, 1));
    }

    ValueId convolution(ValueId x, std::int64_t out_channels = 0, bool same_size = false) {
        const auto channels = shape(x)[1];
        Conv2d attributes;
        const std::int64_t kernel = chance(50) ? 1 : 3;
        if (same_size || chance(60)) attributes.pads = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
        if (!same_size && chance(25)) attributes.strides = {2, between(1, 2)};
        const bool fits = shape(x)[2] + 2 * attributes.pads[0] >= kernel && shape(x)[3] + 2 * attributes.pads[1] >= kernel;
        if (!fits) attributes.pads = {1, 1, 1, 1};
        if (out_channels == 0) out_channels = between(1, options_.max_channels + 4);
        if (chance(15) && channels > 1 && !same_size) {
            attributes.groups = channels;  // depth-wise
            out_channels = channels;
        }
        const auto scale = 1.5F / std::sqrt(static_cast<float>(channels / attributes.groups * kernel * kernel));
        const auto weights = constant({out_channels, channels / attributes.groups, kernel, kernel}, scale);
        const auto y = chance(50) ? graph_.conv2d(x, weights, attributes)
                                  : graph_.conv2d(x, weights, constant({out_channels}, 0.5F), attributes);
        return chance(50) ? graph_.relu(y) : y;
    }

    /// BatchNorm and an activation, often before a convolution, as DenseNet has it.
    ValueId normalised(ValueId x) {
        const Shape channels{shape(x)[1]};
        std::vector<float> variance(static_cast<std::size_t>(channels[0]), 0.75F);
        const auto y = graph_.batch_norm(x, constant(channels, 1), constant(channels, 0.5F), constant(channels, 0.5F),
                                         graph_.constant(channels, variance));
        const auto activated = graph_.relu(y);
        return chance(60) ? convolution(activated, 0, true) : activated;
    }

    /// Something that can stand next to `x` along `axis`.
    ValueId neighbour(ValueId x, int axis) {
        const auto fits = [&](ValueId other) {
            if (shape(other).rank() != shape(x).rank()) return false;
            for (int i = 0; i < shape(x).rank(); ++i) {
                if (i != axis && shape(other)[i] != shape(x)[i]) return false;
            }
            return true;
        };
        std::vector<ValueId> candidates;
        std::ranges::copy_if(values_, std::back_inserter(candidates), fits);
        if (!candidates.empty() && chance(50)) {
            return candidates[static_cast<std::size_t>(between(0, std::ssize(candidates) - 1))];
        }
        if (shape(x).rank() == 4 && count(x) > 0 && axis == 1 && chance(70))
            return keep(convolution(x, between(1, options_.max_channels), true));
        if (chance(15)) {
            Shape of = shape(x);
            of[axis] = between(1, 3);
            return constant(of, 1);
        }
        return keep(unary(x));
    }

    ValueId joined(ValueId x) {
        const int rank = shape(x).rank();
        const int axis = rank == 4 && chance(60) ? 1 : static_cast<int>(between(0, rank - 1));
        std::vector<ValueId> operands{x};
        const auto more = between(1, 3);
        for (int i = 0; i < more; ++i) operands.push_back(neighbour(x, axis));
        std::ranges::shuffle(operands, random_);
        return graph_.concat(operands, chance(30) ? axis - rank : axis);
    }

    void split(ValueId x) {
        const int axis = static_cast<int>(between(0, shape(x).rank() - 1));
        const auto extent = shape(x)[axis];
        // Now and then a part without elements.
        const auto first = chance(10) ? 0 : between(std::min<std::int64_t>(1, extent), extent);
        for (const auto part : graph_.split(x, axis, {first, extent - first})) keep(part);
    }

    ValueId part(ValueId x) {
        const int axis = static_cast<int>(between(0, shape(x).rank() - 1));
        if (shape(x)[axis] == 0) return x;
        const auto begin = between(0, shape(x)[axis] - 1);
        return graph_.slice(x, axis, begin, between(begin + 1, shape(x)[axis]));
    }

    ValueId reshaped(ValueId x) {
        const auto& from = shape(x);
        if (count(x) == 0) return x;
        if (chance(30)) return graph_.flatten(x, static_cast<int>(between(0, from.rank())));
        if (from.rank() != 4) {
            const auto rows = count(x) % 2 == 0 ? count(x) / 2 : count(x);
            return graph_.reshape(x, {1, count(x) / rows, rows, 1});
        }
        if (chance(50)) return graph_.reshape(x, {from[0], from[1], from[2] * from[3]});
        return graph_.reshape(x, {from[0] * from[1], 1, from[2], from[3]});
    }

    ValueId transposed(ValueId x) {
        std::vector<std::int64_t> axes(static_cast<std::size_t>(shape(x).rank()));
        for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<std::int64_t>(i);
        std::ranges::shuffle(axes, random_);
        return graph_.transpose(x, Dims(axes));
    }

    ValueId pool(ValueId x) {
        if (chance(20)) return graph_.global_average_pool(x);
        if (chance(15)) return graph_.resize(x, doubled(x));
        Pool2d attributes{.kind = chance(50) ? PoolKind::Max : PoolKind::Average, .kernel = {3, 3}, .pads = {1, 1, 1, 1}};
        if (chance(40)) attributes.strides = {2, 2};
        attributes.ceil_mode = chance(30);
        attributes.count_include_pad = chance(30);
        return graph_.pool2d(x, attributes);
    }

    Resize doubled(ValueId x) {
        const auto& from = shape(x);
        Resize attributes;
        attributes.mode = chance(50) ? ResizeMode::Nearest : ResizeMode::Linear;
        attributes.sizes = {from[0], from[1], from[2] * 2, from[3] * 2};
        attributes.scales = {1, 1, 2, 2};
        return attributes;
    }

    ValueId padded(ValueId x) {
        Pad attributes{.before = Dims::filled(4, 0), .after = Dims::filled(4, 0), .value = 0.25F};
        attributes.before[static_cast<int>(between(0, 3))] = between(0, 2);
        attributes.after[static_cast<int>(between(1, 3))] = between(1, 2);
        return graph_.pad(x, attributes);
    }

    void add_outputs() {
        std::vector<bool> used(graph_.values().size());
        for (const auto& node : graph_.nodes()) {
            for (const auto input : node.inputs) used[static_cast<std::size_t>(input.index)] = true;
        }
        std::vector<ValueId> ends;
        for (const auto& node : graph_.nodes()) {
            for (const auto value : node.outputs) {
                if (!used[static_cast<std::size_t>(value.index)]) ends.push_back(value);
            }
        }
        if (chance(40)) ends.push_back(any_value());  // something that others read, or an input
        if (chance(20)) ends.push_back(ends.front());
        if (ends.empty()) ends.push_back(any_value());
        int index = 0;
        for (const auto value : ends) graph_.output(fmt::format("y{}", index++), value, port_spec(shape(value)));
    }

    static constexpr std::int64_t most_elements = 20000;
    std::mt19937 random_;
    RandomGraphOptions options_;
    Graph graph_;
    std::vector<ValueId> values_;
};

}  // namespace

Graph random_graph(std::uint32_t seed, const RandomGraphOptions& options) {
    return Generator(seed, options).run();
}

std::vector<reference::Tensor> random_inputs(const Graph& graph, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<reference::Tensor> inputs;
    for (const auto& port : graph.inputs()) {
        auto tensor = reference::zeros(port.spec.shape());
        for (auto& element : tensor.elements) element = static_cast<float>(random()) * 0x1p-31F - 1.0F;
        inputs.push_back(std::move(tensor));
    }
    return inputs;
}

}  // namespace abut::tests
