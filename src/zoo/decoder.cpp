// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"
#include "zoo/network_builder.hpp"

// Radford et al., Language Models are Unsupervised Multitask Learners, 2019: the decoder of GPT-2 small, one step with a
// cache of keys and values, from a token's embedding to the last normalisation.
namespace abut::zoo {
namespace {

Signal block(NetworkBuilder& net, const Signal& x, ValueId bias, const Arguments& arguments, std::int64_t index) {
    const std::int64_t width = arguments["width"];
    const std::string name = fmt::format("h.{}", index);
    const Signal normal = net.layer_norm(x, name + ".ln_1");
    // GPT-2 has the three in one product, which could not store each part where it is wanted.
    const Signal queries = net.dense(normal, width, name + ".attn.q_attn");
    const Signal keys = net.dense(normal, width, name + ".attn.k_attn");
    const Signal values = net.dense(normal, width, name + ".attn.v_attn");
    const Signal context = net.attention({queries, keys, values}, bias, {arguments["heads"], arguments["past"], index});
    const Signal attended = net.add(net.dense(context, width, name + ".attn.c_proj"), x);
    const Signal wide = net.gelu(net.dense(net.layer_norm(attended, name + ".ln_2"), 4 * width, name + ".mlp.c_fc"));
    return net.add(net.dense(wide, width, name + ".mlp.c_proj"), attended);
}

Graph decoder(const Arguments& arguments, const ZooOptions& options) {
    const std::int64_t width = arguments["width"];
    if (width % arguments["heads"] != 0) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:decoder: expected a width that is a multiple of the heads, found width={}, heads={}",
                                width, arguments["heads"]));
    }
    NetworkBuilder net("decoder", options);
    Signal x = net.input({options.batch, 1, width}, 2);
    const ViewSpec bias_spec(DType::Float32, {options.batch, 1, 1, arguments["past"] + 1});
    const ValueId bias = net.graph().input("attention_bias", bias_spec);
    for (std::int64_t layer = 0; layer < arguments["layers"]; ++layer) x = block(net, x, bias, arguments, layer);
    const auto result = net.layer_norm(x, "ln_f");
    return std::move(net).finish(result);
}

constexpr std::array decoder_arguments{
    ZooArgument{"layers", 12, 1, 256, "blocks of attention and multilayer perceptron"},
    ZooArgument{"heads", 12, 1, 256, "of the attention; they share the width"},
    ZooArgument{"width", 768, 1, 16384, "elements of a token"},
    ZooArgument{"past", 128, 1, 1 << 20, "tokens in the cache before the step"},
};

constexpr std::array recipes{
    Recipe{{"decoder", "a step of GPT-2 small with a key-value cache that grows by concat", decoder_arguments}, decoder},
};

}  // namespace

std::span<const Recipe> decoder_recipes() {
    return recipes;
}

}  // namespace abut::zoo
