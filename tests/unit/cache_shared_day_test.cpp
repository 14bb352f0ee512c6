// SPDX-License-Identifier: Apache-2.0
// Many processes, some at a time, share a cache that holds half of what they need.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "jit/cache_list.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/kernel_cache.hpp"
#include "support/child_process.hpp"
#include "support/file_bytes.hpp"
#include "support/scale_kernel.hpp"
#include "support/temporary_directory.hpp"
#include "support/text_backend.hpp"

namespace abut::jit {
namespace {

constexpr int models = 8;
constexpr int processes = 64;
constexpr int at_a_time = 4;

/// Neighbours among the models share a kernel.
std::vector<ops::KernelSpec> specs_of(int model) {
    std::vector<ops::KernelSpec> specs;
    for (int kernel = 0; kernel < 4; ++kernel) specs.push_back(test::scale_spec(fmt::format("{}.0f", 3 * model + kernel)));
    return specs;
}

/// Whether every kernel that the cache gives is in the program that it comes with; notes whether anything was compiled.
int use_model(int model, const CacheOptions& options, const std::string& compiled) {
    const auto backend = std::make_shared<test::TextBackend>();
    const Device device(backend, {.cache = options});
    KernelCache cache(device, test::scale_sources);
    const auto specs = specs_of(model);
    const auto kernels = cache.get(specs);
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto binary = kernels[i]->module->binary();
        const std::string text(reinterpret_cast<const char*>(binary.data()), binary.size());
        const auto name = kernel_name(specs[i], test::scale_sources);
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
std::int64_t bytes_of_all() {
    const test::TemporaryDirectory directory;
    for (int model = 0; model < models; ++model)
        use_model(model, {.directory = directory.path()}, directory.path() + "/compiled");
    return bytes_of_entries(directory.path());
}

TEST(CacheSharedForADay, HoldsItsLimitAndServesEveryProcess) {
    const test::TemporaryDirectory directory;
    const CacheOptions options{.directory = directory.path(), .limit_bytes = bytes_of_all() / 2};
    const auto compiled = directory.path() + "/compiled";
    for (int first = 0; first < processes; first += at_a_time) {
        std::vector<test::ChildProcess> children;
        for (int i = first; i < first + at_a_time; ++i) {
            // Some models more often than others.
            const int model = i % 3 == 0 ? i / 3 % models : i % 2;
            children.emplace_back([&, model] { return use_model(model, options, compiled); });
        }
        for (auto& child : children) EXPECT_EQ(child.wait(), 0) << first;
        EXPECT_LE(bytes_of_entries(directory.path()), options.limit_bytes) << first;
    }
    const auto misses = static_cast<int>(test::file_text(compiled).size());
    RecordProperty("hits_percent", 100 - 100 * misses / processes);
    // Times of use are seconds, so within the second that this takes some of what is used often goes as well.
    EXPECT_LT(misses, processes * 3 / 4) << "hardly anything was kept";
    EXPECT_GT(misses, models) << "the limit was never in the way";
    EXPECT_TRUE(list_quarantine(directory.path()).empty());
}

}  // namespace
}  // namespace abut::jit
