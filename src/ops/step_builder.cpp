// SPDX-License-Identifier: Apache-2.0
#include "ops/step_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace abut::ops {
namespace {

/// Safe behind any operator.
std::string literal(std::int64_t value) {
    return value < 0 ? fmt::format("({})", value) : fmt::format("{}", value);
}

}  // namespace

StepBuilder::StepBuilder(std::string stem, Numbers numbers) : numbers_(numbers) {
    step_.spec.stem = std::move(stem);
}

StepBuilder& StepBuilder::constant(std::string_view name, std::int64_t value) {
    return constant(name, literal(value));
}

StepBuilder& StepBuilder::constant(std::string_view name, std::string text) {
    step_.spec.constants.push_back({std::string(name), std::move(text)});
    return *this;
}

StepBuilder& StepBuilder::number(std::string_view name, std::int64_t value) {
    // Its own ending, since kernels have variables of the shorter name.
    auto parameter = fmt::format("{}_of_step", name);
    std::ranges::transform(parameter, parameter.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return constant(name, number_text(parameter, value));
}

std::string StepBuilder::number_text(std::string_view parameter, std::int64_t value, std::int64_t guard) {
    if (numbers_ == Numbers::Constants) return literal(value);
    scalar(parameter, value, guard);
    return std::string(parameter);
}

StepBuilder& StepBuilder::read(std::string_view name, int index, std::int64_t guard_bytes, DType dtype) {
    step_.spec.parameters.push_back({std::string(name), ParameterKind::Read, guard_bytes, dtype});
    step_.arguments.push_back({ArgumentKind::Read, index, 0});
    return *this;
}

StepBuilder& StepBuilder::write(std::string_view name, int index, std::int64_t guard_bytes, DType dtype) {
    step_.spec.parameters.push_back({std::string(name), ParameterKind::Write, guard_bytes, dtype});
    step_.arguments.push_back({ArgumentKind::Write, index, 0});
    return *this;
}

StepBuilder& StepBuilder::group(std::int64_t items, std::int64_t local_floats) {
    step_.spec.family = "gpu";
    step_.spec.items = items;
    step_.spec.local_floats = local_floats;
    return *this;
}

StepBuilder& StepBuilder::packed(std::string_view name, PackedConstant constant, std::int64_t guard_bytes) {
    step_.spec.parameters.push_back({std::string(name), ParameterKind::Read, guard_bytes});
    step_.arguments.push_back({ArgumentKind::Packed, static_cast<int>(step_.constants.size()), 0});
    step_.constants.push_back(std::move(constant));
    return *this;
}

StepBuilder& StepBuilder::scalar(std::string_view name, std::int64_t value, std::int64_t guard) {
    step_.spec.parameters.push_back({std::string(name), ParameterKind::Scalar, guard});
    step_.arguments.push_back({ArgumentKind::Scalar, 0, value});
    return *this;
}

StepBuilder& StepBuilder::prefetch(std::int64_t prefetches, std::int64_t parts) {
    WeightPrefetch prefetch{
        .constant = static_cast<int>(step_.constants.size()) - 1, .prefetches = prefetches, .parts = parts};
    const auto argument = [&](std::string_view name, std::int64_t value) {
        scalar(name, value);
        return static_cast<int>(step_.arguments.size()) - 1;
    };
    prefetch.distance = argument("ahead", 0);
    prefetch.step = argument("ahead_step", 0);
    prefetch.tiles = argument("ahead_tiles", 1);
    prefetch.share = argument("ahead_share", 0);
    step_.prefetch = prefetch;
    return *this;
}

LoweredStep StepBuilder::finish(std::int64_t tiles) {
    step_.tiles = tiles;
    return std::move(step_);
}

}  // namespace abut::ops
