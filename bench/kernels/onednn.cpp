// SPDX-License-Identifier: Apache-2.0
// The same layers by oneDNN, packed: images channels last, weights in the order that it wants.
#include <dnnl.hpp>
#include <unordered_map>

#include "kernels/layers.hpp"
#include "kernels/one_kernel.hpp"

namespace abut::bench {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;
constexpr auto f32 = memory::data_type::f32;

dnnl::engine& engine() {
    static dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
    return cpu;
}

memory ones(const memory::desc& description) {
    memory result(description, engine());
    auto* elements = static_cast<float*>(result.get_data_handle());
    std::fill_n(elements, description.get_size() / sizeof(float), 0.01F);
    return result;
}

/// A convolution or product with a bias, as oneDNN chose to compute it.
template <typename Primitive, typename Layer>
void time_layer(benchmark::State& state, const typename Primitive::primitive_desc& chosen, const memory::desc& bias,
                const Layer& layer) {
    const std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, ones(chosen.src_desc())},
                                                    {DNNL_ARG_WEIGHTS, ones(chosen.weights_desc())},
                                                    {DNNL_ARG_BIAS, ones(bias)},
                                                    {DNNL_ARG_DST, ones(chosen.dst_desc())}};
    const Primitive primitive(chosen);
    dnnl::stream stream(engine());
    const auto run = [&] {
        primitive.execute(stream, arguments);
        stream.wait();
    };
    run();
    for (auto _ : state) run();
    count(state, layer.operations(), layer.bytes());
}

void time_conv2d(benchmark::State& state, const ConvolutionLayer& layer) {
    const memory::dim pad = layer.kernel / 2;
    dnnl::primitive_attr relu;
    dnnl::post_ops after;
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    relu.set_post_ops(after);
    const memory::desc x({1, layer.channels, layer.size, layer.size}, f32, Tag::nhwc);
    const memory::desc weights({layer.out_channels, layer.channels, layer.kernel, layer.kernel}, f32, Tag::any);
    const memory::desc bias({layer.out_channels}, f32, Tag::a);
    const memory::desc y({1, layer.out_channels, layer.size, layer.size}, f32, Tag::nhwc);
    const dnnl::convolution_forward::desc wanted(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_auto, x,
                                                 weights, bias, y, {1, 1}, {pad, pad}, {pad, pad});
    const dnnl::convolution_forward::primitive_desc chosen(wanted, relu, engine());
    time_layer<dnnl::convolution_forward>(state, chosen, bias, layer);
}

void time_dense(benchmark::State& state, const DenseLayer& layer) {
    const memory::desc a({layer.rows, layer.depth}, f32, Tag::ab);
    const memory::desc b({layer.depth, layer.columns}, f32, Tag::any);
    const memory::desc bias({1, layer.columns}, f32, Tag::ab);
    const memory::desc y({layer.rows, layer.columns}, f32, Tag::ab);
    const dnnl::matmul::primitive_desc chosen(dnnl::matmul::desc(a, b, bias, y), engine());
    time_layer<dnnl::matmul>(state, chosen, bias, layer);
}

const bool registered = [] {
    for (const ConvolutionLayer& layer : convolution_layers)
        benchmark::RegisterBenchmark((name_of(layer) + "/oneDNN, packed").c_str(), time_conv2d, layer)->UseRealTime();
    for (const DenseLayer& layer : dense_layers)
        benchmark::RegisterBenchmark((name_of(layer) + "/oneDNN, packed").c_str(), time_dense, layer)->UseRealTime();
    return true;
}();

}  // namespace
}  // namespace abut::bench
