// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "device/backend.hpp"
#include "support/opencl_test.hpp"

namespace abut {
namespace {

/// Runs until the host says so, or for some seconds.
constexpr auto waiting_kernel = R"(
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void waits(global volatile int* told) {
    if (get_work_dim() != 1) return;
    for (long i = 0; i < 10000000000L && *told == 0; ++i);
    told[1 + get_group_id(0)] = 1;
})";

class OpenClModule : public test::OpenClTest {};

/// What a binary needs is generated while two queues run the kernel, and each ends it afterwards: PoCL 3.1 ended the
/// process.
TEST_F(OpenClModule, HasABinaryWhileItsKernelsRun) {
    if (!device().profile().is_cpu || test::test_selector() == test::EmulatedCuda::selector)
        return;  // the host can't tell it
    const auto backend = device().backend();
    const std::vector<std::string> names{"waits"};
    const auto module = backend->build(waiting_kernel, names, {});
    struct Told {
        alignas(4096) std::array<volatile int, 1024> flags{};
    };
    std::array<Told, 2> told;
    const std::array queues{device().queue(), device().queue()};
    std::vector<std::shared_ptr<device::EventBackend>> done;
    for (std::size_t i = 0; i < queues.size(); ++i) {
        auto* const flags = const_cast<int*>(told[i].flags.data());
        const auto memory = backend->import(std::make_shared<device::HostMemory>(flags, sizeof(told[i].flags)));
        const auto kernel = module->kernel(names[0]);
        kernel->set(0, memory);
        done.push_back(queues[i].backend()->launch(*kernel, {.groups = 1}, {}, true));
        queues[i].backend()->flush();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // both run
    const auto binary = module->binary();
    for (auto& one : told) one.flags[0] = 1;
    for (const auto& event : done) Event(event).wait();
    for (const auto& one : told) EXPECT_EQ(one.flags[1], 1);
    EXPECT_NE(backend->load(binary)->kernel(names[0]), nullptr) << "what was read is a program";
}

}  // namespace
}  // namespace abut
