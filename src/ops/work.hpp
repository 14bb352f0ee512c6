// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/plan.hpp"

namespace abut::ops {

/// What a step has to do by its definition, whatever its kernel does: a floor that times are compared with.
struct Work {
    std::int64_t flops = 0;  ///< multiplications and additions of sums, two a term; fused expressions are not counted
    std::int64_t bytes = 0;  ///< of views that are read and written, each once
};

Work work_of(const Step& step);

}  // namespace abut::ops
