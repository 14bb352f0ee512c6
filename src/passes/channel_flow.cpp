// SPDX-License-Identifier: Apache-2.0
#include "passes/channel_flow.hpp"

#include <algorithm>
#include <variant>

#include "passes/channels.hpp"

namespace abut::passes {
namespace {

using core::slot;

constexpr std::size_t most_runs = 1 << 20;

void append(std::vector<ChannelRun>& runs, const ChannelRun& run) {
    if (!runs.empty()) {
        ChannelRun& last = runs.back();
        if (last.source == run.source && last.channels.first + last.channels.count == run.channels.first) {
            last.channels.count += run.channels.count;
            return;
        }
    }
    runs.push_back(run);
}

/// Finds ranges of the channels that runs are.
class RunIndex {
public:
    explicit RunIndex(std::span<const ChannelRun> runs) : runs_(runs) {
        for (const ChannelRun& run : runs) begins_.push_back(begins_.back() + run.channels.count);
    }

    void append_range(std::vector<ChannelRun>& result, ChannelRange range) const {
        const std::int64_t end = range.first + range.count;
        auto i = static_cast<std::size_t>(std::ranges::upper_bound(begins_, range.first) - begins_.begin()) - 1;
        for (; i < runs_.size() && begins_[i] < end; ++i) {
            const std::int64_t from = std::max(range.first, begins_[i]);
            const std::int64_t to = std::min(end, begins_[i + 1]);
            append(result, {runs_[i].source, {runs_[i].channels.first + from - begins_[i], to - from}});
        }
    }

private:
    std::span<const ChannelRun> runs_;
    std::vector<std::int64_t> begins_{0};
};

bool joins_channels(const Graph& graph, const Node& node) {
    const auto* concat = std::get_if<Concat>(&node.operation);
    return concat != nullptr && concat->axis == channels && element_count(graph.value(node.outputs.front()).shape) > 0;
}

}  // namespace

ChannelFlow::ChannelFlow(const Graph& graph)
    : graph_(&graph),
      uses_(graph),
      views_(graph.values().size()),
      taken_(graph.values().size()),
      runs_(graph.values().size()),
      is_absorbed_(graph.nodes().size(), false) {}

std::optional<ChannelFlow> ChannelFlow::of(const Graph& graph) {
    const auto values = static_cast<std::int32_t>(graph.values().size());
    const auto& nodes = graph.nodes();
    ChannelFlow flow(graph);
    for (const Node& node : nodes) flow.view(node);
    bool has_shuffle = false;
    for (ValueId value{0}; value.index < values; ++value.index) has_shuffle = has_shuffle || flow.is_shuffled(value);
    if (!has_shuffle) return std::nullopt;
    for (std::size_t n = nodes.size(); n-- > 0;) flow.is_absorbed_[n] = flow.can_absorb(nodes[n]);
    for (ValueId value{0}; value.index < values; ++value.index) {
        if (graph.value(value).producer.index < 0) flow.start(value);
    }
    std::size_t count = 0;
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        for (const ValueId value : nodes[n].outputs) {
            flow.is_absorbed_[n] ? flow.trace(value) : flow.start(value);
            count += flow.runs(value).size();
        }
        if (count > most_runs) return std::nullopt;
    }
    return flow;
}

bool ChannelFlow::is_shuffled(ValueId value) const {
    const auto& taken = taken_[slot(value)];
    return taken && taken->size() > 1;
}

bool ChannelFlow::is_read(ValueId value) const {
    return uses_.is_output(value) ||
           std::ranges::any_of(uses_.consumers(value), [&](NodeId reader) { return !is_absorbed(reader); });
}

ValueId ChannelFlow::base(ValueId value) const {
    const auto& view = views_[slot(value)];
    return view && !taken_[slot(value)] ? view->base : value;
}

/// What `node` moves, as views of the last value before it that has the channels of another.
void ChannelFlow::view(const Node& node) {
    if (node.inputs.size() != 1) return;
    const ValueId x = node.inputs.front();
    const bool is_amidst = views_[slot(x)] && !taken_[slot(x)];
    auto views = moved_views(*graph_, node, is_amidst ? *views_[slot(x)] : whole_view(*graph_, x));
    if (!views) return;
    for (std::size_t i = 0; i < views->size(); ++i) {
        const std::size_t result = slot(node.outputs[i]);
        taken_[result] = channels_of(*graph_, (*views)[i]);
        views_[result] = std::move((*views)[i]);
    }
}

/// Whether readers of the results can have their runs instead.
bool ChannelFlow::can_absorb(const Node& node) const {
    if (joins_channels(*graph_, node)) return true;
    return std::ranges::all_of(
        node.outputs, [&](ValueId value) { return views_[slot(value)] && (taken_[slot(value)] || !is_read(value)); });
}

/// `value` is the source of its channels.
void ChannelFlow::start(ValueId value) {
    const Shape& shape = graph_->value(value).shape;
    if (shape.rank() > channels) runs_[slot(value)] = {{value, {0, shape[channels]}}};
}

/// `value` has the channels that its node joins or takes.
void ChannelFlow::trace(ValueId value) {
    auto& result = runs_[slot(value)];
    if (const auto& taken = taken_[slot(value)]; taken) {
        const RunIndex base(runs(views_[slot(value)]->base));
        for (const ChannelRange& range : *taken) base.append_range(result, range);
        return;
    }
    if (views_[slot(value)]) return;
    for (const ValueId operand : graph_->node(graph_->value(value).producer).inputs) {
        for (const ChannelRun& run : runs(operand)) append(result, run);
    }
}

}  // namespace abut::passes
