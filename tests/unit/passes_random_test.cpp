// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "passes/pipeline.hpp"
#include "support/layer_graph.hpp"

namespace abut {
namespace {

using testing_support::largest_difference;
using testing_support::LayerGraph;

/// Grows a graph of image layers at random; values that were made are read again, so that sharing, residual sums and several
/// consumers come about by themselves.
class RandomNetwork {
public:
    explicit RandomNetwork(unsigned seed) : net_(seed) {
        const std::int64_t batch = net_.draw(1, 2);
        values_ = {net_.graph.input("x", ViewSpec::nchw({batch, 4, 5, 5})),
                   net_.graph.input("y", ViewSpec::nchw({batch, 4, 5, 5}))};
        for (int layer = 0; layer < 24; ++layer) values_.push_back(next());
        net_.graph.output("last", values_.back());
        for (int output = 0; output < 3; ++output) net_.graph.output("output" + std::to_string(output), any());
        net_.graph.output("flat", head(any()));
    }

    [[nodiscard]] const Graph& graph() const { return net_.graph; }

private:
    ValueId any() {
        // Recent values are read more often, so that chains grow.
        const auto newest = static_cast<std::int64_t>(values_.size()) - 1;
        return values_[static_cast<std::size_t>(net_.draw(std::max<std::int64_t>(0, newest - net_.draw(0, 5)), newest))];
    }

    Shape shape(ValueId value) { return net_.graph.value(value).shape; }

    /// A value of x's shape: made before, or by a convolution of something made before.
    ValueId like(ValueId x) {
        for (int attempt = 0; attempt < 4; ++attempt) {
            const ValueId other = any();
            if (shape(other) == shape(x)) return other;
        }
        return net_.conv(any(), shape(x)[1], 3);
    }

    ValueId constant_for(ValueId x) {
        const std::int64_t channels = shape(x)[1];
        switch (net_.draw(0, 5)) {
            case 0:
                return net_.constant({});
            case 1:
                return net_.per_channel(x);
            case 2:
                return net_.constant({1, channels, 1, 1}, 0.5F, 2);
            case 3:
                return net_.constant({1, 1, 5, 5});
            case 4:
                return net_.constant({1, 1, 1, 1}, 0.5F, 2);
            default:
                return net_.constant({channels, 5, 5});
        }
    }

    ValueId unary(ValueId x) {
        constexpr std::array functions{Function::Relu, Function::LeakyRelu, Function::Sigmoid, Function::Negate,
                                       Function::Abs,  Function::Tanh,      Function::Clip,    Function::MultiplyOne};
        return net_.graph.apply(functions[static_cast<std::size_t>(net_.draw(0, 7))], x, 0.25F, 0.75F);
    }

    Function binary_function() {
        constexpr std::array functions{Function::Add, Function::Multiply, Function::Subtract, Function::Maximum};
        return functions[static_cast<std::size_t>(net_.draw(0, 3))];
    }

    ValueId binary(ValueId a, ValueId b) {
        return net_.draw(0, 1) == 0 ? net_.graph.apply(binary_function(), a, b) : net_.graph.apply(binary_function(), b, a);
    }

    ValueId concat_or_part(ValueId x) {
        const std::int64_t channels = shape(x)[1];
        if (channels < 10) return net_.graph.concat({x, any()}, 1);
        const std::int64_t begin = net_.draw(0, channels - 2);
        return net_.graph.slice(net_.graph.slice(x, 1, begin, channels), 1, 0, net_.draw(1, channels - begin));
    }

    ValueId moved(ValueId x) {
        const ValueId turned = net_.graph.transpose(x, {0, 1, 3, 2});
        return net_.draw(0, 1) == 0 ? turned : net_.graph.transpose(turned, {0, 1, 3, 2});
    }

    ValueId next() {
        const ValueId x = any();
        switch (net_.draw(0, 12)) {
            case 0:
            case 1:
                return net_.conv(x, net_.draw(1, 8), net_.draw(0, 1) * 2 + 1, 1, net_.draw(0, 1) == 1);
            case 2:
                return net_.conv(x, shape(x)[1], 3, shape(x)[1]);
            case 3:
                return net_.graph.conv_transpose2d(x, net_.constant({shape(x)[1], 4, 1, 1}, -0.5F, 0.5F));
            case 4:
            case 5:
                return net_.batch_norm(x);
            case 6:
            case 7:
                return unary(x);
            case 8:
                return binary(x, like(x));
            case 9:
                return net_.graph.apply(Function::Divide, x, net_.constant({1, shape(x)[1], 1, 1}, 0.5F, 2));
            case 10:
                return binary(x, constant_for(x));
            case 11:
                return concat_or_part(x);
            default:
                return moved(x);
        }
    }

    ValueId head(ValueId x) {
        const ValueId flat = net_.graph.flatten(net_.graph.global_average_pool(x));
        const ValueId rows = net_.graph.dense(flat, net_.constant({shape(x)[1], 6}));
        return unary(net_.batch_norm(net_.graph.add(rows, net_.constant({6}))));
    }

    LayerGraph net_;
    std::vector<ValueId> values_;
};

class RandomNetworks : public ::testing::TestWithParam<unsigned> {};

TEST_P(RandomNetworks, everyPassKeepsResultsToRounding) {
    for (unsigned seed = GetParam(); seed < GetParam() + 25; ++seed) {
        const RandomNetwork network(seed);
        Graph current = network.graph();
        for (const passes::Pass& pass : passes::pipeline()) {
            const Graph next = pass.run(current);
            EXPECT_LT(largest_difference(next, current, seed), 1e-4) << "seed " << seed << ", pass " << pass.name;
            current = next;
        }
        EXPECT_LT(current.nodes().size(), network.graph().nodes().size());
        EXPECT_EQ(to_string(current), to_string(passes::optimise(network.graph())));
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetworks, ::testing::Values(0U, 100U, 200U, 300U));

TEST(RandomNetworksControl, aWrongPassIsNoticed) {
    const RandomNetwork network(1);
    LayerGraph other(1);
    const ValueId x = other.graph.input("x", network.graph().inputs()[0].spec);
    const ValueId y = other.graph.input("y", network.graph().inputs()[1].spec);
    for (const Port& port : network.graph().outputs()) other.graph.output(port.name, other.graph.add(x, y));
    EXPECT_GT(largest_difference(other.graph, network.graph()), 1e-4);
}

}  // namespace
}  // namespace abut
