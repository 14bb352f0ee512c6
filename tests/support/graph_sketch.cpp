// SPDX-License-Identifier: Apache-2.0
#include "support/graph_sketch.hpp"

#include <algorithm>
#include <array>

namespace abut::tests {

ValueId GraphSketch::keep(ValueId value) {
    if (count(value) <= most_elements) values_.push_back(value);
    return value;
}

ValueId GraphSketch::any_value() {
    const auto last = std::ssize(values_) - 1;
    return values_[static_cast<std::size_t>(std::max(between(0, last), between(0, last)))];
}

ValueId GraphSketch::any_image() {
    for (int i = 0; i < 20; ++i) {
        if (const auto value = any_value(); shape(value).rank() == 4 && count(value) > 0) return value;
    }
    return values_.front();  // an input
}

int GraphSketch::any_axis(ValueId value) {
    const int rank = shape(value).rank();
    return rank == 4 && chance(60) ? 1 : static_cast<int>(between(0, rank - 1));
}

ValueId GraphSketch::constant(const Shape& of, float scale) {
    std::vector<float> elements(static_cast<std::size_t>(element_count(of)));
    for (auto& element : elements) element = scale * (static_cast<float>(random_()) * 0x1p-31F - 1.0F);
    return graph_.constant(of, elements);
}

ViewSpec GraphSketch::port_spec(const Shape& of) {
    static constexpr std::array<std::int64_t, 4> alignments{4, 4, 16, 64};
    const auto alignment = one_of(alignments);
    Shape allocated = of;
    if (chance(30)) {
        for (auto axis = 0; axis < of.rank(); ++axis) allocated[axis] += between(0, 3);
    }
    auto layout = of.rank() >= 3 && chance(60) ? Layout::channels_last(allocated) : Layout::dense(allocated);
    layout.shape = of;
    return {DType::Float32, layout, {alignment, chance(20) ? alignment / 2 / 4 * 4 : 0}};
}

}  // namespace abut::tests
