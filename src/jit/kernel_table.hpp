// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "jit/kernel_cache.hpp"

namespace abut::jit {

using KernelPointer = std::shared_ptr<const CompiledKernel>;

/// The variants that this process has or is making, by key, which is the whole document of each. Thread-safe.
class KernelTable {
public:
    /// Keys that the holder alone is to make; what it did not provide when it goes is free again for others.
    class Claims {
    public:
        Claims(KernelTable& table, std::vector<std::string> keys) : table_(table), keys_(std::move(keys)) {}
        ~Claims() { table_.give_up(keys_); }
        Claims(const Claims&) = delete;
        Claims& operator=(const Claims&) = delete;
        [[nodiscard]] const std::vector<std::string>& keys() const noexcept { return keys_; }

    private:
        KernelTable& table_;
        std::vector<std::string> keys_;
    };

    /// Those of `keys` that nobody has or is making.
    std::unique_ptr<Claims> claim(std::span<const std::string> keys);
    /// The kernel of a key, claimed or not; the first one stays.
    void provide(const std::string& key, KernelPointer kernel);
    [[nodiscard]] bool has(const std::string& key) const;
    /// Waits while somebody makes it; null if they gave up, or nobody ever tried.
    [[nodiscard]] KernelPointer wait(const std::string& key) const;

private:
    struct Slot {
        std::promise<KernelPointer> promise;
        std::shared_future<KernelPointer> future;
        bool provided = false;
    };
    void give_up(const std::vector<std::string>& keys);

    mutable std::mutex mutex_;
    std::map<std::string, Slot> slots_;
};

}  // namespace abut::jit
