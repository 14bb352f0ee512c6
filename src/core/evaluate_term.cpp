// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "core/function.hpp"

namespace abut::core {

namespace {

// max(x, 0) + log(1 + exp(-|x|)) is log(1 + exp(x)) without its overflow.
float softplus(float x) {
    return std::max(x, 0.0F) + std::log1p(std::exp(-std::abs(x)));
}

float minimum(float a, float b) {
    return std::isnan(b) ? b : std::min(a, b);
}

float maximum(float a, float b) {
    return std::isnan(b) ? b : std::max(a, b);
}

float unit_clip(float x) {
    return std::min(std::max(x, 0.0F), 1.0F);
}

float elu(float x, float alpha) {
    return x < 0 ? alpha * std::expm1(x) : x;
}

float celu(float x, float alpha) {
    return x < 0 ? alpha * std::expm1(x / alpha) : x;
}

float sign(float x) {
    return std::isnan(x) ? x : static_cast<float>((x > 0) - (x < 0));
}

float truth(bool holds) {
    return holds ? 1.0F : 0.0F;
}

}  // namespace

float evaluate_term(const Term& term, float a, float b, float c) {
    const float alpha = term.alpha;
    const float beta = term.beta;
    switch (term.function) {
        case Function::Constant:
            return alpha;
        case Function::Abs:
            return std::abs(a);
        case Function::Ceil:
            return std::ceil(a);
        case Function::Cos:
            return std::cos(a);
        case Function::Elu:
            return elu(a, alpha);
        case Function::Erf:
            return std::erf(a);
        case Function::Exp:
            return std::exp(a);
        case Function::Floor:
            return std::floor(a);
        case Function::HardSigmoid:
            return unit_clip(alpha * a + beta);
        case Function::HardSwish:
            return a * unit_clip(a / 6.0F + 0.5F);
        case Function::LeakyRelu:
            return a < 0 ? alpha * a : a;
        case Function::Log:
            return std::log(a);
        case Function::Mish:
            return a * std::tanh(softplus(a));
        case Function::Negate:
            return -a;
        case Function::Reciprocal:
            return 1.0F / a;
        case Function::Relu:
            return std::max(a, 0.0F);
        case Function::Round:
            return std::nearbyint(a);  // halves to even, as ONNX
        case Function::Selu:
            return beta * elu(a, alpha);
        case Function::Sigmoid:
            return 1.0F / (1.0F + std::exp(-a));
        case Function::Sign:
            return sign(a);
        case Function::Sin:
            return std::sin(a);
        case Function::Softplus:
            return softplus(a);
        case Function::Softsign:
            return a / (1.0F + std::abs(a));
        case Function::Sqrt:
            return std::sqrt(a);
        case Function::Square:
            return a * a;
        case Function::Tan:
            return std::tan(a);
        case Function::Tanh:
            return std::tanh(a);
        case Function::ThresholdedRelu:
            return a <= alpha ? 0.0F : a;  // a NaN stays one
        case Function::Acos:
            return std::acos(a);
        case Function::Acosh:
            return std::acosh(a);
        case Function::Asin:
            return std::asin(a);
        case Function::Asinh:
            return std::asinh(a);
        case Function::Atan:
            return std::atan(a);
        case Function::Atanh:
            return std::atanh(a);
        case Function::Cosh:
            return std::cosh(a);
        case Function::Sinh:
            return std::sinh(a);
        case Function::Celu:
            return celu(a, alpha);
        case Function::Clip:
            return std::min(std::max(a, alpha), beta);
        case Function::MultiplyOne:
            return std::fma(alpha, a, beta);
        case Function::Not:
            return truth(a == 0);
        case Function::Add:
            return a + b;
        case Function::Subtract:
            return a - b;
        case Function::Multiply:
            return a * b;
        case Function::Divide:
            return a / b;
        case Function::Minimum:
            return minimum(a, b);
        case Function::Maximum:
            return maximum(a, b);
        case Function::Power:
            return std::pow(a, b);
        case Function::PRelu:
            return a < 0 ? a * b : a;
        case Function::Greater:
            return truth(a > b);
        case Function::GreaterOrEqual:
            return truth(a >= b);
        case Function::Less:
            return truth(a < b);
        case Function::LessOrEqual:
            return truth(a <= b);
        case Function::Equal:
            return truth(a == b);
        case Function::And:
            return truth(a != 0 && b != 0);
        case Function::Or:
            return truth(a != 0 || b != 0);
        case Function::Xor:
            return truth((a != 0) != (b != 0));
        case Function::MultiplyAdd:
            return std::fma(a, b, c);
        case Function::Select:
            return a != 0 ? b : c;
    }
    return NAN;
}

}  // namespace abut::core
