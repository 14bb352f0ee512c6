// SPDX-License-Identifier: Apache-2.0
// Many processes, some at a time, share a cache that holds half of what they need: networks of the zoo in both modes, whose
// programs are generated, parsed and audited, on a device that compiles nothing. More: abut_unit_tests
// --gtest_filter='CacheSharedForADay*' --processes=200
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "jit/cache_list.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/kernel_cache.hpp"
#include "program/kernel_specs.hpp"
#include "support/child_process.hpp"
#include "support/file_bytes.hpp"
#include "support/flags.hpp"
#include "support/temporary_directory.hpp"
#include "support/text_backend.hpp"
#include "zoo/zoo.hpp"

namespace abut::jit {
namespace {

constexpr int usual_processes = 64;
constexpr int at_a_time = 4;

using Model = std::vector<ops::KernelSpec>;

/// Both modes of a network share kernels.
std::vector<Model> day_models() {
    const Device device(std::make_shared<test::TextBackend>(), {.cache = {.directory = ""}});
    std::vector<Model> models;
    for (const auto* network : {"densenet-bc:depth=10,growth=4,size=8", "decoder:layers=1,heads=2,width=16,past=4",
                                "rrdb:blocks=1,size=8,width=4,growth=4", "squeezenet:size=32,width=8,classes=10"}) {
        for (const auto mode : {ConcatMode::Slices, ConcatMode::Copies})
            models.push_back(
                programs::kernel_specs_of(zoo::make_network(network), device, {.concat = mode, .cost_model = CostModel{}}));
    }
    return models;
}

/// Whether every kernel that the cache gives is in the program that it comes with; notes whether anything was compiled.
int use_model(const Model& specs, const CacheOptions& options, const std::string& compiled) {
    const auto backend = std::make_shared<test::TextBackend>();
    const Device device(backend, {.cache = options});
    KernelCache cache(device);
    const auto kernels = cache.get(specs);
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto binary = kernels[i]->module->binary();
        const std::string text(reinterpret_cast<const char*>(binary.data()), binary.size());
        const auto name = kernel_name(specs[i]);
        if (kernels[i]->name != name || text.find(" void " + name + "(") == std::string::npos) return 1;
    }
    if (backend->built() > 0) append_to_file(compiled, ".");
    return 0;
}

std::int64_t bytes_of_entries(const std::string& directory) {
    std::int64_t bytes = 0;
    for (const auto& entry : list_entries(directory)) bytes += entry.bytes;
    return bytes;
}

/// What all models take together.
std::int64_t bytes_of_all(const std::vector<Model>& models) {
    const test::TemporaryDirectory directory;
    for (const auto& model : models) use_model(model, {.directory = directory.path()}, directory.path() + "/compiled");
    return bytes_of_entries(directory.path());
}

TEST(CacheSharedForADay, HoldsItsLimitAndServesEveryProcess) {
    const auto models = day_models();
    const auto count = static_cast<int>(models.size());
    const int processes = test::flags().processes > 0 ? static_cast<int>(test::flags().processes) : usual_processes;
    const test::TemporaryDirectory directory;
    const CacheOptions options{.directory = directory.path(), .limit_bytes = bytes_of_all(models) / 2};
    const auto compiled = directory.path() + "/compiled";
    std::int64_t largest_bytes = 0;
    for (int first = 0; first < processes; first += at_a_time) {
        std::vector<test::ChildProcess> children;
        for (int i = first; i < std::min(first + at_a_time, processes); ++i) {
            // Some models more often than others.
            const int model = i % 3 == 0 ? i / 3 % count : i % 2;
            children.emplace_back([&, model] { return use_model(models.at(model), options, compiled); });
        }
        for (auto& child : children) EXPECT_EQ(child.wait(), 0) << first;
        largest_bytes = std::max(largest_bytes, bytes_of_entries(directory.path()));
        EXPECT_LE(largest_bytes, options.limit_bytes) << first;
    }
    const auto misses = static_cast<int>(test::file_text(compiled).size());
    std::cout << fmt::format(
        "{} processes, {} at a time, {} models: at most {} bytes of {}, {} % of the processes compiled "
        "nothing\n",
        processes, at_a_time, count, largest_bytes, options.limit_bytes, 100 - 100 * misses / processes);
    EXPECT_LT(misses, processes * 3 / 4) << "hardly anything was kept";
    EXPECT_GT(misses, count) << "the limit was never in the way";
    EXPECT_TRUE(list_quarantine(directory.path()).empty());
}

}  // namespace
}  // namespace abut::jit
