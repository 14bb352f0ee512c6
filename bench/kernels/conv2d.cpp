// SPDX-License-Identifier: Apache-2.0
// Convolutions of DenseNet-121, Inception-v3 and RRDB, with bias and ReLU.
#include "kernels/layers.hpp"
#include "kernels/one_kernel.hpp"

namespace abut::bench {
namespace {

void time_conv2d(benchmark::State& state, const ConvolutionLayer& layer, const Place& place) {
    const Shape images{1, layer.channels, layer.size, layer.size};
    const Shape shape{layer.out_channels, layer.channels, layer.kernel, layer.kernel};
    const std::int64_t pad = layer.kernel / 2;
    const Conv2d same{.pads = {pad, pad, pad, pad}, .epilogue = {Bias{}, Relu{}}};
    const TensorView x = filled(ViewSpec::nhwc(images), 1);
    const TensorView y = placed({1, layer.out_channels, layer.size, layer.size}, place);
    KernelLibrary library(bench_device());
    const auto kernel = library.conv2d(same, x.spec(), ViewSpec::nchw(shape), y.spec());
    library.build();
    const std::vector<float> weights(static_cast<std::size_t>(layer.weights()), 0.01F);
    const KernelArguments arguments{.input = x,
                                    .weights = kernel.pack(bench_queue(), weights),
                                    .bias = filled(ViewSpec::nchw({layer.out_channels}), 2),
                                    .output = y};
    time_launches(state, kernel, arguments, layer.operations(), layer.bytes());
}

const bool registered = register_at_places(convolution_layers, time_conv2d);

}  // namespace
}  // namespace abut::bench
