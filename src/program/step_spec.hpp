// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/device_profile.hpp"
#include "abut/plan.hpp"
#include "ops/lower.hpp"
#include "ops/tile_choice.hpp"

namespace abut::programs {

/// What a variant may assume of the memory that a run binds.
enum class PortAlignment : std::uint8_t {
    Promised,
    Element,
    Generic,  ///< as Element, and no more of the arena's: the weakest variant there is
};

/// The plan's step as it is lowered: each view with what is surely known of its address, as far as a guard can say it.
ops::StepSpec step_spec(const Step& step, const Plan& plan, const Graph& graph, const DeviceProfile& device,
                        PortAlignment ports);

/// The kernel of the plan's step, in the tile that the table has for it; each view has what is surely known of its address.
/// Errors name the step.
ops::LoweredStep lower_step(const Step& step, const Plan& plan, const Graph& graph, const DeviceProfile& device,
                            PortAlignment ports, const ops::TileTable& tiles = {});

/// Whether Promised and Element differ for this step.
bool relies_on_port(const Step& step, const Plan& plan, const Graph& graph);

/// What the first byte of an arena must be a multiple of.
std::int64_t arena_alignment_bytes(const DeviceProfile& device);

}  // namespace abut::programs
