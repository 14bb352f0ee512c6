// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "support/graph_sketch.hpp"

namespace abut::tests {

ValueId part(GraphSketch& sketch, ValueId x) {
    const int axis = static_cast<int>(sketch.between(0, sketch.shape(x).rank() - 1));
    const auto extent = sketch.shape(x)[axis];
    if (extent == 0) return x;
    const auto begin = sketch.between(0, extent - 1);
    return sketch.graph().slice(x, axis, begin, sketch.between(begin + 1, extent));
}

ValueId reshaped(GraphSketch& sketch, ValueId x) {
    auto& graph = sketch.graph();
    const Shape from = sketch.shape(x);
    const auto count = sketch.count(x);
    if (count == 0) return x;
    if (sketch.chance(30)) return graph.flatten(x, static_cast<int>(sketch.between(0, from.rank())));
    if (from.rank() != 4) {
        const auto rows = count % 2 == 0 ? count / 2 : count;
        return graph.reshape(x, {1, count / rows, rows, 1});
    }
    if (sketch.chance(50)) return graph.reshape(x, {from[0], from[1], from[2] * from[3]});
    return graph.reshape(x, {from[0] * from[1], 1, from[2], from[3]});
}

ValueId transposed(GraphSketch& sketch, ValueId x) {
    std::vector<std::int64_t> axes;
    for (int axis = 0; axis < sketch.shape(x).rank(); ++axis) axes.push_back(axis);
    sketch.shuffle(axes);
    return sketch.graph().transpose(x, Dims(axes));
}

std::vector<ValueId> divided(GraphSketch& sketch, ValueId x, int axis) {
    const auto extent = sketch.shape(x)[axis];
    // Now and then a part without elements.
    const auto first = sketch.chance(10) ? 0 : sketch.between(std::min<std::int64_t>(1, extent), extent);
    std::vector<std::int64_t> sizes{first, extent - first};
    if (sketch.chance(30)) {
        sizes.back() = sketch.between(0, extent - first);
        sizes.push_back(extent - first - sizes.back());
    }
    return sketch.graph().split(x, axis, sizes);
}

ValueId neighbour(GraphSketch& sketch, ValueId x, int axis) {
    const Shape of = sketch.shape(x);
    const auto fits = [&](ValueId other) {
        const Shape& shape = sketch.shape(other);
        if (shape.rank() != of.rank()) return false;
        for (int i = 0; i < of.rank(); ++i) {
            if (i != axis && shape[i] != of[i]) return false;
        }
        return true;
    };
    std::vector<ValueId> candidates;
    std::ranges::copy_if(sketch.values(), std::back_inserter(candidates), fits);
    if (!candidates.empty() && sketch.chance(50)) return sketch.one_of(candidates);
    if (of.rank() == 4 && sketch.count(x) > 0 && axis == 1 && sketch.chance(70))
        return sketch.keep(convolution(sketch, x, sketch.between(1, sketch.options().max_channels), true));
    if (sketch.chance(15)) {
        Shape shape = of;
        shape[axis] = sketch.chance(15) ? 0 : sketch.between(1, 3);
        return sketch.constant(shape, 1);
    }
    return sketch.keep(unary(sketch, x));
}

ValueId joined(GraphSketch& sketch, std::vector<ValueId> operands, int axis) {
    const int rank = sketch.shape(operands.front()).rank();
    return sketch.keep(sketch.graph().concat(std::move(operands), sketch.as_written(axis, rank)));
}

}  // namespace abut::tests
