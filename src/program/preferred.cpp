// SPDX-License-Identifier: Apache-2.0
#include "program/preferred.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "abut/error.hpp"
#include "core/alignments.hpp"
#include "core/image.hpp"
#include "program/launch.hpp"

namespace abut::programs {
namespace {

constexpr std::int64_t widest_access_elements = core::widest_access_bytes / static_cast<std::int64_t>(sizeof(float));

/// The innermost axis in memory dense or, where `padded`, with a pitch that keeps what follows it aligned.
ViewSpec candidate(DType dtype, const Shape& shape, bool padded) {
    const bool image = shape.rank() >= core::image_rank;
    Shape allocated = shape;
    if (padded && shape.rank() > 0) {
        auto& inner = allocated[image ? 1 : shape.rank() - 1];
        inner = (inner + widest_access_elements - 1) / widest_access_elements * widest_access_elements;
    }
    auto layout = image ? Layout::channels_last(allocated) : Layout::dense(allocated);
    layout.shape = shape;
    return {dtype, layout, {core::widest_access_bytes, 0}};
}

/// What the kernel claims of the address of an operand.
std::int64_t guard_bytes(const ops::LoweredStep& step, ops::ArgumentKind kind) {
    for (std::size_t i = 0; i < step.arguments.size(); ++i) {
        const auto& argument = step.arguments[i];
        if (argument.kind == kind && argument.index == 0) return step.spec.parameters[i].guard;
    }
    return 1;
}

ViewSpec aligned(ViewSpec spec, std::int64_t guard) {
    spec.alignment = {std::max(guard, size_bytes(spec.dtype)), 0};
    return spec;
}

struct Choice {
    std::int64_t input_guard = 0;
    std::int64_t output_guard = 0;
    ViewSpec input;
    ViewSpec output;
};

Choice lowered(KernelRequest request, bool pad_input, bool pad_output, const DeviceProfile& device) {
    request.reads[0] = candidate(request.reads[0].dtype, request.reads[0].shape(), pad_input);
    request.output = candidate(DType::Float32, output_shape(request), pad_output);
    require_consistent(request);
    const auto step = lower_request(request, device);
    return {guard_bytes(step, ops::ArgumentKind::Read), guard_bytes(step, ops::ArgumentKind::Write), request.reads[0],
            request.output};
}

}  // namespace

Preferred preferred_views(const std::function<KernelRequest()>& make, const DeviceProfile& device) try {
    const auto request = make();
    const auto dense = lowered(request, false, false, device);
    const auto padded = lowered(request, true, true, device);
    // A pitch costs memory: only where a wider access is proven by it.
    const bool pad_input = padded.input_guard > dense.input_guard;
    const bool pad_output = padded.output_guard > dense.output_guard;
    const auto best = lowered(request, pad_input, pad_output, device);
    return {.supported = true,
            .reason = {},
            .input = aligned(best.input, best.input_guard),
            .output = aligned(best.output, best.output_guard)};
} catch (const Error& error) {
    return {.supported = false, .reason = error.what(), .input = {}, .output = {}};
}

}  // namespace abut::programs
