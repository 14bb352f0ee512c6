// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "abut/graph.hpp"
#include "support/random_graph.hpp"

namespace abut::tests {

/// A random graph in the making: what it is drawn from, and what can be drawn again.
class GraphSketch {
public:
    GraphSketch(std::uint32_t seed, const RandomGraphOptions& options) : random_(seed), options_(options) {}

    [[nodiscard]] const RandomGraphOptions& options() const noexcept { return options_; }
    [[nodiscard]] Graph& graph() noexcept { return graph_; }

    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(random_() % static_cast<std::uint32_t>(high - low + 1));
    }
    bool chance(int percent) { return between(1, 100) <= percent; }
    template <class List>
    const auto& one_of(const List& list) {
        return list[static_cast<std::size_t>(between(0, std::ssize(list) - 1))];
    }
    template <class List>
    void shuffle(List& list) {
        for (auto i = std::ssize(list) - 1; i > 0; --i) {
            std::swap(list[static_cast<std::size_t>(i)], list[static_cast<std::size_t>(between(0, i))]);
        }
    }

    [[nodiscard]] const Shape& shape(ValueId value) const { return graph_.value(value).shape; }
    [[nodiscard]] std::int64_t count(ValueId value) const { return element_count(shape(value)); }
    [[nodiscard]] std::span<const ValueId> values() const { return values_; }

    /// From now on `value` may be drawn, unless it has too many elements.
    ValueId keep(ValueId value);
    /// Any value that was kept; the latest are likelier, so that graphs get deep.
    ValueId any_value();
    /// Of rank 4 and with elements.
    ValueId any_image();
    /// Any axis of the value; that of the channels is likelier for images.
    int any_axis(ValueId value);
    /// The same axis, at times counted from the back.
    int as_written(int axis, int rank) { return chance(30) ? axis - rank : axis; }

    ValueId constant(const Shape& shape, float scale);
    /// All kinds of layouts and alignments, slices of something larger among them.
    ViewSpec port_spec(const Shape& shape);

private:
    static constexpr std::int64_t most_elements = 20000;
    std::mt19937 random_;
    RandomGraphOptions options_;
    Graph graph_;
    std::vector<ValueId> values_;
};

// Layers, each one node or a few. All give values near 1 for values near 1.
ValueId unary(GraphSketch& sketch, ValueId x);
/// With another value of its shape, or with a constant that broadcasts.
ValueId binary(GraphSketch& sketch, ValueId a);
/// `out_channels` 0: any number. `same_size`: the image keeps its extents and is not split into groups.
ValueId convolution(GraphSketch& sketch, ValueId x, std::int64_t out_channels = 0, bool same_size = false);
/// BatchNorm and an activation, often before a convolution, as DenseNet has it.
ValueId normalised(GraphSketch& sketch, ValueId x);
ValueId pool(GraphSketch& sketch, ValueId x);
ValueId resized(GraphSketch& sketch, ValueId x, std::int64_t height, std::int64_t width);
ValueId padded(GraphSketch& sketch, ValueId x);
/// The image times one number a channel, which is computed from it.
ValueId excited(GraphSketch& sketch, ValueId x);

// Views.
ValueId part(GraphSketch& sketch, ValueId x);
ValueId reshaped(GraphSketch& sketch, ValueId x);
ValueId transposed(GraphSketch& sketch, ValueId x);
std::vector<ValueId> divided(GraphSketch& sketch, ValueId x, int axis);

/// Something that can stand next to `x` along `axis`: a value that is there, a constant or a new layer.
ValueId neighbour(GraphSketch& sketch, ValueId x, int axis);
ValueId joined(GraphSketch& sketch, std::vector<ValueId> operands, int axis);

/// A few nodes in one of the forms that concats take in networks, or that placement has to get right.
void add_form(GraphSketch& sketch);

}  // namespace abut::tests
