// SPDX-License-Identifier: Apache-2.0
// `If` with a condition that is not known before the run, `Where`, and what makes conditions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "abut/error.hpp"
#include "abut/plan.hpp"
#include "onnx/host_tensor.hpp"
#include "passes/pipeline.hpp"
#include "support/error_text.hpp"
#include "support/layer_graph.hpp"
#include "support/onnx_case.hpp"
#include "support/onnx_text.hpp"

namespace abut {
namespace {

using namespace testing_support;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Inputs = std::map<std::string, HostTensor>;

const Shape pair{1, 2};

HostTensor numbers(const Shape& shape, std::vector<float> elements) {
    return onnx::make_tensor(shape, std::move(elements));
}

HostTensor truths(const Shape& shape, std::vector<std::uint8_t> elements) {
    return onnx::make_tensor(shape, std::move(elements));
}

Inputs given(bool condition, std::vector<float> x) {
    return {{"c", truths({}, {static_cast<std::uint8_t>(condition)})}, {"x", numbers(pair, std::move(x))}};
}

std::string choice(const Texts& then_nodes, const Texts& then_outputs, const Texts& else_nodes, const Texts& else_outputs,
                   const Texts& outputs, const std::string& condition = "c") {
    return node_text(
        "If", {condition}, outputs,
        {branch_text("then_branch", then_nodes, then_outputs), branch_text("else_branch", else_nodes, else_outputs)});
}

/// A model of c, a bool, and x {1, 2}, with these nodes and other parts.
Graph load(Texts parts, const Texts& outputs, DType dtype = DType::Float32) {
    parts.push_back(port_text("input", "c", DType::Bool, {}));
    parts.push_back(port_text("input", "x", DType::Float32, pair));
    for (const auto& output : outputs) parts.push_back(port_text("output", output, dtype, pair));
    return load_text(parts);
}

std::string refusal(const Texts& parts, const Texts& outputs) {
    return error_text([&] { (void)load(parts, outputs); });
}

/// The same after it was written to a file and read back.
Graph written_and_read(const Graph& graph) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    const auto file = std::filesystem::temp_directory_path() / (std::string("OnnxChoice.") + test->name() + ".onnx");
    save_onnx(graph, file);
    Graph loaded = load_onnx(file);
    std::filesystem::remove(file);
    return loaded;
}

/// Outputs of the graph, of what the passes make of it, and of what a file keeps of it: the same numbers.
std::vector<std::vector<float>> results(const Graph& graph, const Inputs& inputs) {
    const auto expected = testing_support::evaluate(graph, inputs);
    for (const Graph& other : {passes::optimise(graph), written_and_read(graph)}) {
        const auto found = testing_support::evaluate(other, inputs);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            EXPECT_THAT(found.at(i), ::testing::Pointwise(::testing::NanSensitiveFloatEq(), expected[i]))
                << to_string(other);
        }
    }
    return expected;
}

TEST(OnnxChoice, ABranchAtRunTime) {
    const Texts then_nodes{node_text("Neg", {"x"}, {"t"})};
    const Texts else_nodes{node_text("Abs", {"x"}, {"t"}), node_text("Add", {"t", "a"}, {"s"})};
    const Graph graph = load({node_text("Add", {"x", "x"}, {"a"}), choice(then_nodes, {"t"}, else_nodes, {"s"}, {"chosen"}),
                              node_text("Concat", {"chosen", "x"}, {"y"}, {integer_text("axis", 1)})},
                             {"y"});
    ASSERT_EQ(graph.inputs().size(), 2U);
    EXPECT_EQ(graph.value(graph.inputs()[0].value).dtype, DType::Bool);
    EXPECT_THAT(results(graph, given(true, {-1, 2}))[0], ElementsAre(1, -2, -1, 2));
    EXPECT_THAT(results(graph, given(false, {-1, 2}))[0], ElementsAre(-1, 6, -1, 2));
    const Plan placed = plan(passes::optimise(graph));
    EXPECT_EQ(placed.decisions.at(0).operands.at(0).how, Rung::Alias);
}

TEST(OnnxChoice, WhatIsNotTakenDoesNotLeak) {
    const Graph graph = load(
        {choice({node_text("Log", {"x"}, {"t"})}, {"t"}, {node_text("Reciprocal", {"x"}, {"t"})}, {"t"}, {"y"})}, {"y"});
    EXPECT_THAT(results(graph, given(false, {-1, -4}))[0], ElementsAre(-1, -0.25F));
    EXPECT_THAT(results(graph, given(true, {1, 0}))[0], ElementsAre(0, -std::numeric_limits<float>::infinity()));
    EXPECT_TRUE(std::isnan(results(graph, given(true, {-1, 1}))[0][0]));
}

TEST(OnnxChoice, AComputedConditionAndSeveralOutputs) {
    const Texts then_nodes{node_text("Neg", {"x"}, {"t"}), node_text("Identity", {"two"}, {"k"})};
    const Texts else_nodes{node_text("Add", {"x", "two"}, {"t"})};
    const Graph graph =
        load({constant_text("two", {1, 2}, std::vector<float>{2, 2}), constant_text("zero", {}, std::vector<float>{0}),
              node_text("ReduceSum", {"x"}, {"sum"}), node_text("Greater", {"sum", "zero"}, {"positive"}),
              choice(then_nodes, {"t", "k", "x"}, else_nodes, {"t", "x", "x"}, {"a", "b", "same"}, "positive")},
             {"a", "b", "same"});
    const auto positive = results(graph, given(false, {-1, 4}));
    EXPECT_THAT(positive[0], ElementsAre(1, -4));
    EXPECT_THAT(positive[1], ElementsAre(2, 2));
    const auto negative = results(graph, given(false, {-5, 4}));
    EXPECT_THAT(negative[0], ElementsAre(-3, 6));
    EXPECT_THAT(negative[1], ElementsAre(-5, 4));
    EXPECT_EQ(graph.outputs()[2].value, graph.inputs()[1].value);  // both branches give x
}

TEST(OnnxChoice, BranchesInBranches) {
    const auto inner = choice({node_text("Abs", {"t"}, {"u"})}, {"u"}, {}, {"t"}, {"i"}, "large");
    const Texts then_nodes{node_text("Mul", {"x", "x"}, {"t"}), node_text("Neg", {"t"}, {"n"}), inner};
    const Graph graph = load({constant_text("one", {}, std::vector<float>{1}), node_text("ReduceMax", {"x"}, {"most"}),
                              node_text("GreaterOrEqual", {"most", "one"}, {"large"}),
                              choice(then_nodes, {"i"}, {node_text("Neg", {"x"}, {"t"})}, {"t"}, {"y"})},
                             {"y"});
    for (const bool condition : {true, false}) {
        for (const float x : {-2.0F, 3.0F}) {
            const float expected = condition ? x * x : -x;
            EXPECT_THAT(results(graph, given(condition, {x, -2}))[0], ElementsAre(expected, condition ? 4 : 2));
        }
    }
}

TEST(OnnxChoice, BranchesOfBoolsAndOfKnownValues) {
    const Graph graph =
        load({constant_text("shape", {2}, std::vector<std::int64_t>{2, 1}), constant_text("zero", {}, std::vector<float>{0}),
              constant_text("know", pair, std::vector<bool>{true, false}),
              choice({node_text("Less", {"x", "zero"}, {"t"}), node_text("Identity", {"shape"}, {"s"})}, {"t", "s"},
                     {node_text("Identity", {"know"}, {"t"}), node_text("Identity", {"shape"}, {"s"})}, {"t", "s"},
                     {"truth", "target"}),
              node_text("Reshape", {"truth", "target"}, {"y"})},
             {"y"}, DType::Bool);
    EXPECT_EQ(graph.value(graph.outputs()[0].value).dtype, DType::Bool);
    EXPECT_EQ(graph.value(graph.outputs()[0].value).shape, (Shape{2, 1}));
    EXPECT_THAT(results(graph, given(true, {1, -1}))[0], ElementsAre(0, 1));
    EXPECT_THAT(results(graph, given(false, {1, -1}))[0], ElementsAre(1, 0));
}

TEST(OnnxChoice, AGivenConditionLeavesOneBranchOut) {
    Texts parts{port_text("input", "c", DType::Bool, {}), port_text("input", "x", DType::Float32, pair),
                port_text("output", "y", DType::Float32, pair),
                choice({node_text("Neg", {"x"}, {"t"})}, {"t"}, {node_text("Odd", {"x"}, {"t"})}, {"t"}, {"y"})};
    const Graph graph = load_text(parts, {.shapes = {}, .values = {{"c", truths({}, {1})}}, .log = {}});
    EXPECT_EQ(operations(graph), "elementwise");
    EXPECT_EQ(graph.inputs().size(), 1U);
}

TEST(OnnxChoice, BranchesThatDoNotFit) {
    const Texts nothing;
    const std::string wide = node_text("Concat", {"x", "x"}, {"t"}, {integer_text("axis", 1)});
    EXPECT_THAT(refusal({choice({wide}, {"t"}, nothing, {"x"}, {"y"})}, {"y"}),
                AllOf(HasSubstr("node 'y' (If)"), HasSubstr("output 0"), HasSubstr("1x4"), HasSubstr("1x2"),
                      HasSubstr("unsupported")));
    EXPECT_THAT(
        refusal({choice({node_text("Less", {"x", "x"}, {"t"})}, {"t"}, nothing, {"x"}, {"y"})}, {"y"}),
        AllOf(HasSubstr("node 'y' (If)"), HasSubstr("bool in 'then_branch'"), HasSubstr("float32 in 'else_branch'")));
    const Texts indices{constant_text("i", {1}, std::vector<std::int64_t>{1}),
                        constant_text("j", {1}, std::vector<std::int64_t>{2})};
    EXPECT_THAT(refusal({indices[0], indices[1], choice(nothing, {"i"}, nothing, {"j"}, {"k"}),
                         node_text("Expand", {"x", "k"}, {"y"})},
                        {"y"}),
                AllOf(HasSubstr("node 'k' (If)"), HasSubstr("output 0 of dtype int64 is unsupported")));
    EXPECT_THAT(refusal({choice(nothing, {"x"}, nothing, {"x"}, {"y"}, "x")}, {"y"}),
                HasSubstr("one bool, but is float32 of shape 1x2"));
    EXPECT_THAT(
        refusal({node_text("Less", {"x", "x"}, {"two"}), choice(nothing, {"x"}, nothing, {"x"}, {"y"}, "two")}, {"y"}),
        HasSubstr("one bool, but is bool of shape 1x2"));
    EXPECT_THAT(refusal({choice({node_text("Odd", {"x"}, {"t"})}, {"t"}, nothing, {"x"}, {"y"})}, {"y"}),
                AllOf(HasSubstr("unsupported operator Odd")));
    EXPECT_THAT(refusal({node_text("If", {"c"}, {"y"}, {branch_text("then_branch", {}, {"x"})})}, {"y"}),
                HasSubstr("attribute 'else_branch' is missing"));
    EXPECT_THAT(refusal({choice(nothing, {"x"}, nothing, {"x", "x"}, {"y"})}, {"y"}), HasSubstr("graph of 2 outputs"));
}

TEST(OnnxChoice, WhereBroadcasts) {
    const Graph graph =
        load({constant_text("column", {3, 1}, std::vector<float>{10, 20, 30}),
              constant_text("limit", {}, std::vector<float>{1}), node_text("LessOrEqual", {"x", "limit"}, {"small"}),
              node_text("Where", {"small", "x", "column"}, {"w"}), node_text("Where", {"c", "w", "x"}, {"y"})},
             {"y"});
    EXPECT_EQ(graph.value(graph.outputs()[0].value).shape, (Shape{3, 2}));
    EXPECT_THAT(results(graph, given(true, {1, 2}))[0], ElementsAre(1, 10, 1, 20, 1, 30));
    EXPECT_THAT(results(graph, given(false, {1, 2}))[0], ElementsAre(1, 2, 1, 2, 1, 2));
}

TEST(OnnxChoice, Logic) {
    const Graph graph =
        load({constant_text("one", {}, std::vector<float>{1}), constant_text("known", pair, std::vector<bool>{true, false}),
              node_text("Greater", {"x", "one"}, {"g"}), node_text("Not", {"g"}, {"n"}), node_text("And", {"g", "c"}, {"a"}),
              node_text("Or", {"n", "known"}, {"o"}), node_text("Xor", {"g", "known"}, {"e"}),
              node_text("Equal", {"a", "e"}, {"q"}), node_text("Where", {"q", "o", "n"}, {"w"})},
             {"g", "n", "a", "o", "e", "q", "w"}, DType::Bool);
    for (const bool c : {true, false}) {
        const auto found = results(graph, given(c, {2, 1}));
        EXPECT_THAT(found[0], ElementsAre(1, 0));
        EXPECT_THAT(found[1], ElementsAre(0, 1));
        EXPECT_THAT(found[2], ElementsAre(c, 0));
        EXPECT_THAT(found[3], ElementsAre(1, 1));
        EXPECT_THAT(found[4], ElementsAre(0, 0));
        EXPECT_THAT(found[5], ElementsAre(!c, 1));
        EXPECT_THAT(found[6], ElementsAre(!c, 1));
    }
}

TEST(OnnxChoice, CastsAndMovedBools) {
    const Texts parts{node_text("Cast", {"x"}, {"b"}, {integer_text("to", 9)}),
                      node_text("Cast", {"b"}, {"again"}, {integer_text("to", 9)}),
                      node_text("Cast", {"again"}, {"f"}, {integer_text("to", 1)}),
                      node_text("Cast", {"c"}, {"n"}, {integer_text("to", 1)}),
                      node_text("Add", {"f", "n"}, {"sum"}),
                      node_text("Unsqueeze", {"c", "axes"}, {"row"}),
                      node_text("Expand", {"row", "shape"}, {"wide"}),
                      node_text("Concat", {"b", "wide"}, {"both"}, {integer_text("axis", 1)}),
                      node_text("Identity", {"c"}, {"same"}),
                      constant_text("axes", {2}, std::vector<std::int64_t>{0, 1}),
                      constant_text("shape", {2}, std::vector<std::int64_t>{1, 2})};
    Texts all = parts;
    for (const char* name : {"b", "both", "same"}) all.push_back(port_text("output", name, DType::Bool, pair));
    const Graph graph = load(all, {"sum"});
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const auto found = results(graph, given(true, {nan, 0}));
    EXPECT_THAT(found[0], ElementsAre(1, 0));
    EXPECT_THAT(found[1], ElementsAre(1, 0, 1, 1));
    EXPECT_THAT(found[2], ElementsAre(1));
    EXPECT_THAT(found[3], ElementsAre(2, 1));
    EXPECT_EQ(graph.value(graph.outputs()[1].value).dtype, DType::Bool);
}

TEST(OnnxChoice, BoolsThatPassThrough) {
    Texts parts{constant_text("known", pair, std::vector<bool>{true, false}),
                port_text("output", "known", DType::Bool, pair)};
    const Graph graph = load(parts, {"c"}, DType::Bool);
    EXPECT_EQ(operations(graph), "cast cast cast");
    const auto found = testing_support::evaluate(graph, given(true, {0, 0}));  // no file has two ports of one name
    EXPECT_THAT(found[0], ElementsAre(1, 0));
    EXPECT_THAT(found[1], ElementsAre(1));
}

TEST(OnnxChoice, WrongDTypes) {
    EXPECT_THAT(refusal({node_text("And", {"c", "x"}, {"y"})}, {"y"}),
                AllOf(HasSubstr("node 'y' (And)"), HasSubstr("input 1 ('x') must be bool, but is float32")));
    EXPECT_THAT(refusal({node_text("Where", {"x", "x", "x"}, {"y"})}, {"y"}), HasSubstr("input 0 ('x') must be bool"));
    EXPECT_THAT(refusal({node_text("Less", {"x", "c"}, {"y"})}, {"y"}), HasSubstr("operands of float32 and bool"));
    EXPECT_THAT(refusal({node_text("Less", {"c", "c"}, {"y"})}, {"y"}), HasSubstr("bool is unsupported"));
    EXPECT_THAT(refusal({node_text("Add", {"c", "c"}, {"y"})}, {"y"}),
                AllOf(HasSubstr("node 'y' (Add)"), HasSubstr("bool is unsupported")));
    EXPECT_THAT(refusal({node_text("Where", {"c", "x", "c"}, {"y"})}, {"y"}), HasSubstr("operands of float32 and bool"));
    EXPECT_THAT(
        refusal({node_text("Concat", {"x", "b"}, {"y"}, {integer_text("axis", 1)}), node_text("Less", {"x", "x"}, {"b"})},
                {"y"}),
        HasSubstr("operands of float32 and bool"));
    EXPECT_THAT(refusal({node_text("Cast", {"c"}, {"y"}, {integer_text("to", 7)})}, {"y"}), HasSubstr("unsupported"));
}

}  // namespace
}  // namespace abut
