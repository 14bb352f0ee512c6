// SPDX-License-Identifier: Apache-2.0
#include "jit/redis/openssl.hpp"

#include <fmt/format.h>

#include <cstring>

#include "jit/redis_link.hpp"

namespace abut::jit {

SharedLibrary load_libcrypto() {
    return {fmt::format("libcrypto.so.{}", OPENSSL_SHLIB_VERSION), "libssl-dev"};
}

OpenSsl::OpenSsl() : crypto(load_libcrypto()), ssl(fmt::format("libssl.so.{}", OPENSSL_SHLIB_VERSION), "libssl-dev") {
    crypto.find("ERR_get_error", next_error);
    crypto.find("ERR_reason_error_string", error_text);
    crypto.find("BIO_new", new_bio);
    crypto.find("BIO_s_mem", memory_bio);
    crypto.find("BIO_read", read_bio);
    crypto.find("BIO_write", write_bio);
    crypto.find("X509_VERIFY_PARAM_set1_ip_asc", set_address);
    crypto.find("X509_verify_cert_error_string", certificate_error);
    ssl.find("TLS_client_method", client_method);
    ssl.find("SSL_CTX_new", new_context);
    ssl.find("SSL_CTX_free", free_context);
    ssl.find("SSL_CTX_ctrl", control_context);
    ssl.find("SSL_CTX_set_verify", set_verify);
    ssl.find("SSL_CTX_load_verify_locations", load_authorities);
    ssl.find("SSL_CTX_set_default_verify_paths", load_default_authorities);
    ssl.find("SSL_new", new_session);
    ssl.find("SSL_free", free_session);
    ssl.find("SSL_ctrl", control);
    ssl.find("SSL_get0_param", verify_parameters);
    ssl.find("SSL_set1_host", set_host);
    ssl.find("SSL_set_bio", set_bio);
    ssl.find("SSL_connect", connect);
    ssl.find("SSL_read", read);
    ssl.find("SSL_write", write);
    ssl.find("SSL_get_error", last_error);
    ssl.find("SSL_get_verify_result", verify_result);
}

Authenticate load_hmac_sha256() {
    const auto library = load_libcrypto();
    decltype(&::HMAC) hmac = nullptr;
    decltype(&::EVP_sha256) sha256 = nullptr;
    library.find("HMAC", hmac);
    library.find("EVP_sha256", sha256);
    return [library, hmac, sha256](std::span<const std::byte> key, std::span<const std::byte> bytes) {
        Digest digest{};
        unsigned int size = 0;
        const auto* made =
            hmac(sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
                 bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
        if (made == nullptr || size != digest.size()) core::fail(ErrorCode::Unsupported, "OpenSSL computes no HMAC-SHA256");
        return digest;
    };
}

}  // namespace abut::jit
