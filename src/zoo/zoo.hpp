// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "abut/graph.hpp"

/// Networks for tests and benchmarks, with seeded weights. The first input is "input", the first output "output", both
/// float32, dense in the model's order.
namespace abut::zoo {

/// One argument of a network: the value where a name does not set it, and the range that is accepted.
struct ZooArgument {
    std::string_view key;
    std::int64_t value = 0;
    std::int64_t smallest = 1;
    std::int64_t largest = 1;
    std::string_view meaning;
};

struct ZooEntry {
    std::string_view name;
    std::string_view description;
    std::span<const ZooArgument> arguments;
};

struct ZooOptions {
    std::uint64_t seed = 0;  ///< equal seeds give equal weights on every platform
    std::int64_t batch = 1;
    bool draws_weights = true;  ///< false: those of convolutions and products are 0, for whoever only counts them
};

/// All networks, in the order in which they are listed. Static data; thread-safe.
std::span<const ZooEntry> zoo_entries();

/// The network that `text` names: NAME or NAME:KEY=VALUE,KEY=VALUE, such as "densenet-bc:depth=40,growth=12". The keys
/// "batch" and "seed" are accepted with every network and override `options`. Pure; thread-safe. Throws InvalidArgument
/// for unknown names and keys (the text lists those that exist) and for values out of range.
Graph make_network(std::string_view text, const ZooOptions& options = {});

/// Elements of the constants that nodes read and training would learn, in a network of make_network: those whose names end
/// in .weight or .bias, not the statistics of BatchNorm, nor anchors.
std::int64_t parameter_count(const Graph& graph);

}  // namespace abut::zoo
