// SPDX-License-Identifier: Apache-2.0
// CUDA's backend on a real device, where there is one.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "abut/error.hpp"
#include "device/backend.hpp"

namespace abut::test {
namespace {

constexpr const char* source = R"(
extern "C" __global__ void fill(float* y, long y_offset, long value) { y[y_offset + blockIdx.x * blockDim.x + threadIdx.x] = value; }
extern "C" __global__ void add(const float* x, long x_offset, float* y, long y_offset) {
    const long i = blockIdx.x * (long)blockDim.x + threadIdx.x;
    y[y_offset + i] += x[x_offset + i];
}
)";

constexpr std::int64_t groups = 64;
constexpr std::int64_t local = 128;
constexpr std::int64_t count = groups * local;
constexpr device::LaunchShape launch_shape{.groups = groups, .local = local};

class CudaDevice : public testing::Test {
protected:
    void SetUp() override {
        try {
            device_ = Device::open("cuda:0");
            const std::vector<std::string> names{"fill", "add"};
            module_ = device_->backend()->build(source, names, {});
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Device && error.code() != ErrorCode::Unsupported) throw;
            GTEST_SKIP() << error.what();
        }
    }
    [[nodiscard]] const Device& device() const { return *device_; }
    [[nodiscard]] std::unique_ptr<device::Kernel> fill(const Buffer& y, std::int64_t offset, std::int64_t value) const {
        auto kernel = module_->kernel("fill");
        kernel->set(0, y.memory());
        kernel->set(1, device::ScalarType::Int64, offset);
        kernel->set(2, device::ScalarType::Int64, value);
        return kernel;
    }
    [[nodiscard]] std::unique_ptr<device::Kernel> add(const Buffer& x, const Buffer& y) const {
        auto kernel = module_->kernel("add");
        kernel->set(0, x.memory());
        kernel->set(1, device::ScalarType::Int64, 0);
        kernel->set(2, y.memory());
        kernel->set(3, device::ScalarType::Int64, 0);
        return kernel;
    }
    [[nodiscard]] Buffer allocate() const { return device().allocate(count * static_cast<std::int64_t>(sizeof(float))); }
    static std::vector<float> read(const Queue& queue, const Buffer& buffer) {
        std::vector<float> values(count);
        queue.read(buffer, 0, std::as_writable_bytes(std::span(values)));
        return values;
    }

    std::shared_ptr<device::Module> module_;

private:
    std::optional<Device> device_;
};

TEST_F(CudaDevice, CopiesAndLaunches) {
    const auto queue = device().queue();
    const auto large = device().allocate((std::int64_t{13} << 20) + 5);
    std::vector<std::byte> there(static_cast<std::size_t>(large.size_bytes()));
    for (std::size_t i = 0; i < there.size(); ++i) there[i] = static_cast<std::byte>(i * 7 + i / 251);
    std::vector<std::byte> back(there.size());
    queue.write(large, 0, there);
    queue.read(large, 0, back);
    EXPECT_EQ(back, there);

    const auto y = allocate();
    const auto other = device().queue();
    const auto done = queue.backend()->launch(*fill(y, 0, 3), launch_shape, {}, true);
    const std::vector<std::shared_ptr<device::EventBackend>> wait{done};
    other.backend()->launch(*add(y, y), launch_shape, wait, true)->wait();
    EXPECT_EQ(read(other, y), std::vector<float>(count, 6));
}

TEST_F(CudaDevice, LoadsWhatItBuilt) {
    const auto binary = module_->binary();
    ASSERT_FALSE(binary.empty());
    module_ = device().backend()->load(binary);
    const auto y = allocate();
    const auto queue = device().queue();
    queue.backend()->launch(*fill(y, 0, 5), launch_shape, {}, false);
    EXPECT_EQ(read(queue, y), std::vector<float>(count, 5));
}

TEST_F(CudaDevice, GraphsArePatched) {
    const auto x = allocate();
    const auto y = allocate();
    const auto fill_x = fill(x, 0, 1);
    const auto fill_y = fill(y, 0, 2);
    const auto sum = add(x, y);
    const std::vector<device::GraphNode> nodes{{.kernel = fill_x.get(), .shape = launch_shape, .dependencies = {}},
                                               {.kernel = fill_y.get(), .shape = launch_shape, .dependencies = {}},
                                               {.kernel = sum.get(), .shape = launch_shape, .dependencies = {0, 1}}};
    const auto graph = device().backend()->graph(nodes);
    const auto queue = device().queue();
    graph->launch(*queue.backend(), {}, true)->wait();
    EXPECT_EQ(read(queue, y), std::vector<float>(count, 3));

    const auto z = allocate();
    graph->update(1, *fill(z, 0, 10), launch_shape);
    graph->update(2, *add(x, z), launch_shape);
    graph->launch(*queue.backend(), {}, false);
    EXPECT_EQ(read(queue, z), std::vector<float>(count, 11));
    EXPECT_EQ(read(queue, y), std::vector<float>(count, 3)) << "what the old arguments named is left alone";
}

TEST_F(CudaDevice, OutOfMemorySaysWhatIsFree) {
    try {
        (void)device().allocate(device().profile().memory_bytes * 2);
        FAIL() << "it was allocated";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfMemory) << error.what();
        EXPECT_NE(std::string(error.what()).find("are free of"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace abut::test
