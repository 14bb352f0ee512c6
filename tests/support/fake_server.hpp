// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "jit/descriptor.hpp"

namespace abut::test {

/// A server on the loopback interface that does to each connection, one after another, what a test says.
class FakeServer {
public:
    /// `serve` gets a connection, closed when it returns, and whether it is to end.
    using Serve = std::function<void(int connection, const std::function<bool()>& is_over)>;
    explicit FakeServer(Serve serve);
    ~FakeServer();
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    [[nodiscard]] int connections() const noexcept { return connections_; }
    [[nodiscard]] std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }

    /// Reads and says nothing.
    static Serve silent();
    /// Answers whatever it gets with these bytes, then closes.
    static Serve saying(std::string bytes);
    /// Sends zeros for ever, one now and then, as a text without an end.
    static Serve dripping();

private:
    void accept_all();

    Serve serve_;
    int port_ = 0;
    jit::Descriptor listener_;
    std::atomic<int> connections_ = 0;
    std::atomic<bool> is_over_ = false;
    std::thread thread_;
};

}  // namespace abut::test
