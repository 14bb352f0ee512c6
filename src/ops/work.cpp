// SPDX-License-Identifier: Apache-2.0
#include "ops/work.hpp"

#include <variant>

#include "core/overloaded.hpp"
#include "plan/byte_counts.hpp"

namespace abut::ops {
namespace {

const Shape& shape_of(const PlannedView& view) {
    return view.layout.shape;
}

/// Terms of the sums that make one element of the result.
std::int64_t terms_of_convolution(const Shape& weights) {
    return weights[1] * weights[2] * weights[3];
}

std::int64_t flops_of(const Step& step) {
    std::int64_t result = 0;
    for (auto write = step.writes.begin(); write < step.writes.end() - step.stores; ++write)
        result += element_count(shape_of(*write));
    return std::visit(core::Overloaded{
                          [&](const Conv2d&) { return 2 * result * terms_of_convolution(shape_of(step.reads.at(1))); },
                          [&](const ConvTranspose2d&) {
                              const auto inputs = element_count(shape_of(step.reads.at(0)));
                              return 2 * inputs * terms_of_convolution(shape_of(step.reads.at(1)));
                          },
                          [&](const Dense& dense) {
                              const auto& a = shape_of(step.reads.at(0));
                              return 2 * result * a[dense.transpose_a ? a.rank() - 2 : a.rank() - 1];
                          },
                          [&](const Pool2d& pool) { return result * pool.kernel[0] * pool.kernel[1]; },
                          [&](const Reduce&) { return element_count(shape_of(step.reads.at(0))); },
                          [](const auto&) { return std::int64_t{0}; },
                      },
                      step.operation);
}

}  // namespace

Work work_of(const Step& step) {
    Work work{.flops = flops_of(step), .bytes = 0};
    for (const auto& view : step.reads) work.bytes += planning::view_bytes(view);
    for (const auto& view : step.writes) work.bytes += planning::view_bytes(view);
    return work;
}

}  // namespace abut::ops
