// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hiredis/hiredis.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/shared_library.hpp"
#include "jit/redis_link.hpp"

/// Redis's protocol through hiredis. What goes over the wire is ours (socket, tls_stream): hiredis of Debian 12 has no TLS,
/// and its time-outs are those of one read, of which a server may make any number.
namespace abut::jit {

/// The library whose header this was compiled with: others have other structures.
core::SharedLibrary load_hiredis();

struct Hiredis {
    core::SharedLibrary library = load_hiredis();
    decltype(&redisFormatCommandArgv) format_command = library.symbol("redisFormatCommandArgv");
    decltype(&redisFreeCommand) free_command = library.symbol("redisFreeCommand");
    decltype(&redisReaderCreateWithFunctions) create_reader = library.symbol("redisReaderCreateWithFunctions");
    decltype(&redisReaderFree) free_reader = library.symbol("redisReaderFree");
    decltype(&redisReaderFeed) feed = library.symbol("redisReaderFeed");
    decltype(&redisReaderGetReply) next_reply = library.symbol("redisReaderGetReply");
};

/// The bytes of a command.
std::string format_command(const Hiredis& hiredis, const RedisCommand& command);

/// Makes replies of bytes as they come.
class ReplyReader {
public:
    explicit ReplyReader(const Hiredis& hiredis);
    /// Throws IO where they are no reply, or one with more parts than any that was asked for.
    void feed(std::span<const std::byte> bytes);
    /// The next whole reply, if there is one.
    std::optional<RedisReply> next();

private:
    void require_sound(int status) const;

    const Hiredis* hiredis_;
    std::shared_ptr<redisReader> reader_;
};

}  // namespace abut::jit
