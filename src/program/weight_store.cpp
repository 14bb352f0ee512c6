// SPDX-License-Identifier: Apache-2.0
#include "program/weight_store.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

#include "core/alignments.hpp"
#include "core/required.hpp"

namespace abut::programs {
namespace {

/// Requests that share one new buffer.
struct Batch {
    std::vector<WeightRequest*> requests;
    std::vector<std::int64_t> offsets_bytes;
    std::int64_t size_bytes = 0;
};

std::vector<Batch> batches(std::span<WeightRequest* const> missing, std::int64_t max_bytes) {
    std::vector<Batch> result;
    for (auto* request : missing) {
        const auto bytes = weight_stride_bytes(request->key.size_bytes);
        if (result.empty() || (max_bytes > 0 && result.back().size_bytes + bytes > max_bytes)) result.emplace_back();
        auto& batch = result.back();
        batch.requests.push_back(request);
        batch.offsets_bytes.push_back(batch.size_bytes);
        batch.size_bytes += bytes;
    }
    return result;
}

WeightStore::State::Entries packed(const Batch& batch, const Device& device, const Queue& queue) {
    const auto buffer = device.allocate(batch.size_bytes);
    WeightStore::State::Entries entries;
    for (std::size_t i = 0; i < batch.requests.size(); ++i) {
        auto& request = *batch.requests[i];
        std::vector<const void*> sources;
        for (const auto& source : request.sources) sources.push_back(source.get());
        write_packed(*request.constant, sources, buffer, batch.offsets_bytes[i], queue);
        request.sources.clear();
        entries[request.key] = {.memory = buffer.memory(), .offset_bytes = batch.offsets_bytes[i]};
    }
    return entries;
}

}  // namespace

std::int64_t weight_stride_bytes(std::int64_t bytes) {
    return (std::max<std::int64_t>(bytes, 1) + core::constant_alignment_bytes - 1) / core::constant_alignment_bytes *
           core::constant_alignment_bytes;
}

void write_packed(const ops::PackedConstant& constant, std::span<const void* const> sources, const Buffer& buffer,
                  std::int64_t offset_bytes, const Queue& queue) {
    auto& backend = core::required(queue.backend(), "queue");
    const std::int64_t begin_bytes = buffer.offset_bytes() + offset_bytes;
    if (const auto mapped = backend.map_to_write(*buffer.memory(), begin_bytes, constant.size_bytes)) {
        constant.pack(sources, mapped->data());
        mapped->unmap();
        return;
    }
    std::vector<std::byte> staging(static_cast<std::size_t>(constant.size_bytes));
    constant.pack(sources, staging.data());
    queue.write(buffer, offset_bytes, staging);
}

StoredWeights store_weights(const WeightStore& store, const Device& device, std::vector<WeightRequest> requests) {
    StoredWeights result;
    auto& state = store.state();
    const std::scoped_lock lock(state.mutex);
    auto& entries = state.devices[device.backend()];
    std::set<WeightKey> seen;
    std::vector<WeightRequest*> missing;
    for (auto& request : requests) {
        const bool is_packed = entries.contains(request.key);
        const bool is_new = seen.insert(request.key).second;
        if (is_new) result.total_bytes += request.key.size_bytes;
        if (is_new && !is_packed) {
            missing.push_back(&request);
        } else {
            request.sources.clear();
        }
    }
    WeightStore::State::Entries added;
    const auto queue = missing.empty() ? Queue() : device.queue();
    for (const auto& batch : batches(missing, device.profile().max_allocation_bytes))
        added.merge(packed(batch, device, queue));
    for (const auto& [key, address] : added) result.added_bytes += key.size_bytes;
    state.size_bytes += result.added_bytes;
    entries.merge(added);
    for (const auto& request : requests) result.addresses.push_back(entries.at(request.key));
    return result;
}

}  // namespace abut::programs

namespace abut::inline v0 {

WeightStore::WeightStore() : state_(std::make_shared<State>()) {}

std::int64_t WeightStore::size_bytes() const {
    auto& own = state();
    const std::scoped_lock lock(own.mutex);
    return own.size_bytes;
}

WeightStore::State& WeightStore::state() const {
    return core::required(state_, "weight store");
}

}  // namespace abut::inline v0
