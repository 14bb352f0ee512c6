// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "abut/device.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::programs {

/// Variants whose class never paid where this very class of device was measured, as the cache's directory says now.
class CollapsedKernels {
public:
    explicit CollapsedKernels(const Device& device);
    [[nodiscard]] bool empty() const noexcept { return classes_.empty(); }
    [[nodiscard]] bool contains(const ops::KernelSpec& spec) const;

private:
    std::set<std::string> classes_;
};

}  // namespace abut::programs
