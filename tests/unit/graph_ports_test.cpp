// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <vector>

#include "abut/graph.hpp"
#include "support/error_text.hpp"

namespace abut {
namespace {

using testing_support::error_text;

TEST(GraphPorts, inputsAndOutputsKeepTheirViews) {
    Graph graph;
    const ViewSpec spec = ViewSpec::nhwc({1, 3, 4, 4}, 64);
    const ValueId x = graph.input("x", spec);
    graph.output("y", x, spec);
    graph.output("x", x);
    ASSERT_EQ(graph.inputs().size(), 1U);
    EXPECT_EQ(graph.inputs()[0].spec, spec);
    EXPECT_TRUE(graph.value(x).is_input());
    EXPECT_EQ(graph.outputs()[0].spec, spec);
    EXPECT_EQ(graph.outputs()[1].spec, ViewSpec(DType::Float32, {1, 3, 4, 4}));
}

TEST(GraphPorts, namesAreUniqueAmongInputsAndAmongOutputs) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2}));
    graph.output("y", x);
    EXPECT_EQ(error_text([&] { graph.input("x", ViewSpec::nchw({2})); }),
              "input \"x\": expected a name that no other input has");
    EXPECT_EQ(error_text([&] { graph.output("y", x); }), "output \"y\": expected a name that no other output has");
    EXPECT_EQ(error_text([&] { graph.input("", ViewSpec::nchw({2})); }), "expected a name for the input, found none");
    EXPECT_EQ(graph.values().size(), 1U);
    EXPECT_EQ(graph.outputs().size(), 1U);
}

ViewSpec with_strides(const Shape& shape, const Strides& strides) {
    ViewSpec spec;
    spec.layout = {shape, strides};
    return spec;
}

std::string input_error(const ViewSpec& spec) {
    Graph graph;
    return error_text([&] { graph.input("x", spec); });
}

TEST(GraphPorts, inputsHaveReadableViews) {
    EXPECT_EQ(input_error(with_strides({2, 3}, {0, 1})), "nothing");
    EXPECT_EQ(input_error(with_strides({2, 3}, {1})), "input \"x\": expected a stride an axis, found 2x3 strides 1");
    EXPECT_EQ(input_error(with_strides({2, 3}, {3, -1})),
              "input \"x\": expected strides of 0 and more, found 2x3 strides 3x-1");
    EXPECT_EQ(input_error(with_strides({-1}, {1})), "expected extents of 0 and more, found -1");
    ViewSpec spec = ViewSpec::nchw({2});
    spec.alignment = {0, 0};
    EXPECT_EQ(input_error(spec),
              "input \"x\": expected an alignment with 0 <= remainder < modulus, found modulus 0 and remainder 0");
    spec.alignment = {64, 6};
    EXPECT_EQ(input_error(spec),
              "input \"x\": expected an address that can be a multiple of the element's 4 bytes, found modulus 64 and "
              "remainder 6");
    spec.alignment = {2, 0};
    spec.offset_bytes = 10;
    EXPECT_EQ(input_error(spec), "input \"x\": expected an offset that is a multiple of the element's 4 bytes, found 10");
    spec = ViewSpec::nchw({2});
    spec.offset_bytes = -4;
    EXPECT_EQ(input_error(spec), "input \"x\": expected an offset of 0 bytes and more, found -4");
    EXPECT_NE(input_error(with_strides({3}, {std::numeric_limits<std::int64_t>::max() / 4})), "nothing");
}

std::string output_error(const ViewSpec& spec, const Shape& shape = {2, 3}) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw(shape));
    return error_text([&] { graph.output("y", x, spec); });
}

TEST(GraphPorts, outputsHaveWritableViews) {
    EXPECT_EQ(output_error(with_strides({2, 3}, {1, 2})), "nothing");
    EXPECT_EQ(output_error(with_strides({2, 3}, {7, 2})), "nothing");
    EXPECT_EQ(output_error(with_strides({1, 3}, {0, 1}), {1, 3}), "nothing");
    EXPECT_EQ(output_error(with_strides({0, 3}, {0, 0}), {0, 3}), "nothing");
    EXPECT_EQ(output_error(with_strides({2, 3}, {0, 1})),
              "output \"y\": expected strides that keep elements apart, found 2x3 strides 0x1");
    EXPECT_EQ(output_error(with_strides({2, 3}, {2, 1})),
              "output \"y\": expected strides that keep elements apart, found 2x3 strides 2x1");
    EXPECT_EQ(output_error(ViewSpec::nchw({3, 2})), "output \"y\": expected a view of float32 2x3, found float32 3x2");
    EXPECT_EQ(output_error(ViewSpec(DType::Int32, {2, 3})), "output \"y\": expected a view of float32 2x3, found int32 2x3");
}

TEST(GraphPorts, constants) {
    Graph graph;
    const auto data = std::make_shared<float>(1.0F);
    EXPECT_EQ(error_text([&] { graph.constant(ViewSpec::nchw({2}), nullptr, "c"); }),
              "constant \"c\": expected the data of 2 elements, found none");
    EXPECT_EQ(error_text([&] {
                  graph.constant(ViewSpec::nhwc({1, 2, 2, 2}), data, "c");
              }),
              "constant \"c\": expected a row-major layout without gaps, found 1x2x2x2 strides 8x1x4x2");
    EXPECT_EQ(error_text([&] { graph.constant({2}, std::vector<float>(3), "c"); }),
              "constant \"c\": expected 2 elements for shape 2, found 3");
    EXPECT_TRUE(graph.values().empty());
    EXPECT_TRUE(graph.value(graph.constant(ViewSpec::nchw({0}), nullptr)).is_constant());
    EXPECT_TRUE(graph.value(graph.constant(Shape{0}, std::vector<float>{})).is_constant());
    EXPECT_EQ(graph.values().at(1).name, "constant_1");
}

TEST(GraphPorts, handlesOfOtherGraphsAreRefused) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2}));
    const std::string text = "graph \"graph\": expected one of its 1 values, found number 7";
    EXPECT_EQ(error_text([&] { graph.output("y", ValueId{7}); }), text);
    EXPECT_EQ(error_text([&] { graph.rename(ValueId{7}, "y"); }), text);
    EXPECT_EQ(error_text([&] { graph.add(x, ValueId{7}); }), "node \"elementwise_0\" (elementwise): " + text);
    EXPECT_NE(error_text([&] { graph.relu(ValueId{}); }), "nothing");
    EXPECT_TRUE(graph.nodes().empty());
}

TEST(GraphPorts, copiesAreValues) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2}));
    Graph copy = graph;
    copy.relu(x);
    copy.rename(x, "z");
    EXPECT_TRUE(graph.nodes().empty());
    EXPECT_EQ(graph.value(x).name, "x");
    EXPECT_EQ(copy.inputs()[0].name, "x");
}

}  // namespace
}  // namespace abut
