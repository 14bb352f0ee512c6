// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "onnx/host_operators.hpp"

namespace abut::onnx {

namespace {

// The axes that are reduced, all if none is given.
std::vector<bool> reduced_axes(NodeImport& node) {
    const int rank = node.shape(0).rank();
    const auto axes = node.attribute_or_input("axes", 1);
    const bool none = !axes || axes->empty();
    const bool nothing = node.attributes().flag("noop_with_empty_axes", false);
    std::vector<bool> reduced(static_cast<std::size_t>(rank), none && !nothing);
    if (none) return reduced;
    for (const std::int64_t axis : *axes) reduced[static_cast<std::size_t>(normalized_axis(axis, rank))] = true;
    return reduced;
}

// Folds the elements of known integers or floats into those of the shape without the reduced axes.
template <typename T, typename Function>
void reduce(NodeImport& node, T neutral, Function function) {
    const Shape x = node.shape(0);
    const std::vector<bool> reduced = reduced_axes(node);
    const bool keep = node.attributes().flag("keepdims", true);
    Shape kept = x;
    Shape output;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const bool is_reduced = reduced[static_cast<std::size_t>(axis)];
        if (is_reduced) kept[axis] = 1;
        if (!is_reduced || keep) output.push_back(kept[axis]);
    }
    std::vector<T> result(static_cast<std::size_t>(checked_host_count(output)), neutral);
    const auto from = elements_of<T>(*node.host(0));
    const auto offsets = offsets_of(Layout::dense(kept).broadcast(x));
    for (std::size_t i = 0; i < from.size(); ++i) {
        T& into = result[static_cast<std::size_t>(offsets[i])];
        into = static_cast<T>(function(into, from[i]));
    }
    node.set(make_tensor(output, std::move(result)));
}

struct Maximum {
    template <typename T>
    static constexpr T neutral = std::numeric_limits<T>::lowest();
    template <typename T>
    T operator()(T a, T b) const {
        return std::max(a, b);
    }
};

struct Minimum {
    template <typename T>
    static constexpr T neutral = std::numeric_limits<T>::max();
    template <typename T>
    T operator()(T a, T b) const {
        return std::min(a, b);
    }
};

// Integers wrap.
template <typename T>
using Wrapping = std::conditional_t<std::is_same_v<T, std::int64_t>, std::uint64_t, T>;

struct Sum {
    template <typename T>
    static constexpr T neutral = 0;
    template <typename T>
    T operator()(T a, T b) const {
        return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
    }
};

struct Product {
    template <typename T>
    static constexpr T neutral = 1;
    template <typename T>
    T operator()(T a, T b) const {
        return static_cast<T>(static_cast<Wrapping<T>>(a) * static_cast<Wrapping<T>>(b));
    }
};

template <typename Function>
void compute_reduction(NodeImport& node) {
    if (node.dtype(0) == DType::Float32) return reduce(node, Function::template neutral<float>, Function{});
    core::require(node.dtype(0) == DType::Int64, "an operand of {}", to_string(node.dtype(0)));
    reduce(node, Function::template neutral<std::int64_t>, Function{});
}

constexpr HostEntry reduce_fold_entries[] = {
    {"ReduceMax", compute_reduction<Maximum>},
    {"ReduceMin", compute_reduction<Minimum>},
    {"ReduceProd", compute_reduction<Product>},
    {"ReduceSum", compute_reduction<Sum>},
};

}  // namespace

std::span<const HostEntry> host_reduce_operators() {
    return reduce_fold_entries;
}

}  // namespace abut::onnx
