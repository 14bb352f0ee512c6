// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "ops/lower.hpp"
#include "ops/step_builder.hpp"

/// What kernels of gpu/ may rely on beyond their strides: how wide an access may be, and what offsets fit in.
namespace abut::ops {

/// Elements of the widest access of a work-item: 16 bytes.
constexpr std::int64_t widest_pack = 4;

/// The most elements (4, 2 or 1) that one access has, which starts at a multiple of them from an address that
/// `alignment_bytes` divides, moved by multiples of `strides`.
std::int64_t pack_width(std::int64_t alignment_bytes, std::span<const std::int64_t> strides);

/// The constant INDEX: int where the offsets of all of the step's views fit, and `others` that the kernel counts to; else
/// long.
void add_index_type(StepBuilder& builder, const StepSpec& step, std::span<const std::int64_t> others = {});

/// Work-items of a group where the kernel does not need another number.
constexpr std::int64_t group_items = 256;

/// The kernel is one of gpu/ in which a work-item has `width` elements at once: groups of group_items, WIDTH and INDEX.
void add_group(StepBuilder& builder, const StepSpec& step, std::int64_t width, std::span<const std::int64_t> others = {});

/// The kernel is one of gpu/ that is written with parts.cl: work-items share the `elements` of each of `results` results, as
/// neighbours where `adjacent`. Returns how many tiles there are.
std::int64_t add_parts(StepBuilder& builder, const StepSpec& step, std::int64_t results, std::int64_t elements,
                       bool adjacent);

}  // namespace abut::ops
