// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "abut/program.hpp"

namespace abut::programs {

/// The ports of Graph::share whose inputs live in the memory of their outputs by this plan.
std::vector<SharedPorts> taken_shared_ports(const Graph& graph, const Plan& plan);

/// How far the input's element 0 lies behind the output's.
std::int64_t shared_offset_bytes(const SharedPorts& shared, const ViewSpec& output);

/// Throws InvalidArgument, with the input's name, unless each input of `shared` is bound where it lies in its output. Views
/// are given one a port.
void require_shared(std::span<const SharedPorts> shared, const std::vector<Port>& input_ports,
                    std::span<const TensorView* const> inputs, const std::vector<Port>& output_ports,
                    std::span<const TensorView* const> outputs);

}  // namespace abut::programs
