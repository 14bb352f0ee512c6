// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "abut/program.hpp"
#include "core/alignments.hpp"
#include "core/hash.hpp"
#include "ops/kernel_spec.hpp"
#include "program/launch.hpp"

namespace abut::programs {

/// Names packed bytes: the elements they were made of and the form they have.
struct WeightKey {
    core::ContentHash content;
    std::string form;
    std::int64_t size_bytes = 0;
    auto operator<=>(const WeightKey&) const = default;
};

/// One packed constant that a program needs, with the elements that it is made of.
struct WeightRequest {
    WeightKey key;
    const ops::PackedConstant* constant = nullptr;
    std::vector<std::shared_ptr<const void>> sources;
};

struct StoredWeights {
    std::vector<Address> addresses;  ///< one a request
    std::int64_t total_bytes = 0;    ///< of the different keys asked for
    std::int64_t added_bytes = 0;
};

/// From one packed constant of `bytes` to the next, which starts at a multiple of core::constant_alignment_bytes.
std::int64_t weight_stride_bytes(std::int64_t bytes);

/// Packs `constant` into `buffer` at `offset_bytes`, in place where the host can write there; blocks until it is there.
void write_packed(const ops::PackedConstant& constant, std::span<const void* const> sources, const Buffer& buffer,
                  std::int64_t offset_bytes, const Queue& queue);

/// Finds or packs all of `requests`. New ones get one buffer, or several where one would be more than the device allocates
/// at once. Lets go of a request's sources once it is packed, so that both are seldom in memory. Nothing enters the store if
/// anything throws. Thread-safe: what two programs ask for at once is packed once.
StoredWeights store_weights(const WeightStore& store, const Device& device, std::vector<WeightRequest> requests);

}  // namespace abut::programs

namespace abut::inline v0 {

struct WeightStore::State {
    using Entries = std::map<programs::WeightKey, programs::Address>;
    std::mutex mutex;
    std::map<std::shared_ptr<device::Backend>, Entries> devices;
    std::int64_t size_bytes = 0;
};

}  // namespace abut::inline v0
