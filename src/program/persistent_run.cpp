// SPDX-License-Identifier: Apache-2.0
#include "program/persistent_run.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace abut::programs {
namespace {

// As kernels/cpu/persistent.cl has them.
constexpr std::int64_t header_longs = 7;
constexpr std::int64_t step_longs = 4;
constexpr std::int64_t tile_time_longs = 4;
constexpr std::int64_t line_bytes = 64;
constexpr std::int64_t most_ranges = 8;

std::int64_t range_count(const PersistentKernel& kernel) {
    return std::min(kernel.run.tiles, most_ranges);
}

std::int64_t record_longs(const PersistentKernel& kernel) {
    std::size_t most = 0;
    for (const auto& step : kernel.steps) {
        most = std::max(most, step.promised.arguments.size());
        if (step.unaligned) most = std::max(most, step.unaligned->arguments.size());
    }
    return step_longs + static_cast<std::int64_t>(most);
}

std::int64_t counter_bytes(const PersistentKernel& kernel) {
    return (1 + std::ssize(kernel.steps) * (1 + range_count(kernel))) * line_bytes;
}

std::int64_t tile_count(const PersistentKernel& kernel) {
    std::int64_t tiles = 0;
    for (const auto& step : kernel.steps) tiles += step.tiles;
    return tiles;
}

/// Of one worker's list of times.
std::int64_t times_longs(const PersistentKernel& kernel) {
    return 1 + tile_count(kernel) * tile_time_longs;
}

std::int64_t byte_count(std::span<const std::int64_t> numbers) {
    return static_cast<std::int64_t>(numbers.size_bytes());
}

Address address_of(const Base& base, const Memories& memories) {
    switch (base.kind) {
        case Base::Kind::Arena:
            return memories.arena;
        case Base::Kind::Constants:
            return {.memory = base.constants, .offset_bytes = 0};
        case Base::Kind::Input:
            return memories.inputs.at(static_cast<std::size_t>(base.port));
        case Base::Kind::Output:
            break;
    }
    return memories.outputs.at(static_cast<std::size_t>(base.port));
}

}  // namespace

PersistentRun::PersistentRun(PersistentPointer kernel, const Device& device)
    : kernel_(std::move(kernel)),
      device_(device),
      queue_(device.queue()),
      counters_(device.allocate(counter_bytes(*kernel_))),
      run_(kernel_->run.instantiate()),
      finish_(kernel_->finish.instantiate()) {
    write(counters_, std::vector<std::int64_t>(static_cast<std::size_t>(counter_bytes(*kernel_)) / sizeof(std::int64_t)));
    if (!kernel_->timed) return;
    const std::vector<std::int64_t> nothing(static_cast<std::size_t>((kernel_->run.tiles + 1) * times_longs(*kernel_)));
    times_ = device.allocate(byte_count(nothing));
    write(times_, nothing);
}

void PersistentRun::write(const Buffer& to, std::span<const std::int64_t> numbers) const {
    queue_.write(to, 0, std::as_bytes(numbers));
}

std::vector<std::int64_t> PersistentRun::records(const std::vector<bool>& promised) const {
    const auto longs = record_longs(*kernel_);
    const auto count = std::ssize(kernel_->steps);
    std::vector<std::int64_t> result{count,
                                     longs,
                                     header_longs + count * longs,
                                     range_count(*kernel_),
                                     kernel_->spins,
                                     kernel_->run.tiles,
                                     tile_count(*kernel_)};
    std::vector<std::int64_t> dependencies;
    for (std::size_t i = 0; i < promised.size(); ++i) {
        const auto& step = kernel_->steps[i];
        const auto& call = promised[i] ? step.promised : *step.unaligned;
        const auto end = result.size() + static_cast<std::size_t>(longs);
        result.insert(result.end(), {call.function, step.tiles, std::ssize(dependencies), std::ssize(step.dependencies)});
        result.insert(result.end(), call.arguments.begin(), call.arguments.end());
        result.resize(end);
        dependencies.insert(dependencies.end(), step.dependencies.begin(), step.dependencies.end());
    }
    result.insert(result.end(), dependencies.begin(), dependencies.end());
    return result;
}

void PersistentRun::bind(std::span<const StepRunner> steps, const Memories& memories, const device::EventBackend* last) {
    std::vector<bool> promised;
    for (const auto& step : kernel_->steps) promised.push_back(steps[static_cast<std::size_t>(step.step)].is_promised());
    if (promised != promised_) {
        if (last != nullptr) last->wait();
        const auto longs = records(promised);
        if (!records_) records_ = device_.allocate(byte_count(longs));
        write(records_, longs);
        promised_ = std::move(promised);
    }
    for (auto& [kernel, launch] : {std::pair{run_.get(), &kernel_->run}, std::pair{finish_.get(), &kernel_->finish}}) {
        auto slot = launch->pointers.begin();
        set_pointer(*kernel, *slot++, {.memory = records_.memory(), .offset_bytes = 0});
        set_pointer(*kernel, *slot++, {.memory = counters_.memory(), .offset_bytes = 0});
        for (const auto& base : kernel_->bases) set_pointer(*kernel, *slot++, address_of(base, memories));
        if (times_) set_pointer(*kernel, *slot++, {.memory = times_.memory(), .offset_bytes = 0});
    }
}

std::vector<TileTime> PersistentRun::tile_times() const {
    std::vector<TileTime> result;
    if (!times_) return result;
    const auto longs = static_cast<std::size_t>(times_longs(*kernel_));
    std::vector<std::int64_t> lists(static_cast<std::size_t>(kernel_->run.tiles + 1) * longs);
    queue_.read(times_, 0, std::as_writable_bytes(std::span(lists)));
    for (int worker = 0; worker <= kernel_->run.tiles; ++worker) {
        const auto list = std::span(lists).subspan(static_cast<std::size_t>(worker) * longs, longs);
        for (std::int64_t i = 0; i < list[0]; ++i) {
            const auto entry = list.subspan(static_cast<std::size_t>(1 + i * tile_time_longs), tile_time_longs);
            result.push_back({.step = kernel_->steps[static_cast<std::size_t>(entry[0])].step,
                              .worker = worker,
                              .tile = entry[1],
                              .begin_cycles = entry[2],
                              .end_cycles = entry[3]});
        }
    }
    return result;
}

std::shared_ptr<device::EventBackend> PersistentRun::launch(device::QueueBackend& queue,
                                                            std::span<const std::shared_ptr<device::EventBackend>> wait) {
    const auto shape = [](const Launch& launch) {
        return device::LaunchShape{.groups = launch.tiles, .local = launch.items};
    };
    if (kernel_->run.tiles == 1) return queue.launch(*finish_, shape(kernel_->finish), wait, true);
    const auto signal = !queue.in_order();
    const auto done = queue.launch(*run_, shape(kernel_->run), wait, signal);
    if (!signal) return queue.launch(*finish_, shape(kernel_->finish), {}, true);
    return queue.launch(*finish_, shape(kernel_->finish), {&done, 1}, true);
}

}  // namespace abut::programs
