// SPDX-License-Identifier: Apache-2.0
#include "graph/infer.hpp"

#include <algorithm>

#include "core/fail.hpp"
#include "core/function.hpp"
#include "graph/infer_rules.hpp"

namespace abut::inference {

Types infer_outputs(const Operation& operation, Inputs inputs) {
    return std::visit([&](const auto& attributes) { return infer(attributes, inputs); }, operation);
}

Shape broadcast_shapes(const Shape& a, const Shape& b) {
    const Shape& longer = a.rank() >= b.rank() ? a : b;
    const Shape& shorter = a.rank() >= b.rank() ? b : a;
    Shape result = longer;
    const int added = longer.rank() - shorter.rank();
    for (int axis = added; axis < longer.rank(); ++axis) {
        const std::int64_t one = longer[axis];
        const std::int64_t other = shorter[axis - added];
        core::require(one == other || one == 1 || other == 1,
                      "{} and {} can't be broadcast together: axis {} from the back has the extents {} and {}", to_string(a),
                      to_string(b), longer.rank() - axis, one, other);
        result[axis] = one == 1 ? other : one;
    }
    return result;
}

void expect_count(Inputs inputs, std::size_t count, std::string_view meaning) {
    core::require(inputs.size() == count, "expected {} input{} ({}), found {}", count, count == 1 ? "" : "s", meaning,
                  inputs.size());
}

void expect_float32(Inputs inputs) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].dtype == DType::Float32) continue;
        core::fail(ErrorCode::Unsupported, "input {} has elements of {}; only float32 is computed with", i,
                   to_string(inputs[i].dtype));
    }
}

void expect_rank(Inputs inputs, std::size_t input, int rank, std::string_view axes) {
    core::require(inputs[input].shape.rank() == rank, "input {}: expected the {} axes {}, found shape {}", input, rank, axes,
                  to_string(inputs[input].shape));
}

void expect_fusible(const Expression& expression, std::string_view what) {
    core::check_expression(expression);
    core::require(expression.operands >= 1, "the {} needs operand 0, the value that it works on", what);
}

void expect_broadcast(Inputs operands, std::size_t first, const Shape& target, std::string_view what) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
        const Shape& shape = operands[i].shape;
        const int added = target.rank() - shape.rank();
        bool fits = added >= 0;
        for (int axis = 0; fits && axis < shape.rank(); ++axis) {
            fits = shape[axis] == 1 || shape[axis] == target[axis + added];
        }
        core::require(fits, "input {}, an operand of the {}: expected a shape that broadcasts to {}, found {}", first + i,
                      what, to_string(target), to_string(shape));
    }
}

}  // namespace abut::inference
