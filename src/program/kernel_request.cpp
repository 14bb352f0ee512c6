// SPDX-License-Identifier: Apache-2.0
#include "program/kernel_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "core/alignments.hpp"
#include "core/fail.hpp"
#include "core/image.hpp"
#include "graph/infer.hpp"
#include "graph/port_checks.hpp"
#include "program/launch.hpp"

namespace abut::programs {
namespace {

void require_image(const ViewSpec& spec, std::string_view what) {
    if (spec.shape().rank() == core::image_rank) return;
    core::fail(ErrorCode::Unsupported,
               "{}: expected 4 axes N, C, H, W with strides, found {}; blocked layouts have more axes and are not served",
               what, to_string(spec.shape()));
}

void require_count(const KernelRequest& request, std::size_t given, std::size_t expected) {
    core::require(given == expected, "{}: expected specs of {} further operands, found {}", name_of(request.operation),
                  expected, given);
}

/// Appends the views of operands: those given, or one value a channel each.
void append_operands(KernelRequest& request, const std::vector<ViewSpec>& given, std::size_t expected,
                     const std::function<Shape(std::size_t)>& channel_shape) {
    if (!given.empty()) require_count(request, given.size(), expected);
    for (std::size_t i = 0; i < expected; ++i) {
        request.reads.push_back(given.empty() ? ViewSpec(DType::Float32, channel_shape(i)) : given[i]);
    }
}

std::size_t further_operands(const Expression& expression) {
    return static_cast<std::size_t>(expression.operands - 1);
}

inference::Types types_of(const std::vector<ViewSpec>& specs) {
    inference::Types types;
    for (const auto& spec : specs) types.push_back({spec.dtype, spec.shape()});
    return types;
}

/// The offset stays an argument and the alignment what a guard can say, so that slices share a variant.
ViewSpec dynamic(const ViewSpec& spec, std::int64_t most_bytes) {
    return {spec.dtype, spec.layout, {std::min(spec.alignment.power_of_two(), most_bytes), 0}};
}

ops::LoweredStep lower_aligned(const KernelRequest& request, const DeviceProfile& device, std::int64_t most_bytes,
                               const ops::TileTable& tiles) {
    ops::StepSpec step{.operation = request.operation, .reads = {}, .writes = {{dynamic(request.output, most_bytes), {}}}};
    for (std::size_t i = 0; i < request.reads.size(); ++i) {
        const bool packed = static_cast<int>(i) == request.weights;
        // The kernel reads the packed form; pack() alone sees how the weights lie.
        const auto spec = packed ? ViewSpec(request.reads[i].dtype, request.reads[i].shape()) : request.reads[i];
        step.reads.push_back({dynamic(spec, most_bytes), ValueId{packed ? request.weights : -1}});
    }
    return ops::lower(ops::in_tile_of(tiles, std::move(step), device), device);
}

}  // namespace

KernelRequest conv2d_request(const Conv2d& attributes, const ViewSpec& input, const ViewSpec& weights,
                             const std::vector<ViewSpec>& operands) {
    require_image(input, "conv2d: input");
    require_image(weights, "conv2d: weights");
    core::require(attributes.parts.empty(), "conv2d: expected one output, found {} parts", attributes.parts.size());
    KernelRequest request{.operation = attributes, .reads = {input, weights}, .output = {}, .weights = 1, .first_bias = 0};
    const auto prologue = further_operands(attributes.prologue);
    append_operands(request, operands, prologue + further_operands(attributes.epilogue), [&](std::size_t i) {
        return Shape{1, i < prologue ? input.shape()[1] : weights.shape()[0], 1, 1};
    });
    request.first_bias = static_cast<int>(2 + prologue);
    return request;
}

KernelRequest dense_request(const Dense& attributes, const ViewSpec& input, const ViewSpec& weights,
                            const std::vector<ViewSpec>& operands) {
    const auto rank = weights.shape().rank();
    core::require(rank >= 2, "dense: expected weights with the axes K, N, found {}", to_string(weights.shape()));
    KernelRequest request{.operation = attributes, .reads = {input, weights}, .output = {}, .weights = 1, .first_bias = 2};
    append_operands(request, operands, further_operands(attributes.epilogue),
                    [&](std::size_t) { return Shape{weights.shape()[attributes.transpose_b ? rank - 2 : rank - 1]}; });
    return request;
}

KernelRequest elementwise_request(const Elementwise& attributes, const ViewSpec& input,
                                  const std::vector<ViewSpec>& operands) {
    KernelRequest request{.operation = attributes, .reads = {input}, .output = {}, .weights = -1, .first_bias = 1};
    const auto expected = further_operands(attributes.expression);
    require_count(request, operands.size(), expected);
    request.reads.insert(request.reads.end(), operands.begin(), operands.end());
    return request;
}

std::string name_of_read(const KernelRequest& request, std::size_t read) {
    const auto index = static_cast<int>(read);
    if (index == 0) return "input";
    if (index == request.weights) return "weights";
    return fmt::format("operand {}", index - (request.weights >= 0 ? 2 : 1));
}

Shape output_shape(const KernelRequest& request) {
    const auto types = types_of(request.reads);
    return inference::infer_outputs(inference::normalized(request.operation, types), types).front().shape;
}

void require_consistent(const KernelRequest& request) {
    const auto expected = output_shape(request);
    const auto name = name_of(request.operation);
    if (request.output.shape() != expected) {
        core::fail_invalid("{}: expected an output of shape {}, found {}", name, to_string(expected),
                           to_string(request.output.shape()));
    }
    for (std::size_t i = 0; i < request.reads.size(); ++i) {
        graph_detail::check_input_view(fmt::format("{}: {}", name, name_of_read(request, i)), request.reads[i]);
    }
    Value result;
    result.shape = expected;
    graph_detail::check_output_view(fmt::format("{}: output", name), result, request.output);
}

ops::LoweredStep lower_request(const KernelRequest& request, const DeviceProfile& device, const ops::TileTable& tiles) {
    return lower_aligned(request, device, core::widest_access_bytes, tiles);
}

std::optional<ops::LoweredStep> lower_unaligned(const KernelRequest& request, const ops::LoweredStep& promised,
                                                const DeviceProfile& device, const ops::TileTable& tiles) {
    auto unaligned = lower_aligned(request, device, size_bytes(DType::Float32), tiles);
    if (unaligned.spec == promised.spec) return {};
    return unaligned;
}

}  // namespace abut::programs
