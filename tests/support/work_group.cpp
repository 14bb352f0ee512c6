// SPDX-License-Identifier: Apache-2.0
#include "support/work_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "core/fail.hpp"

namespace abut::test {
namespace {

#if defined(__SANITIZE_ADDRESS__)
#define ABUT_TEST_NO_ADDRESS_CHECK __attribute__((no_sanitize_address))
#else
#define ABUT_TEST_NO_ADDRESS_CHECK
#endif

/// Between the arrays of a section lie bytes that the address sanitizer watches.
ABUT_TEST_NO_ADDRESS_CHECK void fill_with_nan(void* begin, void* end) {
    constexpr std::uint32_t nan_bits = 0xffffffff;
    auto* const last = static_cast<volatile std::uint32_t*>(end);
    for (auto* word = static_cast<volatile std::uint32_t*>(begin); word < last; ++word) *word = nan_bits;
}

}  // namespace

void WorkGroup::run(unsigned group, unsigned items, void (*function)(void*), void* argument) {
    state_.group = this;
    state_.block.x = group;
    has_local_memory_ = false;
    begin(items, function, argument);
    while (advance()) {}
    if (failure_.empty()) return;
    // They stand in the middle of the kernel.
    items_.clear();
    core::fail(ErrorCode::Device, "group {}: {}", group, std::exchange(failure_, {}));
}

void WorkGroup::begin(unsigned items, void (*function)(void*), void* argument) {
    while (items_.size() < items) items_.push_back(std::make_unique<Item>());
    order_.resize(items);
    std::iota(order_.begin(), order_.end(), 0U);
    for (const auto item : order_) {
        items_[item]->run = function;
        items_[item]->argument = argument;
        items_[item]->fiber.start(&WorkGroup::run_item, items_[item].get());
    }
}

void WorkGroup::run_item(void* item) {
    const auto* const running = static_cast<Item*>(item);
    running->run(running->argument);
}

bool WorkGroup::advance() {
    place_ = {};
    std::ranges::shuffle(order_, random_);
    for (const auto item : order_) {
        state_.thread.x = item;
        items_[item]->waits = false;
        items_[item]->fiber.resume();
        if (!failure_.empty()) return false;
    }
    const auto waits = [&](unsigned item) { return items_[item]->waits; };
    const auto waiting = std::ranges::count_if(order_, waits);
    if (waiting == std::ssize(order_)) return true;
    if (waiting > 0) {
        failure_ = fmt::format("work-item {} ended while {} of {} wait at the barrier {}:{}",
                               *std::ranges::find_if_not(order_, waits), waiting, order_.size(), place_.file, place_.line);
    }
    return false;
}

void WorkGroup::barrier(const char* file, int line) {
    if (place_.file == nullptr) place_ = {file, line};
    if (place_.line != line || std::strcmp(place_.file, file) != 0) {
        failure_ = fmt::format("work-item {} waits at the barrier {}:{}, others at {}:{}", current(), file, line,
                               place_.file, place_.line);
    }
    auto& item = *items_[current()];
    item.waits = true;
    item.fiber.suspend();
}

void WorkGroup::local_memory(void* begin, void* end) {
    if (!std::exchange(has_local_memory_, true)) fill_with_nan(begin, end);
}

void WorkGroup::misaligned(const char* file, unsigned line, const void* address, std::size_t alignment) {
    failure_ = fmt::format("work-item {} touches {} at {}:{}, which is no multiple of {} bytes", current(), address, file,
                           line, alignment);
    items_[current()]->fiber.suspend();
}

}  // namespace abut::test
