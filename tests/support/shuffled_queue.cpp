// SPDX-License-Identifier: Apache-2.0
#include "support/shuffled_queue.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace abut::test {
namespace {

class ShuffledEvent final : public device::EventBackend {
public:
    ShuffledEvent(std::weak_ptr<ShuffledQueue> queue, std::size_t index) : queue_(std::move(queue)), index_(index) {}
    void wait() const override {
        if (const auto queue = queue_.lock()) queue->run_until_done(index_);
    }
    [[nodiscard]] std::size_t index() const { return index_; }

private:
    std::weak_ptr<ShuffledQueue> queue_;
    std::size_t index_;
};

}  // namespace

ShuffledQueue::ShuffledQueue(const Queue& inner, std::uint32_t seed, bool ignores_waits)
    : inner_(inner.backend()),
      random_(seed),
      ignores_waits_(ignores_waits) {}

std::shared_ptr<ShuffledQueue> ShuffledQueue::make(const Queue& inner, std::uint32_t seed, bool ignores_waits) {
    return std::shared_ptr<ShuffledQueue>(new ShuffledQueue(inner, seed, ignores_waits));
}

std::shared_ptr<device::EventBackend> ShuffledQueue::add(Command command) {
    commands_.push_back(std::move(command));
    return std::make_shared<ShuffledEvent>(weak_from_this(), commands_.size() - 1);
}

std::shared_ptr<device::EventBackend> ShuffledQueue::launch(device::Kernel& kernel, const device::LaunchShape& shape,
                                                            std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                            bool signal) {
    auto event = add({.kernel = &kernel, .shape = shape, .wait = {wait.begin(), wait.end()}});
    return signal ? event : nullptr;
}

std::shared_ptr<device::EventBackend> ShuffledQueue::marker(std::span<const std::shared_ptr<device::EventBackend>> wait) {
    Command command{.kernel = nullptr, .shape = {}, .wait = {wait.begin(), wait.end()}};
    for (std::size_t i = 0; wait.empty() && i < commands_.size(); ++i) {
        command.wait.push_back(std::make_shared<ShuffledEvent>(weak_from_this(), i));
    }
    return add(std::move(command));
}

bool ShuffledQueue::may_run(const Command& command) const {
    if (command.is_done) return false;
    // A broken promise spares markers, or nothing would ever be done.
    if (ignores_waits_ && command.kernel) return true;
    return std::ranges::all_of(command.wait, [&](const auto& event) {
        const auto* own = dynamic_cast<const ShuffledEvent*>(event.get());
        return own == nullptr || commands_.at(own->index()).is_done;
    });
}

void ShuffledQueue::run(Command& command) {
    for (const auto& event : command.wait) {
        if (!dynamic_cast<const ShuffledEvent*>(event.get())) event->wait();
    }
    if (command.kernel) inner_->launch(*command.kernel, command.shape, {}, false);
    command.is_done = true;
}

void ShuffledQueue::run_until_done(std::size_t index) {
    while (!commands_.at(index).is_done) {
        std::vector<Command*> ready;
        for (auto& command : commands_) {
            if (may_run(command)) ready.push_back(&command);
        }
        if (ready.empty()) throw std::logic_error("no command of the queue can run: they wait for one another");
        run(*ready[random_() % ready.size()]);
    }
    inner_->finish();
}

void ShuffledQueue::finish() {
    for (std::size_t i = 0; i < commands_.size(); ++i) run_until_done(i);
}

void ShuffledQueue::write(device::Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) {
    finish();
    inner_->write(to, offset_bytes, from);
}

void ShuffledQueue::read(const device::Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) {
    finish();
    inner_->read(from, offset_bytes, to);
}

}  // namespace abut::test
