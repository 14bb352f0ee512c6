// SPDX-License-Identifier: Apache-2.0
#include "support/cached_attention.hpp"

#include "support/layer_graph.hpp"

namespace abut::tests {

ViewSpec cache_spec(std::int64_t rows) {
    const Layout layout{{1, cached_heads, rows, cached_head_width},
                        {rows * cached_width, cached_head_width, cached_width, 1}};
    return {DType::Float32, layout, {sizeof(float), 0}};
}

Graph cached_attention(std::int64_t past) {
    testing_support::LayerGraph net;
    Graph& graph = net.graph;
    const ValueId x = graph.input("x", ViewSpec(DType::Float32, Shape{1, 1, cached_width}));
    const ValueId bias = graph.input("bias", ViewSpec(DType::Float32, Shape{1, 1, 1, past + 1}));
    const auto heads = [&](ValueId rows) {
        return graph.transpose(graph.reshape(rows, {1, 1, cached_heads, cached_head_width}), {0, 2, 1, 3});
    };
    const auto projected = [&] {
        const ValueId weights = net.constant({cached_width, cached_width}, -0.5F, 0.5F);
        return heads(graph.add(graph.dense(x, weights), net.constant({cached_width})));
    };
    const auto appended = [&](const std::string& name) {
        const ValueId cache = graph.input("past_" + name, cache_spec(past));
        return std::pair(cache, graph.concat({cache, projected()}, 2));
    };
    const ValueId queries = projected();
    const auto [past_keys, keys] = appended("keys");
    const auto [past_values, values] = appended("values");
    const ValueId scores = graph.add(graph.dense(queries, keys, {.transpose_b = true}), bias);
    const ValueId context = graph.dense(graph.softmax(scores, 3), values);
    graph.output("y", graph.reshape(graph.transpose(context, {0, 2, 1, 3}), {1, 1, cached_width}));
    graph.output("keys", keys, cache_spec(past + 1));
    graph.output("values", values, cache_spec(past + 1));
    graph.share(past_keys, "keys", {0, 0, 0, 0});
    graph.share(past_values, "values", {0, 0, 0, 0});
    return std::move(graph);
}

}  // namespace abut::tests
