// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "abut/device_profile.hpp"
#include "abut/layout.hpp"
#include "abut/operations.hpp"
#include "ops/lower.hpp"
#include "ops/tile_choice.hpp"

namespace abut::programs {

/// One kernel that an engine asks for: an operation and its views, in the order of Node::inputs.
struct KernelRequest {
    Operation operation;
    std::vector<ViewSpec> reads;
    ViewSpec output;
    int weights = -1;     ///< index of the read that is packed
    int first_bias = -1;  ///< index of the first further operand of the epilogue; reads.size() where there is none
};

// Requests with the default views of operands filled in.
KernelRequest conv2d_request(const Conv2d& attributes, const ViewSpec& input, const ViewSpec& weights,
                             const std::vector<ViewSpec>& operands);
KernelRequest dense_request(const Dense& attributes, const ViewSpec& input, const ViewSpec& weights,
                            const std::vector<ViewSpec>& operands);
KernelRequest elementwise_request(const Elementwise& attributes, const ViewSpec& input,
                                  const std::vector<ViewSpec>& operands);

/// "input", "weights" or "operand K", K counting the specs of operands that the kernel was asked for with.
std::string name_of_read(const KernelRequest& request, std::size_t read);

/// Shape of the output by the rules of the graph. Throws InvalidArgument where the reads disagree.
Shape output_shape(const KernelRequest& request);

/// Throws InvalidArgument unless reads and output go together and the output can be written.
void require_consistent(const KernelRequest& request);

/// The kernel for views as aligned as the request says, in the tile that the table has for it.
ops::LoweredStep lower_request(const KernelRequest& request, const DeviceProfile& device, const ops::TileTable& tiles = {});
/// The same for views that are aligned to their elements; nothing where that is the same kernel.
std::optional<ops::LoweredStep> lower_unaligned(const KernelRequest& request, const ops::LoweredStep& promised,
                                                const DeviceProfile& device, const ops::TileTable& tiles = {});

}  // namespace abut::programs
