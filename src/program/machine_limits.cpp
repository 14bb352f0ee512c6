// SPDX-License-Identifier: Apache-2.0
#include "program/machine_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <vector>

#include "jit/kernel_cache.hpp"
#include "ops/window_tile.hpp"
#include "program/launch.hpp"
#include "program/step_times.hpp"

namespace abut::programs {
namespace {

constexpr std::int64_t rounds = 20'000;

/// Vectors whose sums stay in registers; some more than keep the units busy.
std::int64_t accumulators(const DeviceProfile& device) {
    constexpr std::int64_t enough = 12;
    return std::clamp<std::int64_t>(ops::most_pixels(1, device), 1, enough);
}

ops::LoweredStep multiply_add_step(const DeviceProfile& device) {
    using ops::ParameterKind;
    ops::LoweredStep step{.spec = {.family = "cpu", .stem = "multiply_add", .parameters = {}, .constants = {}},
                          .arguments = {{.kind = ops::ArgumentKind::Read}, {.kind = ops::ArgumentKind::Write}},
                          .constants = {},
                          .tiles = 4L * device.compute_units};
    step.spec.parameters = {{.name = "x", .kind = ParameterKind::Read, .guard = 4},
                            {.name = "y", .kind = ParameterKind::Write, .guard = 4}};
    step.spec.constants = {{.name = "ACCUMULATORS", .text = fmt::format("{}", accumulators(device))},
                           {.name = "ROUNDS", .text = fmt::format("{}", rounds)}};
    return step;
}

double measure_gflops(const Device& device) {
    using Clock = std::chrono::steady_clock;
    const auto step = multiply_add_step(device.profile());
    const auto launch = make_launch(step, jit::kernel_cache(device).get(std::vector{step.spec}).front());
    const auto kernel = launch.instantiate();
    const auto queue = device.queue();
    const auto x = device.allocate(ops::vector_lanes * ops::element_bytes);
    const auto y = device.allocate(step.tiles * ops::vector_lanes * ops::element_bytes);
    const std::vector<float> factor(static_cast<std::size_t>(ops::vector_lanes), 0.999F);
    queue.write(x, 0, std::as_bytes(std::span(factor)));
    set_pointer(*kernel, launch.pointers[0], {x.memory(), 0});
    set_pointer(*kernel, launch.pointers[1], {y.memory(), 0});
    double least_ns = std::numeric_limits<double>::max();
    constexpr int repeats = 30;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        const auto start = Clock::now();
        queue.backend()->launch(*kernel, {.groups = step.tiles}, {}, true)->wait();
        least_ns = std::min(least_ns, std::chrono::duration<double, std::nano>(Clock::now() - start).count());
    }
    return 2.0 * static_cast<double>(ops::vector_lanes * rounds * step.tiles * accumulators(device.profile())) / least_ns;
}

double measure_bandwidth(const Device& device) {
    constexpr std::int64_t elements = std::int64_t{1} << 19;
    const ops::Operand row{.spec = ViewSpec(DType::Float32, Layout::dense({elements}), {64, 0}), .constant = {}};
    const std::vector<ops::StepSpec> steps{{.operation = Copy{}, .reads = {row}, .writes = {row}}};
    return 2.0 * static_cast<double>(elements * ops::element_bytes) / step_times_ns(steps, device).front();
}

}  // namespace

MachineLimits measure_limits(const Device& device) {
    return {.gflops = measure_gflops(device), .gigabytes_per_second = measure_bandwidth(device)};
}

}  // namespace abut::programs
