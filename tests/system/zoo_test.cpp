// SPDX-License-Identifier: Apache-2.0
// Small forms of the zoo's networks on a device, with slices and with copies, against the reference evaluator.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    const Graph graph = zoo::make_network(GetParam().name);
    auto inputs = tests::random_inputs(graph, 1);
    for (float& element : inputs[0].elements) element = element / 2 + 0.5F;  // the range that networks are scaled for
    EXPECT_EQ(check_graph(graph, test_device(), {.concat = ConcatMode::Slices}, inputs), "");
    EXPECT_EQ(check_graph(graph, test_device(), {.concat = ConcatMode::Copies}, inputs), "");
}

/// The name of a network as a test may have it.
std::string test_name(std::string_view text) {
    std::string name(text.substr(0, text.find(':')));
    std::erase(name, '-');
    return name;
}

std::vector<SmallNetwork> chosen_networks() {
    std::vector<SmallNetwork> chosen;
    const auto is_chosen = [](const SmallNetwork& network) { return network.always || flags().all_networks != 0; };
    std::ranges::copy_if(small_networks, std::back_inserter(chosen), is_chosen);
    return chosen;
}

INSTANTIATE_TEST_SUITE_P(Zoo, SmallNetworks, ::testing::ValuesIn(chosen_networks()),
                         [](const auto& instance) { return test_name(instance.param.name); });

class FullNetworks : public ::testing::TestWithParam<std::string> {};
// There are none but with --full-networks=1.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FullNetworks);

/// Both modes step by step, in poisoned memory, and with the results of one another.
TEST_P(FullNetworks, AgreeWithSlicesAndCopies) {
    const Graph graph = zoo::make_network(GetParam());
    auto inputs = tests::random_inputs(graph, 1);
    for (float& element : inputs[0].elements) element = element / 2 + 0.5F;
    std::vector<std::vector<reference::Tensor>> outputs;
    for (const ConcatMode mode : {ConcatMode::Slices, ConcatMode::Copies}) {
        const Program program = compile(graph, test_device(), {.concat = mode});
        Session session = program.session();
        EXPECT_NO_THROW(check_steps(program, session, inputs, 1));
        auto result = run_program(program, session, inputs);
        EXPECT_EQ(result.damage, "");
        outputs.push_back(std::move(result.outputs));
    }
    for (std::size_t i = 0; i < outputs[0].size(); ++i) {
        EXPECT_EQ(difference(outputs[0][i], outputs[1][i], 1e-3F, 1e-4F), "") << "output " << i;
    }
}

std::vector<std::string> full_networks() {
    std::vector<std::string> names;
    if (flags().full_networks == 0) return names;
    for (const auto& entry : zoo::zoo_entries()) names.emplace_back(entry.name);
    return names;
}

INSTANTIATE_TEST_SUITE_P(Zoo, FullNetworks, ::testing::ValuesIn(full_networks()),
                         [](const auto& instance) { return test_name(instance.param); });

}  // namespace
}  // namespace abut::test
