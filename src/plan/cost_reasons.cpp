// SPDX-License-Identifier: Apache-2.0
#include "plan/cost_reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/slot.hpp"
#include "plan/cost.hpp"
#include "plan/segments.hpp"

namespace abut::planning {
namespace {

/// "350 ns", "12 us", "1.5 ms".
std::string time_text(double ns) {
    constexpr double thousand = 1e3;
    if (ns < thousand) return fmt::format("{:.3g} ns", ns);
    if (ns < thousand * thousand) return fmt::format("{:.3g} us", ns / thousand);
    return fmt::format("{:.3g} ms", ns / thousand / thousand);
}

double sum(const RelationTable& table, NodeId concat, const auto& price) {
    double ns = 0;
    for (const int index : table.of_node[core::slot(concat)]) ns += price(table.relations[core::slot(index)]);
    return ns;
}

double segments_ns(const RelationTable& table, NodeId concat) {
    return sum(table, concat, [](const Relation& relation) { return relation.price.segment_ns; });
}

double least_copy_ns(const RelationTable& table, NodeId concat) {
    double least = std::numeric_limits<double>::infinity();
    for (const int index : table.of_node[core::slot(concat)])
        least = std::min(least, table.relations[core::slot(index)].price.copy_ns);
    return least;
}

std::string costs(const Graph& graph, const OpTraits& traits, const RelationTable& table, const Relation& relation) {
    const Prices& price = relation.price;
    if (relation.how == Rung::MultiStore) {
        return fmt::format("stored twice: {}, copied: {}", time_text(price.store_ns), time_text(price.copy_ns));
    }
    if (relation.how == Rung::SegmentedRead) {
        const double chosen = segments_ns(table, relation.node);
        const double other = least_copy_ns(table, relation.node);
        if (chosen > other) return {};
        return fmt::format("read in segments: {}, one copy at least: {}", time_text(chosen), time_text(other));
    }
    std::string text;
    Relation stored = relation;
    stored.price.store_ns = 0;
    if (price.copy_ns < price.store_ns && can_store_twice(graph, traits, table, stored))
        text = fmt::format("copied: {}, stored twice: {}", time_text(price.copy_ns), time_text(price.store_ns));
    if (!can_be_segmented(graph, table, traits, relation.node)) return text;
    const double chosen = sum(table, relation.node, [](const Relation& each) { return each.price.of(each.how); });
    const double other = segments_ns(table, relation.node);
    if (chosen > other) return text;
    if (text.empty()) text = fmt::format("copied: {}", time_text(price.copy_ns));
    return fmt::format("{}, read in segments: {}", text, time_text(other));
}

}  // namespace

std::string reason_with_costs(const Graph& graph, const OpTraits& traits, const RelationTable& table,
                              const Relation& relation) {
    if (relation.holds() || relation.forced || counts_bytes_alone(table.model)) return relation.reason;
    const std::string text = costs(graph, traits, table, relation);
    if (text.empty()) return relation.reason;
    return relation.reason.empty() ? text : fmt::format("{}; {}", relation.reason, text);
}

}  // namespace abut::planning
