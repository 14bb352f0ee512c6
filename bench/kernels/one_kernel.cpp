// SPDX-License-Identifier: Apache-2.0
#include "kernels/one_kernel.hpp"

#include <random>
#include <span>

namespace abut::bench {

const Device& bench_device() {
    static const Device device = Device::open("opencl:0");
    return device;
}

const Queue& bench_queue() {
    static const Queue queue = bench_device().queue();
    return queue;
}

TensorView filled(const ViewSpec& spec, std::uint32_t seed) {
    const Shape& shape = spec.shape();
    std::int64_t count = 1;
    for (int axis = 0; axis < shape.rank(); ++axis) count *= shape[axis];
    std::mt19937 random(seed);
    std::vector<float> elements(static_cast<std::size_t>(count));
    for (float& element : elements) element = static_cast<float>(random()) * 0x1p-32F - 0.5F;
    const Buffer buffer = bench_device().allocate(count * std::int64_t{sizeof(float)});
    bench_queue().write(buffer, 0, std::as_bytes(std::span(elements)));
    return {buffer, 0, DType::Float32, spec.layout};
}

TensorView placed(const Shape& shape, const Place& place) {
    Shape whole = shape;
    whole[1] += place.before + place.behind;
    return filled(shape.rank() == 4 ? ViewSpec::nhwc(whole) : ViewSpec::nchw(whole), 7)
        .slice(1, place.before, place.before + shape[1]);
}

void count(benchmark::State& state, double operations, double bytes) {
    using benchmark::Counter;
    state.counters["GFLOP/s"] = Counter(operations * 1e-9, Counter::kIsIterationInvariantRate);
    state.counters["GB/s"] = Counter(bytes * 1e-9, Counter::kIsIterationInvariantRate);
}

void time_launches(benchmark::State& state, const SpecialisedKernel& kernel, const KernelArguments& arguments,
                   double operations, double bytes) {
    kernel.enqueue(bench_queue(), arguments).wait();
    for (auto _ : state) kernel.enqueue(bench_queue(), arguments).wait();
    count(state, operations, bytes);
}

}  // namespace abut::bench
