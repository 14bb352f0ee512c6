// SPDX-License-Identifier: Apache-2.0
#include "jit/redis/socket.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

[[noreturn]] void fail_socket(int error) {
    core::fail(ErrorCode::IO, "{}", std::generic_category().message(error));
}

/// Throws where it is not ready by then.
void wait_for(int file, short events, Deadline deadline) {
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        pollfd waited{.fd = file, .events = events, .revents = 0};
        const auto ready = ::poll(&waited, 1, static_cast<int>(std::clamp<decltype(left)>(left, 0, 1 << 30)));
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) fail_socket(errno);
        if (ready == 0 && left <= 0) fail_socket(ETIMEDOUT);
    }
}

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses addresses_of(const std::string& host, const std::string& port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const auto error = ::getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
    if (error != 0) core::fail(ErrorCode::IO, "{}", ::gai_strerror(error));
    return {found, ::freeaddrinfo};
}

/// The error, or 0 for a connection.
int connect_to(int file, const addrinfo& address, Deadline deadline) try {
    if (::connect(file, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    wait_for(file, POLLOUT, deadline);
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
} catch (const Error&) {
    return ETIMEDOUT;
}

Descriptor connected(const std::string& host, const std::string& port, Deadline deadline) {
    const auto addresses = addresses_of(host, port);
    int left = 0;
    for (const auto* address = addresses.get(); address != nullptr; address = address->ai_next) ++left;
    int error = ECONNREFUSED;
    for (const auto* address = addresses.get(); address != nullptr; address = address->ai_next, --left) {
        Descriptor file(::socket(address->ai_family, address->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!file.is_open()) {
            error = errno;
            continue;
        }
        // One that swallows packets leaves time for those behind it.
        const auto now = std::chrono::steady_clock::now();
        error = connect_to(file.number(), *address, now + (deadline - now) / left);
        if (error == 0) return file;
    }
    fail_socket(error);
}

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

Socket::Socket(const std::string& host, const std::string& port, Deadline deadline)
    : file_(connected(host, port, deadline)) {
    // Requests are small and wait for their replies.
    const int on = 1;
    ::setsockopt(file_.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void Socket::send(std::span<const std::byte> bytes, Deadline deadline) const {
    while (!bytes.empty()) {
        const auto sent = ::send(file_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(sent));
        } else if (would_block(errno)) {
            wait_for(file_.number(), POLLOUT, deadline);
        } else {
            fail_socket(errno);
        }
    }
}

std::size_t Socket::receive(std::span<std::byte> bytes, Deadline deadline) const {
    while (true) {
        wait_for(file_.number(), POLLIN, deadline);
        const auto got = ::recv(file_.number(), bytes.data(), bytes.size(), 0);
        if (got > 0) return static_cast<std::size_t>(got);
        if (got == 0) core::fail(ErrorCode::IO, "it closed the connection");
        if (!would_block(errno)) fail_socket(errno);
    }
}

}  // namespace abut::jit
