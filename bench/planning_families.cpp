// SPDX-License-Identifier: Apache-2.0
#include "planning_families.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace abut::bench {
namespace {

constexpr std::int64_t side = 8;
constexpr std::int64_t growth = 16;

/// A stem and what follows it. The weights of convolutions are one zero, which planning does not read.
class Network {
public:
    Network() : x_(conv(graph_.input("x", ViewSpec::nchw({1, 3, side, side})), 3)) {}

    [[nodiscard]] ValueId x() const { return x_; }
    Graph& graph() { return graph_; }
    [[nodiscard]] int nodes() const { return static_cast<int>(graph_.nodes().size()); }

    ValueId conv(ValueId x, std::int64_t kernel, std::int64_t channels = growth) {
        const ViewSpec weights(DType::Float32, {channels, graph_.value(x).shape[1], kernel, kernel});
        const std::int64_t pad = kernel / 2;
        return graph_.conv2d(x, graph_.constant(weights, zeros_),
                             {.pads = {pad, pad, pad, pad}, .epilogue = Expression::of(Function::Relu)});
    }
    ValueId concat(const std::vector<ValueId>& operands) {
        return operands.size() == 1 ? operands.front() : graph_.concat(operands, 1);
    }
    Graph finish(ValueId result) {
        graph_.output("y", result);
        return std::move(graph_);
    }

private:
    Graph graph_;
    std::shared_ptr<const void> zeros_ = std::make_shared<float>(0.0F);
    ValueId x_;
};

ValueId dense_layer(Network& net, ValueId x) {
    return net.conv(net.conv(x, 1, 4 * growth), 3);
}

/// DenseNet in list form, one block: every layer joins all features before it.
Graph dense_list(int nodes) {
    Network net;
    std::vector<ValueId> features{net.x()};
    while (net.nodes() + 3 <= nodes) features.push_back(dense_layer(net, net.concat(features)));
    return net.finish(net.concat(features));
}

/// The same in blocks of 12 layers with transitions, as deep as it takes.
Graph dense_blocks(int nodes) {
    Network net;
    ValueId x = net.x();
    while (net.nodes() < nodes) {
        std::vector<ValueId> features{x};
        for (int layer = 0; layer < 12; ++layer) features.push_back(dense_layer(net, net.concat(features)));
        x = net.conv(net.concat(features), 1);
    }
    return net.finish(x);
}

/// DenseNet in the form that joins two: what was joined so far and the new features.
Graph dense_pairs(int nodes) {
    Network net;
    ValueId x = net.x();
    while (net.nodes() + 3 <= nodes) x = net.concat({x, dense_layer(net, x)});
    return net.finish(x);
}

Graph inception(int nodes) {
    Network net;
    ValueId x = net.x();
    while (net.nodes() < nodes) {
        const ValueId narrow = net.conv(x, 1);
        const ValueId wide = net.conv(net.conv(x, 1), 3);
        const ValueId wider = net.conv(net.conv(net.conv(x, 1), 3), 3);
        x = net.concat({narrow, wide, wider, net.conv(x, 3)});
    }
    return net.finish(x);
}

/// One concat of all.
Graph one_concat(int nodes) {
    Network net;
    std::vector<ValueId> parts;
    while (net.nodes() + 1 < nodes) parts.push_back(net.conv(net.x(), 1));
    return net.finish(net.concat(parts));
}

Graph elementwise_chain(int nodes) {
    Network net;
    ValueId x = net.x();
    while (net.nodes() < nodes) x = net.graph().relu(x);
    return net.finish(x);
}

/// Half of the channels pass, half are computed, then all are shuffled.
Graph shuffle(int nodes) {
    Network net;
    ValueId x = net.x();
    while (net.nodes() < nodes) {
        const auto halves = net.graph().split(x, 1, {growth / 2, growth / 2});
        const ValueId joined = net.concat({halves[0], net.conv(halves[1], 3, growth / 2)});
        const ValueId pairs = net.graph().reshape(joined, {1, 2, growth / 2, side, side});
        x = net.graph().reshape(net.graph().transpose(pairs, {0, 2, 1, 3, 4}), {1, growth, side, side});
    }
    return net.finish(x);
}

/// Two values that are joined in both orders, so that no buffer serves both concats.
Graph contested(int nodes) {
    Network net;
    ValueId x = net.x();
    while (net.nodes() < nodes) {
        const ValueId a = net.conv(x, 3);
        const ValueId b = net.conv(x, 1);
        x = net.graph().add(net.conv(net.concat({a, b}), 1), net.conv(net.concat({b, a}), 3));
    }
    return net.finish(x);
}

/// Features that wait for what is made of all behind them, the last first: what is joined early waits longest.
Graph long_skips(int nodes) {
    Network net;
    std::vector<ValueId> waiting{net.x()};
    while (3 * std::ssize(waiting) < nodes) waiting.push_back(net.conv(waiting.back(), 3));
    ValueId x = net.conv(waiting.back(), 3);
    for (auto skip = waiting.rbegin(); skip != waiting.rend(); ++skip) x = net.conv(net.concat({x, *skip}), 3);
    return net.finish(x);
}

/// Every feature is joined with two others that are far away, so that all concats compete.
Graph distant(int nodes) {
    Network net;
    std::vector<ValueId> features{net.x()};
    while (4 * std::ssize(features) < nodes) features.push_back(net.conv(features.back(), 3));
    const std::size_t count = features.size();
    ValueId sum = features.back();
    for (std::size_t i = 0; i < count; ++i) {
        const ValueId joined = net.concat({features[i], features[(i * 7 + 3) % count], features[(i * 13 + 5) % count]});
        sum = net.graph().add(sum, net.conv(joined, 3));
    }
    return net.finish(sum);
}

/// Every node is an output of the graph.
Graph outputs(int nodes) {
    Network net;
    while (net.nodes() < nodes) {
        const ValueId y = net.conv(net.x(), 1);
        net.graph().output(net.graph().value(y).name, y);
    }
    return std::move(net.graph());
}

constexpr std::array all{
    Family{"dense-list", dense_list}, Family{"dense-blocks", dense_blocks}, Family{"dense-pairs", dense_pairs},
    Family{"inception", inception},   Family{"one-concat", one_concat},     Family{"elementwise", elementwise_chain},
    Family{"shuffle", shuffle},       Family{"contested", contested},       Family{"outputs", outputs},
    Family{"long-skips", long_skips}, Family{"distant", distant},
};

}  // namespace

std::span<const Family> families() {
    return all;
}

}  // namespace abut::bench
