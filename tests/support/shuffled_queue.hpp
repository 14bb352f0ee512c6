// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "abut/device.hpp"
#include "device/backend.hpp"

namespace abut::test {

/// A queue out of order that makes the worst of its freedom: nothing runs before someone waits, then whatever may run runs
/// in random order, one after another.
class ShuffledQueue final : public device::QueueBackend, public std::enable_shared_from_this<ShuffledQueue> {
public:
    /// `inner` does the work, in order. With `ignores_waits` the queue breaks its promise, as a control.
    static std::shared_ptr<ShuffledQueue> make(const Queue& inner, std::uint32_t seed, bool ignores_waits = false);

    [[nodiscard]] bool in_order() const override { return false; }
    std::shared_ptr<device::EventBackend> launch(device::Kernel& kernel, const device::LaunchShape& shape,
                                                 std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                 bool signal) override;
    std::shared_ptr<device::EventBackend> marker(std::span<const std::shared_ptr<device::EventBackend>> wait) override;
    void write(device::Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) override;
    void read(const device::Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) override;
    void flush() override {}
    void finish() override;

    /// Runs commands until command `index` is done.
    void run_until_done(std::size_t index);

private:
    struct Command {
        device::Kernel* kernel = nullptr;  ///< none: a marker
        device::LaunchShape shape;
        std::vector<std::shared_ptr<device::EventBackend>> wait;
        bool is_done = false;
    };
    ShuffledQueue(const Queue& inner, std::uint32_t seed, bool ignores_waits);
    std::shared_ptr<device::EventBackend> add(Command command);
    [[nodiscard]] bool may_run(const Command& command) const;
    void run(Command& command);

    std::shared_ptr<device::QueueBackend> inner_;
    std::mt19937 random_;
    bool ignores_waits_;
    std::vector<Command> commands_;
};

}  // namespace abut::test
