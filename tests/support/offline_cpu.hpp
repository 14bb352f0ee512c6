// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "abut/device.hpp"
#include "support/forwarding_backend.hpp"

namespace abut::test {

/// A CPU whose kernels can be looked at and not be run.
class OfflineCpu final : public ForwardingBackend {
public:
    OfflineCpu() : ForwardingBackend(Device::open("cuda:sm_90", {.log = {}, .cache = {.directory = ""}}).backend()) {
        profile_.compute_units = 2;
    }
    [[nodiscard]] const DeviceProfile& profile() const override { return profile_; }
    [[nodiscard]] device::SourceLanguage language() const override { return device::SourceLanguage::OpenCl; }

private:
    DeviceProfile profile_{.name = "a CPU that is not here", .selector = "opencl:0"};
};

inline Device offline_cpu() {
    return {std::make_shared<OfflineCpu>(), {.log = {}, .cache = {.directory = ""}}};
}

}  // namespace abut::test
