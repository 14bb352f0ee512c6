// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>
#include <vector>

#include "jit/background_jobs.hpp"
#include "jit/cache_files.hpp"
#include "jit/entry_file.hpp"
#include "jit/kernel_cache.hpp"
#include "support/scale_kernel.hpp"
#include "support/temporary_directory.hpp"
#include "support/text_backend.hpp"

namespace abut::jit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::chrono::hours never{24};

TEST(BackgroundJobs, RunInTheirOrderOnceDelayed) {
    std::vector<int> done;
    std::promise<void> last;
    BackgroundJobs jobs(std::chrono::milliseconds(1));
    jobs.add([&] { done.push_back(1); });
    jobs.add([&] { done.push_back(2); });
    jobs.add([&] { last.set_value(); });
    ASSERT_EQ(last.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
    EXPECT_THAT(done, ElementsAre(1, 2));
}

TEST(BackgroundJobs, WaitForTheirTimeAndNoLongerThanTheEnd) {
    std::vector<int> done;
    {
        BackgroundJobs jobs(never);
        jobs.add([&] { done.push_back(1); });
        jobs.add([&] { done.push_back(2); });
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        EXPECT_THAT(done, IsEmpty());
    }
    EXPECT_THAT(done, ElementsAre(1, 2));
}

TEST(BackgroundStore, IsDoneAtTheEndOfTheCache) {
    const test::TemporaryDirectory directory;
    const std::vector<ops::KernelSpec> specs{test::scale_spec("2.0f"), test::scale_spec("10.0f")};
    const CacheOptions options{.directory = directory.path(), .store_in_background = true};
    {
        const Device device(std::make_shared<test::TextBackend>("1"), {.cache = options});
        KernelCache cache(device, test::scale_sources);
        EXPECT_THAT(cache.get(specs), SizeIs(2));
        EXPECT_THAT(list_files(directory.path(), entry_suffix), IsEmpty());
    }
    const auto files = list_files(directory.path(), entry_suffix);
    ASSERT_THAT(files, SizeIs(1));
    EXPECT_TRUE(read_sound_entry(directory.path(), files.front()));

    const Device device(std::make_shared<test::TextBackend>("1"), {.cache = options});
    BuildReport report;
    KernelCache(device, test::scale_sources).get(specs, {}, &report);
    EXPECT_EQ(report.loaded, 2);
}

TEST(BackgroundStore, DoesNotCompileForAnotherCacheMeanwhile) {
    const test::TemporaryDirectory directory;
    const std::vector<ops::KernelSpec> specs{test::scale_spec("2.0f")};
    const CacheOptions options{.directory = directory.path(), .store_in_background = true};
    const Device first(std::make_shared<test::TextBackend>("1"), {.cache = options});
    const Device second(std::make_shared<test::TextBackend>("1"), {.cache = options});
    KernelCache cache(first, test::scale_sources);
    cache.get(specs);
    BuildReport report;
    KernelCache(second, test::scale_sources).get(specs, {}, &report);  // waits for the lock until the first has stored
    EXPECT_EQ(report.compiled, 0);
    EXPECT_EQ(report.loaded, 1);
}

}  // namespace
}  // namespace abut::jit
