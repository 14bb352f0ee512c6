// SPDX-License-Identifier: Apache-2.0
#include "support/fake_server.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace abut::test {
namespace {

constexpr int poll_milliseconds = 5;

/// Waits a little for something to read.
bool has_input(int file) {
    pollfd waited{.fd = file, .events = POLLIN, .revents = 0};
    return ::poll(&waited, 1, poll_milliseconds) > 0;
}

/// Whether the other side is still there.
bool read_some(int connection) {
    std::array<char, 1 << 14> bytes{};
    return ::recv(connection, bytes.data(), bytes.size(), 0) > 0;
}

bool send_text(int connection, const std::string& text) {
    return ::send(connection, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

}  // namespace

FakeServer::FakeServer(Serve serve) : serve_(std::move(serve)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    constexpr int backlog = 16;
    if (::bind(listener_.number(), generic, size) != 0 || ::listen(listener_.number(), backlog) != 0 ||
        ::getsockname(listener_.number(), generic, &size) != 0)
        throw std::runtime_error("no port of the loopback interface");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
}

FakeServer::~FakeServer() {
    is_over_ = true;
    thread_.join();
}

void FakeServer::accept_all() {
    while (!is_over_) {
        if (!has_input(listener_.number())) continue;
        const jit::Descriptor connection(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
        ++connections_;
        serve_(connection.number(), [this] { return is_over_.load(); });
    }
}

FakeServer::Serve FakeServer::silent() {
    return [](int connection, const std::function<bool()>& is_over) {
        while (!is_over()) {
            if (has_input(connection) && !read_some(connection)) return;
        }
    };
}

FakeServer::Serve FakeServer::saying(std::string bytes) {
    return [bytes = std::move(bytes)](int connection, const std::function<bool()>& is_over) {
        while (!is_over() && !has_input(connection)) {}
        if (read_some(connection)) send_text(connection, bytes);
    };
}

FakeServer::Serve FakeServer::dripping() {
    return [](int connection, const std::function<bool()>& is_over) {
        if (!send_text(connection, "$1000000\r\n")) return;
        while (!is_over() && send_text(connection, "0")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    };
}

}  // namespace abut::test
