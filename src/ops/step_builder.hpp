// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ops/kernel_spec.hpp"

namespace abut::ops {

/// Collects a LoweredStep piece by piece; parameters keep the order of the calls.
class StepBuilder {
public:
    explicit StepBuilder(std::string stem);

    StepBuilder& constant(std::string_view name, std::int64_t value);
    StepBuilder& constant(std::string_view name, std::string text);
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
};

}  // namespace abut::ops
