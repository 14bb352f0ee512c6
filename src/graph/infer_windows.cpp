// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/checked.hpp"
#include "graph/infer_rules.hpp"
#include "graph/winograd_kernels.hpp"

/// Convolutions and pooling: what slides a window over the two last axes.
namespace abut::inference {

namespace {

constexpr std::array<std::string_view, 2> axis_names{"height", "width"};

/// A window along one of the two axes.
struct Window {
    std::string_view axis;
    std::int64_t kernel;
    std::int64_t stride;
    std::int64_t dilation;
    std::int64_t pad_before;
    std::int64_t pad_after;

    /// Elements from the first tap to the last.
    [[nodiscard]] std::int64_t reach() const { return core::checked_add(core::checked_multiply(kernel - 1, dilation), 1); }
};

template <typename Attributes>
std::array<Window, 2> windows_of(const Attributes& attributes, const Pair& kernel) {
    std::array<Window, 2> windows{};
    for (std::size_t i = 0; i < 2; ++i) {
        windows[i] = {.axis = axis_names[i],
                      .kernel = kernel[i],
                      .stride = attributes.strides[i],
                      .dilation = attributes.dilations[i],
                      .pad_before = attributes.pads[i],
                      .pad_after = attributes.pads[i + 2]};
        const Window& window = windows[i];
        core::require(window.kernel >= 1, "expected a kernel {} of 1 and more, found {}", window.axis, window.kernel);
        core::require(window.stride >= 1, "expected a {} stride of 1 and more, found {}", window.axis, window.stride);
        core::require(window.dilation >= 1, "expected a {} dilation of 1 and more, found {}", window.axis, window.dilation);
        core::require(window.pad_before >= 0 && window.pad_after >= 0, "expected {} pads of 0 and more, found {} and {}",
                      window.axis, window.pad_before, window.pad_after);
    }
    return windows;
}

std::int64_t window_count(const Window& window, std::int64_t extent, bool ceil_mode) {
    const std::int64_t before = core::checked_add(extent, window.pad_before);
    const std::int64_t padded = core::checked_add(before, window.pad_after);
    const std::int64_t room = core::checked_subtract(padded, window.reach());
    core::require(room >= 0, "expected a padded {} of at least {} (the window's), found {}", window.axis, window.reach(),
                  padded);
    std::int64_t count = room / window.stride + 1;
    const bool has_part = ceil_mode && room % window.stride != 0;
    // The rounded-up window counts only if it starts inside x or the padding before it.
    if (has_part && count * window.stride < before) ++count;
    return count;
}

void expect_groups(std::int64_t groups, std::int64_t channels, std::string_view what) {
    core::require(groups >= 1, "expected 1 group and more, found {}", groups);
    core::require(channels >= 1 && channels % groups == 0, "expected {} that divide into {} groups, found {}", what, groups,
                  channels);
}

void expect_winograd(const Conv2d& conv, const Shape& weights) {
    if (conv.winograd == 0) return;
    core::require(conv.winograd == 2 || conv.winograd == 4, "expected winograd of 0, 2 or 4, found {}", conv.winograd);
    const bool has_steps_of_one = conv.strides == Pair{1, 1} && conv.dilations == Pair{1, 1};
    core::require(has_steps_of_one && fits_winograd({weights[2], weights[3]}, conv.winograd),
                  "expected strides and dilations of 1 and a kernel of odd extents for winograd {}, at most {} in one "
                  "dimension and {} in two, found weights {}",
                  conv.winograd, most_winograd_taps(conv.winograd, true), most_winograd_taps(conv.winograd, false),
                  to_string(weights));
}

/// `output` cut along its channels; whole where there are no parts.
Types parts_of(const Shape& output, std::span<const std::int64_t> parts, std::int64_t groups) {
    if (parts.empty()) return {{DType::Float32, output}};
    core::require(parts.size() <= most_parts, "expected at most {} parts, found {}; cut one of them with split", most_parts,
                  parts.size());
    core::require(groups == 1, "expected one group of channels where the output has parts, found {}", groups);
    Types types;
    std::int64_t channels = 0;
    for (const std::int64_t part : parts) {
        core::require(part >= 1, "expected parts of 1 output channel and more, found {}", part);
        channels = core::checked_add(channels, part);
        types.push_back({DType::Float32, Shape{output[0], part, output[2], output[3]}});
    }
    core::require(channels == output[1], "expected parts of {} output channels together, found {}", output[1], channels);
    return types;
}

}  // namespace

Types infer(const Conv2d& conv, Inputs inputs) {
    expect_fusible(conv.prologue, "prologue");
    expect_fusible(conv.epilogue, "epilogue");
    const auto in_prologue = static_cast<std::size_t>(conv.prologue.operands) - 1;
    const auto in_epilogue = static_cast<std::size_t>(conv.epilogue.operands) - 1;
    expect_count(inputs, 2 + in_prologue + in_epilogue, "x, weights, the prologue's, the epilogue's");
    expect_float32(inputs);
    expect_rank(inputs, 0, 4, "N, C, H, W");
    expect_rank(inputs, 1, 4, "O, C/groups, R, S");
    const Shape& x = inputs[0].shape;
    const Shape& weights = inputs[1].shape;
    expect_groups(conv.groups, x[1], "input channels");
    expect_groups(conv.groups, weights[0], "output channels");
    core::require(weights[1] == x[1] / conv.groups, "input 1: expected weights for {} channels ({} in {} groups), found {}",
                  x[1] / conv.groups, x[1], conv.groups, to_string(weights));
    const auto windows = windows_of(conv, {weights[2], weights[3]});
    expect_winograd(conv, weights);
    const Shape output{x[0], weights[0], window_count(windows[0], x[2], false), window_count(windows[1], x[3], false)};
    expect_broadcast(inputs.subspan(2, in_prologue), 2, x, "prologue");
    expect_broadcast(inputs.subspan(2 + in_prologue), 2 + in_prologue, output, "epilogue");
    return parts_of(output, conv.parts, conv.groups);
}

Types infer(const ConvTranspose2d& conv, Inputs inputs) {
    expect_fusible(conv.epilogue, "epilogue");
    expect_count(inputs, 1 + static_cast<std::size_t>(conv.epilogue.operands), "x, weights, the epilogue's");
    expect_float32(inputs);
    expect_rank(inputs, 0, 4, "N, C, H, W");
    expect_rank(inputs, 1, 4, "C, O/groups, R, S");
    const Shape& x = inputs[0].shape;
    const Shape& weights = inputs[1].shape;
    expect_groups(conv.groups, x[1], "input channels");
    core::require(weights[0] == x[1], "input 1: expected weights for {} input channels, found {}", x[1], to_string(weights));
    core::require(weights[1] >= 1, "input 1: expected 1 output channel and more a group, found {}", to_string(weights));
    Shape output{x[0], core::checked_multiply(weights[1], conv.groups), 0, 0};
    const auto windows = windows_of(conv, {weights[2], weights[3]});
    for (int i = 0; i < 2; ++i) {
        const Window& window = windows[static_cast<std::size_t>(i)];
        const std::int64_t added = conv.output_padding[static_cast<std::size_t>(i)];
        core::require(added >= 0, "expected {} output padding of 0 and more, found {}", window.axis, added);
        core::require(x[2 + i] >= 1, "input 0: expected a {} of 1 and more, found {}", window.axis, to_string(x));
        const std::int64_t starts = core::checked_multiply(window.stride, x[2 + i] - 1);
        const std::int64_t whole = core::checked_add(core::checked_add(starts, window.reach()), added);
        const std::int64_t pads = core::checked_add(window.pad_before, window.pad_after);
        core::require(whole > pads, "expected {} pads of less than {}, the output before them, found {}", window.axis, whole,
                      pads);
        output[2 + i] = whole - pads;
    }
    expect_broadcast(inputs.subspan(2), 2, output, "epilogue");
    return {{DType::Float32, output}};
}

Types infer(const Pool2d& pool, Inputs inputs) {
    expect_count(inputs, 1, "x");
    expect_float32(inputs);
    expect_rank(inputs, 0, 4, "N, C, H, W");
    const Shape& x = inputs[0].shape;
    const auto windows = windows_of(pool, pool.kernel);
    for (const Window& window : windows) {
        // A window may not lie in the padding alone: it would have no element.
        core::require(std::max(window.pad_before, window.pad_after) < window.reach(),
                      "expected {} pads smaller than the window's {}, found {} and {}", window.axis, window.reach(),
                      window.pad_before, window.pad_after);
    }
    const std::int64_t height = window_count(windows[0], x[2], pool.ceil_mode);
    const std::int64_t width = window_count(windows[1], x[3], pool.ceil_mode);
    return {{DType::Float32, {x[0], x[1], height, width}}};
}

}  // namespace abut::inference
