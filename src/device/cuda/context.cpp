// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/context.hpp"

#include <fmt/format.h>

#include <array>

#include "core/fail.hpp"

namespace abut::inline v0::device::cuda {

Context::Context(std::shared_ptr<const Driver> driver, CUcontext handle, bool is_primary)
    : driver_(std::move(driver)),
      handle_(handle),
      is_primary_(is_primary) {}

std::shared_ptr<const Context> Context::primary(std::shared_ptr<const Driver> driver, DeviceOrdinal device) {
    CUcontext handle = nullptr;
    driver->run("creating a context", driver->context_retain, &handle, device);
    constexpr bool is_primary = true;
    std::shared_ptr<Context> context(new Context(std::move(driver), handle, is_primary));
    context->device_ = device;
    return context;
}

std::shared_ptr<const Context> Context::of_caller(std::shared_ptr<const Driver> driver, CUcontext handle) {
    constexpr bool is_primary = false;
    std::shared_ptr<Context> context(new Context(std::move(driver), handle, is_primary));
    context->run("reading a context's device", context->driver().context_device, &context->device_);
    return context;
}

Context::~Context() {
    if (is_primary_) driver_->context_release.call(device_);
}

Owned<CUstream> new_stream(const std::shared_ptr<const Context>& context) {
    CUstream stream = nullptr;
    // Else the caller's work on the legacy default stream and ours would wait for one another.
    context->run("creating a stream", context->driver().stream_create, &stream, stream_non_blocking);
    return {context, stream, &Driver::stream_destroy};
}

Owned<CUevent> new_event(const std::shared_ptr<const Context>& context) {
    CUevent event = nullptr;
    context->run("creating an event", context->driver().event_create, &event, event_disable_timing);
    return {context, event, &Driver::event_destroy};
}

std::string device_text(const Driver& driver, DeviceOrdinal device) {
    std::array<char, 256> name{};
    driver.run("reading a device's name", driver.device_name, name.data(), static_cast<int>(name.size()), device);
    return fmt::format("cuda:{} ({})", device, name.data());
}

}  // namespace abut::inline v0::device::cuda
