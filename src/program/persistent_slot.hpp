// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "program/persistent_kernel.hpp"

namespace abut::programs {

using PersistentPointer = std::shared_ptr<const PersistentKernel>;

/// Where a program's persistent kernel is, once it is built: at once, or by a thread of its own. Thread-safe.
class PersistentSlot {
public:
    explicit PersistentSlot(PersistentKernel kernel);
    /// Nothing is built before start(). `label` as in CompileOptions.
    PersistentSlot(PersistentSpec spec, Device device, std::string label);
    /// Waits for the thread, which may be in the middle of a kernel.
    ~PersistentSlot() = default;
    PersistentSlot(const PersistentSlot&) = delete;
    PersistentSlot& operator=(const PersistentSlot&) = delete;

    /// Null where it is not built yet, or can't be.
    [[nodiscard]] PersistentPointer get() const;
    /// Starts the thread that builds it, if nobody has. What the compiler refuses is told to the device's log.
    void start();

private:
    void build(PersistentSpec spec, const std::stop_token& stop);

    mutable std::mutex mutex_;
    PersistentPointer kernel_;
    std::optional<PersistentSpec> spec_;  ///< until start()
    std::optional<Device> device_;        ///< with spec_
    std::string label_;
    std::jthread thread_;  ///< last: it uses the others
};

}  // namespace abut::programs
