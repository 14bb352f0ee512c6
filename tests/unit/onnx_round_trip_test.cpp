// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <random>

#include "abut/error.hpp"
#include "onnx/host_tensor.hpp"
#include "support/onnx_case.hpp"

namespace abut {
namespace {

std::vector<float> numbers(std::int64_t count, std::uint32_t seed) {
    std::mt19937 generator(seed);
    std::vector<float> result(static_cast<std::size_t>(count));
    for (float& number : result) number = static_cast<float>(generator() >> 8U) * 0x1p-24F + 0.25F;
    return result;
}

ValueId constant(Graph& graph, const Shape& shape, std::uint32_t seed) {
    return graph.constant(shape, numbers(element_count(shape), seed));
}

std::filesystem::path scratch_file() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test->test_suite_name()) + "." + test->name() + ".onnx";
    for (char& character : name) character = character == '/' ? '_' : character;
    return std::filesystem::temp_directory_path() / name;
}

std::map<std::string, HostTensor> inputs_of(const Graph& graph) {
    std::map<std::string, HostTensor> inputs;
    for (const Port& port : graph.inputs()) {
        const Shape& shape = port.spec.shape();
        inputs[port.name] =
            onnx::make_tensor(shape, numbers(element_count(shape), static_cast<std::uint32_t>(inputs.size()) + 7));
    }
    return inputs;
}

/// A graph and how it is built from x {1, 4, 6, 6}.
struct Network {
    const char* name;
    std::function<ValueId(Graph&, ValueId)> build;
};

TEST(OnnxValues, WithoutDataAreRefused) {
    Graph graph;
    graph.output("y", graph.relu(graph.input("x", ViewSpec(DType::Float32, {4}))));
    const auto file = scratch_file();
    save_onnx(graph, file);
    const HostTensor empty{.dtype = DType::Float32, .shape = {4}, .data = nullptr};
    EXPECT_THROW((void)load_onnx(file, {.shapes = {}, .values = {{"x", empty}}, .log = {}}), Error);
    std::filesystem::remove(file);
}

class OnnxRoundTrip : public ::testing::TestWithParam<Network> {};

TEST_P(OnnxRoundTrip, GivesTheSameResults) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 4, 6, 6}));
    graph.output("y", GetParam().build(graph, x));
    const auto file = scratch_file();
    save_onnx(graph, file);
    const Graph loaded = load_onnx(file);
    std::filesystem::remove(file);
    ASSERT_EQ(loaded.inputs().size(), 1U);
    EXPECT_EQ(loaded.inputs()[0].name, "x");
    EXPECT_EQ(loaded.outputs().at(0).name, "y");
    const auto inputs = inputs_of(graph);
    const auto expected = testing_support::evaluate(graph, inputs).at(0);
    const auto found = testing_support::evaluate(loaded, inputs).at(0);
    ASSERT_EQ(found.size(), expected.size());
    ASSERT_EQ(loaded.value(loaded.outputs()[0].value).shape, graph.value(graph.outputs()[0].value).shape);
    for (std::size_t i = 0; i < found.size(); ++i)
        ASSERT_NEAR(found[i], expected[i], 2e-6F * std::max(1.0F, std::abs(expected[i]))) << i;
}

ValueId conv(Graph& graph, ValueId x, const Expression& epilogue, std::vector<ValueId> operands) {
    std::vector<ValueId> inputs{x, constant(graph, {8, 2, 3, 3}, 1)};
    inputs.insert(inputs.end(), operands.begin(), operands.end());
    const Conv2d attributes{.strides = {2, 1}, .pads = {1, 0, 2, 1}, .dilations = {1, 2}, .groups = 2, .epilogue = epilogue};
    return graph.append(attributes, inputs).front();
}

const Network networks[] = {
    {"conv_bias",
     [](Graph& g, ValueId x) {
         return conv(g, x, {Bias{}}, {constant(g, {1, 8, 1, 1}, 2)});
     }},
    {"conv_bias_relu",
     [](Graph& g, ValueId x) {
         return conv(g, x, {Bias{}, Relu{}}, {constant(g, {1, 8, 1, 1}, 2)});
     }},
    {"conv_scale_bias",
     [](Graph& g, ValueId x) {
         return conv(g, x, {Scale{}, Bias{}, Apply{Function::Clip, 0, 6}},
                     {constant(g, {1, 8, 1, 1}, 2), constant(g, {1, 8, 1, 1}, 3)});
     }},
    {"conv_bias_is_no_constant",
     [](Graph& g, ValueId x) {
         const ValueId mean = g.reduce(x, ReduceKind::Mean, {1, 2, 3});
         return conv(g, x, {Bias{}}, {mean});
     }},
    {"conv_uses_product_twice",
     [](Graph& g, ValueId x) {
         Expression twice;
         twice.operands = 2;
         twice.terms = {{.function = Function::Add, .arguments = {0, 1, -1}},
                        {.function = Function::Multiply, .arguments = {0, 2, -1}}};
         return conv(g, x, twice, {constant(g, {1, 8, 1, 1}, 2)});
     }},
    {"conv_prologue",
     [](Graph& g, ValueId x) {
         const Conv2d attributes{
             .pads = {1, 1, 1, 1}, .prologue = {Scale{}, Bias{}, Relu{}}, .epilogue = {Apply{Function::HardSwish}}};
         return g
             .append(attributes, {x, constant(g, {3, 4, 3, 3}, 1), constant(g, {1, 4, 1, 1}, 2), constant(g, {4, 1, 1}, 3)})
             .front();
     }},
    {"conv_transpose",
     [](Graph& g, ValueId x) {
         const ConvTranspose2d attributes{.strides = {2, 3}, .pads = {1, 0, 0, 1}, .output_padding = {1, 2}, .groups = 2};
         return g.conv_transpose2d(x, constant(g, {4, 3, 3, 2}, 1), constant(g, {6}, 2), attributes);
     }},
    {"gemm",
     [](Graph& g, ValueId x) {
         return g
             .append(Dense{.transpose_a = true, .transpose_b = true, .epilogue = {Bias{}, Relu{}}},
                     {g.reshape(x, {36, 4}), constant(g, {5, 36}, 1), constant(g, {5}, 2)})
             .front();
     }},
    {"matmul",
     [](Graph& g, ValueId x) {
         return g.dense(x, constant(g, {4, 5, 6}, 1), {.transpose_a = true, .transpose_b = true});
     }},
    {"batch_norm",
     [](Graph& g, ValueId x) {
         return g.batch_norm(x, constant(g, {4}, 1), constant(g, {4}, 2), constant(g, {4}, 3), constant(g, {4}, 4), 1e-3F);
     }},
    {"max_pool",
     [](Graph& g, ValueId x) {
         return g.pool2d(
             x, {.kernel = {3, 2}, .strides = {2, 2}, .pads = {1, 1, 1, 1}, .dilations = {1, 2}, .ceil_mode = true});
     }},
    {"average_pool",
     [](Graph& g, ValueId x) {
         return g.pool2d(x, {.kind = PoolKind::Average,
                             .kernel = {3, 3},
                             .strides = {2, 2},
                             .pads = {1, 1, 1, 1},
                             .count_include_pad = true});
     }},
    {"dilated_average_pool",
     [](Graph& g, ValueId x) {
         const ValueId pooled = g.pool2d(x, {.kind = PoolKind::Average, .kernel = {2, 2}, .dilations = {2, 3}});
         return g.reduce(pooled, ReduceKind::L2, {2});  // its axes are an input in the opset that this needs
     }},
    {"reduce_sum",
     [](Graph& g, ValueId x) {
         return g.reduce(x, ReduceKind::Sum, {1, 3}, false);
     }},
    {"convolution_in_parts",
     [](Graph& g, ValueId x) {
         const auto parts = g.append(Conv2d{.parts = {2, 3}, .epilogue = {Bias{}, Relu{}}},
                                     {x, constant(g, {5, 4, 1, 1}, 1), constant(g, {1, 5, 1, 1}, 2)});
         return g.concat({parts[1], parts[0]}, 1);
     }},
    {"reduce_log_sum_exp", [](Graph& g, ValueId x) { return g.reduce(x, ReduceKind::LogSumExp, {2}); }},
    {"log_softmax", [](Graph& g, ValueId x) { return g.softmax(x, 1, true); }},
    {"resize_linear",
     [](Graph& g, ValueId x) {
         Resize resize;
         resize.mode = ResizeMode::Linear;
         resize.coordinates = ResizeCoordinates::HalfPixelSymmetric;
         resize.sizes = {1, 4, 9, 15};
         resize.scales = {1, 1, 1.5F, 2.6F};
         return g.resize(x, resize);
     }},
    {"resize_nearest_by_sizes",
     [](Graph& g, ValueId x) {
         Resize resize;
         resize.coordinates = ResizeCoordinates::Asymmetric;
         resize.rounding = ResizeRounding::Floor;
         resize.sizes = {1, 4, 7, 5};
         resize.scales = {1, 1, 7.0F / 6, 5.0F / 6};
         return g.resize(x, resize);
     }},
    {"pad_constant",
     [](Graph& g, ValueId x) {
         return g.pad(x, {.before = {0, 0, 1, -1}, .after = {0, 1, 0, 2}, .value = 0.5F});
     }},
    {"pad_wrap",
     [](Graph& g, ValueId x) {
         return g.pad(x, {.mode = PadMode::Wrap, .before = {0, 0, 1, 2}, .after = {0, 0, 3, 0}});
     }},
    {"transpose",
     [](Graph& g, ValueId x) {
         return g.transpose(x, {0, 2, 3, 1});
     }},
    {"split_concat",
     [](Graph& g, ValueId x) {
         const auto parts = g.split(x, 1, {1, 3});
         return g.concat({parts[1], parts[0], x}, -3);
     }},
    {"slice_backwards",
     [](Graph& g, ValueId x) {
         return g.append(Slice{.begin = {0, 3, 5, 1}, .steps = {1, -1, -2, 2}, .sizes = {1, 4, 3, 2}}, {x}).front();
     }},
    {"reshape",
     [](Graph& g, ValueId x) {
         return g.reshape(x, {4, 36});
     }},
    {"copy_of_an_input", [](Graph& g, ValueId x) { return g.append(Copy{}, {x}).front(); }},
    {"truths",
     [](Graph& g, ValueId x) {
         const ValueId half = g.constant({}, std::vector<float>{0.75F});
         ValueId sum = g.apply(Function::Not, g.apply(Function::Floor, x));
         for (int code = static_cast<int>(Function::Greater); code <= static_cast<int>(Function::Xor); ++code) {
             const ValueId truth = g.apply(static_cast<Function>(code), x, half);
             sum = g.add(g.apply(Function::MultiplyOne, sum, 2), g.apply(Function::Or, g.apply(Function::Not, truth), sum));
         }
         return sum;
     }},
    {"select",
     [](Graph& g, ValueId x) {
         const ValueId mean = g.reduce(x, ReduceKind::Mean, {0, 1, 2, 3});
         const ValueId large = g.apply(Function::Greater, x, mean);
         const ValueId chosen = g.select(g.apply(Function::And, large, x), g.apply(Function::Log, x), x);
         return g.concat({chosen, g.multiply(large, x), g.select(x, large, x)}, 1);
     }},
    {"select_in_an_epilogue",
     [](Graph& g, ValueId x) {
         Expression select;
         select.operands = 3;
         select.terms = {{.function = Function::Less, .arguments = {0, 1, -1}},
                         {.function = Function::Select, .arguments = {3, 0, 2}}};
         return conv(g, x, select, {constant(g, {1, 8, 1, 1}, 2), constant(g, {1, 8, 1, 1}, 3)});
     }},
    {"casts",
     [](Graph& g, ValueId x) {
         const ValueId truth = g.cast(g.apply(Function::Subtract, x, g.apply(Function::Floor, x)), DType::Bool);
         return g.add(g.cast(truth, DType::Float32), x);
     }},
    {"input_as_output", [](Graph&, ValueId x) { return x; }},
    {"unused_operand",
     [](Graph& g, ValueId x) {
         Expression first;
         first.operands = 2;
         return g.elementwise(first, std::vector<ValueId>{g.reduce(x, ReduceKind::Max, {2, 3}), x});
     }},
    {"all_functions",
     [](Graph& g, ValueId x) {
         ValueId result = x;
         for (int code = 1; code < static_cast<int>(Function::MultiplyAdd); ++code) {
             const auto function = static_cast<Function>(code);
             const bool is_truth = function == Function::Not || (function >= Function::Greater && function <= Function::Xor);
             if (is_truth || function == Function::Acosh) continue;  // not defined below 1
             const ValueId argument = g.apply(Function::Clip, result, 0.25F, 0.75F);
             result = arity(function) == 1 ? g.apply(function, argument, 0.75F, 1.25F) : g.apply(function, argument, x);
         }
         return result;
     }},
};

INSTANTIATE_TEST_SUITE_P(Networks, OnnxRoundTrip, ::testing::ValuesIn(networks),
                         [](const auto& network) { return network.param.name; });

TEST(OnnxExport, OneValueUnderTwoNames) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 2, 2, 2}));
    const ValueId y = graph.relu(x);
    graph.output("first", y);
    graph.output("second", y);
    const auto file = scratch_file();
    save_onnx(graph, file);
    const Graph loaded = load_onnx(file);
    std::filesystem::remove(file);
    ASSERT_EQ(loaded.outputs().size(), 2U);
    EXPECT_EQ(loaded.outputs()[0].name, "first");
    EXPECT_EQ(loaded.outputs()[1].name, "second");
    EXPECT_EQ(loaded.outputs()[0].value, loaded.outputs()[1].value);
}

TEST(OnnxExport, EqualNamesAreToldApart) {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 2, 2, 2}));
    const ValueId a = graph.apply(Function::Exp, x);
    const ValueId b = graph.apply(Function::Sqrt, a);
    graph.rename(a, "x");
    graph.rename(b, "y");
    graph.output("y", graph.add(a, b));
    const auto file = scratch_file();
    save_onnx(graph, file);
    const auto inputs = inputs_of(graph);
    EXPECT_EQ(testing_support::evaluate(load_onnx(file), inputs), testing_support::evaluate(graph, inputs));
    std::filesystem::remove(file);
}

TEST(OnnxExport, LeavesNothingBehindWhereItCantWrite) {
    Graph graph;
    graph.output("y", graph.relu(graph.input("x", ViewSpec::nchw({1, 1, 1, 1}))));
    const auto directory = std::filesystem::temp_directory_path() / "abut_no_such_directory";
    try {
        save_onnx(graph, directory / "model.onnx");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::IO);
    }
    EXPECT_FALSE(std::filesystem::exists(directory));
}

}  // namespace
}  // namespace abut
