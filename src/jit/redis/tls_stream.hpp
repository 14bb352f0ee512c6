// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "jit/redis/openssl.hpp"
#include "jit/redis/socket.hpp"

namespace abut::jit {

/// Whom a client believes.
class TlsContext {
public:
    /// Loads OpenSSL. `ca_file` empty: the system's authorities. Throws InvalidArgument where the file holds none.
    explicit TlsContext(const std::string& ca_file);
    [[nodiscard]] const OpenSsl& functions() const { return functions_; }
    [[nodiscard]] SSL_CTX* get() const { return context_.get(); }

private:
    OpenSsl functions_;
    std::shared_ptr<SSL_CTX> context_;
};

/// TLS 1.2 or later over a socket, whose other end has a certificate for `host`. OpenSSL sees memory alone, so that no call
/// outlasts its deadline and none raises SIGPIPE. All throw IO.
class TlsStream {
public:
    /// Keeps references to both.
    TlsStream(const TlsContext& context, const Socket& socket, const std::string& host, Deadline deadline);
    void send(std::span<const std::byte> bytes, Deadline deadline);
    std::size_t receive(std::span<std::byte> bytes, Deadline deadline);

private:
    /// Calls `step` until it succeeds, and between calls carries bytes to the socket and from there.
    template <class Step>
    std::size_t run(Step step, Deadline deadline);
    void send_pending(Deadline deadline);
    void receive_more(Deadline deadline);
    [[noreturn]] void fail_session(int error) const;

    const OpenSsl* functions_;
    const Socket* socket_;
    std::shared_ptr<SSL> session_;
    BIO* from_server_ = nullptr;  ///< of the session
    BIO* to_server_ = nullptr;    ///< likewise
};

}  // namespace abut::jit
