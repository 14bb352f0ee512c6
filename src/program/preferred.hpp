// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "abut/kernels.hpp"
#include "program/kernel_request.hpp"

namespace abut::programs {

/// The layouts and alignments that the kernel of a request gains by. `make` may throw; its reason becomes that of the
/// answer.
Preferred preferred_views(const std::function<KernelRequest()>& make, const DeviceProfile& device);

}  // namespace abut::programs
