// SPDX-License-Identifier: Apache-2.0
// ReLU of images that fit a cache, and of one that does not.
#include "kernels/one_kernel.hpp"

namespace abut::bench {
namespace {

void time_relu(benchmark::State& state, const Shape& shape, const Place& place) {
    const TensorView x = filled(ViewSpec::nhwc(shape), 1);
    const TensorView y = placed(shape, place);
    KernelLibrary library(bench_device());
    const auto kernel = library.elementwise({.expression = {Relu{}}}, x.spec(), y.spec());
    library.build();
    const auto elements = static_cast<double>(element_count(shape));
    time_launches(state, kernel, {.input = x, .output = y}, elements, 2 * sizeof(float) * elements);
}

const bool registered = [] {
    for (const Shape& shape : {Shape{1, 32, 28, 28}, Shape{1, 64, 56, 56}, Shape{1, 64, 512, 512}}) {
        for (const Place& place : places) {
            const auto name = "relu " + to_string(shape) + "/abut, " + place.name;
            benchmark::RegisterBenchmark(name.c_str(), time_relu, shape, place)->UseRealTime();
        }
    }
    return true;
}();

}  // namespace
}  // namespace abut::bench
