// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/printable.hpp"
#include "onnx/operator_table.hpp"
#include "onnx/resample_matrix.hpp"

namespace abut::onnx {

namespace {

using List = std::vector<std::int64_t>;

/// Resampling of all axes of a node's x.
struct ResizePlan {
    Resampling resampling;
    std::vector<ResampledAxis> axes;
};

std::int64_t scaled_extent(std::int64_t extent, double scale, double (*round)(double)) {
    const double size = round(static_cast<double>(extent) * scale);
    core::require(size >= 0 && size < 9.0e18, "a scale of {} makes {} elements from {}", scale, size, extent);
    return static_cast<std::int64_t>(size);
}

double half_up(double x) {
    return std::floor(x + 0.5);
}

void apply_scales(const std::vector<float>& scales, const List& axes, ResizePlan& plan) {
    core::require(scales.size() == axes.size(), "{} scales are given for {} axes", scales.size(), axes.size());
    for (std::size_t i = 0; i < axes.size(); ++i) {
        ResampledAxis& axis = plan.axes[static_cast<std::size_t>(axes[i])];
        core::require(std::isfinite(scales[i]) && scales[i] > 0, "a scale is {}; scales are above 0", scales[i]);
        axis.scale = static_cast<double>(scales[i]);
        axis.size = scaled_extent(axis.extent, axis.scale, [](double x) { return std::floor(x); });
    }
}

void apply_sizes(NodeImport& node, const List& sizes, const List& axes, ResizePlan& plan) {
    core::require(sizes.size() == axes.size(), "{} sizes are given for {} axes", sizes.size(), axes.size());
    const std::string policy = node.attributes().text("keep_aspect_ratio_policy", "stretch");
    const bool larger = policy == "not_smaller";
    core::require(larger || policy == "stretch" || policy == "not_larger",
                  "attribute 'keep_aspect_ratio_policy' is '{}', which is not known", core::printable(policy));
    double common = larger ? 0 : std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < axes.size(); ++i) {
        ResampledAxis& axis = plan.axes[static_cast<std::size_t>(axes[i])];
        core::require(sizes[i] >= 0 && axis.extent > 0, "an extent of {} can't become {}", axis.extent, sizes[i]);
        axis.size = sizes[i];
        axis.scale = static_cast<double>(sizes[i]) / static_cast<double>(axis.extent);
        common = larger ? std::max(common, axis.scale) : std::min(common, axis.scale);
    }
    if (policy == "stretch") return;
    for (const std::int64_t i : axes) {
        ResampledAxis& axis = plan.axes[static_cast<std::size_t>(i)];
        axis.scale = common;
        axis.size = scaled_extent(axis.extent, common, half_up);
    }
}

void apply_crop(NodeImport& node, const List& axes, ResizePlan& plan) {
    const auto roi = node.reals(1, "the region of interest").value_or(std::vector<float>{});
    core::require(roi.size() == 2 * axes.size(), "the region of interest has {} numbers; {} are needed", roi.size(),
                  2 * axes.size());
    for (std::size_t i = 0; i < axes.size(); ++i) {
        ResampledAxis& axis = plan.axes[static_cast<std::size_t>(axes[i])];
        axis.crop_begin = static_cast<double>(roi[i]);
        axis.crop_end = static_cast<double>(roi[i + axes.size()]);
    }
}

std::optional<ResizeCoordinates> coordinates_of(const std::string& name) {
    if (name == "half_pixel") return ResizeCoordinates::HalfPixel;
    if (name == "half_pixel_symmetric") return ResizeCoordinates::HalfPixelSymmetric;
    if (name == "pytorch_half_pixel") return ResizeCoordinates::PytorchHalfPixel;
    if (name == "align_corners") return ResizeCoordinates::AlignCorners;
    if (name == "asymmetric") return ResizeCoordinates::Asymmetric;
    return std::nullopt;
}

ResizeRounding rounding_of(const std::string& name) {
    if (name == "round_prefer_floor") return ResizeRounding::PreferFloor;
    if (name == "round_prefer_ceil") return ResizeRounding::PreferCeil;
    if (name == "floor") return ResizeRounding::Floor;
    core::require(name == "ceil", "attribute 'nearest_mode' is '{}', which is not known", core::printable(name));
    return ResizeRounding::Ceil;
}

// What has no kernel of its own is one product with a constant matrix an axis.
ValueId resample_axis(NodeImport& node, ValueId x, int axis, const Resampling& resampling, const ResampledAxis& resampled) {
    const Shape from = node.shape_of(x);
    (void)checked_host_count({resampled.size, resampled.extent});
    ResampleMatrix matrix = resample_matrix(resampling, resampled);
    const ValueId weights = node.constant(make_tensor({resampled.size, resampled.extent}, std::move(matrix.weights)));
    const std::int64_t before = element_count(Shape(std::span(from.begin(), from.begin() + axis)));
    const std::int64_t after = element_count(Shape(std::span(from.begin() + axis + 1, from.end())));
    const bool last = axis == from.rank() - 1;
    ValueId result = last ? node.emit(Dense{.transpose_b = true}, {x, weights})
                          : node.emit(Dense{}, {weights, node.reshape(x, {before, resampled.extent, after})});
    if (!matrix.summand.empty()) {
        const Shape column = last ? Shape{resampled.size} : Shape{resampled.size, 1};
        result = node.apply(Function::Add, result, node.constant(make_tensor(column, std::move(matrix.summand))));
    }
    Shape shape = from;
    shape[axis] = resampled.size;
    return node.reshape(result, shape);
}

ValueId emit_plan(NodeImport& node, const ResizePlan& plan) {
    const Resampling& resampling = plan.resampling;
    const auto coordinates = coordinates_of(resampling.coordinates);
    const bool interpolates = resampling.mode == "nearest" || resampling.mode == "linear";
    const bool unchanged =
        std::ranges::all_of(plan.axes, [](const auto& axis) { return axis.size == axis.extent && axis.scale == 1; });
    const bool crops = resampling.coordinates == "tf_crop_and_resize";
    if (unchanged && !crops) return node.value(0);
    if (interpolates && coordinates && !resampling.antialias) {
        Resize resize;
        resize.mode = resampling.mode == "linear" ? ResizeMode::Linear : ResizeMode::Nearest;
        resize.coordinates = *coordinates;
        resize.rounding = rounding_of(resampling.rounding);
        for (const auto& axis : plan.axes) {
            resize.sizes.push_back(axis.size);
            resize.scales.push_back(static_cast<float>(axis.scale));
        }
        return node.emit(std::move(resize), {node.value(0)});
    }
    core::require(interpolates || resampling.mode == "cubic",
                  "attribute 'mode' is '{}'; nearest, linear and cubic are known", core::printable(resampling.mode));
    ValueId result = node.value(0);
    if (node.shape(0).rank() == 0) return result;
    for (int axis = node.shape(0).rank() - 1; axis >= 0; --axis) {
        const ResampledAxis& resampled = plan.axes[static_cast<std::size_t>(axis)];
        core::require(resampled.extent > 0, "axis {} has no elements to resize", axis);
        const bool kept = resampled.size == resampled.extent && resampled.scale == 1 && resampled.crop_begin == 0 &&
                          resampled.crop_end == 1;
        if (!kept) result = resample_axis(node, result, axis, resampling, resampled);
    }
    return result;
}

ResizePlan unchanged_axes(const Shape& x) {
    ResizePlan plan;
    for (const std::int64_t extent : x) plan.axes.push_back({.extent = extent, .size = extent});
    return plan;
}

List all_axes(const Shape& x) {
    List axes;
    for (int axis = 0; axis < x.rank(); ++axis) axes.push_back(axis);
    return axes;
}

// Upsample, and Resize before opset 11, whose nearest element is the floor when enlarging, the ceiling when shrinking.
void import_upsample(NodeImport& node) {
    ResizePlan plan = unchanged_axes(node.shape(0));
    const std::string mode = node.attributes().text("mode", "nearest");
    plan.resampling.mode = mode == "bilinear" ? "linear" : mode;
    plan.resampling.coordinates = "asymmetric";
    auto scales = node.attributes().reals("scales");
    if (!scales) scales = node.reals(1, "scales");
    core::require(scales.has_value(), "scales are missing");
    apply_scales(*scales, all_axes(node.shape(0)), plan);
    const bool shrinks = std::ranges::any_of(*scales, [](float scale) { return scale < 1; });
    const bool enlarges = std::ranges::any_of(*scales, [](float scale) { return scale > 1; });
    if (shrinks && enlarges && mode == "nearest")
        node.fail_unsupported("shrinking one axis and enlarging another is unsupported here");
    plan.resampling.rounding = shrinks ? "ceil" : "floor";
    node.set(emit_plan(node, plan));
}

void import_resize(NodeImport& node) {
    if (node.opset() < 11) return import_upsample(node);
    const Shape x = node.shape(0);
    Attributes& attributes = node.attributes();
    ResizePlan plan = unchanged_axes(x);
    plan.resampling = {.mode = attributes.text("mode", "nearest"),
                       .coordinates = attributes.text("coordinate_transformation_mode", "half_pixel"),
                       .rounding = attributes.text("nearest_mode", "round_prefer_floor"),
                       .cubic_a = attributes.real("cubic_coeff_a", -0.75F),
                       .exclude_outside = attributes.flag("exclude_outside", false),
                       .antialias = attributes.flag("antialias", false),
                       .extrapolation = attributes.real("extrapolation_value", 0)};
    List axes = attributes.integers("axes").value_or(all_axes(x));
    for (std::int64_t& axis : axes) axis = normalized_axis(axis, x.rank());
    attributes.ignore("keep_aspect_ratio_policy");  // of sizes
    const auto scales = node.reals(2, "scales");
    const auto sizes = node.integers(3, "sizes");
    if (scales && !scales->empty()) {
        apply_scales(*scales, axes, plan);
    } else {
        core::require(sizes && !sizes->empty(), "scales or sizes must be given");
        apply_sizes(node, *sizes, axes, plan);
    }
    if (plan.resampling.coordinates == "tf_crop_and_resize") apply_crop(node, axes, plan);
    node.set(emit_plan(node, plan));
}

constexpr OperatorEntry resize_entries[] = {
    {"Resize", import_resize, 0b1110},
    {"Upsample", import_upsample, 0b10},
};

}  // namespace

std::span<const OperatorEntry> resample_operators() {
    return resize_entries;
}

}  // namespace abut::onnx
