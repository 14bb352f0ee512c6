// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "jit/redis_url.hpp"

/// What the cache needs of Redis, of TLS and of HMAC. Builds with hiredis and OpenSSL have both (jit/redis), with the
/// libraries loaded when they are first asked for; others throw Unsupported (jit/without_redis).
namespace abut::jit {

enum class ReplyKind : std::uint8_t { Nil, Text, Number, List, Error };

struct RedisReply {
    ReplyKind kind = ReplyKind::Nil;
    std::string text{};  ///< of Text and Error
    std::int64_t number = 0;
    std::vector<RedisReply> items{};
    bool operator==(const RedisReply&) const = default;
};

using RedisCommand = std::vector<std::string_view>;

/// Sends commands together and returns their replies in order, connected at the first call and again after a failure.
/// Throws IO where that fails or takes too long. One thread at a time.
using RedisLink = std::function<std::vector<RedisReply>(std::span<const RedisCommand>)>;

struct RedisPlace {
    RedisUrl url;
    std::string password;  ///< empty: none is sent
    std::string ca_file;   ///< PEM, of who may have signed the server's certificate; empty: the system's
    std::chrono::milliseconds connect_timeout{};
    std::chrono::milliseconds command_timeout{};
    std::size_t largest_reply_bytes = 0;
};

/// Throws Unsupported where this build has no hiredis or a library is not found, InvalidArgument for a file of authorities
/// that can't be read. Connects to nothing yet.
RedisLink open_redis(RedisPlace place);

using Digest = std::array<std::byte, 32>;
/// HMAC-SHA256 (RFC 2104). Thread-safe.
using Authenticate = std::function<Digest(std::span<const std::byte> key, std::span<const std::byte> bytes)>;
/// Throws Unsupported where this build has no OpenSSL or it is not found.
Authenticate load_hmac_sha256();

}  // namespace abut::jit
