// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "abut/device.hpp"
#include "abut/device_profile.hpp"
#include "device/backend.hpp"

namespace abut::inline v0::device {

/// What all copies of a Device share.
struct DeviceState {
    std::shared_ptr<Backend> backend;
    DeviceOptions options;
    DeviceProfile profile;  ///< the backend's, with the family of kernels that the options chose

    /// An object of a layer above (its kernel cache), made by `make` at the first call. It must not hold the Device.
    std::shared_ptr<void> attached(const std::function<std::shared_ptr<void>()>& make) {
        const std::scoped_lock lock(mutex_);
        if (!attached_) attached_ = make();
        return attached_;
    }

private:
    std::mutex mutex_;
    std::shared_ptr<void> attached_;
};

}  // namespace abut::inline v0::device
