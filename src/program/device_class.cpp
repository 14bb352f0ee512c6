// SPDX-License-Identifier: Apache-2.0
#include "program/device_class.hpp"

#include "device/backend.hpp"
#include "jit/key_document.hpp"

namespace abut::programs {

std::string device_class_of(const Device& device) {
    const auto& profile = device.profile();
    std::string document;
    jit::add_field("name", profile.name, document);
    jit::add_field("units", std::to_string(profile.compute_units), document);
    jit::add_field("kernels", profile.kernels == KernelFamily::Gpu ? "gpu" : "cpu", document);
    return document;
}

std::string measured_identity(const Device& device) {
    return device.backend()->identity() + device_class_of(device);
}

}  // namespace abut::programs
