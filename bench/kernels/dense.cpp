// SPDX-License-Identifier: Apache-2.0
// Products of matrices, with bias: a classifier, and layers of a decoder that reads many tokens at once.
#include "kernels/layers.hpp"
#include "kernels/one_kernel.hpp"

namespace abut::bench {
namespace {

void time_dense(benchmark::State& state, const DenseLayer& layer, const Place& place) {
    const TensorView a = filled(ViewSpec::nchw({layer.rows, layer.depth}), 1);
    const TensorView y = placed({layer.rows, layer.columns}, place);
    const ViewSpec b = ViewSpec::nchw({layer.depth, layer.columns});
    KernelLibrary library(bench_device());
    const auto kernel = library.dense({.epilogue = {Bias{}}}, a.spec(), b, y.spec(), {ViewSpec::nchw({1, layer.columns})});
    library.build();
    const std::vector<float> weights(static_cast<std::size_t>(layer.depth * layer.columns), 0.01F);
    const KernelArguments arguments{.input = a,
                                    .weights = kernel.pack(bench_queue(), weights),
                                    .bias = filled(ViewSpec::nchw({1, layer.columns}), 2),
                                    .output = y};
    time_launches(state, kernel, arguments, layer.operations(), layer.bytes());
}

const bool registered = register_at_places(dense_layers, time_dense);

}  // namespace
}  // namespace abut::bench
