// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abut/device.hpp"
#include "jit/cache_entry.hpp"
#include "jit/disk_cache.hpp"
#include "jit/kernel_sources.hpp"

namespace abut::jit {

/// The entries of many machines in a Redis server. Every trouble with it is an event and a miss, never an error, and after
/// two failures in a row it is left alone for a while (CircuitBreaker). Thread-safe; one call goes to the server at a time.
///
/// A variant's name leads to the name of an entry that has it (a text), and that to the sealed entry; a third name is held
/// by who compiles the variant.
class RemoteCache {
public:
    /// What happened: a name of event_names, the key of an entry, the reason, the label of the build. From the thread that
    /// calls.
    using Note =
        std::function<void(const char* event, const std::string& key, const std::string& reason, const std::string& label)>;

    /// Reads the files that the options name, connects to nothing. Throws InvalidArgument for options that can't be used,
    /// IO for files that can't be read, and Unsupported where this build or machine has no client.
    RemoteCache(const CacheOptions& options, std::string identity, KeyHash hash, Note note);
    ~RemoteCache();
    RemoteCache(const RemoteCache&) = delete;
    RemoteCache& operator=(const RemoteCache&) = delete;

    [[nodiscard]] bool is_writable() const;

    /// Gives `take` the entries that hold some of these variants: seal, checksum, identity and keys verified, documents
    /// compared.
    void fetch(std::span<const VariantId> variants, const std::string& label, const std::function<void(CacheEntry)>& take);
    /// Lets others find the entry.
    void store(const CacheEntry& entry, const std::string& label);

    /// The right to compile some variants, until the end of the scope, or as long as others wait from the last renewal on.
    class Lease {
    public:
        Lease(RemoteCache* cache, std::vector<VariantId> granted, std::vector<VariantId> held, std::string label)
            : cache_(cache),
              granted_(std::move(granted)),
              held_(std::move(held)),
              label_(std::move(label)) {}
        ~Lease() { cache_->release(held_, label_); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] const std::vector<VariantId>& granted() const noexcept { return granted_; }
        /// To be called now and then while compiling; asks the server only where a third of the time is over.
        void renew();

    private:
        RemoteCache* cache_;
        std::vector<VariantId> granted_;
        std::vector<VariantId> held_;  ///< granted by the server
        std::string label_;
        std::chrono::steady_clock::time_point renewed_ = std::chrono::steady_clock::now();
    };
    /// What nobody else is compiling; all of it where nobody can be asked.
    [[nodiscard]] Lease lease(std::span<const VariantId> variants, const std::string& label);

private:
    struct State;
    void release(std::span<const VariantId> variants, const std::string& label) noexcept;

    std::unique_ptr<State> state_;
};

/// The cache that such options name; none where they name none.
std::unique_ptr<RemoteCache> open_remote_cache(const CacheOptions& options, const std::string& identity, KeyHash hash,
                                               RemoteCache::Note note);

/// Why the server of these options is of no use now: a secret, a library, the connection, what it replies. Nothing where it
/// answers. Bounded by the time-outs.
std::optional<std::string> server_fault(const RemoteCacheOptions& options);

}  // namespace abut::jit
