// SPDX-License-Identifier: Apache-2.0
#include "ops/window_views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "ops/part_stores.hpp"
#include "ops/stride_texts.hpp"

namespace abut::ops {
namespace {

std::string segment_name(std::size_t segment) {
    return segment == 0 ? std::string("x") : fmt::format("segment{}", segment);
}

/// The channels in the last vector of a segment, as SEGMENT of panel.cl wants them: -1 where chunks may end anywhere.
std::int64_t tail_of(const WindowProblem& problem) {
    if (problem.x.size() == 1) return problem.channels % vector_lanes;
    const auto is_whole = [](const Segment& segment) { return segment.channels % vector_lanes == 0; };
    return std::ranges::all_of(problem.x, is_whole) ? 0 : -1;
}

}  // namespace

std::string store_name(std::size_t store) {
    return store == 0 ? std::string("y") : fmt::format("store{}", store);
}

std::vector<Segment> image_segments(const StepSpec& step) {
    std::vector<Segment> segments;
    const auto add = [&](std::size_t read) {
        const Layout& layout = step.reads.at(read).spec.layout;
        segments.push_back(
            {.channels = layout.shape[1], .read = static_cast<int>(read), .strides = image_strides(layout, layout.shape)});
    };
    add(0);
    for (std::size_t i = step.reads.size() - static_cast<std::size_t>(step.segments); i < step.reads.size(); ++i) add(i);
    return segments;
}

std::vector<Store> image_stores(const StepSpec& step) {
    std::vector<Store> stores;
    const auto add = [&](std::size_t write) {
        const Layout& layout = step.writes.at(write).spec.layout;
        stores.push_back({.write = static_cast<int>(write), .strides = image_strides(layout, layout.shape)});
    };
    add(0);
    for (std::size_t i = step.writes.size() - static_cast<std::size_t>(step.stores); i < step.writes.size(); ++i) add(i);
    return stores;
}

void add_segment_parameters(StepBuilder& builder, const WindowProblem& problem) {
    for (std::size_t i = 0; i < problem.x.size(); ++i) {
        builder.read(segment_name(i), problem.x[i].read, problem.x[i].width * element_bytes);
    }
}

void add_store_parameters(StepBuilder& builder, const WindowProblem& problem) {
    for (std::size_t i = 0; i < problem.y.size(); ++i) {
        builder.write(store_name(i), problem.y[i].write, problem.y[i].width * element_bytes);
    }
}

void add_segments(StepBuilder& builder, const WindowProblem& problem) {
    std::string text;
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < problem.x.size(); ++i) {
        const Segment& segment = problem.x[i];
        const bool is_last = i + 1 == problem.x.size();
        const auto end = is_last ? std::string("channel + count") : fmt::format("{}", begin + segment.channels);
        text += fmt::format("SEGMENT({}, {}, {}, {}, {}) ", segment_name(i), begin, end,
                            stride_list(builder, segment_name(i), segment.strides), tail_of(problem));
        begin += segment.channels;
    }
    builder.constant("X_SEGMENTS", text);
}

void add_stores(StepBuilder& builder, const WindowProblem& problem) {
    if (problem.y.front().is_part()) return add_part_stores(builder, problem);
    std::string text;
    for (std::size_t i = 0; i < problem.y.size(); ++i) {
        text += fmt::format("STORE({}, {}) ", store_name(i), stride_list(builder, store_name(i), problem.y[i].strides));
    }
    builder.constant("Y_STORES", text);
}

void add_wide_stores(StepBuilder& builder, const WindowProblem& problem) {
    std::string text;
    for (std::size_t i = 0; i < problem.y.size(); ++i) {
        const Store& store = problem.y[i];
        text += store.is_part()
                    ? fmt::format("STORE_PART({}, {}, {}, {}) ", store_name(i), store.first, store.first + store.channels,
                                  stride_list(builder, store_name(i), store.strides))
                    : fmt::format("STORE({}, {}, {}) ", store_name(i), store.width,
                                  stride_list(builder, store_name(i), store.strides));
    }
    builder.constant("Y_STORES", text);
}

}  // namespace abut::ops
