// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

#include "jit/descriptor.hpp"

namespace abut::jit {

using Deadline = std::chrono::steady_clock::time_point;

/// A TCP connection none of whose calls outlasts its deadline. All throw IO with the reason.
class Socket {
public:
    /// Tries each address of the host. Looking the name up takes what the system's resolver takes.
    Socket(const std::string& host, const std::string& port, Deadline deadline);

    void send(std::span<const std::byte> bytes, Deadline deadline) const;
    /// At least one byte; how many there were. Throws also where the other side has closed.
    [[nodiscard]] std::size_t receive(std::span<std::byte> bytes, Deadline deadline) const;

private:
    Descriptor file_;
};

}  // namespace abut::jit
