// SPDX-License-Identifier: Apache-2.0
// Functions of elements.
#include <algorithm>

#include "zoo/network_builder.hpp"

namespace abut::zoo {
namespace {

Probe mapped(Probe probe, auto function) {
    for (auto& row : probe) std::ranges::transform(row, row.begin(), function);
    return probe;
}

// (1 + x / 1024)^1024: std::exp differs between platforms, and for a probe this is near enough.
double exponential(double x) {
    double power = 1 + std::clamp(x, -80.0, 80.0) / 1024;
    for (int squaring = 0; squaring < 10; ++squaring) power *= power;
    return power;
}

float logistic(float x) {
    return static_cast<float>(1 / (1 + exponential(-static_cast<double>(x))));
}

// x / 2 * (1 + tanh(inner)), with (1 + tanh(y)) / 2 = logistic(2 y).
float gelu_of(float x) {
    return x * logistic(2 * 0.7978846F * (x + 0.044715F * x * x * x));
}

/// 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))
Expression gelu_expression() {
    Expression gelu;
    const auto term = [&gelu](Function function, std::array<int, 3> arguments, float alpha = 0, float beta = 0) {
        gelu.terms.push_back({function, arguments, alpha, beta});
        return gelu.result();
    };
    const int square = term(Function::Square, {0, -1, -1});
    const int factor = term(Function::MultiplyOne, {square, -1, -1}, 0.7978846F * 0.044715F, 0.7978846F);
    const int angle = term(Function::Tanh, {term(Function::Multiply, {0, factor, -1}), -1, -1});
    const int gate = term(Function::MultiplyOne, {angle, -1, -1}, 0.5F, 0.5F);
    term(Function::Multiply, {0, gate, -1});
    return gelu;
}

}  // namespace

Signal NetworkBuilder::relu(Signal x) {
    return {graph_.relu(x.value), mapped(std::move(x.probe), [](float element) { return std::max(element, 0.0F); })};
}

Signal NetworkBuilder::leaky_relu(const Signal& x, float alpha) {
    const auto leaky = [alpha](float element) { return element < 0 ? alpha * element : element; };
    return {graph_.apply(Function::LeakyRelu, x.value, alpha), mapped(x.probe, leaky)};
}

Signal NetworkBuilder::sigmoid(const Signal& x) {
    return {graph_.apply(Function::Sigmoid, x.value), mapped(x.probe, logistic)};
}

Signal NetworkBuilder::silu(const Signal& x) {
    return {graph_.multiply(x.value, graph_.apply(Function::Sigmoid, x.value)),
            mapped(x.probe, [](float element) { return element * logistic(element); })};
}

Signal NetworkBuilder::gelu(const Signal& x) {
    return {graph_.elementwise(gelu_expression(), std::array{x.value}), mapped(x.probe, gelu_of)};
}

Signal NetworkBuilder::scaled_sum(const Signal& x, float scale, const Signal& y) {
    const ValueId scaled = scale == 1 ? x.value : graph_.multiply(x.value, scalar(scale));
    Signal sum{graph_.add(scaled, y.value), y.probe};
    for (std::size_t channel = 0; channel < sum.probe.size(); ++channel) {
        for (std::size_t pixel = 0; pixel < sum.probe[channel].size(); ++pixel) {
            sum.probe[channel][pixel] += scale * x.probe[channel][pixel];
        }
    }
    return sum;
}

}  // namespace abut::zoo
