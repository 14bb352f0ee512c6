// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace abut::jit {

/// Where a Redis server is: redis://[USER@]HOST[:PORT][/DATABASE], rediss:// through TLS.
struct RedisUrl {
    bool tls = false;
    std::string user;  ///< empty: the server's default user
    std::string host;  ///< a name or an address, without brackets
    std::string port = "6379";
    int database = 0;
    bool operator==(const RedisUrl&) const = default;
};

/// Throws InvalidArgument with what was expected. A password in a URL is refused, and not repeated: command lines and logs
/// are read by others.
RedisUrl parse_redis_url(std::string_view text);

}  // namespace abut::jit
