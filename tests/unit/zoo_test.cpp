// SPDX-License-Identifier: Apache-2.0
#include "zoo/zoo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "abut/error.hpp"
#include "abut/onnx.hpp"
#include "abut/plan.hpp"
#include "core/hash.hpp"
#include "support/error_text.hpp"
#include "support/layer_graph.hpp"
#include "support/plan_interpreter.hpp"
#include "support/temporary_directory.hpp"
#include "zoo/generator.hpp"

namespace abut {
namespace {

using testing_support::error_text;
using testing_support::nodes_of;
using testing_support::random_inputs;
using zoo::make_network;

/// Small enough for the evaluator and for interpreters of kernels.
constexpr std::array tiny_networks{
    "densenet121:size=32,growth=2,classes=10",
    "densenet161:size=32,growth=2,classes=10",
    "densenet169:size=32,growth=2,classes=10",
    "densenet201:size=32,growth=2,classes=10",
    "densenet-bc:depth=16,growth=4,size=8",
    "googlenet:size=32,width=8,classes=10",
    "inception-v3:size=75,width=4,classes=10",
    "inception-v4:size=107,width=4,classes=10",
    "squeezenet:size=32,width=8,classes=10",
    "shufflenet-v2:size=32,width=4,classes=10",
    "vovnet39:size=45,width=4,classes=10",
    "peleenet:size=32,growth=8,classes=10",
    "nasnet-mobile:size=32,width=4,cells=2,classes=10",
    "dla34:size=32,width=2,classes=10",
    "hrnet-w18:size=32,width=2,classes=2",
    "unet:size=16,width=2",
    "unetpp:size=16,width=2",
    "deeplabv3:size=32,width=4,classes=2",
    "fpn:size=64,width=4",
    "yolov8n:size=128,width=4,classes=2",
    "rrdb:blocks=1,size=4,width=6,growth=3",
    "decoder:layers=2,heads=2,width=16,past=5",
};

struct KnownNetwork {
    const char* name;
    std::size_t concats;
    std::int64_t parameters;
    Shape output;
};

class KnownNetworks : public ::testing::TestWithParam<KnownNetwork> {};

// Parameters as the code has them that the network's file names; U-Net's are those of the usual PyTorch form with three
// channels and one class, the decoder's those of GPT-2 small less its embeddings.
TEST_P(KnownNetworks, haveTheFiguresOfTheirModels) {
    const Graph graph = zoo::make_network(GetParam().name, {.draws_weights = false});
    EXPECT_EQ(nodes_of<Concat>(graph).size(), GetParam().concats);
    EXPECT_EQ(zoo::parameter_count(graph), GetParam().parameters);
    EXPECT_EQ(graph.inputs().at(0).name, "input");
    EXPECT_EQ(graph.outputs().at(0).name, "output");
    EXPECT_EQ(graph.outputs()[0].spec.shape(), GetParam().output);
}

INSTANTIATE_TEST_SUITE_P(
    Zoo, KnownNetworks,
    ::testing::Values(
        KnownNetwork{"densenet121", 58, 7978856, {1, 1000}}, KnownNetwork{"densenet161", 78, 28681000, {1, 1000}},
        KnownNetwork{"densenet169", 82, 14149480, {1, 1000}}, KnownNetwork{"densenet201", 98, 20013928, {1, 1000}},
        KnownNetwork{"densenet-bc:depth=100,growth=12", 48, 769162, {1, 10}},
        KnownNetwork{"googlenet", 9, 6624904, {1, 1000}}, KnownNetwork{"inception-v3", 15, 23834568, {1, 1000}},
        KnownNetwork{"inception-v4", 25, 42679816, {1, 1000}}, KnownNetwork{"squeezenet", 8, 1235496, {1, 1000}},
        KnownNetwork{"shufflenet-v2", 16, 2278604, {1, 1000}}, KnownNetwork{"vovnet39", 6, 22600296, {1, 1000}},
        KnownNetwork{"peleenet", 22, 2802248, {1, 1000}}, KnownNetwork{"nasnet-mobile", 20, 5289978, {1, 1000}},
        KnownNetwork{"dla34", 6, 15742104, {1, 1000}}, KnownNetwork{"hrnet-w18", 1, 9641119, {1, 19, 128, 128}},
        KnownNetwork{"unet", 4, 31037633, {1, 1, 256, 256}}, KnownNetwork{"unetpp", 10, 9041601, {1, 1, 256, 256}},
        KnownNetwork{"deeplabv3", 1, 39638869, {1, 21, 513, 513}}, KnownNetwork{"fpn", 1, 25245313, {1, 1, 640, 640}},
        KnownNetwork{"yolov8n", 19, 3157200, {1, 84, 8400}}, KnownNetwork{"rrdb", 276, 16697987, {1, 3, 256, 256}},
        KnownNetwork{"decoder", 24, 85056000, {1, 1, 768}}),
    [](const auto& instance) {
        std::string name = instance.param.name;
        std::erase_if(name, [](char letter) { return std::isalnum(letter) == 0; });
        return name;
    });

/// Uniform in [0, 1), as the networks expect it.
std::vector<reference::Tensor> images(const Graph& graph, unsigned seed) {
    auto inputs = random_inputs(graph, seed);
    for (float& element : inputs[0].elements) element = element / 2 + 0.5F;
    return inputs;
}

class TinyNetworks : public ::testing::TestWithParam<const char*> {};

TEST_P(TinyNetworks, answerWithNumbersNearOne) {
    const bool has_pixels = std::string_view(GetParam()).starts_with("yolo");  // sides of boxes, up to 30 strides of 32
    for (const std::uint64_t seed : {0U, 1U, 2U}) {
        const Graph graph = make_network(GetParam(), {.seed = seed, .batch = 2});
        const auto results = reference::evaluate(graph, images(graph, 3));
        double square = 0;
        for (const float element : results[0].elements) square += static_cast<double>(element) * element;
        const double size = std::sqrt(square / static_cast<double>(results[0].elements.size()));
        EXPECT_GT(size, 0.02) << "seed " << seed;
        EXPECT_LT(size, has_pixels ? 300 : 30) << "seed " << seed;
    }
}

// (x - mean)^2 / variance, over all of a layer, is near 1 where the statistics are those of x.
TEST_P(TinyNetworks, knowTheirStatistics) {
    const Graph network = make_network(GetParam(), {.batch = 4});
    Graph graph = network;
    const auto norms = nodes_of<BatchNorm>(network);
    for (const Node& norm : norms) graph.output(norm.name, norm.inputs[0]);
    const auto results = reference::evaluate(graph, images(graph, 5));
    for (std::size_t i = 0; i < norms.size(); ++i) {
        const auto mean = reference::constant_tensor(graph.value(norms[i].inputs[3])).elements;
        const auto variance = reference::constant_tensor(graph.value(norms[i].inputs[4])).elements;
        const reference::Tensor& x = results[i + 1];
        const auto pixels = static_cast<std::size_t>(x.shape[2] * x.shape[3]);
        double excess = 0;
        for (std::size_t element = 0; element < x.elements.size(); ++element) {
            const std::size_t channel = element / pixels % mean.size();
            const double deviation = x.elements[element] - mean[channel];
            excess += deviation * deviation / variance[channel];
        }
        excess /= static_cast<double>(x.elements.size());
        EXPECT_GT(excess, 0.05) << norms[i].name;
        EXPECT_LT(excess, 20) << norms[i].name;
    }
}

// Every step computes what the graph says, wherever its operands lie: the same bits.
TEST_P(TinyNetworks, arePlannedSoundly) {
    const Graph graph = make_network(GetParam());
    const auto inputs = images(graph, 3);
    const auto expected = reference::evaluate(graph, inputs);
    for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies}) {
        EXPECT_EQ(tests::interpret(graph, plan(graph, {.concat = mode}), inputs), expected);
    }
}

TEST_P(TinyNetworks, passThroughOnnx) {
    const Graph graph = make_network(GetParam());
    const test::TemporaryDirectory directory;
    const std::filesystem::path file = std::filesystem::path(directory.path()) / "network.onnx";
    save_onnx(graph, file);
    const Graph loaded = load_onnx(file);
    EXPECT_EQ(nodes_of<Concat>(loaded).size(), nodes_of<Concat>(graph).size());
    const auto inputs = images(graph, 3);
    const auto expected = reference::evaluate(graph, inputs);
    const auto found = reference::evaluate(loaded, inputs);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t output = 0; output < found.size(); ++output) {
        ASSERT_EQ(found[output].shape, expected[output].shape);
        for (std::size_t i = 0; i < found[output].elements.size(); ++i) {
            const float wanted = expected[output].elements[i];
            ASSERT_NEAR(found[output].elements[i], wanted, 1e-4F * (1 + std::abs(wanted))) << i;
        }
    }
}

TEST_P(TinyNetworks, takeABatch) {
    const Graph graph = make_network(std::string(GetParam()) + ",batch=3");
    EXPECT_EQ(graph.inputs()[0].spec.shape()[0], 3);
    EXPECT_EQ(graph.outputs()[0].spec.shape()[0], 3);
}

INSTANTIATE_TEST_SUITE_P(Zoo, TinyNetworks, ::testing::ValuesIn(tiny_networks), [](const auto& instance) {
    std::string name(std::string_view(instance.param).substr(0, std::string_view(instance.param).find(':')));
    std::erase(name, '-');
    return name;
});

std::string hash_of_constants(const Graph& graph) {
    std::string hashes;
    for (const Value& value : graph.values()) {
        if (!value.is_constant()) continue;
        const auto bytes = static_cast<std::size_t>(element_count(value.shape) * size_bytes(value.dtype));
        hashes += core::hash_hex(std::string_view(static_cast<const char*>(value.data.get()), bytes));
    }
    return core::hash_hex(hashes);
}

TEST(Zoo, weightsDependOnTheSeedAlone) {
    // The first number of SplitMix64's reference implementation for seed 0.
    EXPECT_EQ(zoo::Generator(0).next(), 0xE220A8397B1DCDAFU);
    const std::string name = "googlenet:size=32,width=4,classes=10";
    const std::string hash = hash_of_constants(make_network(name));
    EXPECT_EQ(hash, "aed526b08386ea2a3c7f5ddc3030a91e")
        << "weights are no longer those of earlier versions, or differ on this platform";
    EXPECT_EQ(hash_of_constants(make_network(name)), hash);
    EXPECT_EQ(hash_of_constants(make_network(name + ",seed=7")), hash_of_constants(make_network(name, {.seed = 7})));
    EXPECT_NE(hash_of_constants(make_network(name, {.seed = 7})), hash);
}

TEST(Zoo, countsNeedNoWeights) {
    const Graph drawn = zoo::make_network("squeezenet:size=32");
    const Graph counted = zoo::make_network("squeezenet:size=32", {.draws_weights = false});
    EXPECT_EQ(zoo::parameter_count(counted), zoo::parameter_count(drawn));
    EXPECT_EQ(to_string(counted), to_string(drawn));
}

TEST(Zoo, everyEntryIsBuiltByItsName) {
    EXPECT_EQ(zoo::zoo_entries().size(), tiny_networks.size());
    for (std::size_t i = 0; i < tiny_networks.size(); ++i) {
        const std::string_view tiny = tiny_networks[i];
        EXPECT_EQ(zoo::zoo_entries()[i].name, tiny.substr(0, tiny.find(':')));
    }
}

TEST(Zoo, badNamesAreExplained) {
    const auto text = [](const char* name) { return error_text([&] { make_network(name); }); };
    EXPECT_EQ(
        text("resnet"),
        "zoo:resnet: no such network; expected one of densenet121, densenet161, densenet169, densenet201, densenet-bc, "
        "googlenet, inception-v3, inception-v4, squeezenet, shufflenet-v2, vovnet39, peleenet, nasnet-mobile, dla34, "
        "hrnet-w18, unet, unetpp, deeplabv3, fpn, yolov8n, rrdb, decoder");
    EXPECT_EQ(text(""), text("resnet").replace(0, 10, "zoo:"));
    EXPECT_THAT(text("peleenet:size=97"), testing::StartsWith("zoo:peleenet:size=97: it can't have these extents: node "));
    EXPECT_EQ(text("unet:wide=3"), "zoo:unet: no argument 'wide'; expected one of size, width, classes, batch, seed");
    EXPECT_EQ(text("unet:width"), "zoo:unet:width: expected KEY=INTEGER, found 'width'; write NAME:KEY=VALUE,KEY=VALUE");
    EXPECT_EQ(text("unet:width=1.5"),
              "zoo:unet:width=1.5: expected KEY=INTEGER, found 'width=1.5'; write NAME:KEY=VALUE,KEY=VALUE");
    EXPECT_EQ(text("unet:"), "zoo:unet:: expected KEY=INTEGER, found ''; write NAME:KEY=VALUE,KEY=VALUE");
    EXPECT_EQ(text("unet:width=99999999999999999999"),
              "zoo:unet:width=99999999999999999999: expected KEY=INTEGER, found 'width=99999999999999999999'; write "
              "NAME:KEY=VALUE,KEY=VALUE");
    EXPECT_EQ(text("unet:size=24"), "zoo:unet: expected a size that is a multiple of 16 (four halvings), found 24");
    EXPECT_EQ(
        text("unet:width=0"),
        "zoo:unet: width=0 is out of range; expected 1 to 256 (channels of the first level; each level below has twice as "
        "many)");
    EXPECT_EQ(text("unetpp:size=24"), "zoo:unetpp: expected a size that is a multiple of 16 (four halvings), found 24");
    EXPECT_EQ(text("fpn:size=48"), "zoo:fpn: expected a size that is a multiple of 32 (five halvings), found 48");
    EXPECT_EQ(text("yolov8n:size=48"), "zoo:yolov8n: expected a size that is a multiple of 32 (five halvings), found 48");
    EXPECT_EQ(text("nasnet-mobile:width=6"), "zoo:nasnet-mobile: expected a width that is a multiple of 4, found 6");
    EXPECT_EQ(text("decoder:heads=5"),
              "zoo:decoder: expected a width that is a multiple of the heads, found width=768, heads=5");
    EXPECT_EQ(text("densenet-bc:depth=41"),
              "zoo:densenet-bc: expected depth = 6 n + 4 (10, 16, 22, 40, 100, 190), found 41");
    EXPECT_EQ(text("unet:size=16,batch=0"), "zoo:unet: batch=0 is out of range; expected 1 to 4096 (images a run)");
    EXPECT_EQ(text("decoder:width=16384,heads=16"),
              "zoo:decoder: expected at most 268435456 parameters, found more; ask for a smaller width, growth or depth");
}

}  // namespace
}  // namespace abut
