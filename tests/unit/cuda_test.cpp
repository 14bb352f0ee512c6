// SPDX-License-Identifier: Apache-2.0
// CUDA's backend on a driver without a device (support/fake_cuda), and without any driver.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "abut/tensor_view.hpp"
#include "device/backend.hpp"
#include "device/cuda/arch.hpp"
#include "support/error_text.hpp"
#include "support/fake_cuda/fake_cuda.hpp"
#include "support/scoped_variable.hpp"

namespace abut::test {
namespace {

using abut::testing_support::error_text;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const auto is_one_line = testing::Not(HasSubstr("\n"));

std::string open_error(const std::string& selector) {
    return error_text([&] { (void)Device::open(selector); });
}

TEST(CudaWithoutDriver, SaysWhatIsMissing) {
    const ScopedVariable driver("ABUT_CUDA_DRIVER", "libcuda-that-is-nowhere.so.1");
    EXPECT_THAT(open_error("cuda:0"),
                HasSubstr("no device cuda:0: libcuda-that-is-nowhere.so.1 was not found; it comes with NVIDIA's driver"));
    for (const auto& device : list_devices()) EXPECT_FALSE(device.selector.starts_with("cuda:"));
    for (const auto* selector : {"cuda:", "cuda:x", "cuda:-1", "cuda"})
        EXPECT_THAT(open_error(selector), HasSubstr("expected opencl:K or cuda:K")) << selector;
    EXPECT_THAT(open_error("cuda:sm_"), HasSubstr("architecture 'sm_': expected one like sm_80 or sm_90a"));
}

TEST(CudaWithoutDriver, ArchitecturesHaveNoMemory) {
    const ScopedVariable driver("ABUT_CUDA_DRIVER", "libcuda-that-is-nowhere.so.1");
    const auto device = Device::open("cuda:sm_90a");
    EXPECT_EQ(device.profile().selector, "cuda:sm_90a");
    EXPECT_EQ(device.profile().compute_units, 132);
    EXPECT_FALSE(device.profile().is_cpu);
    EXPECT_EQ(device.backend()->language(), device::SourceLanguage::Cuda);
    EXPECT_THAT(device.backend()->identity(), AllOf(HasSubstr("api=cuda\n"), HasSubstr("arch=sm_90a\n")));
    EXPECT_THAT(error_text([&] { (void)device.allocate(4); }), HasSubstr("sm_90a is an architecture without a device"));
    EXPECT_THAT(error_text([&] { (void)device.queue(); }), HasSubstr("can't make a queue"));
    EXPECT_THAT(error_text([&] { (void)device.backend()->load({})->kernel("any"); }), HasSubstr("can't run them"));
}

TEST(CudaWithoutCompiler, SaysWhatIsMissing) {
    const ScopedVariable compiler("ABUT_NVRTC", "libnvrtc-that-is-nowhere.so");
    const auto device = Device::open("cuda:sm_90a");
    EXPECT_THAT(error_text([&] { (void)device.backend()->build("", {}, {}); }),
                AllOf(HasSubstr("NVRTC was not found as libnvrtc-that-is-nowhere.so"), HasSubstr("ABUT_NVRTC")));
}

TEST(CudaWithoutCompiler, ArchitecturesThatItDoesNotKnow) {
    constexpr int known[] = {80, 90};
    const auto target = [&](const char* arch) {
        return device::cuda::target_for(device::cuda::parse_arch(arch), known, "NVRTC 13.0");
    };
    EXPECT_EQ(target("sm_123a").arch, "sm_90");
    EXPECT_FALSE(target("sm_123a").exact);
    const auto error = error_text([&] { (void)target("sm_75"); });
    EXPECT_THAT(error, AllOf(HasSubstr("NVRTC 13.0 can't compile for sm_75; it knows sm_80, sm_90"), is_one_line));
}

TEST(CudaWithoutDriver, ALibraryThatIsNoDriver) {
    const ScopedVariable driver("ABUT_CUDA_DRIVER", "libm.so.6");
    const auto error = open_error("cuda:0");
    EXPECT_THAT(error, AllOf(HasSubstr("the driver is too old"), HasSubstr("has no cuInit"), HasSubstr("CUDA 12 or later")));
    EXPECT_THAT(error, is_one_line);
}

class Cuda : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_NE(library_, nullptr) << dlerror();
        fake() = {};
    }
    /// Whatever a test made is gone at its end.
    void TearDown() override {
        device_ = {};
        EXPECT_EQ(fake().allocated_bytes, 0U);
        EXPECT_EQ(fake().contexts, 0);
        EXPECT_EQ(fake().streams, 0);
        EXPECT_EQ(fake().events, 0);
        EXPECT_EQ(fake().modules, 0);
        EXPECT_EQ(fake().graphs, 0);
        EXPECT_EQ(fake().pinned_buffers, 0);
    }
    [[nodiscard]] FakeCuda& fake() const { return *reinterpret_cast<FakeCuda* (*)()>(dlsym(library_.get(), "fake_cuda"))(); }
    const Device& device() {
        if (!device_) device_ = Device::open("cuda:0");
        return *device_;
    }
    device::Backend& backend() { return *device().backend(); }
    std::shared_ptr<device::Module> load(std::string_view kernels = "first 3\nsecond 1\n") {
        // The driver reads to the closing zero.
        return backend().load(std::as_bytes(std::span(kernels.data(), kernels.size() + 1)));
    }
    template <class Call>
    Call symbol(const char* name) const {
        return reinterpret_cast<Call>(dlsym(library_.get(), name));
    }

private:
    const std::shared_ptr<void> library_{dlopen(ABUT_FAKE_CUDA, RTLD_NOW), [](void* opened) {
                                             if (opened != nullptr) dlclose(opened);
                                         }};
    const ScopedVariable driver_{"ABUT_CUDA_DRIVER", ABUT_FAKE_CUDA};
    std::optional<Device> device_;
};

TEST_F(Cuda, IsListedAndOpened) {
    fake().devices = 2;
    const auto devices = list_devices();
    ASSERT_GE(devices.size(), 2U);
    EXPECT_EQ(devices.back().selector, "cuda:1");
    EXPECT_EQ(devices.back().name, "Fake 1");
    const auto& profile = device().profile();
    EXPECT_EQ(profile.compute_units, 132);
    EXPECT_EQ(profile.buffer_alignment_bytes, 256);
    EXPECT_EQ(profile.memory_bytes, std::int64_t{1} << 30);
    EXPECT_FALSE(profile.is_cpu || profile.shares_host_memory);
    // So that kernels that were built without a device are found.
    EXPECT_EQ(backend().identity(), Device::open("cuda:sm_90a").backend()->identity());
    EXPECT_EQ(backend().identity(), Device::open("cuda:sm_90").backend()->identity());
    EXPECT_NE(backend().identity(), Device::open("cuda:sm_89").backend()->identity());
    EXPECT_THAT(open_error("cuda:2"), HasSubstr("no device cuda:2: found cuda:0 (Fake 0), cuda:1 (Fake 1)"));
    fake().init_code = 100;
    EXPECT_THAT(open_error("cuda:0"),
                HasSubstr("no device cuda:0: starting CUDA: cuInit returned CUDA_ERROR_NO_DEVICE (as "));
}

TEST_F(Cuda, CopiesSmallAndLarge) {
    const auto queue = device().queue();
    // One part, a part to the byte, and more parts than there are pinned buffers.
    for (const std::int64_t bytes : {std::int64_t{12}, std::int64_t{4} << 20, (std::int64_t{13} << 20) + 5}) {
        const auto buffer = device().allocate(bytes + 256);
        EXPECT_EQ(buffer.memory()->alignment_bytes() % 256, 0);
        std::vector<std::byte> there(static_cast<std::size_t>(bytes));
        for (std::size_t i = 0; i < there.size(); ++i) there[i] = static_cast<std::byte>(i * 7 + i / 251);
        std::vector<std::byte> back(there.size());
        queue.write(buffer, 16, there);
        queue.read(buffer, 16, back);
        EXPECT_EQ(back, there) << bytes;
    }
    EXPECT_EQ(fake().pinned_buffers, 2);
}

TEST_F(Cuda, MemoryIsFreedAfterTheWorkThatUsesIt) {
    for (const bool has_pools : {true, false}) {
        fake().has_pools = has_pools;
        const auto other = Device::open("cuda:0");
        const auto before = fake().synchronizations;
        { const auto buffer = other.allocate(100); }
        EXPECT_EQ(fake().synchronizations - before, has_pools ? 1 : 0) << "cuMemFree waits itself";
    }
}

TEST_F(Cuda, OutOfMemory) {
    const auto some = device().allocate(std::int64_t{1} << 20);
    EXPECT_THAT(error_text([&] { (void)device().allocate(std::int64_t{1} << 30); }),
                AllOf(HasSubstr("no buffer of 1073741824 bytes on cuda:0 (Fake 0): 1072693248 bytes are free of 1073741824"),
                      is_one_line));
    EXPECT_THAT(error_text([&] { (void)device().allocate(-1); }), HasSubstr("-1 bytes"));
    EXPECT_EQ(device().allocate(0).size_bytes(), 0);
}

TEST_F(Cuda, LaunchesWithArguments) {
    const auto module = load();
    const auto buffer = device().allocate(64);
    const auto kernel = module->kernel("first");
    kernel->set(1, device::ScalarType::Int64, 5);
    kernel->set(0, buffer.memory());
    const auto queue = backend().queue();
    EXPECT_TRUE(queue->in_order());
    kernel->set(2, device::ScalarType::Float32, 7);
    const auto done = queue->launch(*kernel, {.groups = 9, .local = 32}, {}, true);
    ASSERT_EQ(fake().launches.size(), 1U);
    EXPECT_EQ(fake().launches[0].kernel, "first");
    EXPECT_EQ(fake().launches[0].groups, 9U);
    EXPECT_EQ(fake().launches[0].local, 32U);
    EXPECT_THAT(fake().launches[0].arguments, ElementsAre(testing::_, 5, 7));

    const std::vector<std::shared_ptr<device::EventBackend>> wait{done, nullptr};
    EXPECT_EQ(queue->launch(*kernel, {.groups = 1}, wait, false), nullptr);
    EXPECT_EQ(fake().waits, 1);
    EXPECT_NE(queue->launch(*kernel, {.groups = 0}, {}, true), nullptr);
    EXPECT_EQ(fake().launches.size(), 2U);
    queue->marker(wait)->wait();
}

TEST_F(Cuda, RefusesWhatItCannotLaunch) {
    const auto module = load();
    const auto queue = backend().queue();
    const auto kernel = module->kernel("first");
    kernel->set(2, device::ScalarType::Int64, 0);
    EXPECT_THAT(error_text([&] { queue->launch(*kernel, {.groups = 1}, {}, false); }), HasSubstr("argument 0 of a kernel"));
    EXPECT_THAT(error_text([&] { queue->launch(*kernel, {.groups = 1, .local = 1025}, {}, false); }),
                HasSubstr("1 to 1024"));
    EXPECT_THAT(error_text([&] { kernel->set(0, std::make_shared<device::HostMemory>(nullptr, 0)); }),
                HasSubstr("expected memory of a CUDA device"));
    EXPECT_THAT(error_text([&] { backend().import(std::make_shared<device::HostMemory>(nullptr, 0)); }),
                HasSubstr("Fake 0 can't use host memory in place"));
    EXPECT_THAT(
        error_text([&] { (void)module->kernel("third"); }),
        HasSubstr("looking up the kernel third: cuModuleGetFunction returned CUDA_ERROR_NOT_FOUND (as the test wanted)"));
}

TEST_F(Cuda, MemoryOfAnotherDeviceIsRefused) {
    fake().devices = 2;
    const auto other = Device::open("cuda:1").allocate(4);
    EXPECT_THAT(error_text([&] { backend().import(other.memory()); }),
                AllOf(HasSubstr("memory of cuda:1 (Fake 1) was given to cuda:0 (Fake 0)"), is_one_line));
}

TEST_F(Cuda, ADriverThatIsTooOld) {
    fake().load_code = 222;
    EXPECT_THAT(error_text([&] { load(); }),
                AllOf(HasSubstr("loading PTX for sm_90: cuModuleLoadData returned CUDA_ERROR_UNSUPPORTED_PTX_VERSION"),
                      HasSubstr("the driver knows CUDA 12.4: update it"), is_one_line));
    fake().load_code = 209;
    EXPECT_THAT(error_text([&] {
                    load(
                        "\x7f"
                        "ELF");
                }),
                AllOf(HasSubstr("loading a cubin for sm_90: cuModuleLoadData returned CUDA_ERROR_NO_BINARY_FOR_GPU"),
                      HasSubstr("the driver knows CUDA 12.4: update it"), is_one_line));
}

TEST_F(Cuda, GraphsArePatched) {
    const auto module = load();
    const auto first = module->kernel("first");
    const auto second = module->kernel("second");
    for (int i = 0; i < 3; ++i) first->set(i, device::ScalarType::Int64, i);
    second->set(0, device::ScalarType::Int64, 10);
    const std::vector<device::GraphNode> nodes{
        {.kernel = first.get(), .shape = {.groups = 2}, .dependencies = {}},
        {.kernel = second.get(), .shape = {.groups = 3, .local = 4}, .dependencies = {0}},
        {.kernel = second.get(), .shape = {.groups = 1}, .dependencies = {0, 1}}};
    const auto graph = backend().graph(nodes);
    EXPECT_THAT(fake().graph_dependencies, ElementsAre(0, 1, 2));
    const auto queue = backend().queue();
    EXPECT_NE(graph->launch(*queue, {}, true), nullptr);
    // What is set after the recording shows when the node is updated, not before.
    second->set(0, device::ScalarType::Int64, 11);
    EXPECT_EQ(graph->launch(*queue, {}, false), nullptr);
    graph->update(1, *second, {.groups = 5, .local = 4});
    graph->launch(*queue, {}, false);
    EXPECT_EQ(fake().graph_updates, 1);
    ASSERT_EQ(fake().launches.size(), 9U);
    EXPECT_THAT(fake().launches[4].arguments, ElementsAre(10));
    EXPECT_THAT(fake().launches[7].arguments, ElementsAre(11));
    EXPECT_THAT(fake().launches[8].arguments, ElementsAre(10));
    EXPECT_EQ(fake().launches[7].groups, 5U);
    EXPECT_EQ(fake().launches[7].local, 4U);
}

TEST_F(Cuda, TakesWhatTheCallerHas) {
    CUcontext context = nullptr;
    ASSERT_EQ(symbol<int (*)(CUcontext*, int)>("cuDevicePrimaryCtxRetain")(&context, 0), 0);
    const auto push = symbol<int (*)(CUcontext)>("cuCtxPushCurrent_v2");
    const auto pop = symbol<int (*)(CUcontext*)>("cuCtxPopCurrent_v2");
    {
        const auto wrapped = Device::wrap(context);
        EXPECT_EQ(wrapped.profile().selector, "cuda:0");
        const auto owned = wrapped.allocate(1024);
        EXPECT_THAT(error_text([] { (void)Queue::wrap(CUstream{}); }), HasSubstr("no current context"));
        push(context);
        const auto queue = Queue::wrap(CUstream{});
        pop(&context);
        queue.write(owned, 0, std::vector<std::byte>(1024));
        EXPECT_THAT(error_text([] { (void)Buffer::wrap_cuda(3, 4); }), HasSubstr("the device pointer 0x3 to wrap is none"));
    }
    symbol<int (*)(int)>("cuDevicePrimaryCtxRelease_v2")(0);
}

TEST_F(Cuda, TakesPointersOfTheCallers) {
    CUcontext context = nullptr;
    ASSERT_EQ(symbol<int (*)(CUcontext*, int)>("cuDevicePrimaryCtxRetain")(&context, 0), 0);
    symbol<int (*)(CUcontext)>("cuCtxPushCurrent_v2")(context);
    unsigned long long address = 0;
    ASSERT_EQ(symbol<int (*)(unsigned long long*, std::size_t)>("cuMemAlloc_v2")(&address, 4096), 0);
    const auto buffer = Buffer::wrap_cuda(address + 16, 256);
    EXPECT_EQ(buffer.size_bytes(), 256);
    EXPECT_EQ(buffer.memory()->alignment_bytes(), 16);
    EXPECT_EQ(backend().import(buffer.memory()), buffer.memory());
    const auto view = TensorView::wrap_cuda(address, 64, ViewSpec::nhwc({1, 2, 2, 2}));
    EXPECT_EQ(view.buffer().size_bytes(), 64 + 32);
    EXPECT_EQ(view.offset_bytes(), 64);
    symbol<int (*)(unsigned long long)>("cuMemFree_v2")(address);
    symbol<int (*)(CUcontext*)>("cuCtxPopCurrent_v2")(&context);
    symbol<int (*)(int)>("cuDevicePrimaryCtxRelease_v2")(0);
}

}  // namespace
}  // namespace abut::test
