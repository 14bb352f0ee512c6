// SPDX-License-Identifier: Apache-2.0
#include "jit/redis/hiredis.hpp"

#include <utility>

#include "core/fail.hpp"
#include "jit/redis/load_library.hpp"

#define ABUT_TEXT_OF(value) #value
#define ABUT_SONAME_TEXT(value) ABUT_TEXT_OF(value)

namespace abut::jit {
namespace {

constexpr const char* hiredis_name = "libhiredis.so." ABUT_SONAME_TEXT(HIREDIS_SONAME);

constexpr int most_items = 1 << 16;

/// Hands a new reply to hiredis, which keeps the outermost, or moves it into the list that it belongs to.
void* keep_reply(const redisReadTask* task, RedisReply reply) noexcept {
    try {
        if (task->parent == nullptr) return new RedisReply(std::move(reply));
        auto& items = static_cast<RedisReply*>(task->parent->obj)->items;
        items.push_back(std::move(reply));
        return &items.back();
    } catch (...) {
        return nullptr;  // hiredis reports that memory is out
    }
}

void* keep_text(const redisReadTask* task, char* text, std::size_t size) noexcept {
    try {
        const auto kind = task->type == REDIS_REPLY_ERROR ? ReplyKind::Error : ReplyKind::Text;
        return keep_reply(task, {.kind = kind, .text = std::string(text, size)});
    } catch (...) {
        return nullptr;
    }
}

/// int before hiredis 1.0, size_t from then on.
template <class Count>
void* keep_list(const redisReadTask* task, Count count) noexcept {
    try {
        if (static_cast<long long>(count) < 0 || static_cast<long long>(count) > most_items) return nullptr;
        RedisReply list{.kind = ReplyKind::List};
        list.items.reserve(static_cast<std::size_t>(count));  // parts keep their places while it grows
        return keep_reply(task, std::move(list));
    } catch (...) {
        return nullptr;
    }
}

/// hiredis 1.0 and later has kinds that Redis replies to nothing that is asked here, and makes an address of their number
/// where nobody takes them.
template <class Functions>
void refuse_later_kinds(Functions& functions) {
    if constexpr (requires { functions.createDouble; })
        functions.createDouble = [](const redisReadTask*, double, char*, std::size_t) -> void* { return nullptr; };
    if constexpr (requires { functions.createBool; })
        functions.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
}

redisReplyObjectFunctions& reply_functions() {
    static redisReplyObjectFunctions functions = [] {
        redisReplyObjectFunctions made{};
        made.createString = keep_text;
        made.createArray = keep_list;
        made.createInteger = [](const redisReadTask* task, long long number) -> void* {
            return keep_reply(task, {.kind = ReplyKind::Number, .number = number});
        };
        made.createNil = [](const redisReadTask* task) -> void* { return keep_reply(task, {}); };
        refuse_later_kinds(made);
        made.freeObject = [](void* reply) { delete static_cast<RedisReply*>(reply); };
        return made;
    }();
    return functions;
}

}  // namespace

core::SharedLibrary load_hiredis() {
    return load_library(hiredis_name, "libhiredis-dev");
}

std::string format_command(const Hiredis& hiredis, const RedisCommand& command) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const auto& part : command) {
        texts.push_back(part.data());
        sizes.push_back(part.size());
    }
    char* formatted = nullptr;
    const auto size = hiredis.format_command(&formatted, static_cast<int>(command.size()), texts.data(), sizes.data());
    if (size < 0) core::fail(ErrorCode::OutOfMemory, "no memory for a command of {} parts to Redis", command.size());
    const std::unique_ptr<char, decltype(hiredis.free_command)> bytes(formatted, hiredis.free_command);
    return {formatted, static_cast<std::size_t>(size)};
}

ReplyReader::ReplyReader(const Hiredis& hiredis)
    : hiredis_(&hiredis),
      reader_(hiredis.create_reader(&reply_functions()), hiredis.free_reader) {
    if (!reader_) core::fail(ErrorCode::OutOfMemory, "no memory for what Redis replies");
}

void ReplyReader::require_sound(int status) const {
    if (status != REDIS_OK) core::fail(ErrorCode::IO, "it replies what Redis does not: {}", &reader_->errstr[0]);
}

void ReplyReader::feed(std::span<const std::byte> bytes) {
    require_sound(hiredis_->feed(reader_.get(), reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::optional<RedisReply> ReplyReader::next() {
    void* found = nullptr;
    require_sound(hiredis_->next_reply(reader_.get(), &found));
    const std::unique_ptr<RedisReply> reply(static_cast<RedisReply*>(found));
    return reply ? std::optional(std::move(*reply)) : std::nullopt;
}

}  // namespace abut::jit
