// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "support/temporary_directory.hpp"

namespace abut::test {

/// A TCP port of the loopback interface that was free just now.
int free_port();

/// Debian's redis-server on the loopback interface, without any file of its data; stopped at the end of the scope.
class RedisServer {
public:
    /// `port_option` is "--port", or "--tls-port" with the options that it needs.
    explicit RedisServer(std::vector<std::string> options = {}, std::string port_option = "--port");
    ~RedisServer() { stop(); }
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    /// Empty again, at the same port.
    void start();
    void stop();
    [[nodiscard]] int port() const noexcept { return port_; }
    [[nodiscard]] std::string url(const std::string& scheme = "redis", const std::string& host = "127.0.0.1") const {
        return scheme + "://" + host + ":" + std::to_string(port_);
    }

private:
    TemporaryDirectory directory_;
    std::vector<std::string> options_;
    std::string port_option_;
    int port_;
    pid_t process_ = 0;
};

}  // namespace abut::test
