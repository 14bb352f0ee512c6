// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "abut/device.hpp"
#include "jit/banned_variants.hpp"
#include "jit/generate_source.hpp"

namespace abut::programs {

/// Variants that users have banned from a device's cache of kernels, as it is now.
class BannedKernels {
public:
    explicit BannedKernels(const Device& device) : keys_(jit::banned_keys(device.options().cache)) {}
    [[nodiscard]] bool contains(const ops::KernelSpec& spec) const {
        return !keys_.empty() && keys_.contains(jit::variant_key(spec));
    }

private:
    std::map<std::string, std::string> keys_;
};

}  // namespace abut::programs
