// SPDX-License-Identifier: Apache-2.0
#include "support/run_step.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <random>

#include "support/opencl_test.hpp"

namespace abut::test {

Tensor random_tensor(const Shape& shape, std::uint32_t seed, float low, float high) {
    std::mt19937 random(seed);
    Tensor tensor{shape, {}};
    constexpr float unit = 0x1p-32F;
    for (std::int64_t i = element_count(shape); i > 0; --i) {
        tensor.elements.push_back(low + (high - low) * static_cast<float>(random()) * unit);
    }
    return tensor;
}

const Device& test_device() {
    static const Device device = open_test_device({.cache = {.directory = ""}});
    return device;
}

const Device& group_device() {
    static const Device device(test_device().backend(), {.cache = {.directory = ""}, .kernels = KernelFamily::Gpu});
    return device;
}

StepResult run_step(const Operation& operation, const std::vector<StepInput>& inputs, const std::vector<Placed>& outputs,
                    const Lowering& lowering) {
    const PreparedStep step(test_device(), operation, inputs, outputs, lowering);
    return step.run(*jit::kernel_cache(test_device()).get({&step.kernel(), 1}).front());
}

std::string difference(const Tensor& actual, const Tensor& expected, float rtol, float atol) {
    if (!(actual.shape == expected.shape)) {
        return fmt::format("expected the shape {}, found {}", to_string(expected.shape), to_string(actual.shape));
    }
    std::string worst;
    float most = 0;
    for (std::size_t i = 0; i < expected.elements.size(); ++i) {
        const float error = std::fabs(actual.elements[i] - expected.elements[i]);
        const float allowed = atol + rtol * std::fabs(expected.elements[i]);
        const bool both_nan = std::isnan(actual.elements[i]) && std::isnan(expected.elements[i]);
        if (both_nan || actual.elements[i] == expected.elements[i] || error <= allowed ||
            (error <= most && !worst.empty())) {
            continue;
        }
        most = std::isnan(error) ? INFINITY : error;
        worst = fmt::format("element {} of {}: expected {}, found {}", i, to_string(expected.shape), expected.elements[i],
                            actual.elements[i]);
    }
    return worst;
}

}  // namespace abut::test
