// SPDX-License-Identifier: Apache-2.0
// The kernels of the zoo's networks, compiled for architectures of CUDA and audited.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "abut/error.hpp"
#include "support/flags.hpp"
#include "support/offline_kernels.hpp"
#include "zoo/zoo.hpp"

namespace abut::test {
namespace {

struct Architecture {
    const char* name;
    bool always = false;  ///< or with --all-networks=1 only
};

/// Names the test where it is listed.
void PrintTo(const Architecture& architecture, std::ostream* out) {
    *out << architecture.name;
}

constexpr Architecture architectures[] = {{"sm_75", true}, {"sm_80"},  {"sm_86"},       {"sm_89"},
                                          {"sm_90", true}, {"sm_100"}, {"sm_120", true}};

/// Of many operations, and quickly compiled; all of the zoo where the flag is set.
std::vector<std::string> networks() {
    if (flags().all_networks == 0)
        return {"densenet-bc:depth=10,growth=4,size=8", "decoder:layers=1,heads=2,width=16,past=5",
                "shufflenet-v2:size=32,width=4,classes=2"};
    std::vector<std::string> names;
    for (const auto& entry : zoo::zoo_entries()) names.emplace_back(entry.name);
    return names;
}

bool is_main(const jit::KernelAudit& audit) {
    return audit.kernel.starts_with("conv2d_") || audit.kernel.starts_with("dense_");
}

/// What an engineer who tunes tiles wants to know of the kernels that spill.
void report(const std::vector<jit::KernelAudit>& audits) {
    for (const auto& audit : audits) {
        const auto& takes = audit.resources;
        if (takes.spill_bytes == 0) continue;
        std::cout << audit.kernel << ": " << takes.spill_bytes << " bytes spilled, " << takes.registers << " registers, "
                  << takes.shared_bytes << " bytes shared\n";
    }
}

class ZooKernels : public NeedsCudaCompiler, public testing::WithParamInterface<Architecture> {};

TEST_P(ZooKernels, AreSoundAndDoNotSpill) {
    const auto device =
        Device::open(std::string("cuda:") + GetParam().name, {.log = {}, .cache = {.directory = ""}, .kernels = {}});
    KernelsByKey kernels;
    for (const auto& network : networks()) {
        const Graph graph = zoo::make_network(network);
        add_kernels(graph, ConcatMode::Slices, device, kernels);
        if (flags().all_networks != 0) add_kernels(graph, ConcatMode::Copies, device, kernels);
    }
    const auto audits = audited(kernels, device);
    EXPECT_EQ(audits.size(), kernels.size());
    report(audits);
    for (const auto& audit : audits) EXPECT_TRUE(audit.resources.spill_bytes == 0 || !is_main(audit)) << audit.kernel;
}

std::vector<Architecture> chosen_architectures() {
    std::vector<Architecture> chosen;
    const auto is_chosen = [](const Architecture& architecture) { return architecture.always || flags().all_networks != 0; };
    std::ranges::copy_if(architectures, std::back_inserter(chosen), is_chosen);
    return chosen;
}

INSTANTIATE_TEST_SUITE_P(Architectures, ZooKernels, testing::ValuesIn(chosen_architectures()),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace abut::test
