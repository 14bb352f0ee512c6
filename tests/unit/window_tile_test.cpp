// SPDX-License-Identifier: Apache-2.0
#include "ops/window_tile.hpp"

#include <gtest/gtest.h>

namespace abut::ops {
namespace {

WindowProblem pointwise(std::int64_t pixels, std::int64_t channels, std::int64_t out_channels) {
    WindowProblem problem;
    problem.channels = channels;
    problem.out_channels = out_channels;
    problem.columns = {.in = pixels, .out = pixels};
    return problem;
}

/// Registers that the sums, a row of weights and a pixel of `tile` take.
std::int64_t registers_of(const WindowTile& tile, const DeviceProfile& device) {
    return registers_a_vector(device) * tile.vectors * (tile.height * tile.width + 1) + 1;
}

TEST(WindowTile, KeepsItsSumsInTheRegistersOfTheDevice) {
    const DeviceProfile avx512{.compute_units = 2, .vector_bytes = 64, .vector_registers = 32};
    const DeviceProfile avx2{.compute_units = 2, .vector_bytes = 32, .vector_registers = 16};
    const DeviceProfile sse{.compute_units = 2, .vector_bytes = 16, .vector_registers = 16};
    for (const auto& device : {avx512, avx2, sse}) {
        for (const std::int64_t pixels : {1, 7, 49, 196, 3136}) {
            for (const std::int64_t out_channels : {3, 16, 32, 100, 512}) {
                const auto tile = choose_tile(pointwise(pixels, 256, out_channels), device);
                EXPECT_LE(registers_of(tile, device), device.vector_registers) << pixels << " pixels, " << out_channels;
            }
        }
    }
}

TEST(WindowTile, UsesTheRegistersThatThereAre) {
    const DeviceProfile avx512{.compute_units = 2, .vector_bytes = 64, .vector_registers = 32};
    const DeviceProfile avx2{.compute_units = 2, .vector_bytes = 32, .vector_registers = 16};
    for (const auto& device : {avx512, avx2}) {
        const auto tile = choose_tile(pointwise(3136, 256, 128), device);
        EXPECT_GE(4 * registers_of(tile, device), 3 * device.vector_registers) << device.vector_bytes;
    }
}

}  // namespace
}  // namespace abut::ops
