// SPDX-License-Identifier: Apache-2.0
#include "core/fail.hpp"
#include "jit/redis_link.hpp"

namespace abut::jit {
namespace {

constexpr const char* no_redis =
    "this build of Abut has no Redis: it was built without hiredis and OpenSSL (Debian's libhiredis-dev and libssl-dev)";

}  // namespace

RedisLink open_redis(RedisPlace /*place*/) {
    core::fail(ErrorCode::Unsupported, "{}", no_redis);
}

Authenticate load_hmac_sha256() {
    core::fail(ErrorCode::Unsupported, "{}", no_redis);
}

}  // namespace abut::jit
