// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "support/emulated_cuda/state.hpp"

namespace abut::test {

struct SignedKernel {
    std::string name;
    emulated::Signature signature;
};

/// A cubin without code, which tells of the parameters of `kernels` what NVIDIA's compiler would.
std::vector<std::byte> cubin_of(std::span<const SignedKernel> kernels);

}  // namespace abut::test
