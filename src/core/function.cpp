// SPDX-License-Identifier: Apache-2.0
#include "core/function.hpp"

#include <array>

#include "core/fail.hpp"

namespace abut::core {

namespace {

// In the order of Function.
constexpr std::array<FunctionFacts, 58> facts{{
    {"constant", 0, 1},     {"abs", 1, 0},
    {"ceil", 1, 0},         {"cos", 1, 0},
    {"elu", 1, 1},          {"erf", 1, 0},
    {"exp", 1, 0},          {"floor", 1, 0},
    {"hard_sigmoid", 1, 2}, {"hard_swish", 1, 0},
    {"leaky_relu", 1, 1},   {"log", 1, 0},
    {"mish", 1, 0},         {"negate", 1, 0},
    {"reciprocal", 1, 0},   {"relu", 1, 0},
    {"round", 1, 0},        {"selu", 1, 2},
    {"sigmoid", 1, 0},      {"sign", 1, 0},
    {"sin", 1, 0},          {"softplus", 1, 0},
    {"softsign", 1, 0},     {"sqrt", 1, 0},
    {"square", 1, 0},       {"tan", 1, 0},
    {"tanh", 1, 0},         {"thresholded_relu", 1, 1},
    {"acos", 1, 0},         {"acosh", 1, 0},
    {"asin", 1, 0},         {"asinh", 1, 0},
    {"atan", 1, 0},         {"atanh", 1, 0},
    {"cosh", 1, 0},         {"sinh", 1, 0},
    {"celu", 1, 1},         {"clip", 1, 2},
    {"multiply_one", 1, 2}, {"not", 1, 0},
    {"add", 2, 0},          {"subtract", 2, 0},
    {"multiply", 2, 0},     {"divide", 2, 0},
    {"minimum", 2, 0},      {"maximum", 2, 0},
    {"power", 2, 0},        {"prelu", 2, 0},
    {"greater", 2, 0},      {"greater_or_equal", 2, 0},
    {"less", 2, 0},         {"less_or_equal", 2, 0},
    {"equal", 2, 0},        {"and", 2, 0},
    {"or", 2, 0},           {"xor", 2, 0},
    {"multiply_add", 3, 0}, {"select", 3, 0},
}};
static_assert(facts.size() == static_cast<std::size_t>(Function::Select) + 1);

}  // namespace

const FunctionFacts& facts_of(Function function) {
    const auto index = static_cast<std::size_t>(function);
    require(index < facts.size(), "{} is no function of an expression", index);
    return facts[index];
}

}  // namespace abut::core

namespace abut::inline v0 {

int arity(Function function) {
    return core::facts_of(function).arity;
}

std::string_view to_string(Function function) {
    return core::facts_of(function).name;
}

}  // namespace abut::inline v0
