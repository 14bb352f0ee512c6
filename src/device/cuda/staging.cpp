// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/staging.hpp"

#include <algorithm>
#include <cstring>

namespace abut::inline v0::device::cuda {
namespace {

constexpr std::size_t part_bytes = std::size_t{4} << 20;
/// Up to here the driver's own staging costs less than ours gains.
constexpr std::size_t small_bytes = std::size_t{64} << 10;

constexpr const char* writing = "writing a buffer";
constexpr const char* reading_buffer = "reading a buffer";

/// The bytes of part `index` of a copy.
template <class Byte>
std::span<Byte> part_of(std::span<Byte> bytes, std::size_t index) {
    const auto begin = index * part_bytes;
    return bytes.subspan(begin, std::min(part_bytes, bytes.size() - begin));
}

std::size_t count_parts(std::size_t bytes) {
    return (bytes + part_bytes - 1) / part_bytes;
}

}  // namespace

Staging::Part& Staging::part(std::size_t index) {
    auto& part = parts_[index % parts_.size()];
    if (part.memory.get() != nullptr) return part;
    void* memory = nullptr;
    constexpr unsigned no_flags = 0;
    context_->run("allocating pinned memory", context_->driver().host_allocate, &memory, part_bytes, no_flags);
    Owned<void*> owned(context_, memory, &Driver::host_free);
    part.moved = new_event(context_);
    part.memory = std::move(owned);
    return part;
}

void Staging::record(const Part& part, CUstream stream) const {
    context_->run("recording an event", context_->driver().event_record, part.moved.get(), stream);
}

void Staging::wait_for(const Part& part) const {
    // An event that was never recorded is done.
    context_->run("waiting for a copy", context_->driver().event_synchronize, part.moved.get());
}

void Staging::synchronize(CUstream stream) const {
    context_->run("waiting for a copy", context_->driver().stream_synchronize, stream);
}

void Staging::write(CUstream stream, DeviceAddress to, std::span<const std::byte> from) {
    const auto& copy = context_->driver().copy_to_device;
    if (from.size() <= small_bytes) {
        context_->run(writing, copy, to, static_cast<const void*>(from.data()), from.size(), stream);
        return synchronize(stream);
    }
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < count_parts(from.size()); ++i) {
        const auto bytes = part_of(from, i);
        const auto& staged = part(i);
        wait_for(staged);
        std::memcpy(staged.memory.get(), bytes.data(), bytes.size());
        context_->run(writing, copy, to + i * part_bytes, static_cast<const void*>(staged.memory.get()), bytes.size(),
                      stream);
        record(staged, stream);
    }
    synchronize(stream);
}

void Staging::read(CUstream stream, DeviceAddress from, std::span<std::byte> to) {
    const auto& copy = context_->driver().copy_to_host;
    if (to.size() <= small_bytes) {
        context_->run(reading_buffer, copy, static_cast<void*>(to.data()), from, to.size(), stream);
        return synchronize(stream);
    }
    const std::scoped_lock lock(mutex_);
    const auto fetch = [&](std::size_t i) {
        const auto& staged = part(i);
        context_->run(reading_buffer, copy, staged.memory.get(), from + i * part_bytes, part_of(to, i).size(), stream);
        record(staged, stream);
    };
    const auto parts = count_parts(to.size());
    fetch(0);
    for (std::size_t i = 0; i < parts; ++i) {
        if (i + 1 < parts) fetch(i + 1);
        const auto& staged = part(i);
        wait_for(staged);
        const auto bytes = part_of(to, i);
        std::memcpy(bytes.data(), staged.memory.get(), bytes.size());
    }
}

}  // namespace abut::inline v0::device::cuda
