// SPDX-License-Identifier: Apache-2.0
#include "core/byte_runs.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace abut::core {
namespace {

struct Loop {
    std::int64_t extent;
    std::int64_t stride_bytes;
};

using Visit = std::function<void(std::int64_t, std::int64_t)>;

void visit_runs(std::span<const Loop> loops, std::int64_t offset_bytes, std::int64_t run_bytes, const Visit& visit) {
    if (loops.empty()) return visit(offset_bytes, run_bytes);
    for (std::int64_t i = 0; i < loops.front().extent; ++i)
        visit_runs(loops.subspan(1), offset_bytes + i * loops.front().stride_bytes, run_bytes, visit);
}

}  // namespace

void for_each_byte_run(const Layout& layout, DType dtype, const Visit& visit) {
    if (element_count(layout.shape) == 0) return;
    std::int64_t run_bytes = size_bytes(dtype);
    std::vector<Loop> loops;
    for (int axis = 0; axis < layout.shape.rank(); ++axis) {
        if (layout.shape[axis] == 1 || layout.strides[axis] == 0) continue;
        loops.push_back({layout.shape[axis], layout.strides[axis] * run_bytes});
    }
    std::ranges::stable_sort(loops, std::ranges::greater(), &Loop::stride_bytes);
    while (!loops.empty() && loops.back().stride_bytes == run_bytes) {
        run_bytes *= loops.back().extent;
        loops.pop_back();
    }
    visit_runs(loops, 0, run_bytes, visit);
}

}  // namespace abut::core
