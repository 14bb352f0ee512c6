// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/fail.hpp"
#include "jit/redis/hiredis.hpp"
#include "jit/redis/socket.hpp"
#include "jit/redis/tls_stream.hpp"

namespace abut::jit {
namespace {

/// A connection, from its first byte to its first failure.
class RedisConnection {
public:
    RedisConnection(const RedisPlace& place, const Hiredis& hiredis, const std::optional<TlsContext>& context)
        : place_(&place),
          hiredis_(&hiredis),
          reader_(hiredis) {
        const auto deadline = std::chrono::steady_clock::now() + place.connect_timeout;
        socket_.emplace(place.url.host, place.url.port, deadline);
        if (context) tls_.emplace(*context, *socket_, place.url.host, deadline);
        greet();
    }
    RedisConnection(const RedisConnection&) = delete;
    RedisConnection& operator=(const RedisConnection&) = delete;

    std::vector<RedisReply> ask(std::span<const RedisCommand> commands) {
        std::string bytes;
        for (const auto& command : commands) bytes += format_command(*hiredis_, command);
        start_ = std::chrono::steady_clock::now();
        received_bytes_ = 0;
        const auto sent = std::as_bytes(std::span(bytes));
        const auto deadline = deadline_for(sent.size());
        tls_ ? tls_->send(sent, deadline) : socket_->send(sent, deadline);
        std::vector<RedisReply> replies;
        while (replies.size() < commands.size()) replies.push_back(receive_reply(sent.size()));
        return replies;
    }

private:
    /// A megabyte a second is allowed beside the time-out, so that neither a large program fails nor a server that sends a
    /// byte now and then holds anybody up.
    [[nodiscard]] Deadline deadline_for(std::size_t bytes) const {
        constexpr std::size_t bytes_a_millisecond = 1 << 10;
        return start_ + place_->command_timeout + std::chrono::milliseconds(bytes / bytes_a_millisecond);
    }

    RedisReply receive_reply(std::size_t sent_bytes) {
        std::array<std::byte, 1 << 14> chunk{};
        while (true) {
            if (auto reply = reader_.next()) return *std::move(reply);
            const auto deadline = deadline_for(sent_bytes + received_bytes_);
            const auto size = tls_ ? tls_->receive(chunk, deadline) : socket_->receive(chunk, deadline);
            received_bytes_ += size;
            if (received_bytes_ > place_->largest_reply_bytes)
                core::fail(ErrorCode::IO, "it replies with more than {} bytes", place_->largest_reply_bytes);
            reader_.feed(std::span(chunk).first(size));
        }
    }

    void greet() {
        if (!place_->password.empty()) authenticate();
        if (place_->url.database == 0) return;
        const auto database = std::to_string(place_->url.database);
        const RedisCommand select{"SELECT", database};
        const auto reply = ask({&select, 1}).front();
        if (reply.kind == ReplyKind::Error) core::fail(ErrorCode::IO, "it says: {}", reply.text);
    }

    void authenticate() {
        RedisCommand command{"AUTH"};
        if (!place_->url.user.empty()) command.emplace_back(place_->url.user);
        command.emplace_back(place_->password);
        const auto reply = ask({&command, 1}).front();
        if (reply.kind != ReplyKind::Error) return;
        // A server repeats what it did not understand, here the password.
        constexpr std::array<std::string_view, 4> codes{"WRONGPASS", "NOAUTH", "NOPERM", "ERR"};
        const auto code = std::ranges::find(codes, std::string_view(reply.text).substr(0, reply.text.find(' ')));
        core::fail(ErrorCode::IO, "it refuses the password{}{}", code == codes.end() ? "" : ": ",
                   code == codes.end() ? "" : *code);
    }

    const RedisPlace* place_;
    const Hiredis* hiredis_;
    ReplyReader reader_;
    std::optional<Socket> socket_;
    std::optional<TlsStream> tls_;
    Deadline start_{};
    std::size_t received_bytes_ = 0;
};

/// What outlives connections.
struct RedisServer {
    explicit RedisServer(RedisPlace where) : place(std::move(where)) {
        if (place.url.tls) context.emplace(place.ca_file);
    }

    std::vector<RedisReply> ask(std::span<const RedisCommand> commands) {
        // One that has been idle may be gone: the server was started again, or closes what is idle.
        for (bool is_new = !connection;; is_new = true) {
            try {
                if (!connection) connection.emplace(place, hiredis, context);
                const auto start = std::chrono::steady_clock::now();
                try {
                    return connection->ask(commands);
                } catch (const Error&) {
                    const bool was_slow = std::chrono::steady_clock::now() - start >= place.command_timeout;
                    if (is_new || was_slow) throw;
                }
            } catch (...) {
                connection.reset();
                throw;
            }
            connection.reset();
        }
    }

    RedisPlace place;
    Hiredis hiredis;
    std::optional<TlsContext> context;
    std::optional<RedisConnection> connection{};
};

}  // namespace

RedisLink open_redis(RedisPlace place) {
    const auto server = std::make_shared<RedisServer>(std::move(place));
    return [server](std::span<const RedisCommand> commands) { return server->ask(commands); };
}

}  // namespace abut::jit
