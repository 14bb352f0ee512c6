// SPDX-License-Identifier: Apache-2.0
#include "ops/fused_expression.hpp"

#include <fmt/format.h>

#include "core/fail.hpp"
#include "ops/expression_code.hpp"
#include "ops/packing.hpp"
#include "ops/stride_texts.hpp"

namespace abut::ops {
namespace {

FusedOperand fused_operand(std::string name, int read, const Operand& operand) {
    FusedOperand fused{.name = std::move(name), .read = read, .packed = {}, .strides = {}};
    if (operand.spec.dtype != DType::Float32) {
        core::fail(ErrorCode::Unsupported, "operand {} of a fused expression: expected float32, found {}", fused.name,
                   to_string(operand.spec.dtype));
    }
    if (operand.constant.index >= 0) {
        fused.packed = packed_copy(operand.constant, element_count(operand.spec.shape()), vector_lanes);
    }
    return fused;
}

/// Reads the lanes of an operand into a VALUE.
std::string load_text(const FusedOperand& operand, Lanes lanes, const StrideTexts& strides) {
    const auto place = fmt::format("{0} + {0}_offset + image * {1} + channel * {2} + row * {3} + column * {4}", operand.name,
                                   strides.image, strides.channel, strides.row, strides.column);
    const bool along_channels = lanes == Lanes::Channels;
    const std::int64_t step = along_channels ? operand.strides.channel : operand.strides.column;
    if (step == 0) return fmt::format("(VALUE)(*({}))", place);
    // A packed constant is padded, so that its last vector may be loaded whole.
    if (operand.packed && step == 1) return fmt::format("LOAD_ALL({}, lanes)", place);
    return fmt::format("LOAD_LANES({}, {}, lanes)", place, along_channels ? strides.channel : strides.column);
}

}  // namespace

FusedExpression fuse_parameters(const Expression& expression, std::string_view prefix, const StepSpec& step,
                                int first_read) {
    FusedExpression fused{.expression = expression, .operands = {}};
    for (int i = 1; i < expression.operands; ++i) {
        const int read = first_read + i - 1;
        fused.operands.push_back(
            fused_operand(fmt::format("{}{}", prefix, i), read, step.reads.at(static_cast<std::size_t>(read))));
    }
    return fused;
}

FusedExpression fuse(const Expression& expression, std::string_view prefix, const StepSpec& step, int first_read,
                     const Shape& target) {
    FusedExpression fused = fuse_parameters(expression, prefix, step, first_read);
    for (FusedOperand& operand : fused.operands) {
        const ViewSpec& spec = step.reads[static_cast<std::size_t>(operand.read)].spec;
        operand.strides = image_strides(operand.packed ? Layout::dense(spec.shape()) : spec.layout, target);
    }
    return fused;
}

void add_fused_body(StepBuilder& builder, std::string_view name, const FusedExpression& fused, Lanes lanes) {
    std::string body;
    for (std::size_t i = 0; i < fused.operands.size(); ++i) {
        const auto& operand = fused.operands[i];
        const auto strides = stride_texts(builder, operand.name, operand.strides);
        body += fmt::format("const VALUE x{} = {}; ", i + 1, load_text(operand, lanes, strides));
    }
    builder.constant(name, body + function_body(fused.expression));
}

void add_parameters(StepBuilder& builder, const FusedExpression& fused) {
    for (const FusedOperand& operand : fused.operands) {
        if (operand.packed) {
            builder.packed(operand.name, *operand.packed);
        } else {
            builder.read(operand.name, operand.read, size_bytes(DType::Float32));
        }
    }
}

}  // namespace abut::ops
