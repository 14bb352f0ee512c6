// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "abut/graph.hpp"

namespace abut::passes {

/// Whether `value` is a float32 constant whose elements are at hand.
bool has_floats(const Value& value);
/// Row-major elements of such a value.
std::span<const float> floats_of(const Value& value);
/// One float for each of `count` channels of such a value, which has as many or one for all.
std::vector<float> channel_floats(const Value& value, std::int64_t count);

/// A small tensor that is computed with when constants are folded; in double, so that folding rounds once.
struct ConstantTensor {
    Shape shape;
    std::vector<double> elements;
    ValueId origin;  ///< the constant of the graph that it is, unchanged

    static ConstantTensor scalar(double value) { return {{}, {value}, {}}; }
    static ConstantTensor of(const Graph& graph, ValueId constant);

    /// Whether all elements are the same, to the bit: 0 and -0 are two.
    [[nodiscard]] bool is_uniform() const;
};

using TensorPointer = std::shared_ptr<const ConstantTensor>;

/// Whether the broadcast shape of both is no larger than the larger one.
bool combines_without_growth(const ConstantTensor& a, const ConstantTensor& b);
/// function(a, b), element by element, broadcast.
ConstantTensor combined(const ConstantTensor& a, const ConstantTensor& b,
                        const std::function<double(double, double)>& function);
ConstantTensor transformed(const ConstantTensor& a, const std::function<double(double)>& function);

}  // namespace abut::passes
