// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <limits>
#include <vector>

#include "core/fail.hpp"
#include "ops/mapped_copy.hpp"
#include "ops/operands.hpp"

namespace abut::ops {
namespace {

/// The element of x that stands at index `i`, which may lie before or after x; -1 for none.
std::int64_t source_of(PadMode mode, std::int64_t i, std::int64_t extent) {
    if (i >= 0 && i < extent) return i;
    switch (mode) {
        case PadMode::Constant:
            return -1;
        case PadMode::Edge:
            return i < 0 ? 0 : extent - 1;
        case PadMode::Wrap:
            return (i % extent + extent) % extent;
        case PadMode::Reflect:
            break;
    }
    if (extent == 1) return 0;
    // There and back again, without the ends twice.
    const std::int64_t period = 2 * (extent - 1);
    const std::int64_t at = (i % period + period) % period;
    return at < extent ? at : period - at;
}

}  // namespace

LoweredStep lower_pad(const StepSpec& step, const DeviceProfile& device) {
    const auto& pad = std::get<Pad>(step.operation);
    require_float32(step, 1);
    const Shape& from = step.reads[0].spec.shape();
    const Shape& to = step.writes[0].spec.shape();
    std::vector<AxisMap> maps(static_cast<std::size_t>(to.rank()));
    for (int axis = 0; axis < to.rank(); ++axis) {
        if (pad.before[axis] == 0 && pad.after[axis] == 0) continue;
        core::require(
            from[axis] <= std::numeric_limits<std::int32_t>::max() && (from[axis] > 0 || pad.mode == PadMode::Constant),
            "pad was given an axis of {} elements", from[axis]);
        require_table_size(to[axis]);
        for (std::int64_t i = 0; i < to[axis]; ++i) {
            const std::int64_t source = source_of(pad.mode, i - pad.before[axis], from[axis]);
            maps[static_cast<std::size_t>(axis)].push_back(static_cast<std::int32_t>(source));
        }
    }
    return lower_mapped_copy(step, maps, pad.value, device);
}

}  // namespace abut::ops
