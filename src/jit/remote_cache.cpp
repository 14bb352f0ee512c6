// SPDX-License-Identifier: Apache-2.0
#include "jit/remote_cache.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <random>
#include <set>
#include <utility>

#include "core/fail.hpp"
#include "core/hash.hpp"
#include "core/printable.hpp"
#include "jit/cache_events.hpp"
#include "jit/cache_usage.hpp"
#include "jit/circuit_breaker.hpp"
#include "jit/redis_link.hpp"
#include "jit/seal.hpp"
#include "jit/secret_file.hpp"
#include "jit/verify_entry.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view name_prefix = "abut:1:";
constexpr const char* key_name = "the key of the cache in Redis";
constexpr std::size_t least_key_bytes = 32;  // of HMAC-SHA256: RFC 2104 discourages fewer than the digest has

/// Deletes what is still the caller's own: a lease that lapsed may be another's.
constexpr std::string_view release_script =
    "for i = 1, #KEYS do if redis.call('get', KEYS[i]) == ARGV[1] then redis.call('del', KEYS[i]) end end return 0";

/// Makes what is still the caller's own last longer.
constexpr std::string_view renew_script =
    "for i = 1, #KEYS do if redis.call('get', KEYS[i]) == ARGV[1] then redis.call('pexpire', KEYS[i], ARGV[2]) end end "
    "return 0";

std::string random_token() {
    std::random_device device;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", device(), device(), device(), device());
}

RedisPlace place_of(const RemoteCacheOptions& options) {
    constexpr std::size_t room_for_names = 1 << 20;
    core::require(options.limit_bytes > 0 && options.limit_bytes < std::numeric_limits<int>::max(),
                  "limit_bytes of a remote cache: expected 1 to {}, found {}", std::numeric_limits<int>::max() - 1,
                  options.limit_bytes);
    core::require(options.connect_timeout.count() > 0 && options.command_timeout.count() > 0 && options.keep.count() > 0,
                  "a remote cache: expected time-outs and a time to keep entries that are positive");
    core::require(!options.key_file.empty(),
                  "a cache in Redis: expected a file with the key that its entries are authenticated with, found none; "
                  "`head -c 32 /dev/urandom | base64` makes one");
    auto url = parse_redis_url(options.url);
    core::require(options.ca_file.empty() || url.tls,
                  "'{}' is without TLS: expected rediss:// beside a file of authorities, found one", options.url);
    const auto password =
        options.password_file.empty() ? std::string() : read_secret(options.password_file, "the password of Redis", 1);
    core::require(url.user.empty() || !password.empty(), "'{}' names a user: expected a file with the user's password",
                  options.url);
    return {.url = std::move(url),
            .password = password,
            .ca_file = options.ca_file,
            .connect_timeout = options.connect_timeout,
            .command_timeout = options.command_timeout,
            .largest_reply_bytes = static_cast<std::size_t>(options.limit_bytes) + room_for_names};
}

/// Whether a text that somebody put there can be an entry_file_name.
bool is_entry_name(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::string_view suffix = entry_suffix;
    if (text.size() != core::ContentHash().hex().size() + suffix.size() || !text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    return text.find_first_not_of(digits) == std::string_view::npos;
}

/// An error of the server, with what to do about one that only a node of a cluster gives.
std::string error_text(std::string_view text) {
    constexpr std::array<std::string_view, 5> of_clusters{"MOVED ", "ASK ", "CROSSSLOT ", "CLUSTERDOWN ", "TRYAGAIN "};
    const bool is_cluster = std::ranges::any_of(of_clusters, [&](std::string_view code) { return text.starts_with(code); });
    return fmt::format("{}it says: {}",
                       is_cluster ? "it belongs to a Redis Cluster, which is not supported: name a server of its own; " : "",
                       core::printable(text));
}

}  // namespace

struct RemoteCache::State {
    State(const CacheOptions& cache_options, std::string device_identity, KeyHash key_hash, Note tell)
        : options(cache_options.remote),
          is_writable(cache_options.mode == CacheMode::Use && !options.read_only),
          lease_time(std::max(cache_options.wait, std::chrono::milliseconds(1))),
          identity(std::move(device_identity)),
          hash(std::move(key_hash)),
          note(std::move(tell)),
          device_name(core::hash_hex(identity)),
          place(place_of(options)),
          link(open_redis(place)),
          seal(load_hmac_sha256(), read_secret(options.key_file, key_name, least_key_bytes)),
          token(random_token()) {}

    [[nodiscard]] std::string variant_name(const VariantId& variant, std::string_view kind) const {
        return fmt::format("{}{}:{}:{}", name_prefix, kind, device_name, variant.key);
    }
    [[nodiscard]] static std::string entry_name(std::string_view file) {
        return fmt::format("{}entry:{}", name_prefix, file);
    }
    std::optional<std::vector<RedisReply>> ask(std::span<const RedisCommand> commands, const std::string& label);
    void note_failure(const std::string& reason, const std::string& label);
    /// Runs a script of leases, with the token and `more` behind the names.
    void run_on_leases(std::string_view script, std::span<const VariantId> variants, std::string_view more,
                       const std::string& label);
    std::set<std::string> entries_with(std::span<const VariantId> variants, const std::string& label);
    std::optional<CacheEntry> fetch_entry(const std::string& file, std::span<const VariantId> variants,
                                          const std::string& label);

    RemoteCacheOptions options;
    bool is_writable;
    std::chrono::milliseconds lease_time;
    std::string identity;
    KeyHash hash;
    Note note;
    std::string device_name;
    RedisPlace place;
    RedisLink link;
    Seal seal;
    std::string token;  ///< of all leases of this process
    std::mutex mutex;   ///< of link and breaker
    CircuitBreaker breaker;
};

std::optional<std::vector<RedisReply>> RemoteCache::State::ask(std::span<const RedisCommand> commands,
                                                               const std::string& label) {
    std::string reason;
    {
        const std::scoped_lock lock(mutex);
        if (!breaker.allows(std::chrono::steady_clock::now())) return std::nullopt;
        try {
            auto replies = link(commands);
            const auto refused = std::ranges::find(replies, ReplyKind::Error, &RedisReply::kind);
            if (refused == replies.end()) {
                breaker.note_success();
                return replies;
            }
            reason = error_text(refused->text);
        } catch (const Error& error) {
            reason = core::printable(error.what());
        }
    }
    note_failure(reason, label);
    return std::nullopt;
}

void RemoteCache::State::note_failure(const std::string& reason, const std::string& label) {
    std::optional<std::chrono::seconds> pause;
    {
        const std::scoped_lock lock(mutex);
        pause = breaker.note_failure(std::chrono::steady_clock::now());
    }
    if (!pause) return;
    note(event_names::breaker, {},
         fmt::format("Redis at {}:{} fails, and is not asked for {} s: {}", place.url.host, place.url.port, pause->count(),
                     reason),
         label);
}

std::set<std::string> RemoteCache::State::entries_with(std::span<const VariantId> variants, const std::string& label) {
    std::vector<std::string> names;
    for (const auto& variant : variants) names.push_back(variant_name(variant, "variant"));
    RedisCommand command{"MGET"};
    command.insert(command.end(), names.begin(), names.end());
    const auto replies = ask({&command, 1}, label);
    std::set<std::string> entries;
    if (!replies) return entries;
    const auto& items = replies->front().items;
    if (items.size() != names.size()) {
        note_failure(fmt::format("it names {} entries where {} were asked for", items.size(), names.size()), label);
        return entries;
    }
    for (const auto& item : items) {
        if (item.kind == ReplyKind::Text && is_entry_name(item.text)) entries.insert(item.text);
    }
    return entries;
}

std::optional<CacheEntry> RemoteCache::State::fetch_entry(const std::string& file, std::span<const VariantId> variants,
                                                          const std::string& label) {
    const auto name = entry_name(file);
    const RedisCommand command{"GET", name};
    const auto replies = ask({&command, 1}, label);
    if (!replies || replies->front().kind != ReplyKind::Text) return std::nullopt;
    const auto refuse = [&](const std::string& reason) {
        note(event_names::refused, key_of_file(file), fmt::format("an entry in Redis is ignored: {}", reason), label);
        return std::nullopt;
    };
    const auto bytes = seal.open(name, replies->front().text);
    if (!bytes) return refuse("it was not written, under this name, by anybody with the key");
    auto [entry, fault] = verify_entry(*bytes, identity, hash);
    if (!entry) return refuse(fault);
    const auto is_wanted = [&](const StoredKernel& kernel) {
        return std::ranges::count(variants, kernel.document, &VariantId::document) > 0;
    };
    if (std::ranges::none_of(entry->outline.kernels, is_wanted)) return std::nullopt;  // of others with the same keys
    return entry;
}

RemoteCache::RemoteCache(const CacheOptions& options, std::string identity, KeyHash hash, Note note)
    : state_(std::make_unique<State>(options, std::move(identity), std::move(hash), std::move(note))) {}

RemoteCache::~RemoteCache() = default;

bool RemoteCache::is_writable() const {
    return state_->is_writable;
}

void RemoteCache::fetch(std::span<const VariantId> variants, const std::string& label,
                        const std::function<void(CacheEntry)>& take) {
    if (variants.empty()) return;
    for (const auto& file : state_->entries_with(variants, label)) {
        if (auto entry = state_->fetch_entry(file, variants, label)) take(*std::move(entry));
    }
}

void RemoteCache::store(const CacheEntry& entry, const std::string& label) {
    if (!state_->is_writable || entry.binary.empty()) return;
    const auto file = entry_file_name(entry.outline);
    const auto name = State::entry_name(file);
    const auto sealed = state_->seal.seal(name, encode_entry(entry));
    const auto not_stored = [&](const std::string& reason) {
        state_->note(event_names::failed_publish, key_of_file(file), "not in Redis: " + reason, label);
    };
    if (std::cmp_greater(sealed.size(), state_->options.limit_bytes))
        return not_stored(fmt::format("{} bytes, of a limit of {}", sealed.size(), state_->options.limit_bytes));
    const auto seconds = std::to_string(state_->options.keep.count());
    std::vector<std::string> names;
    for (const auto& kernel : entry.outline.kernels)
        names.push_back(state_->variant_name({.key = kernel.key, .document = {}}, "variant"));
    // In this order: a name that is found leads to an entry that is there.
    std::vector<RedisCommand> commands{{"SET", name, sealed, "EX", seconds}};
    for (const auto& variant : names) commands.push_back({"SET", variant, file, "EX", seconds});
    if (!state_->ask(commands, label)) not_stored("the server does not take it");
}

RemoteCache::Lease RemoteCache::lease(std::span<const VariantId> variants, const std::string& label) {
    const std::vector<VariantId> all(variants.begin(), variants.end());
    if (!state_->is_writable || all.empty()) return {this, all, {}, label};
    const auto milliseconds = std::to_string(state_->lease_time.count());
    std::vector<std::string> names;
    for (const auto& variant : all) names.push_back(state_->variant_name(variant, "lease"));
    std::vector<RedisCommand> commands;
    for (const auto& name : names) commands.push_back({"SET", name, state_->token, "NX", "PX", milliseconds});
    // A command that was sent again, over a new connection, finds the lease that it took the first time.
    RedisCommand holders{"MGET"};
    holders.insert(holders.end(), names.begin(), names.end());
    commands.push_back(holders);
    const auto replies = state_->ask(commands, label);
    if (!replies || replies->back().items.size() != all.size()) return {this, all, {}, label};
    std::vector<VariantId> granted;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (replies->back().items[i].text == state_->token) granted.push_back(all[i]);
    }
    return {this, granted, granted, label};
}

void RemoteCache::State::run_on_leases(std::string_view script, std::span<const VariantId> variants, std::string_view more,
                                       const std::string& label) {
    if (variants.empty()) return;
    std::vector<std::string> names;
    for (const auto& variant : variants) names.push_back(variant_name(variant, "lease"));
    const auto count = std::to_string(names.size());
    RedisCommand command{"EVAL", script, count};
    command.insert(command.end(), names.begin(), names.end());
    command.insert(command.end(), {token, more});
    static_cast<void>(ask({&command, 1}, label));
}

void RemoteCache::release(std::span<const VariantId> variants, const std::string& label) noexcept try {
    state_->run_on_leases(release_script, variants, {}, label);
} catch (...) {  // NOLINT(bugprone-empty-catch): it lapses by itself
}

void RemoteCache::Lease::renew() {
    const auto now = std::chrono::steady_clock::now();
    const auto time = cache_->state_->lease_time;
    if (now - renewed_ < time / 3) return;
    renewed_ = now;
    cache_->state_->run_on_leases(renew_script, held_, std::to_string(time.count()), label_);
}

std::unique_ptr<RemoteCache> open_remote_cache(const CacheOptions& options, const std::string& identity, KeyHash hash,
                                               RemoteCache::Note note) {
    if (options.remote.url.empty() || options.mode == CacheMode::Off) return nullptr;
    return std::make_unique<RemoteCache>(options, identity, std::move(hash), std::move(note));
}

std::optional<std::string> server_fault(const RemoteCacheOptions& options) try {
    static_cast<void>(read_secret(options.key_file, key_name, least_key_bytes));
    static_cast<void>(load_hmac_sha256());
    // As a look for two variants, which a node of a cluster refuses.
    const std::array names{fmt::format("{}variant:1", name_prefix), fmt::format("{}variant:2", name_prefix)};
    const std::array<RedisCommand, 2> commands{{{"PING"}, {"MGET", names[0], names[1]}}};
    const auto replies = open_redis(place_of(options))(commands);
    const auto refused = std::ranges::find(replies, ReplyKind::Error, &RedisReply::kind);
    if (refused != replies.end()) return error_text(refused->text);
    if (replies[0].kind == ReplyKind::Text && replies[0].text == "PONG") return std::nullopt;
    return error_text(replies[0].text);
} catch (const Error& error) {
    return core::printable(error.what());
}

}  // namespace abut::jit
