// SPDX-License-Identifier: Apache-2.0
#include "cli/command_table.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>

namespace abut::cli {

namespace {

/// What CLI11's own NonNegativeNumber lets pass: nan and inf.
std::string require_tolerance(const std::string& text) {
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && stop == text.data() + text.size();
    return whole && std::isfinite(number) && number >= 0 ? ""
                                                         : fmt::format("'{}': expected a number that is not negative", text);
}

}  // namespace

std::string require_text(const std::string& text) {
    return text.empty() ? "expected a name, found nothing" : "";
}

void add_model(CLI::App& app, RawOptions& raw) {
    app.add_option("MODEL", raw.model, "an ONNX file or zoo:NAME")->required()->check(require_text);
}

void add_shapes(CLI::App& app, RawOptions& raw) {
    app.add_option("--shape", raw.shapes, "NAME=1x3x480x480: the shape of an input")
        ->allow_extra_args(false)
        ->option_text("TEXT (one each time)");
}

void add_concat(CLI::App& app, RawOptions& raw, const std::vector<std::string>& names) {
    app.add_option("--concat", raw.concat, "how concats are joined")->check(CLI::IsMember(names))->capture_default_str();
}

void add_memory_limit(CLI::App& app, RawOptions& raw) {
    app.add_option("--memory-limit", raw.memory_limit_bytes, "bytes that arena and workspace of a plan may take")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 62));  // a number of more bits is read as the largest
}

void add_place(CLI::App& app, RawOptions& raw) {
    app.add_option("--place", raw.rungs,
                   "CONCAT:OPERAND=RUNG: alias, multi-store, segmented-read or copy for an operand, counted from 0")
        ->allow_extra_args(false)
        ->option_text("TEXT (one each time)");
}

void add_cost_model(CLI::App& app, RawOptions& raw) {
    app.add_option("--cost-model", raw.cost_model, "what plans are made by: bytes, or calibrated by abut tune")
        ->check(CLI::IsMember({"bytes", "calibrated"}));
}

void add_winograd(CLI::App& app, RawOptions& raw) {
    app.add_flag("--winograd,!--no-winograd", raw.winograd,
                 "convolutions by minimal filtering (Winograd) on CPUs, where that should be faster")
        ->capture_default_str();
}

void add_variant_budget(CLI::App& app, RawOptions& raw) {
    app.add_option("--variant-budget", raw.variant_budget,
                   "variants that a kernel may have in a model; beyond, those with least work are generic ones")
        ->check(CLI::Range(0, 1 << 30))
        ->capture_default_str();
}

void add_tolerance(CLI::App& app, RawOptions& raw) {
    app.add_option("--rtol", raw.rtol, "relative tolerance")->check(require_tolerance)->capture_default_str();
    app.add_option("--atol", raw.atol, "absolute tolerance")->check(require_tolerance)->capture_default_str();
}

}  // namespace abut::cli
