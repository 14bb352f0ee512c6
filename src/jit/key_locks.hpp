// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>

#include "jit/descriptor.hpp"

namespace abut::jit {

/// Locks of some names among all processes that use a directory: a byte each of one file in it, whose place is the name's
/// hash. The system releases them when their holder is gone, however it ends; nobody waits for one for ever.
class KeyLocks {
public:
    /// Takes them in one order for all, so that no two wait for each other. Polls until `limit` has passed; calls
    /// `between_polls`, which may throw, after each vain attempt.
    KeyLocks(const std::string& directory, std::span<const std::string> names, std::chrono::milliseconds limit,
             const std::function<void()>& between_polls);

    /// Whether all are held. Those that are stay so until the end of this.
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    /// Whether somebody else had one of them.
    [[nodiscard]] bool waited() const noexcept { return waited_; }

private:
    Descriptor file_;
    bool complete_ = false;
    bool waited_ = false;
};

}  // namespace abut::jit
