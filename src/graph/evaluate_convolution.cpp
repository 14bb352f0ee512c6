// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "graph/evaluate_rules.hpp"

namespace abut::reference {

namespace {

/// One tap of a kernel along one axis: position i on the coarse side meets position i * stride + offset on the fine side.
struct Tap {
    std::int64_t stride;
    std::int64_t offset;
    std::int64_t begin;  ///< the coarse positions that meet one inside the fine side
    std::int64_t end;
};

template <typename Attributes>
Tap tap_of(const Attributes& attributes, std::size_t axis, std::int64_t step, std::int64_t coarse, std::int64_t fine) {
    const std::int64_t stride = attributes.strides[axis];
    const std::int64_t offset = step * attributes.dilations[axis] - attributes.pads[axis];
    const std::int64_t begin = std::clamp<std::int64_t>(ceil_divided(-offset, stride), 0, coarse);
    const std::int64_t end = std::clamp<std::int64_t>(ceil_divided(fine - offset, stride), begin, coarse);
    return {stride, offset, begin, end};
}

/// Adds weight * x at every output that the tap meets.
void gather_tap(const float* x, std::int64_t x_width, double weight, const Tap& rows, const Tap& columns, double* sums,
                std::int64_t width) {
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
        const float* from = x + (row * rows.stride + rows.offset) * x_width + columns.offset;
        double* to = sums + row * width;
        for (std::int64_t column = columns.begin; column < columns.end; ++column) {
            to[column] += weight * from[column * columns.stride];
        }
    }
}

/// Adds weight * x at the output that each element of x meets.
void scatter_tap(const float* x, std::int64_t x_width, double weight, const Tap& rows, const Tap& columns, double* sums,
                 std::int64_t width) {
    for (std::int64_t row = rows.begin; row < rows.end; ++row) {
        const float* from = x + row * x_width;
        double* to = sums + (row * rows.stride + rows.offset) * width + columns.offset;
        for (std::int64_t column = columns.begin; column < columns.end; ++column) {
            to[column * columns.stride] += weight * from[column];
        }
    }
}

const float* plane(const Tensor& tensor, std::int64_t first, std::int64_t second) {
    const Shape& shape = tensor.shape;
    return tensor.elements.data() + (first * shape[1] + second) * shape[2] * shape[3];
}

void store_plane(const std::vector<double>& sums, Tensor& y, std::int64_t image, std::int64_t channel) {
    const std::int64_t begin = (image * y.shape[1] + channel) * static_cast<std::int64_t>(sums.size());
    std::ranges::transform(sums, y.elements.begin() + begin, [](double sum) { return static_cast<float>(sum); });
}

void convolve(const Conv2d& conv, const Tensor& x, const Tensor& weights, std::int64_t image, std::int64_t channel,
              const Shape& output, std::vector<double>& sums) {
    const std::int64_t depth = weights.shape[1];
    const std::int64_t first = channel / (output[1] / conv.groups) * depth;
    for (std::int64_t c = 0; c < depth; ++c) {
        const float* from = plane(x, image, first + c);
        const float* weight = plane(weights, channel, c);
        for (std::int64_t r = 0; r < weights.shape[2]; ++r) {
            const Tap rows = tap_of(conv, 0, r, output[2], x.shape[2]);
            for (std::int64_t s = 0; s < weights.shape[3]; ++s) {
                const Tap columns = tap_of(conv, 1, s, output[3], x.shape[3]);
                gather_tap(from, x.shape[3], *weight++, rows, columns, sums.data(), output[3]);
            }
        }
    }
}

void convolve_transposed(const ConvTranspose2d& conv, const Tensor& x, const Tensor& weights, std::int64_t image,
                         std::int64_t channel, const Shape& output, std::vector<double>& sums) {
    const std::int64_t depth = x.shape[1] / conv.groups;
    const std::int64_t group = channel / weights.shape[1];
    for (std::int64_t c = group * depth; c < (group + 1) * depth; ++c) {
        const float* from = plane(x, image, c);
        const float* weight = plane(weights, c, channel % weights.shape[1]);
        for (std::int64_t r = 0; r < weights.shape[2]; ++r) {
            const Tap rows = tap_of(conv, 0, r, x.shape[2], output[2]);
            for (std::int64_t s = 0; s < weights.shape[3]; ++s) {
                const Tap columns = tap_of(conv, 1, s, x.shape[3], output[3]);
                scatter_tap(from, x.shape[3], *weight++, rows, columns, sums.data(), output[3]);
            }
        }
    }
}

/// Fills y plane by plane: `sum_plane(image, channel, sums)` adds to sums, which are zero.
template <typename SumPlane>
Tensor by_planes(const Shape& output, SumPlane sum_plane) {
    Tensor y = zeros(output);
    std::vector<double> sums(static_cast<std::size_t>(output[2] * output[3]));
    for (std::int64_t image = 0; image < output[0]; ++image) {
        for (std::int64_t channel = 0; channel < output[1]; ++channel) {
            std::ranges::fill(sums, 0.0);
            sum_plane(image, channel, sums);
            store_plane(sums, y, image, channel);
        }
    }
    return y;
}

}  // namespace

Tensor compute(const Conv2d& conv, Operands inputs, const Shape& output) {
    const auto in_prologue = static_cast<std::size_t>(conv.prologue.operands) - 1;
    Tensor prepared;
    if (!conv.prologue.is_identity()) prepared = applied(conv.prologue, *inputs[0], inputs.subspan(2, in_prologue));
    const Tensor& x = conv.prologue.is_identity() ? *inputs[0] : prepared;
    Tensor y = by_planes(output, [&](std::int64_t image, std::int64_t channel, std::vector<double>& sums) {
        convolve(conv, x, *inputs[1], image, channel, output, sums);
    });
    return applied(conv.epilogue, std::move(y), inputs.subspan(2 + in_prologue));
}

Tensor compute(const ConvTranspose2d& conv, Operands inputs, const Shape& output) {
    Tensor y = by_planes(output, [&](std::int64_t image, std::int64_t channel, std::vector<double>& sums) {
        convolve_transposed(conv, *inputs[0], *inputs[1], image, channel, output, sums);
    });
    return applied(conv.epilogue, std::move(y), inputs.subspan(2));
}

}  // namespace abut::reference
