// SPDX-License-Identifier: Apache-2.0
// ReLU of images that fit a cache, and of one that does not.
#include "kernels/one_kernel.hpp"

namespace abut::bench {
namespace {

struct Image {
    Shape shape;
};

std::string name_of(const Image& image) {
    return "relu " + to_string(image.shape);
}

void time_relu(benchmark::State& state, const Image& image, const Place& place) {
    const Shape& shape = image.shape;
    const TensorView x = filled(ViewSpec::nhwc(shape), 1);
    const TensorView y = placed(shape, place);
    KernelLibrary library(bench_device());
    const auto kernel = library.elementwise({.expression = {Relu{}}}, x.spec(), y.spec());
    library.build();
    const auto elements = static_cast<double>(element_count(shape));
    time_launches(state, kernel, {.input = x, .output = y}, elements, 2 * sizeof(float) * elements);
}

const Image images[] = {{{1, 32, 28, 28}}, {{1, 64, 56, 56}}, {{1, 64, 512, 512}}};
const bool registered = register_at_places(images, time_relu);

}  // namespace
}  // namespace abut::bench
