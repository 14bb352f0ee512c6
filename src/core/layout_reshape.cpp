// SPDX-License-Identifier: Apache-2.0
#include "abut/layout.hpp"
#include "core/checked.hpp"

namespace abut::inline v0 {

namespace {

/// A run of axes of the old layout, from `first` on, that one stride steps through.
struct Run {
    std::int64_t elements = 1;
    std::int64_t stride = 1;
    int first = 0;
};

/// The longest run that ends with axis `last`.
Run run_ending_at(const Layout& layout, int last) {
    Run run{layout.shape[last], layout.strides[last], last};
    while (run.first > 0) {
        const int outer = run.first - 1;
        const bool continues =
            layout.shape[outer] == 1 || layout.strides[outer] == core::checked_multiply(run.elements, run.stride);
        if (!continues) break;
        run.elements *= layout.shape[outer];
        run.first = outer;
    }
    return run;
}

}  // namespace

// As PyTorch's computeStride (aten/src/ATen/TensorUtils.cpp): new axes must cut the runs of old axes exactly.
std::optional<Layout> Layout::reshape(const Shape& target) const {
    const std::int64_t count = element_count(shape);
    core::require(element_count(target) == count, "expected a shape of {} elements as {} has, found {}", count,
                  to_string(shape), to_string(target));
    if (target == shape) return *this;
    if (count == 0 || shape.rank() == 0) return dense(target);
    Layout result{target, Strides::filled(target.rank(), 1)};
    int axis = target.rank() - 1;
    for (int last = shape.rank() - 1; last >= 0;) {
        const Run run = run_ending_at(*this, last);
        std::int64_t covered = 1;
        while (axis >= 0 && (covered < run.elements || target[axis] == 1)) {
            result.strides[axis] = core::checked_multiply(covered, run.stride);
            covered *= target[axis--];
        }
        if (covered != run.elements) return std::nullopt;
        last = run.first - 1;
    }
    return result;
}

}  // namespace abut::inline v0
