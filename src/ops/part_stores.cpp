// SPDX-License-Identifier: Apache-2.0
#include "ops/part_stores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "ops/stride_texts.hpp"
#include "ops/window_views.hpp"

namespace abut::ops {
namespace {

/// `value` with lane `first` in place 0, the others after it.
std::string turned_value(std::int64_t first) {
    if (first == 0) return "value";
    std::string text = "value.s";
    for (std::int64_t lane = 0; lane < vector_lanes; ++lane) text += fmt::format("{:x}", (first + lane) % vector_lanes);
    return text;
}

/// The channels of store `index` that are whole vectors of it.
std::string whole_text(std::size_t index, const Store& store, const std::string& strides) {
    const std::int64_t begin = rounded_up(store.first, vector_lanes);
    const std::int64_t end = (store.first + store.channels) / vector_lanes * vector_lanes;
    if (begin >= end) return "";
    return fmt::format("WHOLE_VECTORS({}, {}, {}, {}, {}) ", store_name(index), store.first, begin, end, strides);
}

/// What the vector that begins at `channel` has for store `index`.
std::string part_text(std::size_t index, const Store& store, std::int64_t channel, const std::string& strides) {
    const std::int64_t begin = std::max(store.first, channel);
    const std::int64_t end = std::min(store.first + store.channels, channel + vector_lanes);
    if (begin >= end) return "";
    return fmt::format("PART_OF_VECTOR({}, {}, {}, {}, {}) ", store_name(index), begin - store.first, end - begin,
                       turned_value(begin - channel), strides);
}

/// The stores of the vector that begins at `channel`; nothing if it is a whole one of one store.
std::string shared_text(const WindowProblem& problem, std::int64_t channel, const std::vector<std::string>& strides) {
    std::string parts;
    for (std::size_t i = 0; i < problem.y.size(); ++i) {
        const Store& store = problem.y[i];
        if (store.first <= channel && channel + vector_lanes <= store.first + store.channels) return "";
        parts += part_text(i, store, channel, strides[i]);
    }
    return fmt::format("SHARED_VECTOR({}, {}) ", channel, parts);
}

bool has_whole_vectors(const Store& store) {
    return store.first % vector_lanes == 0 && store.channels % vector_lanes == 0;
}

/// Where no vector belongs to two stores: which channels are whose is a number of the step.
std::string whole_stores(StepBuilder& builder, const WindowProblem& problem, const std::vector<std::string>& strides) {
    std::string text;
    std::string first = "0";
    for (std::size_t i = 0; i < problem.y.size(); ++i) {
        const auto end = builder.number_text(fmt::format("{}_end", store_name(i)),
                                             problem.y[i].first + problem.y[i].channels, vector_lanes);
        text += fmt::format("WHOLE_VECTORS({0}, {1}, {1}, {2}, {3}) ", store_name(i), first, end, strides[i]);
        first = end;
    }
    return text;
}

/// Where it is known of each vector to which stores it belongs.
std::string shared_stores(const WindowProblem& problem, const std::vector<std::string>& strides) {
    std::string text;
    for (std::size_t i = 0; i < problem.y.size(); ++i) text += whole_text(i, problem.y[i], strides[i]);
    for (std::int64_t channel = 0; channel < problem.out_channels; channel += vector_lanes)
        text += shared_text(problem, channel, strides);
    return text;
}

}  // namespace

std::vector<Store> part_stores(const StepSpec& step) {
    std::vector<Store> stores;
    std::int64_t first = 0;
    for (std::size_t write = 0; write < step.writes.size(); ++write) {
        const Layout& layout = step.writes[write].spec.layout;
        stores.push_back({.write = static_cast<int>(write),
                          .strides = image_strides(layout, layout.shape),
                          .first = first,
                          .channels = layout.shape[1]});
        first += layout.shape[1];
    }
    return stores;
}

void add_part_stores(StepBuilder& builder, const WindowProblem& problem) {
    std::vector<std::string> strides;
    for (std::size_t i = 0; i < problem.y.size(); ++i)
        strides.push_back(stride_list(builder, store_name(i), problem.y[i].strides));
    const bool is_whole = std::ranges::all_of(problem.y, has_whole_vectors);
    builder.constant("Y_STORES",
                     (is_whole ? whole_stores(builder, problem, strides) : shared_stores(problem, strides)) + ";");
}

}  // namespace abut::ops
