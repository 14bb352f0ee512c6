// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "onnx/host_operators.hpp"

namespace abut::onnx {

namespace {

using Integer = std::int64_t;

void require_legacy_broadcast_absent(NodeImport& node) {
    if (node.attributes().has("axis")) node.fail_unsupported("attribute 'axis' on known operands is unsupported");
    node.attributes().ignore("broadcast");
    node.attributes().ignore("consumed_inputs");
}

template <typename T, typename Function>
void fold(NodeImport& node, Function function) {
    const Shape shape = broadcast_inputs(node);
    std::vector<T> result = broadcast_input<T>(node, 0, shape);
    for (int input = 1; input < node.input_count(); ++input) {
        const std::vector<T> next = broadcast_input<T>(node, input, shape);
        for (std::size_t i = 0; i < result.size(); ++i) result[i] = static_cast<T>(function(result[i], next[i]));
    }
    node.set(make_tensor(shape, std::move(result)));
}

// `function` must take two floats and two integers.
template <typename Function>
void arithmetic(NodeImport& node, Function function) {
    require_legacy_broadcast_absent(node);
    const bool integers = node.dtype(0) == DType::Int64;
    for (int input = 0; input < node.input_count(); ++input) {
        const bool same = node.dtype(input) == node.dtype(0) && node.dtype(input) != DType::Bool;
        core::require(same, "operands of {} and {}", to_string(node.dtype(0)), to_string(node.dtype(input)));
    }
    if (integers) return fold<Integer>(node, function);
    fold<float>(node, function);
}

// Integers wrap as they do in the programs that models come from.
template <typename Function>
Integer wrapped(Integer a, Integer b, Function function) {
    return static_cast<Integer>(function(static_cast<std::uint64_t>(a), static_cast<std::uint64_t>(b)));
}

struct Plus {
    float operator()(float a, float b) const { return a + b; }
    Integer operator()(Integer a, Integer b) const { return wrapped(a, b, std::plus<>{}); }
};

struct Minus {
    float operator()(float a, float b) const { return a - b; }
    Integer operator()(Integer a, Integer b) const { return wrapped(a, b, std::minus<>{}); }
};

struct Times {
    float operator()(float a, float b) const { return a * b; }
    Integer operator()(Integer a, Integer b) const { return wrapped(a, b, std::multiplies<>{}); }
};

// Towards zero, as in C.
struct Quotient {
    float operator()(float a, float b) const { return a / b; }
    Integer operator()(Integer a, Integer b) const {
        core::require(b != 0, "{} is divided by 0", a);
        return b == -1 ? Minus{}(Integer{0}, a) : a / b;
    }
};

// With the divisor's sign, as in Python.
struct Modulo {
    float operator()(float a, float b) const { return std::fmod(a, b); }
    Integer operator()(Integer a, Integer b) const {
        core::require(b != 0, "{} is divided by 0", a);
        const Integer rest = b == -1 ? 0 : a % b;
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
};

struct Smaller {
    template <typename T>
    T operator()(T a, T b) const {
        return std::min(a, b);
    }
};

struct Larger {
    template <typename T>
    T operator()(T a, T b) const {
        return std::max(a, b);
    }
};

template <typename Function>
void compute_arithmetic(NodeImport& node) {
    arithmetic(node, Function{});
}

void compute_mod(NodeImport& node) {
    const bool as_c = node.attributes().flag("fmod", false);
    if (as_c && node.dtype(0) == DType::Int64)
        return arithmetic(node, [](auto a, auto b) {
            if constexpr (std::is_same_v<decltype(a), Integer>)
                return a - Times{}(Quotient{}(a, b), b);
            else
                return std::fmod(a, b);
        });
    if (!as_c && node.dtype(0) != DType::Int64) node.fail_unsupported("Mod of floats needs fmod = 1");
    arithmetic(node, Modulo{});
}

void compute_pow(NodeImport& node) {
    const Shape shape = broadcast_inputs(node);
    require_legacy_broadcast_absent(node);
    const auto base = broadcast_input<float>(node, 0, shape);
    const auto exponent = broadcast_input<float>(node, 1, shape);
    std::vector<float> result(base.size());
    std::ranges::transform(base, exponent, result.begin(), [](float a, float b) { return std::pow(a, b); });
    const HostTensor power = make_tensor(shape, std::move(result));
    node.set(node.dtype(0) == DType::Int64 ? make_tensor(shape, converted<Integer>(power)) : power);
}

template <float (*function)(float)>
void compute_float(NodeImport& node) {
    core::require(node.dtype(0) == DType::Float32, "an operand of {}", to_string(node.dtype(0)));
    std::vector<float> elements = converted<float>(*node.host(0));
    for (float& element : elements) element = function(element);
    node.set(make_tensor(node.shape(0), std::move(elements)));
}

template <typename Function>
void compute_signed(NodeImport& node) {
    if (node.dtype(0) != DType::Int64) return compute_float<Function::of>(node);
    std::vector<Integer> elements = converted<Integer>(*node.host(0));
    for (Integer& element : elements) element = Function::of(element);
    node.set(make_tensor(node.shape(0), std::move(elements)));
}

struct Negative {
    static float of(float x) { return -x; }
    static Integer of(Integer x) { return Minus{}(Integer{0}, x); }
};

struct Magnitude {
    static float of(float x) { return std::abs(x); }
    static Integer of(Integer x) { return x < 0 ? Negative::of(x) : x; }
};

float half_to_even(float x) {
    return std::nearbyint(x);
}

float reciprocal(float x) {
    return 1 / x;
}

constexpr HostEntry arithmetic_fold_entries[] = {
    {"Abs", compute_signed<Magnitude>},
    {"Add", compute_arithmetic<Plus>},
    {"Ceil", compute_float<std::ceil>},
    {"Div", compute_arithmetic<Quotient>},
    {"Exp", compute_float<std::exp>},
    {"Floor", compute_float<std::floor>},
    {"Log", compute_float<std::log>},
    {"Max", compute_arithmetic<Larger>},
    {"Min", compute_arithmetic<Smaller>},
    {"Mod", compute_mod},
    {"Mul", compute_arithmetic<Times>},
    {"Neg", compute_signed<Negative>},
    {"Pow", compute_pow},
    {"Reciprocal", compute_float<reciprocal>},
    {"Round", compute_float<half_to_even>},
    {"Sqrt", compute_float<std::sqrt>},
    {"Sub", compute_arithmetic<Minus>},
    {"Sum", compute_arithmetic<Plus>},
};

}  // namespace

std::span<const HostEntry> host_arithmetic_operators() {
    return arithmetic_fold_entries;
}

}  // namespace abut::onnx
