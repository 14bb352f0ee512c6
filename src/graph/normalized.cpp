// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/fail.hpp"
#include "graph/infer.hpp"

namespace abut::inference {

namespace {

// Operations without an axis attribute stay as they are.
template <typename Attributes>
void normalize(Attributes&, int) {}

void normalize(Concat& concat, int rank) {
    concat.axis = normalized_axis(concat.axis, rank);
}

void normalize(Split& split, int rank) {
    split.axis = normalized_axis(split.axis, rank);
}

void normalize(Softmax& softmax, int rank) {
    softmax.axis = normalized_axis(softmax.axis, rank);
}

void normalize(Reduce& reduce, int rank) {
    for (int& axis : reduce.axes) axis = normalized_axis(axis, rank);
    std::ranges::sort(reduce.axes);
    const auto twice = std::ranges::adjacent_find(reduce.axes);
    core::require(twice == reduce.axes.end(), "expected each axis once, found axis {} twice",
                  twice == reduce.axes.end() ? 0 : *twice);
}

}  // namespace

Operation normalized(Operation operation, Inputs inputs) {
    if (inputs.empty()) return operation;  // the rule says what is missing
    const int rank = inputs[0].shape.rank();
    std::visit([rank](auto& attributes) { normalize(attributes, rank); }, operation);
    return operation;
}

}  // namespace abut::inference
