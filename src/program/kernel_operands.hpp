// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "abut/kernels.hpp"
#include "program/kernel_request.hpp"
#include "program/launch.hpp"

namespace abut::programs {

/// Where the operands of one launch lie.
struct KernelOperands {
    std::vector<Address> reads;  ///< in the order of KernelRequest::reads; no memory for weights
    Address output;
    std::shared_ptr<const Packed::State> weights;

    /// The packed form `key` of the weights. Throws InvalidArgument if they were packed for another kernel.
    [[nodiscard]] Address packed(const std::string& key) const;
};

/// Checks the arguments against the request and finds their memory. Throws InvalidArgument that names the argument.
KernelOperands kernel_operands(const KernelRequest& request, const KernelArguments& arguments, const Device& device);

}  // namespace abut::programs
