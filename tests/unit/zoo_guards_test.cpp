// SPDX-License-Identifier: Apache-2.0
// The OpenCL kernels of the zoo's networks and of random graphs, and some with a guard that was lowered, audited without a
// device.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "abut/graph.hpp"
#include "jit/generate_source.hpp"
#include "ops/lower.hpp"
#include "support/counted_guards.hpp"
#include "support/error_text.hpp"
#include "support/flags.hpp"
#include "support/offline_cpu.hpp"
#include "support/offline_kernels.hpp"
#include "support/random_graph.hpp"
#include "zoo/zoo.hpp"

namespace abut::test {
namespace {

using abut::testing_support::error_text;
using testing::AllOf;
using testing::HasSubstr;

/// The audit of one program with a kernel for each of `specs`.
std::vector<CountedGuards> guards_of(const std::vector<ops::KernelSpec>& specs) {
    std::vector<std::string> names;
    for (const auto& spec : specs) names.push_back(jit::kernel_name(spec, jit::kernel_source));
    const auto source = jit::generate_source(specs, jit::kernel_source, device::SourceLanguage::OpenCl);
    return counted_guards(jit::ParsedProgram(source, true), names, specs);
}

/// In programs that memory has room for.
std::vector<CountedGuards> guards_by_parts(const std::vector<ops::KernelSpec>& specs) {
    constexpr std::size_t at_a_time = 40;
    std::vector<CountedGuards> result;
    for (std::size_t i = 0; i < specs.size(); i += at_a_time) {
        const auto end = std::min(specs.size(), i + at_a_time);
        std::ranges::move(
            guards_of({specs.begin() + static_cast<std::ptrdiff_t>(i), specs.begin() + static_cast<std::ptrdiff_t>(end)}),
            std::back_inserter(result));
    }
    return result;
}

/// Of many operations; all of the zoo where the flag is set.
std::vector<std::string> audited_networks() {
    if (flags().all_networks == 0)
        return {"densenet-bc:depth=10,growth=4,size=8",    "decoder:layers=1,heads=2,width=16,past=5",
                "shufflenet-v2:size=32,width=4,classes=2", "nasnet-mobile:size=32,width=44,cells=1,classes=2",
                "unet:size=32,width=4,classes=1",          "yolov8n:size=64,width=16,classes=4"};
    std::vector<std::string> names;
    for (const auto& entry : zoo::zoo_entries()) names.emplace_back(entry.name);
    return names;
}

std::vector<ops::KernelSpec> specs_of(const KernelsByKey& kernels) {
    std::vector<ops::KernelSpec> specs;
    for (const auto& [key, spec] : kernels) specs.push_back(spec);
    return specs;
}

std::vector<ops::KernelSpec> kernels_of(const Device& device) {
    KernelsByKey kernels;
    for (const auto& network : audited_networks()) {
        const Graph graph = zoo::make_network(network);
        add_kernels(graph, ConcatMode::Slices, device, kernels);
        if (flags().all_networks != 0) add_kernels(graph, ConcatMode::Copies, device, kernels);
    }
    return specs_of(kernels);
}

Device offline_gpu() {
    return Device::open("cuda:sm_90", {.log = {}, .cache = {.directory = ""}});
}

std::size_t followed(const std::vector<CountedGuards>& kernels) {
    return static_cast<std::size_t>(std::ranges::count_if(kernels, &CountedGuards::is_followed));
}

TEST(ZooGuards, ProveAllKernelsOfWorkGroups) {
    const auto specs = kernels_of(offline_gpu());
    const auto kernels = guards_by_parts(specs);
    EXPECT_EQ(kernels.size(), specs.size());
    // Most have wide accesses, which are what there is to prove.
    EXPECT_GT(followed(kernels) * 2, specs.size());
}

TEST(ZooGuards, AreThoseOfElementsInAllKernelsOfCpus) {
    const auto specs = kernels_of(offline_cpu());
    const auto kernels = guards_by_parts(specs);
    EXPECT_EQ(kernels.size(), specs.size());
    EXPECT_EQ(followed(kernels), 0U);
}

TEST(ZooGuards, OfAPersistentKernelAreThoseOfItsCallees) {
    using ops::ParameterKind;
    ops::KernelSpec persistent{.family = "cpu", .stem = "persistent", .parameters = {}, .constants = {}};
    persistent.parameters = {{.name = "records", .kind = ParameterKind::Read, .dtype = DType::Int64},
                             {.name = "counters", .kind = ParameterKind::Write, .dtype = DType::Int64},
                             {.name = "finishes"},
                             {.name = "base_0", .kind = ParameterKind::Write, .dtype = DType::Bool}};
    persistent.constants = {{"BASES", "base_0 + base_0_offset"}, {"TIMED", "0"}};
    persistent.callees = kernels_of(offline_cpu());
    const auto kernels = guards_of({persistent});
    EXPECT_EQ(kernels.size(), 1 + persistent.callees.size());
    EXPECT_EQ(followed(kernels), 0U);
}

TEST(RandomGuards, AreProvenInBothFamilies) {
    constexpr std::uint32_t few = 12;
    for (const auto& device : {offline_gpu(), offline_cpu()}) {
        KernelsByKey kernels;
        const auto first = flags().random_seed;
        for (std::uint32_t seed = first; seed < first + flags().graphs_or(few); ++seed)
            add_kernels(tests::random_graph(seed, {.max_channels = 16}), ConcatMode::Slices, device, kernels);
        const auto specs = specs_of(kernels);
        const auto audited = guards_by_parts(specs);
        EXPECT_EQ(audited.size(), specs.size());
        EXPECT_EQ(followed(audited) > 0, device.profile().kernels == KernelFamily::Gpu);
    }
}

/// A layer that stores into a slice, as gpu/ has it.
ops::KernelSpec layer(const Operation& operation) {
    const Shape image{1, 32, 8, 8};
    const Layout slice{image, Strides{64 * 64, 1, 8 * 64, 64}};
    const Shape result = std::holds_alternative<Pool2d>(operation) ? Shape{1, 32, 4, 4} : image;
    ops::StepSpec step{.operation = operation,
                       .reads = {{.spec = ViewSpec(DType::Float32, Layout::channels_last(image), {64, 0}), .constant = {}}},
                       .writes = {{.spec = ViewSpec(DType::Float32, {result, slice.strides}, {64, 0}), .constant = {}}}};
    if (std::holds_alternative<Conv2d>(operation))
        step.reads.push_back(
            {.spec = ViewSpec(DType::Float32, Layout::dense({32, 32, 3, 3}), {64, 0}), .constant = ValueId{1}});
    return ops::lower(step, {.is_cpu = false, .kernels = KernelFamily::Gpu, .compute_units = 132}).spec;
}

ops::KernelSpec convolution_layer() {
    return layer(Conv2d{.pads = {1, 1, 1, 1}});
}

ops::KernelSpec with_guard(ops::KernelSpec spec, const std::string& parameter, std::int64_t guard) {
    const auto found = std::ranges::find(spec.parameters, parameter, &ops::Parameter::name);
    EXPECT_NE(found, spec.parameters.end()) << parameter;
    if (found != spec.parameters.end()) found->guard = guard;
    return spec;
}

TEST(LoweredGuards, AreRefused) {
    ASSERT_EQ(guards_of({convolution_layer()}).at(0).parameters.at(0).load_bytes, 16);
    for (const auto* name : {"x", "weights", "y"}) {
        for (const std::int64_t guard : {4, 8})
            EXPECT_THAT(
                error_text([&] { (void)guards_of({with_guard(convolution_layer(), name, guard)}); }),
                AllOf(HasSubstr("kernel conv2d_"), HasSubstr("declares an alignment of 16 bytes"),
                      HasSubstr("'" + std::string(name) + "' at a multiple of " + std::to_string(guard) + " bytes")));
    }
}

TEST(LoweredGuards, OfStridesAndBeginsAreRefused) {
    const auto pool = layer(Pool2d{.kernel = {2, 2}, .strides = {2, 2}});
    for (const auto* name : {"x_h", "x_w", "y_h", "y_w", "y_outer", "chunk"}) {
        EXPECT_THAT(error_text([&] { (void)guards_of({with_guard(pool, name, 2)}); }),
                    AllOf(HasSubstr("kernel pool2d_"), HasSubstr("only proven to be a multiple of 8")))
            << name;
    }
    EXPECT_EQ(error_text([&] { (void)guards_of({pool}); }), "nothing");
}

}  // namespace
}  // namespace abut::test
