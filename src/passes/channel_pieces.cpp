// SPDX-License-Identifier: Apache-2.0
#include "passes/channel_pieces.hpp"

#include <algorithm>
#include <map>

#include "graph/value_sets.hpp"
#include "passes/channels.hpp"

namespace abut::passes {
namespace {

/// Of a group's sources and values together: its channels are looked at one by one.
constexpr std::int64_t most_channels = 1 << 20;
/// Of one source: each is a result with parameters of its own.
constexpr std::size_t most_pieces = 16;

/// Whether a convolution with its filters in another order, or some of them, can take the place of the node that computes
/// `value`.
bool can_cut(const Graph& graph, ValueId value) {
    const NodeId producer = graph.value(value).producer;
    if (producer.index < 0) return false;
    const Node& node = graph.node(producer);
    const auto* conv = std::get_if<Conv2d>(&node.operation);
    return conv != nullptr && conv->groups == 1 && conv->parts.empty() &&
           std::all_of(node.inputs.begin() + 1, node.inputs.end(),
                       [&](ValueId input) { return graph.value(input).data != nullptr; });
}

/// Cuts one group. `sources` and `values` are in the order of the graph's values.
class Cutting {
public:
    Cutting(const Graph& graph, const ChannelFlow& flow) : graph_(graph), flow_(flow) {}

    std::optional<ShuffleGroup> run(const std::vector<ValueId>& sources, const std::vector<ValueId>& values) {
        if (!is_small(sources, values)) return std::nullopt;
        group_.sources = sources;
        for (const ValueId source : sources) readers_[source].resize(static_cast<std::size_t>(channels_of(source)));
        for (std::size_t reader = 0; reader < values.size(); ++reader) note_reader(values[reader], reader);
        for (const ValueId source : sources) {
            if (!cut(source)) return std::nullopt;
        }
        for (const ValueId value : values) {
            if (!join(value)) return std::nullopt;
        }
        return std::move(group_);
    }

private:
    using Readers = std::vector<std::size_t>;

    struct Place {
        std::size_t piece = 0;
        std::size_t index = 0;
    };

    [[nodiscard]] std::int64_t channels_of(ValueId value) const { return graph_.value(value).shape[channels]; }

    [[nodiscard]] bool is_small(const std::vector<ValueId>& sources, const std::vector<ValueId>& values) const {
        std::int64_t left = most_channels;
        for (const auto* list : {&sources, &values}) {
            for (const ValueId value : *list) {
                if (channels_of(value) > left) return false;
                left -= channels_of(value);
            }
        }
        return true;
    }

    void note_reader(ValueId value, std::size_t reader) {
        for (const ChannelRun& run : flow_.runs(value)) {
            auto& of_source = readers_[run.source];
            for (std::int64_t i = 0; i < run.channels.count; ++i)
                of_source[static_cast<std::size_t>(run.channels.first + i)].push_back(reader);
        }
    }

    /// A piece for each set of values that read the same channels of `source`.
    bool cut(ValueId source) {
        std::map<Readers, std::vector<std::int64_t>> pieces;
        const auto& readers = readers_[source];
        for (std::size_t channel = 0; channel < readers.size(); ++channel) {
            if (!readers[channel].empty()) pieces[readers[channel]].push_back(static_cast<std::int64_t>(channel));
        }
        const bool is_whole = pieces.size() == 1 && pieces.begin()->second.size() == readers.size();
        const bool stays = pieces.empty() || is_whole;
        if (pieces.size() > most_pieces || (!stays && !can_cut(graph_, source))) return false;
        places_[source].resize(readers.size());
        for (auto& [of, list] : pieces) {
            for (std::size_t i = 0; i < list.size(); ++i)
                places_[source][static_cast<std::size_t>(list[i])] = {group_.pieces.size(), i};
            group_.pieces.push_back({source, std::move(list)});
        }
        return true;
    }

    /// `value` as a concat of the pieces that it has, in the order in which it first reads them.
    bool join(ValueId value) {
        JoinedPieces joined{value, {}, {channels, {}}};
        std::map<std::size_t, std::vector<std::int64_t>> sources;  // by piece: the value's channels that it holds
        std::int64_t channel = 0;
        for (const ChannelRun& run : flow_.runs(value)) {
            for (std::int64_t i = 0; i < run.channels.count; ++i) {
                const Place place = places_[run.source][static_cast<std::size_t>(run.channels.first + i)];
                auto& held = sources[place.piece];
                if (held.empty()) {
                    joined.pieces.push_back(place.piece);
                    held.assign(group_.pieces[place.piece].channels.size(), -1);
                }
                if (held[place.index] >= 0) return false;  // read twice
                held[place.index] = channel++;
            }
        }
        for (const std::size_t piece : joined.pieces)
            joined.order.source.insert(joined.order.source.end(), sources[piece].begin(), sources[piece].end());
        group_.values.push_back(std::move(joined));
        return true;
    }

    const Graph& graph_;
    const ChannelFlow& flow_;
    ShuffleGroup group_;
    std::map<ValueId, std::vector<Readers>> readers_;  // by source and channel
    std::map<ValueId, std::vector<Place>> places_;     // likewise
};

struct Members {
    bool is_shuffled = false;
    std::vector<ValueId> sources;
    std::vector<ValueId> values;
};

/// By the value that stands for the group.
std::map<int, Members> members_of_groups(const Graph& graph, const ChannelFlow& flow) {
    const auto count = static_cast<std::int32_t>(graph.values().size());
    graph_detail::ValueSets sets(graph.values().size());
    for (ValueId value{0}; value.index < count; ++value.index) {
        for (const ChannelRun& run : flow.runs(value)) sets.join(run.source, value);
    }
    std::map<int, Members> groups;
    for (ValueId value{0}; value.index < count; ++value.index) {
        const auto runs = flow.runs(value);
        if (runs.empty()) continue;
        Members& members = groups[sets.find(value)];
        members.is_shuffled = members.is_shuffled || flow.is_shuffled(value);
        if (runs.front().source == value) members.sources.push_back(value);
        if (flow.is_read(value)) members.values.push_back(value);
    }
    return groups;
}

}  // namespace

std::vector<ShuffleGroup> shuffle_groups(const Graph& graph, const ChannelFlow& flow) {
    std::vector<ShuffleGroup> groups;
    for (const auto& [representative, members] : members_of_groups(graph, flow)) {
        if (!members.is_shuffled) continue;
        if (auto group = Cutting(graph, flow).run(members.sources, members.values)) groups.push_back(std::move(*group));
    }
    return groups;
}

}  // namespace abut::passes
