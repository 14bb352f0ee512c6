// SPDX-License-Identifier: Apache-2.0
#include "program/persistent_slot.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace abut::programs {

PersistentSlot::PersistentSlot(PersistentKernel kernel)
    : kernel_(std::make_shared<const PersistentKernel>(std::move(kernel))) {}

PersistentSlot::PersistentSlot(PersistentSpec spec, Device device, std::string label)
    : spec_(std::move(spec)),
      device_(std::move(device)),
      label_(std::move(label)) {}

PersistentPointer PersistentSlot::get() const {
    const std::scoped_lock lock(mutex_);
    return kernel_;
}

void PersistentSlot::start() {
    const std::scoped_lock lock(mutex_);
    if (!spec_) return;
    thread_ =
        std::jthread([this, spec = *std::exchange(spec_, std::nullopt)](const std::stop_token& stop) { build(spec, stop); });
}

void PersistentSlot::build(PersistentSpec spec, const std::stop_token& stop) try {
    jit::BuildReport report;
    auto kernel = std::make_shared<const PersistentKernel>(
        build_persistent(std::move(spec), *device_, {.progress = {}, .stop = stop, .label = label_}, report));
    const std::scoped_lock lock(mutex_);
    kernel_ = std::move(kernel);
} catch (const std::exception& error) {  // one that leaves a thread ends the process
    const auto& log = device_->options().log;
    if (log && !stop.stop_requested())
        log(LogLevel::Warning,
            fmt::format("steps stay launches of their own, since their persistent kernel failed: {}", error.what()));
}

}  // namespace abut::programs
