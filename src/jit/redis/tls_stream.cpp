// SPDX-License-Identifier: Apache-2.0
#include "jit/redis/tls_stream.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

constexpr std::size_t tls_chunk_bytes = 1 << 14;

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

}  // namespace

TlsContext::TlsContext(const std::string& ca_file)
    : context_(functions_.new_context(functions_.client_method()), functions_.free_context) {
    if (!context_) core::fail(ErrorCode::Unsupported, "OpenSSL starts no TLS");
    functions_.control_context(get(), SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, nullptr);
    functions_.set_verify(get(), SSL_VERIFY_PEER, nullptr);
    const auto loaded = ca_file.empty() ? functions_.load_default_authorities(get())
                                        : functions_.load_authorities(get(), ca_file.c_str(), nullptr);
    if (loaded != 1)
        core::fail_invalid("can't read certificates of authorities from {}: expected a file in PEM",
                           ca_file.empty() ? "where the system keeps them" : "'" + ca_file + "'");
}

TlsStream::TlsStream(const TlsContext& context, const Socket& socket, const std::string& host, Deadline deadline)
    : functions_(&context.functions()),
      socket_(&socket),
      session_(functions_->new_session(context.get()), functions_->free_session),
      from_server_(functions_->new_bio(functions_->memory_bio())),
      to_server_(functions_->new_bio(functions_->memory_bio())) {
    if (!session_ || from_server_ == nullptr || to_server_ == nullptr)
        core::fail(ErrorCode::OutOfMemory, "no memory for TLS");
    functions_->set_bio(session_.get(), from_server_, to_server_);  // which owns both from now on
    const auto named = is_address(host)
                           ? functions_->set_address(functions_->verify_parameters(session_.get()), host.c_str())
                           : functions_->set_host(session_.get(), host.c_str());
    if (named != 1) core::fail(ErrorCode::IO, "no certificate can be for '{}'", host);
    if (!is_address(host)) {
        std::string name = host;
        functions_->control(session_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    }
    run([&] { return functions_->connect(session_.get()); }, deadline);
}

void TlsStream::fail_session(int error) const {
    const auto verified = functions_->verify_result(session_.get());
    if (verified != X509_V_OK)
        core::fail(ErrorCode::IO, "its certificate is not trusted: {}", functions_->certificate_error(verified));
    const auto* reason = functions_->error_text(functions_->next_error());
    if (error == SSL_ERROR_ZERO_RETURN) reason = "it closed the connection";
    core::fail(ErrorCode::IO, "TLS: {}", reason != nullptr ? reason : "it fails");
}

void TlsStream::send_pending(Deadline deadline) {
    std::array<std::byte, tls_chunk_bytes> chunk{};
    while (true) {
        const auto size = functions_->read_bio(to_server_, chunk.data(), static_cast<int>(chunk.size()));
        if (size <= 0) return;
        socket_->send(std::span(chunk).first(static_cast<std::size_t>(size)), deadline);
    }
}

void TlsStream::receive_more(Deadline deadline) {
    std::array<std::byte, tls_chunk_bytes> chunk{};
    const auto size = socket_->receive(chunk, deadline);
    if (functions_->write_bio(from_server_, chunk.data(), static_cast<int>(size)) != static_cast<int>(size))
        core::fail(ErrorCode::OutOfMemory, "no memory for TLS");
}

template <class Step>
std::size_t TlsStream::run(Step step, Deadline deadline) {
    while (true) {
        while (functions_->next_error() != 0) {
            // what other users of OpenSSL left in this thread would be taken for this call's
        }
        const int result = step();
        const int error = result > 0 ? SSL_ERROR_NONE : functions_->last_error(session_.get(), result);
        if (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) fail_session(error);
        send_pending(deadline);
        if (error == SSL_ERROR_NONE) return static_cast<std::size_t>(result);
        if (error == SSL_ERROR_WANT_READ) receive_more(deadline);
    }
}

void TlsStream::send(std::span<const std::byte> bytes, Deadline deadline) {
    while (!bytes.empty()) {
        const auto part = bytes.first(std::min(bytes.size(), tls_chunk_bytes));
        bytes = bytes.subspan(
            run([&] { return functions_->write(session_.get(), part.data(), static_cast<int>(part.size())); }, deadline));
    }
}

std::size_t TlsStream::receive(std::span<std::byte> bytes, Deadline deadline) {
    const auto size = static_cast<int>(std::min(bytes.size(), tls_chunk_bytes));
    return run([&] { return functions_->read(session_.get(), bytes.data(), size); }, deadline);
}

}  // namespace abut::jit
