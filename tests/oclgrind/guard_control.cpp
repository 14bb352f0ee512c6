// SPDX-License-Identifier: Apache-2.0
// usage: abut_guard_control right|guard|extent
// A product of one row by a matrix, in buffers without a byte to spare: as it should be, with a depth that is no multiple of
// the guard it was built for, or for more rows than there are. scripts/checks/oclgrind wants a report of the last two.
#include <cstddef>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "ops/lower.hpp"

namespace {

using namespace abut;

constexpr std::int64_t lanes = 16;

struct Control {
    std::int64_t built_rows = 1;     ///< for which the kernel is specialised
    std::int64_t depth = 2 * lanes;  ///< of the buffers; the kernel is built for any multiple of 16
};

Control control(std::string_view name) {
    if (name == "right") return {};
    if (name == "guard") return {.depth = 2 * lanes - 4};
    if (name == "extent") return {.built_rows = 9};
    throw std::invalid_argument("usage: abut_guard_control right|guard|extent");
}

ops::LoweredStep lowered(const Control& control, const DeviceProfile& device) {
    constexpr std::int64_t built_depth = 2 * lanes;
    const ops::Operand a{ViewSpec(DType::Float32, Shape{control.built_rows, built_depth}), {}};
    const ops::Operand b{ViewSpec(DType::Float32, Shape{built_depth, lanes}), ValueId{1}};
    const ops::Operand y{ViewSpec(DType::Float32, Shape{control.built_rows, lanes}), {}};
    return ops::lower({.operation = Dense{}, .reads = {a, b}, .writes = {y}}, device);
}

std::shared_ptr<device::Memory> filled(device::Backend& backend, device::QueueBackend& queue, std::int64_t elements) {
    const std::vector<float> ones(static_cast<std::size_t>(elements), 1.0F);
    auto memory = backend.allocate(elements * std::int64_t{sizeof(float)});
    queue.write(*memory, 0, std::as_bytes(std::span(ones)));
    return memory;
}

void run(const Control& control) {
    // Not the tests' device, which is destroyed after the thread's objects of Oclgrind.
    const auto device = Device::open("opencl:0", {.log = {}, .cache = {.directory = ""}});
    auto& backend = *device.backend();
    const auto queue = backend.queue();
    const auto step = lowered(control, device.profile());
    const auto compiled = jit::kernel_cache(device).get({&step.spec, 1}).front();
    const auto kernel = compiled->module->kernel(compiled->name);
    const auto a = filled(backend, *queue, control.depth);
    const auto b = filled(backend, *queue, step.constants.front().size_bytes / std::int64_t{sizeof(float)});
    const auto y = filled(backend, *queue, lanes);
    int index = 0;
    for (const auto& memory : {a, b, y}) {
        kernel->set(index++, memory);
        kernel->set(index++, device::ScalarType::Int64, 0);
    }
    for (std::size_t i = 0; i < step.arguments.size(); ++i) {
        if (step.arguments[i].kind != ops::ArgumentKind::Scalar) continue;
        const bool is_depth = step.spec.parameters[i].name == "depth";
        kernel->set(index++, device::ScalarType::Int64, is_depth ? control.depth : step.arguments[i].value);
    }
    queue->launch(*kernel, {.groups = step.tiles, .local = step.spec.items}, {}, false);
    queue->finish();
}

}  // namespace

int main(int count, char** arguments) {
    try {
        run(control(count == 2 ? arguments[1] : ""));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
