// SPDX-License-Identifier: Apache-2.0
// Small forms of the zoo's networks on a device, with slices and with copies, against the reference evaluator.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "support/flags.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"
#include "zoo/zoo.hpp"

namespace abut::test {
namespace {

struct SmallNetwork {
    const char* name;
    bool always = false;  ///< or with --all-networks=1 only: a network has some forty kernels to compile
};

constexpr std::array small_networks{
    SmallNetwork{"shufflenet-v2:size=32,width=4,classes=2", true},
    SmallNetwork{"deeplabv3:size=32,width=4,classes=2", true},
    SmallNetwork{"decoder:layers=2,heads=2,width=16,past=5", true},
    SmallNetwork{"densenet201:size=32,growth=4,classes=2"},
    SmallNetwork{"googlenet:size=32,width=4,classes=2"},
    SmallNetwork{"inception-v3:size=75,width=1,classes=2"},
    SmallNetwork{"inception-v4:size=75,width=1,classes=2"},
    SmallNetwork{"vovnet39:size=45,width=4,classes=2"},
    SmallNetwork{"peleenet:size=32,growth=8,classes=2"},
    SmallNetwork{"nasnet-mobile:size=32,width=4,cells=1,classes=2"},
    SmallNetwork{"dla34:size=32,width=2,classes=2"},
    SmallNetwork{"hrnet-w18:size=32,width=2,classes=2"},
    SmallNetwork{"unet:size=16,width=4"},
    SmallNetwork{"unetpp:size=16,width=4"},
    SmallNetwork{"fpn:size=32,width=4"},
    SmallNetwork{"yolov8n:size=64,width=4,classes=2"},
    SmallNetwork{"rrdb:blocks=1,size=4,width=6,growth=3"},
};

class SmallNetworks : public ::testing::TestWithParam<SmallNetwork> {};

TEST_P(SmallNetworks, GiveTheResultsOfTheEvaluator) {
    if (!GetParam().always && flags().all_networks == 0) GTEST_SKIP() << "run with --all-networks=1";
    const Graph graph = zoo::make_network(GetParam().name);
    auto inputs = tests::random_inputs(graph, 1);
    for (float& element : inputs[0].elements) element = element / 2 + 0.5F;  // the range that networks are scaled for
    EXPECT_EQ(check_graph(graph, test_device(), {.concat = ConcatMode::Slices}, inputs), "");
    EXPECT_EQ(check_graph(graph, test_device(), {.concat = ConcatMode::Copies}, inputs), "");
}

INSTANTIATE_TEST_SUITE_P(Zoo, SmallNetworks, ::testing::ValuesIn(small_networks), [](const auto& instance) {
    const std::string_view text = instance.param.name;
    std::string name(text.substr(0, text.find(':')));
    std::erase(name, '-');
    return name;
});

}  // namespace
}  // namespace abut::test
