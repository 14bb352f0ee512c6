// SPDX-License-Identifier: Apache-2.0
#include "plan/prices.hpp"

#include <algorithm>
#include <cmath>

#include "core/alignments.hpp"
#include "core/fail.hpp"
#include "plan/byte_counts.hpp"
#include "plan/relation_table.hpp"
#include "plan/view_alignment.hpp"

namespace abut::planning {
namespace {

/// To a multiple of 1/1024 ns: whole numbers of bytes stay what they are.
double on_grid(double ns) {
    constexpr double steps = 1024;
    return std::round(ns * steps) / steps;
}

double transfer_ns(const CostModel& model, const TransferCost& cost, std::int64_t bytes) {
    const auto cached = static_cast<double>(std::min(bytes, model.cached_bytes));
    return cached * cost.cached_ns + (static_cast<double>(bytes) - cached) * cost.memory_ns;
}

double factor(const CostModel& model, std::int64_t alignment_bytes) {
    constexpr std::int64_t narrow_access_bytes = 16;
    if (alignment_bytes >= core::widest_access_bytes) return 1;
    return alignment_bytes >= narrow_access_bytes ? model.factor_below_64_bytes : model.factor_below_16_bytes;
}

class Pricing {
public:
    Pricing(const Graph& graph, const RelationTable& table) : graph_(graph), table_(table), model_(table.model) {}

    [[nodiscard]] Prices of(const Relation& relation) const {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        if (box == nullptr || !box->joins) {
            return {.copy_ns = copy_ns(model_, value_bytes(graph_, box != nullptr ? box->part : data_flow(relation).to))};
        }
        return of_operand(*box);
    }

private:
    [[nodiscard]] Prices of_operand(const BoxRelation& box) const {
        const std::int64_t bytes = value_bytes(graph_, box.part);
        const double in_slice = factor(model_, alignment_in(box));
        const double store_ns = transfer_ns(model_, model_.second_store, bytes);
        return {.alias_ns = on_grid(store_ns * std::max(in_slice - factor_at_home(box.part), 0.0) * accesses(box.part)),
                .store_ns = on_grid(store_ns * in_slice),
                .segment_ns = segment_ns(box),
                .copy_ns = copy_ns(model_, bytes, in_slice)};
    }

    /// As the whole would best lie; a larger buffer around it is not known yet.
    [[nodiscard]] std::int64_t alignment_in(const BoxRelation& box) const {
        const DType dtype = graph_.value(box.part).dtype;
        Layout slice = table_.preferred_layout(box.whole);
        const std::int64_t offset_bytes = distance_bytes(slice, box.begin, dtype);
        slice.shape = graph_.value(box.part).shape;
        return alignment_bytes(offset_bytes, slice, dtype);
    }

    [[nodiscard]] double factor_at_home(ValueId value) const {
        return factor(model_, alignment_bytes(0, table_.preferred_layout(value), graph_.value(value).dtype));
    }

    /// How often kernels go through the value: its producer and its readers.
    [[nodiscard]] double accesses(ValueId value) const {
        const NodeId producer = graph_.value(value).producer;
        const auto readers = kernels_that_read(value);
        return readers + (producer.index >= 0 && !table_.is_view_node(producer) ? 1 : 0);
    }

    [[nodiscard]] double kernels_that_read(ValueId value) const {
        return static_cast<double>(
            std::ranges::count_if(table_.uses->consumers(value), [&](NodeId node) { return !table_.is_view_node(node); }));
    }

    /// The first part that has elements is where a kernel would read anyway.
    [[nodiscard]] double segment_ns(const BoxRelation& box) const {
        const Shape& shape = graph_.value(box.part).shape;
        const auto* moved = std::ranges::find_if(box.begin, [](std::int64_t distance) { return distance != 0; });
        if (moved == box.begin.end() || element_count(shape) == 0) return 0;
        const std::int64_t rows = element_count(shape) / shape[static_cast<int>(moved - box.begin.begin())];
        const double each = model_.segment_ns + model_.segment_row_ns * static_cast<double>(rows);
        return on_grid(each * kernels_that_read(box.whole));
    }

    const Graph& graph_;
    const RelationTable& table_;
    const CostModel& model_;
};

}  // namespace

double Prices::of(Rung how) const {
    switch (how) {
        case Rung::MultiStore:
            return store_ns;
        case Rung::SegmentedRead:
            return segment_ns;
        case Rung::Copy:
            return copy_ns;
        case Rung::Alias:
        case Rung::SharedRoot:
        case Rung::Reordered:
            break;
    }
    return alias_ns;
}

void require_sound(const CostModel& model) {
    const auto require = [](double number, double least, const char* what) {
        if (std::isfinite(number) && number >= least) return;
        core::fail_invalid("cost model: expected {} to be a number of at least {}, found {}", what, least, number);
    };
    require(model.launch_ns, 0, "launch_ns");
    require(static_cast<double>(model.cached_bytes), 0, "cached_bytes");
    for (const auto& cost : {model.copy, model.second_store}) {
        require(cost.cached_ns, 0, "cached_ns");
        require(cost.memory_ns, 0, "memory_ns");
    }
    require(model.segment_ns, 0, "segment_ns");
    require(model.segment_row_ns, 0, "segment_row_ns");
    require(model.factor_below_64_bytes, 1, "factor_below_64_bytes");
    require(model.factor_below_16_bytes, 1, "factor_below_16_bytes");
}

bool counts_bytes_alone(const CostModel& model) {
    return model == CostModel{};
}

double copy_ns(const CostModel& model, std::int64_t bytes, double factor) {
    return bytes == 0 ? 0 : on_grid(model.launch_ns + transfer_ns(model, model.copy, bytes) * factor);
}

void set_prices(const Graph& graph, RelationTable& table) {
    const Pricing pricing(graph, table);
    for (auto& relation : table.relations) relation.price = pricing.of(relation);
}

}  // namespace abut::planning
