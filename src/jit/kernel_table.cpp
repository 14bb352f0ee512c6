// SPDX-License-Identifier: Apache-2.0
#include "jit/kernel_table.hpp"

#include <utility>

namespace abut::jit {

std::unique_ptr<KernelTable::Claims> KernelTable::claim(std::span<const std::string> keys) {
    std::vector<std::string> claimed;
    const std::scoped_lock lock(mutex_);
    for (const auto& key : keys) {
        const auto [slot, inserted] = slots_.try_emplace(key);
        if (!inserted) continue;
        slot->second.future = slot->second.promise.get_future().share();
        claimed.push_back(key);
    }
    return std::make_unique<Claims>(*this, std::move(claimed));
}

void KernelTable::provide(const std::string& key, KernelPointer kernel) {
    const std::scoped_lock lock(mutex_);
    auto& slot = slots_[key];
    if (std::exchange(slot.provided, true)) return;
    if (!slot.future.valid()) slot.future = slot.promise.get_future().share();
    slot.promise.set_value(std::move(kernel));
}

bool KernelTable::has(const std::string& key) const {
    const std::scoped_lock lock(mutex_);
    const auto slot = slots_.find(key);
    return slot != slots_.end() && slot->second.provided;
}

KernelPointer KernelTable::wait(const std::string& key) const {
    std::shared_future<KernelPointer> future;
    {
        const std::scoped_lock lock(mutex_);
        const auto slot = slots_.find(key);
        if (slot == slots_.end()) return nullptr;
        future = slot->second.future;
    }
    return future.get();
}

void KernelTable::give_up(const std::vector<std::string>& keys) {
    const std::scoped_lock lock(mutex_);
    for (const auto& key : keys) {
        const auto slot = slots_.find(key);
        if (slot->second.provided) continue;
        slot->second.promise.set_value(nullptr);
        slots_.erase(slot);
    }
}

}  // namespace abut::jit
