// SPDX-License-Identifier: Apache-2.0
#include "passes/moved_view.hpp"

#include <algorithm>
#include <variant>

#include "passes/channels.hpp"

namespace abut::passes {
namespace {

std::int64_t extent_of(const Digits& digits) {
    std::int64_t extent = 1;
    for (const Digit& digit : digits) extent *= digit.extent;
    return extent;
}

/// Two digits that count on as one become one.
void append(Digits& digits, const Digit& digit) {
    if (digit.extent == 1) return;
    if (digits.empty() || digits.back().stride != digit.extent * digit.stride) return digits.push_back(digit);
    digits.back() = {digits.back().extent * digit.extent, digit.stride};
}

/// Takes digits for an axis of `extent` from the front of `rest`. False if none of them can be cut so.
bool take(Digits& rest, std::int64_t extent, Digits& axis) {
    while (extent > 1) {
        Digit& first = rest.front();
        if (extent % first.extent == 0) {
            append(axis, first);
            extent /= first.extent;
            rest.erase(rest.begin());
            continue;
        }
        if (first.extent % extent != 0) return false;
        const std::int64_t inner = first.extent / extent;
        append(axis, {extent, first.stride * inner});
        first.extent = inner;
        return true;
    }
    return true;
}

/// Each range `times` times, `stride` channels apart. False where they become too many.
bool repeat(std::vector<ChannelRange>& ranges, std::int64_t times, std::int64_t stride) {
    if (times > static_cast<std::int64_t>(most_ranges / ranges.size())) return false;
    std::vector<ChannelRange> repeated;
    for (const ChannelRange& range : ranges) {
        for (std::int64_t i = 0; i < times; ++i) repeated.push_back({range.first + i * stride, range.count});
    }
    ranges = std::move(repeated);
    return true;
}

/// One rule an operation; false where digits can't say what it does.
class Moves {
public:
    explicit Moves(const MovedView& input) : input_(input) {}

    bool operator()(const Transpose& transpose) {
        MovedView view{input_.base, input_.offset, {}};
        for (const std::int64_t axis : transpose.permutation)
            view.axes.push_back(input_.axes[static_cast<std::size_t>(axis)]);
        views.push_back(std::move(view));
        return true;
    }

    bool operator()(const Reshape& reshape) {
        Digits rest;
        for (const Digits& axis : input_.axes) {
            for (const Digit& digit : axis) append(rest, digit);
        }
        MovedView view{input_.base, input_.offset, {}};
        for (const std::int64_t extent : reshape.shape) {
            if (!take(rest, extent, view.axes.emplace_back())) return false;
        }
        views.push_back(std::move(view));
        return true;
    }

    bool operator()(const Split& split) {
        std::int64_t begin = 0;
        for (const std::int64_t size : split.sizes) {
            MovedView view = input_;
            if (!cut(view, split.axis, begin, 1, size)) return false;
            views.push_back(std::move(view));
            begin += size;
        }
        return true;
    }

    bool operator()(const Slice& slice) {
        MovedView view = input_;
        for (int axis = 0; axis < slice.sizes.rank(); ++axis) {
            if (!cut(view, axis, slice.begin[axis], slice.steps[axis], slice.sizes[axis])) return false;
        }
        views.push_back(std::move(view));
        return true;
    }

    template <class Other>
    bool operator()(const Other&) {
        return false;
    }

    std::vector<MovedView> views;

private:
    static bool cut(MovedView& view, int axis, std::int64_t begin, std::int64_t step, std::int64_t size) {
        Digits& digits = view.axes[static_cast<std::size_t>(axis)];
        const std::int64_t extent = extent_of(digits);
        if (size == extent && begin == 0 && step == 1) return true;
        if (size == 1) {
            for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
                view.offset += begin % digit->extent * digit->stride;
                begin /= digit->extent;
            }
            digits.clear();
            return true;
        }
        if (digits.size() > 1) return false;
        view.offset += begin * digits.front().stride;
        digits.front() = {size, digits.front().stride * step};
        return true;
    }

    const MovedView& input_;
};

}  // namespace

MovedView whole_view(const Graph& graph, ValueId value) {
    const Shape& shape = graph.value(value).shape;
    MovedView view{value, 0, std::vector<Digits>(static_cast<std::size_t>(shape.rank()))};
    std::int64_t stride = 1;
    for (int axis = shape.rank(); axis-- > 0;) {
        append(view.axes[static_cast<std::size_t>(axis)], {shape[axis], stride});
        stride *= shape[axis];
    }
    return view;
}

std::optional<std::vector<MovedView>> moved_views(const Graph& graph, const Node& node, const MovedView& input) {
    const auto has_elements = [&](ValueId value) { return element_count(graph.value(value).shape) > 0; };
    Moves moves(input);
    if (!std::ranges::all_of(node.inputs, has_elements) || !std::ranges::all_of(node.outputs, has_elements))
        return std::nullopt;
    if (!std::visit(moves, node.operation)) return std::nullopt;
    return std::move(moves.views);
}

std::optional<std::vector<ChannelRange>> channels_of(const Graph& graph, const MovedView& view) {
    const MovedView base = whole_view(graph, view.base);
    if (view.axes.size() != base.axes.size() || view.axes.size() <= channels) return std::nullopt;
    for (std::size_t axis = 0; axis < view.axes.size(); ++axis) {
        if (axis != channels && view.axes[axis] != base.axes[axis]) return std::nullopt;
    }
    const Shape& shape = graph.value(view.base).shape;
    std::int64_t channel_elements = 1;
    for (int axis = channels + 1; axis < shape.rank(); ++axis) channel_elements *= shape[axis];
    if (view.offset % channel_elements != 0) return std::nullopt;
    std::vector<ChannelRange> ranges{{view.offset / channel_elements, 1}};
    for (const Digit& digit : view.axes[channels]) {
        if (digit.stride % channel_elements != 0) return std::nullopt;
        const std::int64_t stride = digit.stride / channel_elements;
        const bool counts_on = stride == 1 && digit == view.axes[channels].back();
        if (counts_on) {
            for (ChannelRange& range : ranges) range.count = digit.extent;
        } else if (!repeat(ranges, digit.extent, stride)) {
            return std::nullopt;
        }
    }
    return ranges;
}

}  // namespace abut::passes
