// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/evaluate_rules.hpp"
#include "graph/strided_walk.hpp"

namespace abut::reference {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double larger(double a, double b) {
    return a != a || a > b ? a : b;
}

double smaller(double a, double b) {
    return a != a || a < b ? a : b;
}

double initial(ReduceKind kind) {
    switch (kind) {
        case ReduceKind::Max:
            return -infinity;
        case ReduceKind::Min:
            return infinity;
        case ReduceKind::Product:
            return 1;
        default:
            return 0;
    }
}

/// `so_far` with one more element; `shift` is subtracted before an exponential.
double combined(ReduceKind kind, double so_far, double element, double shift) {
    switch (kind) {
        case ReduceKind::Max:
            return larger(so_far, element);
        case ReduceKind::Min:
            return smaller(so_far, element);
        case ReduceKind::Product:
            return so_far * element;
        case ReduceKind::SumSquare:
        case ReduceKind::L2:
            return so_far + element * element;
        case ReduceKind::L1:
            return so_far + std::abs(element);
        case ReduceKind::LogSumExp:
            return so_far + std::exp(element - shift);
        case ReduceKind::Sum:
        case ReduceKind::Mean:
        case ReduceKind::LogSum:
            return so_far + element;
    }
    return so_far;
}

double finished(ReduceKind kind, double value, double count, double shift) {
    switch (kind) {
        case ReduceKind::Mean:
            return value / count;
        case ReduceKind::L2:
            return std::sqrt(value);
        case ReduceKind::LogSum:
            return std::log(value);
        case ReduceKind::LogSumExp:
            return shift + std::log(value);
        default:
            return value;
    }
}

/// Strides of x's axes in the row-major result: 0 on the axes that are reduced.
Strides result_strides(const Shape& shape, const std::vector<int>& axes) {
    Shape kept = shape;
    for (const int axis : axes) kept[axis] = 1;
    Strides strides = Layout::dense(kept).strides;
    for (const int axis : axes) strides[axis] = 0;
    return strides;
}

std::vector<double> accumulated(const Tensor& x, ReduceKind kind, const Strides& strides,
                                const std::vector<double>& shifts) {
    std::vector<double> values(shifts.size(), initial(kind));
    StridedWalk walk(x.shape, {strides});
    for (const float element : x.elements) {
        const auto at = static_cast<std::size_t>(walk.offset(0));
        values[at] = combined(kind, values[at], element, shifts[at]);
        walk.advance();
    }
    return values;
}

/// The largest element of each sum, so that no exponential overflows; 0 where that is not finite.
std::vector<double> largest(const Tensor& x, const Strides& strides, std::size_t count) {
    std::vector<double> shifts = accumulated(x, ReduceKind::Max, strides, std::vector<double>(count));
    for (double& shift : shifts) shift = std::isfinite(shift) ? shift : 0;
    return shifts;
}

}  // namespace

Tensor compute(const Reduce& reduce, Operands inputs, const Shape& output) {
    const Tensor& x = *inputs[0];
    Tensor result = zeros(output);
    const std::size_t count = result.elements.size();
    const Strides strides = result_strides(x.shape, reduce.axes);
    const bool is_shifted = reduce.kind == ReduceKind::LogSumExp;
    const std::vector<double> shifts = is_shifted ? largest(x, strides, count) : std::vector<double>(count);
    const std::vector<double> values = accumulated(x, reduce.kind, strides, shifts);
    const double elements = count == 0 ? 0 : static_cast<double>(x.elements.size()) / static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) {
        result.elements[i] = static_cast<float>(finished(reduce.kind, values[i], elements, shifts[i]));
    }
    return result;
}

Tensor compute(const Softmax& softmax, Operands inputs, const Shape& output) {
    const Tensor& x = *inputs[0];
    const Strides strides = result_strides(output, {softmax.axis});
    Shape lanes = output;
    lanes[softmax.axis] = 1;
    const std::vector<double> shifts = largest(x, strides, static_cast<std::size_t>(element_count(lanes)));
    const std::vector<double> sums = accumulated(x, ReduceKind::LogSumExp, strides, shifts);
    Tensor result = x;
    StridedWalk walk(output, {strides});
    for (float& element : result.elements) {
        const auto lane = static_cast<std::size_t>(walk.offset(0));
        const double shifted = element - shifts[lane];
        const double value = softmax.log ? shifted - std::log(sums[lane]) : std::exp(shifted) / sums[lane];
        element = static_cast<float>(value);
        walk.advance();
    }
    return result;
}

}  // namespace abut::reference
