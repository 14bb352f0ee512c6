// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/emulated_cuda/state.hpp"
#include "support/fiber.hpp"

namespace abut::test {

/// Runs the work-items of a group in one thread, from barrier to barrier, each time in another order.
class WorkGroup final : private emulated::Group {
public:
    /// `state` is that of the program whose kernels are run.
    WorkGroup(emulated::State& state, std::uint32_t seed) : state_(state), random_(seed) {}
    /// Runs `run(argument)` for each of `items` work-items. Local memory is full of NaN beforehand. Throws Device where a
    /// work-item ends or waits elsewhere while others wait at a barrier, and where one touches memory that is not aligned.
    void run(unsigned group, unsigned items, void (*run)(void*), void* argument);

private:
    struct Item {
        Fiber fiber;
        void (*run)(void*) = nullptr;
        void* argument = nullptr;
        bool waits = false;
    };
    struct Place {
        const char* file = nullptr;
        int line = 0;
    };

    void barrier(const char* file, int line) override;
    void local_memory(void* begin, void* end) override;
    void misaligned(const char* file, unsigned line, const void* address, std::size_t alignment) override;
    static void run_item(void* item);
    void begin(unsigned items, void (*run)(void*), void* argument);
    /// Runs every work-item to its next barrier or its end; whether all wait.
    bool advance();
    [[nodiscard]] unsigned current() const { return state_.thread.x; }

    emulated::State& state_;
    std::mt19937 random_;
    std::vector<std::unique_ptr<Item>> items_;
    std::vector<unsigned> order_;
    Place place_;  ///< of the barrier that the first work-item came to
    bool has_local_memory_ = false;
    std::string failure_;
};

}  // namespace abut::test
