// SPDX-License-Identifier: Apache-2.0
#include "program/collapsed_kernels.hpp"

#include "jit/collapsed_classes.hpp"
#include "jit/disk_cache.hpp"
#include "jit/variant_reason.hpp"
#include "program/device_class.hpp"

namespace abut::programs {

CollapsedKernels::CollapsedKernels(const Device& device) {
    const auto directory = jit::cache_directory(device.options().cache);
    if (!directory) return;
    for (const auto& each : jit::read_collapsed(*directory, measured_identity(device))) classes_.insert(each.name);
}

bool CollapsedKernels::contains(const ops::KernelSpec& spec) const {
    return !classes_.empty() && classes_.contains(jit::variant_class(spec));
}

}  // namespace abut::programs
