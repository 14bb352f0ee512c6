// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <ostream>

#include "passes/reorder_operands.hpp"
#include "support/layer_graph.hpp"

namespace abut {
namespace {

using passes::reorder_operands;
using testing_support::largest_difference;
using testing_support::LayerGraph;

constexpr double rounding = 1e-5;
constexpr std::array order{2, 0, 1};

/// What reads concat(a, b, c), of 4, 2 and 6 channels, and whether it can follow when they change places.
struct Reader {
    std::string name;
    std::function<ValueId(LayerGraph& net, ValueId joined)> add;
    std::vector<std::string> followers;
    bool follows = true;

    friend std::ostream& operator<<(std::ostream& out, const Reader& reader) { return out << reader.name; }
};

LayerGraph network(const Reader& reader) {
    LayerGraph net;
    const ValueId x = net.graph.input("x", ViewSpec::nchw({2, 3, 4, 5}));
    const std::vector<ValueId> operands{net.conv(x, 4), net.conv(x, 2), net.conv(x, 6)};
    const ValueId joined = net.graph.append(Concat{1}, operands, "joined").front();
    net.graph.output("y", reader.add(net, joined));
    return net;
}

NodeId concat_of(const Graph& graph) {
    for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
        if (graph.nodes()[n].name == "joined") return {static_cast<std::int32_t>(n)};
    }
    return {};
}

/// A convolution to 5 channels, so that the order ends there.
ValueId read(LayerGraph& net, ValueId x) {
    return net.graph.append(Conv2d{}, {x, net.constant({5, net.graph.value(x).shape[1], 1, 1})}, "reader").front();
}

ValueId named(LayerGraph& net, Operation operation, std::vector<ValueId> inputs, const std::string& name = "between") {
    return net.graph.append(std::move(operation), std::move(inputs), name).front();
}

/// Adds the next operand.
const Expression sum{Residual{}};

ValueId x_of(const LayerGraph& net) {
    return net.graph.inputs().front().value;
}

ValueId means(LayerGraph& net, ValueId x) {
    return net.graph.reduce(x, ReduceKind::Mean, {2, 3}, false);
}

const std::vector<Reader>& convolutions() {
    static const std::vector<Reader> all{
        {"Pointwise", read, {"reader"}},
        {"WithAPrologue",
         [](LayerGraph& net, ValueId x) {
             const Conv2d conv{.pads = {1, 1, 1, 1}, .prologue = sum};
             return named(net, conv, {x, net.constant({5, 12, 3, 3}), net.constant({12, 1, 1})});
         },
         {"between"}},
        {"WithAPrologueOfOneNumberAPixel",
         [](LayerGraph& net, ValueId x) {
             return named(net, Conv2d{.prologue = sum}, {x, net.constant({5, 12, 1, 1}), net.constant({4, 5})});
         },
         {"between"}},
        {"AsAResidual",
         [](LayerGraph& net, ValueId x) {
             const ValueId y = named(net, Conv2d{.epilogue = sum}, {x_of(net), net.constant({12, 3, 1, 1}), x});
             return read(net, y);
         },
         {"between", "reader"}},
        {"AsInputAndResidual",
         [](LayerGraph& net, ValueId x) {
             return read(net, named(net, Conv2d{.epilogue = sum}, {x, net.constant({12, 12, 1, 1}), x}));
         },
         {"between", "reader"}},
        {"Depthwise",
         [](LayerGraph& net, ValueId x) {
             const Conv2d conv{.groups = 12, .epilogue = sum};
             return read(net, named(net, conv, {x, net.constant({24, 1, 1, 1}), net.constant({24, 1, 1})}));
         },
         {"between", "reader"}},
        {"GroupsMoveAsWholes",
         [](LayerGraph& net, ValueId x) {
             return read(net, named(net, Conv2d{.groups = 6}, {x, net.constant({18, 2, 1, 1})}));
         },
         {"between", "reader"}},
        {"GroupsAreNotTorn",
         [](LayerGraph& net, ValueId x) {
             return read(net, named(net, Conv2d{.groups = 3}, {x, net.constant({6, 4, 1, 1})}));
         },
         {},
         false},
        {"WithComputedWeights",
         [](LayerGraph& net, ValueId x) {
             const ValueId weights = net.graph.relu(net.constant({5, 12, 1, 1}));
             return named(net, Conv2d{}, {x, weights});
         },
         {},
         false},
        {"Transposed",
         [](LayerGraph& net, ValueId x) {
             return named(net, ConvTranspose2d{.strides = {2, 2}}, {x, net.constant({12, 5, 2, 2})});
         },
         {"between"}},
        {"AsAResidualOfATransposedOne",
         [](LayerGraph& net, ValueId x) {
             const ConvTranspose2d conv{.epilogue = sum};
             return read(net, named(net, conv, {x_of(net), net.constant({3, 12, 1, 1}), x}));
         },
         {"between", "reader"}},
        {"TransposedInGroups",
         [](LayerGraph& net, ValueId x) {
             return named(net, ConvTranspose2d{.groups = 12}, {x, net.constant({12, 1, 2, 2})});
         },
         {},
         false},
    };
    return all;
}

const std::vector<Reader>& products() {
    static const std::vector<Reader> all{
        {"Means",
         [](LayerGraph& net, ValueId x) {
             return named(net, Dense{}, {means(net, x), net.constant({12, 7})});
         },
         {"between"}},
        {"TransposedConstant",
         [](LayerGraph& net, ValueId x) {
             return named(net, Dense{.transpose_b = true}, {means(net, x), net.constant({7, 12})});
         },
         {"between"}},
        {"Flattened",
         [](LayerGraph& net, ValueId x) {
             return named(net, Dense{}, {net.graph.flatten(x), net.constant({240, 7})});
         },
         {"between"}},
        {"ConstantOnTheLeft",
         [](LayerGraph& net, ValueId x) {
             return named(net, Dense{}, {net.constant({7, 12}), net.graph.reshape(x, {2, 12, 20})});
         },
         {"between"}},
        {"RowsPassOn",
         [](LayerGraph& net, ValueId x) {
             const ValueId rows = net.graph.reshape(x, {2, 12, 20});
             const ValueId y = named(net, Dense{.epilogue = sum}, {rows, net.constant({20, 6}), net.constant({12, 1})});
             return net.graph.reduce(y, ReduceKind::Max, {1});
         },
         {"between"}},
        {"ColumnsPassOn",
         [](LayerGraph& net, ValueId x) {
             const ValueId columns = net.graph.transpose(net.graph.reshape(x, {2, 12, 20}), {0, 2, 1});
             const ValueId y = named(net, Dense{.epilogue = sum}, {net.constant({6, 20}), columns, net.constant({12})});
             return net.graph.reduce(y, ReduceKind::Max, {2});
         },
         {"between"}},
        {"BothOperands",
         [](LayerGraph& net, ValueId x) {
             const ValueId rows = means(net, x);
             return named(net, Dense{.transpose_b = true}, {rows, rows});
         },
         {}},
        {"WithAComputedMatrix",
         [](LayerGraph& net, ValueId x) {
             return named(net, Dense{}, {means(net, x), net.graph.relu(net.constant({12, 7}))});
         },
         {},
         false},
    };
    return all;
}

const std::vector<Reader>& others() {
    static const std::vector<Reader> all{
        {"PerChannel",
         [](LayerGraph& net, ValueId x) {
             const Elementwise slope{Expression::of(Function::PRelu)};
             return read(net, named(net, slope, {x, net.constant({12, 1, 1})}));
         },
         {"between", "reader"}},
        {"WholeConstant",
         [](LayerGraph& net, ValueId x) {
             const ValueId y = net.graph.multiply(net.constant({2, 12, 4, 5}), x);
             return read(net, net.graph.multiply(y, net.constant({})));
         },
         {"elementwise_4", "reader"}},
        {"TimesItsOwnMeans",
         [](LayerGraph& net, ValueId x) { return read(net, net.graph.multiply(x, net.graph.global_average_pool(x))); },
         {"reader"}},
        {"SumWithAnother",
         [](LayerGraph& net, ValueId x) { return read(net, net.graph.add(x, net.conv(x_of(net), 12))); },
         {},
         false},
        {"BatchNorm", [](LayerGraph& net, ValueId x) { return read(net, net.batch_norm(x)); }, {"batch_norm_4", "reader"}},
        {"Pool",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.pool2d(x, {.kernel = {2, 2}}));
         },
         {"reader"}},
        {"Softmax", [](LayerGraph& net, ValueId x) { return read(net, net.graph.softmax(x, 1)); }, {"reader"}},
        {"Resize",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.resize(x, {.sizes = {2, 12, 8, 10}, .scales = {1, 1, 2, 2}}));
         },
         {"reader"}},
        {"PadOfPixels",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.pad(x, {.before = {0, 0, 1, 1}, .after = {0, 0, 1, 0}}));
         },
         {"reader"}},
        {"PadOfChannels",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.pad(x, {.before = {0, 1, 0, 0}, .after = {0, 0, 0, 0}}));
         },
         {},
         false},
        {"SumOverChannels", [](LayerGraph& net, ValueId x) { return net.graph.reduce(x, ReduceKind::Sum, {1}, false); }, {}},
        {"SumBeforeThem",
         [](LayerGraph& net, ValueId x) {
             const ValueId y = net.graph.reduce(net.graph.transpose(x, {0, 2, 1, 3}), ReduceKind::Sum, {1}, false);
             return named(net, Elementwise{Expression::of(Function::Multiply)},
                          {net.graph.reduce(y, ReduceKind::Max, {1}), y});
         },
         {},
         false},
        {"PartOfItsPixels", [](LayerGraph& net, ValueId x) { return read(net, net.graph.slice(x, 2, 1, 3)); }, {"reader"}},
        {"PartOfItsChannels", [](LayerGraph& net, ValueId x) { return read(net, net.graph.slice(x, 1, 1, 3)); }, {}, false},
        {"SplitOfItsChannels",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.split(x, 1, {4, 8}).front());
         },
         {},
         false},
        {"SplitOfItsPixels",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.split(x, 2, {1, 3}).back());
         },
         {"reader"}},
        {"ShuffledAgain",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.reshape(x, {2, 24, 2, 5}));
         },
         {"reader"}},
        {"CutByAShape",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.reshape(x, {2, 3, 16, 5}));
         },
         {},
         false},
        {"JoinedAgain",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.concat({net.conv(x_of(net), 3), x, x}, 1));
         },
         {"reader"}},
        {"JoinedWithItselfByRows",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.concat({x, x}, 2));
         },
         {"reader"}},
        {"JoinedWithAnotherByRows",
         [](LayerGraph& net, ValueId x) {
             return read(net, net.graph.concat({x, net.conv(x_of(net), 12)}, 2));
         },
         {},
         false},
        {"Output", [](LayerGraph&, ValueId x) { return x; }, {}, false},
        {"OutputOfAView", [](LayerGraph& net, ValueId x) { return net.graph.flatten(x); }, {}, false},
    };
    return all;
}

class ReorderOperands : public testing::TestWithParam<Reader> {};

TEST_P(ReorderOperands, ReadersFollowOrTheOrderStays) {
    const LayerGraph net = network(GetParam());
    const auto reordered = reorder_operands(net.graph, concat_of(net.graph), order);
    ASSERT_EQ(reordered.has_value(), GetParam().follows);
    if (!reordered) return;
    const Graph& graph = reordered->graph;
    const Node& before = net.graph.node(concat_of(net.graph));
    const Node& after = graph.node(concat_of(graph));
    for (std::size_t i = 0; i < order.size(); ++i) {
        EXPECT_EQ(graph.value(after.inputs[i]).name,
                  net.graph.value(before.inputs[static_cast<std::size_t>(order[i])]).name);
    }
    std::vector<std::string> followers;
    for (const NodeId node : reordered->followers) followers.push_back(graph.node(node).name);
    EXPECT_EQ(followers, GetParam().followers);
    EXPECT_LT(largest_difference(graph, net.graph), rounding);
}

std::string name_of_case(const testing::TestParamInfo<Reader>& reader) {
    return reader.param.name;
}
INSTANTIATE_TEST_SUITE_P(Convolutions, ReorderOperands, testing::ValuesIn(convolutions()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Products, ReorderOperands, testing::ValuesIn(products()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Others, ReorderOperands, testing::ValuesIn(others()), name_of_case);

/// The comparison sees a reader whose weights stay behind.
TEST(ReorderOperandsControl, AnOrderThatNobodyFollowsIsNoticed) {
    const LayerGraph net = network(convolutions().front());
    LayerGraph other;
    const ValueId x = other.graph.input("x", net.graph.inputs().front().spec);
    const std::array operands{other.conv(x, 4), other.conv(x, 2), other.conv(x, 6)};
    other.graph.output("y", read(other, other.graph.concat({operands[2], operands[0], operands[1]}, 1)));
    EXPECT_GT(largest_difference(other.graph, net.graph), rounding);
}

/// A node that no output needs would get lost, and with it the numbers of the others.
TEST(ReorderOperandsControl, NodesThatNobodyNeedsAreRefused) {
    LayerGraph net = network(convolutions().front());
    net.graph.relu(x_of(net));
    EXPECT_FALSE(reorder_operands(net.graph, concat_of(net.graph), order));
}

}  // namespace
}  // namespace abut
