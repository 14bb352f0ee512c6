// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "abut/graph.hpp"
#include "support/error_text.hpp"

namespace abut {
namespace {

using testing_support::error_text;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

/// A node that append() must refuse, and its text behind the node's name.
struct Case {
    Operation operation;
    std::vector<Shape> inputs;
    std::string text;
};

void expect_refused(const std::vector<Case>& cases) {
    for (const Case& refused : cases) {
        Graph graph;
        std::vector<ValueId> inputs;
        for (const Shape& shape : refused.inputs) {
            inputs.push_back(graph.input("x" + std::to_string(inputs.size()), ViewSpec::nchw(shape)));
        }
        const std::string stem(name_of(refused.operation));
        EXPECT_EQ(error_text([&] { graph.append(refused.operation, inputs, "n"); }),
                  "node \"n\" (" + stem + "): " + refused.text);
        EXPECT_TRUE(graph.nodes().empty());
        EXPECT_EQ(graph.values().size(), inputs.size());
    }
}

TEST(InferErrors, conv2d) {
    const Shape x{1, 4, 8, 8};
    const Shape w{6, 4, 3, 3};
    expect_refused({
        {Conv2d{}, {x}, "expected 2 inputs (x, weights, the prologue's, the epilogue's), found 1"},
        {Conv2d{}, {{4, 8, 8}, w}, "input 0: expected the 4 axes N, C, H, W, found shape 4x8x8"},
        {Conv2d{}, {x, {6, 4, 3}}, "input 1: expected the 4 axes O, C/groups, R, S, found shape 6x4x3"},
        {Conv2d{}, {x, {6, 3, 3, 3}}, "input 1: expected weights for 4 channels (4 in 1 groups), found 6x3x3x3"},
        {Conv2d{.groups = 0}, {x, w}, "expected 1 group and more, found 0"},
        {Conv2d{.groups = 3}, {x, w}, "expected input channels that divide into 3 groups, found 4"},
        {Conv2d{.groups = 4}, {x, {6, 1, 3, 3}}, "expected output channels that divide into 4 groups, found 6"},
        {Conv2d{}, {{1, 0, 8, 8}, {6, 0, 3, 3}}, "expected input channels that divide into 1 groups, found 0"},
        {Conv2d{.strides = {1, 0}}, {x, w}, "expected a width stride of 1 and more, found 0"},
        {Conv2d{.dilations = {0, 1}}, {x, w}, "expected a height dilation of 1 and more, found 0"},
        {Conv2d{.winograd = 3}, {x, w}, "expected winograd of 0, 2 or 4, found 3"},
        {Conv2d{.strides = {2, 1}, .winograd = 4},
         {x, w},
         "expected strides and dilations of 1 and a kernel of odd extents for winograd 4, at most 7 in one dimension and 5 "
         "in "
         "two, found weights 6x4x3x3"},
        {Conv2d{.winograd = 4},
         {x, {6, 4, 7, 3}},
         "expected strides and dilations of 1 and a kernel of odd extents for winograd 4, at most 7 in one dimension and 5 "
         "in "
         "two, found weights 6x4x7x3"},
        {Conv2d{.parts = {2, 3}}, {x, w}, "expected parts of 6 output channels together, found 5"},
        {Conv2d{.parts = std::vector<std::int64_t>(33, 1)},
         {x, w},
         "expected at most 32 parts, found 33; cut one of them with split"},
        {Conv2d{.parts = {6, 0}}, {x, w}, "expected parts of 1 output channel and more, found 0"},
        {Conv2d{.parts = {largest, 1}}, {x, w}, "9223372036854775807 + 1 overflows 64 bits"},
        {Conv2d{.groups = 2, .parts = {2, 4}},
         {x, {6, 2, 3, 3}},
         "expected one group of channels where the output has parts, found 2"},
        {Conv2d{.pads = {0, 0, 0, -1}}, {x, w}, "expected width pads of 0 and more, found 0 and -1"},
        {Conv2d{}, {x, {6, 4, 0, 3}}, "expected a kernel height of 1 and more, found 0"},
        {Conv2d{}, {x, {6, 4, 9, 3}}, "expected a padded height of at least 9 (the window's), found 8"},
        {Conv2d{.dilations = {largest, 1}}, {x, w}, "2 * 9223372036854775807 overflows 64 bits"},
        {Conv2d{.pads = {largest, 0, 0, 0}}, {x, w}, "8 + 9223372036854775807 overflows 64 bits"},
        {Conv2d{.epilogue = {Bias{}}},
         {x, w, {5}},
         "input 2, an operand of the epilogue: expected a shape that broadcasts to 1x6x6x6, found 5"},
        {Conv2d{.epilogue = {Bias{}}},
         {x, w, {1, 5, 1, 1}},
         "input 2, an operand of the epilogue: expected a shape that broadcasts to 1x6x6x6, found 1x5x1x1"},
        {Conv2d{.prologue = {Scale{}}},
         {x, w, {2, 1, 1, 1, 1}},
         "input 2, an operand of the prologue: expected a shape that broadcasts to 1x4x8x8, found 2x1x1x1x1"},
        {Conv2d{.epilogue = Expression::of(Function::Constant, 1)},
         {x, w},
         "the epilogue needs operand 0, the value that it works on"},
    });
}

TEST(InferErrors, overflowOfTheOutput) {
    const std::int64_t wide = std::int64_t{1} << 40;
    expect_refused({
        {Conv2d{.pads = {wide, wide, 0, 0}},
         {{1, 1, 1, 1}, {1, 1, 1, 1}},
         "the number of elements of 1x1x1099511627777x1099511627777 overflows 63 bits"},
        {Pad{PadMode::Constant, {std::int64_t{1} << 61}, {0}, 0}, {{1}}, "2305843009213693953 * 4 overflows 64 bits"},
    });
}

TEST(InferErrors, convTranspose2d) {
    const Shape x{1, 4, 3, 3};
    const Shape w{4, 2, 2, 2};
    expect_refused({
        {ConvTranspose2d{}, {x, {3, 2, 2, 2}}, "input 1: expected weights for 4 input channels, found 3x2x2x2"},
        {ConvTranspose2d{}, {x, {4, 0, 2, 2}}, "input 1: expected 1 output channel and more a group, found 4x0x2x2"},
        {ConvTranspose2d{.groups = 3}, {x, w}, "expected input channels that divide into 3 groups, found 4"},
        {ConvTranspose2d{.output_padding = {0, -1}}, {x, w}, "expected width output padding of 0 and more, found -1"},
        {ConvTranspose2d{.pads = {2, 0, 2, 0}},
         {x, w},
         "expected height pads of less than 4, the output before them, found 4"},
        {ConvTranspose2d{}, {{1, 4, 3, 0}, w}, "input 0: expected a width of 1 and more, found 1x4x3x0"},
    });
}

TEST(InferErrors, castsThatAreUnsupported) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({2}));
    EXPECT_EQ(error_text([&] { (void)graph.append(Cast{DType::Float32}, {x}, "n"); }),
              "0: node \"n\" (cast): expected a cast from bool to float32 or back, found one from float32 to float32");
}

TEST(InferErrors, arithmetic) {
    const Operation add = Elementwise{Expression::of(Function::Add)};
    Expression broken = Expression::of(Function::Add);
    broken.terms[0].arguments[1] = 5;
    expect_refused({
        {Dense{}, {{3}, {3, 4}}, "input 0: expected 2 axes and more, found shape 3"},
        {Dense{}, {{2, 3}, {4, 5}}, "input 1: expected 3 rows for the columns of 2x3, found 4 in 4x5"},
        {Dense{.transpose_b = true},
         {{2, 3}, {3, 5}},
         "input 1: expected 3 rows for the columns of 2x3, found 5 in 3x5 transposed"},
        {Dense{},
         {{2, 2, 3}, {3, 3, 4}},
         "2 and 3 can't be broadcast together: axis 1 from the back has the extents 2 and 3"},
        {add, {{2}}, "expected 2 inputs (the expression's operands), found 1"},
        {add, {{2, 3}, {2}}, "2x3 and 2 can't be broadcast together: axis 1 from the back has the extents 3 and 2"},
        {Elementwise{broken}, {{2}, {2}}, "term 0 (add): argument 1 is 5, expected one of 0 to 1"},
        {BatchNorm{}, {{2}, {2}, {2}, {2}, {2}}, "input 0: expected 2 axes and more (N, C, ...), found shape 2"},
        {BatchNorm{}, {{2, 3}, {3}, {3}, {2}, {3}}, "input 3: expected shape 3, one value a channel, found 2"},
        {BatchNorm{-1.0F}, {{2, 3}, {3}, {3}, {3}, {3}}, "expected an epsilon of 0 and more, found -1"},
        {Reduce{ReduceKind::Sum, {}, true}, {{2}}, "expected 1 axis and more to reduce over, found none"},
        {Reduce{ReduceKind::Sum, {0, -1}, true}, {{2}}, "expected each axis once, found axis 0 twice"},
        {Reduce{ReduceKind::Sum, {1}, true}, {{2}}, "expected an axis in [-1, 1), found 1"},
        {Softmax{2}, {{2, 2}}, "expected an axis in [-2, 2), found 2"},
        {Softmax{}, {}, "expected 1 input (x), found 0"},
    });
}

TEST(InferErrors, pool2d) {
    const Shape x{1, 2, 5, 5};
    expect_refused({
        {Pool2d{}, {{2, 5, 5}}, "input 0: expected the 4 axes N, C, H, W, found shape 2x5x5"},
        {Pool2d{.kernel = {6, 1}}, {x}, "expected a padded height of at least 6 (the window's), found 5"},
        {Pool2d{.kernel = {0, 1}}, {x}, "expected a kernel height of 1 and more, found 0"},
        {Pool2d{.kernel = {2, 2}, .pads = {0, 2, 0, 0}},
         {x},
         "expected width pads smaller than the window's 2, found 2 and 0"},
    });
}

TEST(InferErrors, movement) {
    const Shape x{2, 3};
    expect_refused({
        {Concat{}, {}, "expected 1 input and more, found none"},
        {Concat{1}, {x, {3, 3}}, "input 1: expected the extents of input 0 (2x3) but on axis 1, found 3x3"},
        {Concat{1}, {x, {2, 3, 1}}, "input 1: expected the extents of input 0 (2x3) but on axis 1, found 2x3x1"},
        {Concat{2}, {x, x}, "expected an axis in [-2, 2), found 2"},
        {Split{1, {1, 1}}, {x}, "expected sizes that add up to 3, the extent of axis 1 of 2x3, found 2"},
        {Split{1, {4, -1}}, {x}, "expected sizes of 0 and more, found -1"},
        {Split{1, {}}, {x}, "expected 1 size and more, found none"},
        {Split{1, {largest, 1}}, {x}, "9223372036854775807 + 1 overflows 64 bits"},
        {Slice{{0}, {1, 1}, {1, 1}}, {x}, "expected begin for the 2 axes of 2x3, found 0"},
        {Slice{{0, 0}, {1, 0}, {1, 1}}, {x}, "expected a step other than 0 on axis 1"},
        {Slice{{0, 1}, {1, 2}, {1, 2}}, {x}, "expected elements in [0, 3) on axis 1, found 1 to 3"},
        {Slice{{0, 1}, {1, -1}, {1, 3}}, {x}, "expected elements in [0, 3) on axis 1, found 1 to -1"},
        {Slice{{0, 0}, {1, 1}, {1, -1}}, {x}, "expected a size of 0 and more on axis 1, found -1"},
        {Slice{{0, 1}, {1, largest}, {1, 3}}, {x}, "2 * 9223372036854775807 overflows 64 bits"},
        {Reshape{{4}}, {x}, "expected a shape of 6 elements as 2x3 has, found 4 (4)"},
        {Reshape{{-2, -3}}, {x}, "expected extents of 0 and more, found -2x-3"},
        {Transpose{{0, 0}}, {x}, "expected a permutation of the axes 0 to 1, found 0x0"},
        {Pad{PadMode::Constant, {0}, {0, 0}, 0}, {x}, "expected pads before for the 2 axes of 2x3, found 0"},
        {Pad{PadMode::Constant, {-2, 0}, {-1, 0}, 0},
         {x},
         "expected pads on axis 0 that leave something of 2 elements, found -2 and -1"},
        {Pad{PadMode::Reflect, {0, 3}, {0, 0}, 0}, {x}, "expected reflecting pads of less than 3 on axis 1, found 3 and 0"},
        {Pad{PadMode::Edge, {0, 1}, {0, 0}, 0},
         {{2, 0}},
         "input 0: expected elements to pad with along axis 1, found shape 2x0"},
        {Copy{}, {x, x}, "expected 1 input (x), found 2"},
    });
}

TEST(InferErrors, resize) {
    const Shape x{2, 3};
    expect_refused({
        {Resize{.sizes = {2}, .scales = {1, 1}}, {x}, "expected sizes for the 2 axes of 2x3, found 2"},
        {Resize{.sizes = {2, 3}, .scales = {1}}, {x}, "expected 2 scales, one an axis of 2x3, found 1"},
        {Resize{.sizes = {2, 3}, .scales = {1, 0}}, {x}, "expected a scale above 0 on axis 1, found 0"},
        {Resize{.sizes = {2, -3}, .scales = {1, 1}}, {x}, "expected a size on axis 1 that 2x3 can be resized to, found -3"},
        {Resize{.sizes = {2, 3}, .scales = {1, 1}},
         {{2, 0}},
         "expected a size on axis 1 that 2x0 can be resized to, found 3"},
    });
}

TEST(InferErrors, elementTypes) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec(DType::Int64, {2, 3}));
    const ValueId y = graph.input("y", ViewSpec::nchw({2, 3}));
    EXPECT_EQ(error_text([&] { graph.relu(x); }),
              "0: node \"elementwise_0\" (elementwise): input 0 has elements of int64; only float32 is computed with");
    EXPECT_EQ(error_text([&] {
                  graph.concat({x, y}, 0);
              }),
              "node \"concat_0\" (concat): input 1: expected elements of int64 as input 0 has, found float32");
}

}  // namespace
}  // namespace abut
