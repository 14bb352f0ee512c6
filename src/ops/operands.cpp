// SPDX-License-Identifier: Apache-2.0
#include "ops/operands.hpp"

#include <algorithm>
#include <string_view>

#include "core/alignments.hpp"
#include "core/fail.hpp"
#include "ops/packing.hpp"

namespace abut::ops {

Layout layout_of(const Operand& operand) {
    return operand.constant.index >= 0 ? Layout::dense(operand.spec.shape()) : operand.spec.layout;
}

void add_input(StepBuilder& builder, const std::string& name, const StepSpec& step, int index, std::int64_t guard_bytes) {
    const Operand& operand = step.reads.at(static_cast<std::size_t>(index));
    if (operand.constant.index < 0) {
        builder.read(name, index, guard_bytes);
        return;
    }
    builder.packed(name, packed_copy(operand.constant, element_count(operand.spec.shape()), vector_lanes), guard_bytes);
}

void add_output(StepBuilder& builder, const std::string& name, std::int64_t guard_bytes) {
    builder.write(name, 0, guard_bytes);
}

std::int64_t known_alignment_bytes(const Operand& operand) {
    return operand.constant.index >= 0 ? core::constant_alignment_bytes : operand.spec.alignment.power_of_two();
}

void require_float32(const StepSpec& step, int reads) {
    const std::string_view name = name_of(step.operation);
    core::require(static_cast<int>(step.reads.size()) == reads && std::ssize(step.writes) == 1 + step.stores,
                  "{} was given {} inputs and {} outputs", name, step.reads.size(), step.writes.size());
    const auto check = [&](const Operand& operand) {
        if (operand.spec.dtype == DType::Float32) return;
        core::fail(ErrorCode::Unsupported, "{} has kernels for float32 only, not for {}", name,
                   to_string(operand.spec.dtype));
    };
    std::ranges::for_each(step.reads, check);
    std::ranges::for_each(step.writes, check);
}

}  // namespace abut::ops
