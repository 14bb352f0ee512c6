// SPDX-License-Identifier: Apache-2.0
#include "jit/redis/openssl.hpp"

#include <fmt/format.h>

#include <cstring>

#include "core/fail.hpp"
#include "jit/redis/load_library.hpp"
#include "jit/redis_link.hpp"

namespace abut::jit {

core::SharedLibrary load_libcrypto() {
    return load_library(fmt::format("libcrypto.so.{}", OPENSSL_SHLIB_VERSION), "libssl-dev");
}

core::SharedLibrary load_libssl() {
    return load_library(fmt::format("libssl.so.{}", OPENSSL_SHLIB_VERSION), "libssl-dev");
}

Authenticate load_hmac_sha256() {
    const auto library = load_libcrypto();
    const decltype(&::HMAC) hmac = library.symbol("HMAC");
    const decltype(&::EVP_sha256) sha256 = library.symbol("EVP_sha256");
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
