// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "abut/device_profile.hpp"
#include "plan/operand_order.hpp"

namespace abut::programs {

/// `graph` after all passes. Throws Unsupported for an opaque node, InvalidArgument for a graph whose constants were
/// released.
Graph optimised_graph(const Graph& graph);

/// A graph after all passes, for kernels of cpu/ with convolutions that have several results: without shuffles of channels,
/// since they store to the readers that want their channels, and with parallel convolutions merged. Kernels of gpu/ store
/// such parts element by element, which was not measured there. Shuffles stay where a rung is forced for a concat that would
/// be no more; parallel convolutions where it is forced to be one of two places.
Graph with_parts(const Graph& optimised, const DeviceProfile& device, std::span<const ForcedRung> forced = {});

/// A graph after all passes with the convolutions in it that minimal filtering makes faster on such a device.
Graph with_winograd(const Graph& optimised, const DeviceProfile& device);

/// `graph` after all passes, with the operands of its concats in the order that moves the fewest bytes, and its plan: what
/// compile() builds kernels for. Pure. Throws InvalidArgument for a graph whose constants were released.
planning::OrderedPlan optimised_plan(const Graph& graph, const PlanOptions& options);

/// The same for a graph after all passes.
planning::OrderedPlan ordered_plan(const Graph& optimised, const PlanOptions& options);

}  // namespace abut::programs
