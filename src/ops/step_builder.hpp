// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ops/kernel_spec.hpp"

namespace abut::ops {

/// How a kernel gets the numbers of a step: as constants of its text, or as arguments, so that steps which differ only in
/// them share a variant.
enum class Numbers : std::uint8_t { Constants, Arguments };

/// Collects a LoweredStep piece by piece; parameters keep the order of the calls.
class StepBuilder {
public:
    explicit StepBuilder(std::string stem, Numbers numbers = Numbers::Constants);

    StepBuilder& constant(std::string_view name, std::int64_t value);
    StepBuilder& constant(std::string_view name, std::string text);
    /// A number of the step, which the kernel's text calls `name` (capitals) whichever it is.
    StepBuilder& number(std::string_view name, std::int64_t value);
    /// What the kernel's text says for a number: itself, or `parameter`, which is one then.
    std::string number_text(std::string_view parameter, std::int64_t value, std::int64_t guard = 1);
    /// The step's read (write) `index`; `guard_bytes` surely divides the address of its first element.
    StepBuilder& read(std::string_view name, int index, std::int64_t guard_bytes, DType dtype = DType::Float32);
    StepBuilder& write(std::string_view name, int index, std::int64_t guard_bytes, DType dtype = DType::Float32);
    /// `guard_bytes` at most 64: weights lie that far apart.
    StepBuilder& packed(std::string_view name, PackedConstant constant,
                        std::int64_t guard_bytes = size_bytes(DType::Float32));
    /// The kernel is one of gpu/: groups of `items` work-items that share `local_floats` floats.
    StepBuilder& group(std::int64_t items, std::int64_t local_floats);
    StepBuilder& scalar(std::string_view name, std::int64_t value, std::int64_t guard = 1);

    /// Behind the weights: the scalars of AHEAD in gemm.cl. `prefetches` and `parts` as in WeightPrefetch.
    StepBuilder& prefetch(std::int64_t prefetches, std::int64_t parts);

    [[nodiscard]] LoweredStep finish(std::int64_t tiles);

private:
    LoweredStep step_;
    Numbers numbers_;
};

}  // namespace abut::ops
