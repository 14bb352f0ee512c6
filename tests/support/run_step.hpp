// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/prepared_step.hpp"

/// Runs one step on the tests' device.
namespace abut::test {

/// Uniform in [low, high), the same for the same seed everywhere.
Tensor random_tensor(const Shape& shape, std::uint32_t seed, float low = -1, float high = 1);

/// The device that kernel tests run on: the environment's ABUT_TEST_DEVICE, or "opencl:0". Opened once; keeps kernels in
/// memory only, since their binaries take longer than their code.
const Device& test_device();

/// The same device with the kernels of work-groups, which it may have anyway.
const Device& group_device();

/// Lowers one step, builds its kernel as a program of its own and runs it.
StepResult run_step(const Operation& operation, const std::vector<StepInput>& inputs, const std::vector<Placed>& outputs,
                    const Lowering& lowering = ops::lower);

/// What differs most between `actual` and `expected` where |a - e| > atol + rtol * |e|, as text; empty if all is close.
std::string difference(const Tensor& actual, const Tensor& expected, float rtol = 1e-4F, float atol = 1e-5F);

}  // namespace abut::test
