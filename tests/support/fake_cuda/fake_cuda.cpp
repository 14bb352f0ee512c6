// SPDX-License-Identifier: Apache-2.0
// A driver of CUDA without a device, for tests.
#include "support/fake_cuda/fake_cuda.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <sstream>

#include "device/cuda/api.hpp"

// The driver's types, as this project declares them.
namespace abut::inline v0::device::cuda {
struct ModuleTag;
struct FunctionTag {
    std::string name;
    std::size_t parameters = 0;
};
struct ModuleTag {
    std::map<std::string, FunctionTag> functions;
};
struct GraphNodeTag {
    FunctionHandle function = nullptr;
    abut::test::FakeLaunch launch;
};
struct GraphTag {
    std::vector<std::unique_ptr<GraphNodeTag>> nodes;
};
struct GraphExecTag {
    GraphHandle graph = nullptr;
};
}  // namespace abut::inline v0::device::cuda

struct CUctx_st {
    int device = 0;
};
struct CUstream_st {
    CUcontext context = nullptr;
};
struct CUevent_st {
    CUcontext context = nullptr;
};

#define FAKE extern "C" __attribute__((visibility("default"))) Result

namespace {

using namespace abut::device::cuda;
using abut::test::FakeCuda;
using abut::test::FakeLaunch;

constexpr Result invalid_value = 1;
constexpr Result no_device = 100;
constexpr Result invalid_context = 201;
constexpr Result not_found = 500;
constexpr std::size_t alignment_bytes = 256;

struct World {
    FakeCuda facts;
    std::mutex mutex;
    std::map<int, std::unique_ptr<CUctx_st>> primary;
    std::map<DeviceAddress, std::pair<std::size_t, CUcontext>> memory;
};

World& world() {
    static World the_world;
    return the_world;
}

std::vector<CUcontext>& stack() {
    thread_local std::vector<CUcontext> contexts;
    return contexts;
}

CUcontext current() {
    return stack().empty() ? nullptr : stack().back();
}

/// Runs `work` under the lock; every call that needs a context is made through it.
template <class Work>
Result with_context(Work&& work) {
    if (current() == nullptr) return invalid_context;
    const std::scoped_lock lock(world().mutex);
    work();
    return success;
}

void* host(DeviceAddress address) {
    return reinterpret_cast<void*>(address);
}

Result allocate(DeviceAddress* address, std::size_t bytes) {
    if (current() == nullptr) return invalid_context;
    const std::scoped_lock lock(world().mutex);
    auto& facts = world().facts;
    if (bytes > facts.memory_bytes - facts.allocated_bytes) return out_of_memory;
    void* memory = ::operator new (bytes, std::align_val_t{alignment_bytes});
    *address = reinterpret_cast<DeviceAddress>(memory);
    facts.allocated_bytes += bytes;
    world().memory[*address] = {bytes, current()};
    return success;
}

Result release(DeviceAddress address) {
    if (current() == nullptr) return invalid_context;
    const std::scoped_lock lock(world().mutex);
    const auto found = world().memory.find(address);
    if (found == world().memory.end()) return invalid_value;
    world().facts.allocated_bytes -= found->second.first;
    world().memory.erase(found);
    ::operator delete (host(address), std::align_val_t{alignment_bytes});
    return success;
}

FakeLaunch launch_of(FunctionHandle function, unsigned groups, unsigned local, void** parameters, bool of_graph) {
    FakeLaunch launch{.kernel = function->name, .groups = groups, .local = local, .arguments = {}, .of_graph = of_graph};
    for (std::size_t i = 0; i < function->parameters; ++i)
        launch.arguments.push_back(*static_cast<const std::int64_t*>(parameters[i]));
    return launch;
}

FakeLaunch launch_of(const KernelNodeParameters& node) {
    return launch_of(node.function, node.grid_x, node.block_x, node.parameters, true);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) FakeCuda* fake_cuda() {
    return &world().facts;
}

FAKE cuInit(unsigned) {
    return world().facts.init_code;
}
FAKE cuDriverGetVersion(int* version) {
    *version = 12040;
    return success;
}
FAKE cuGetErrorName(Result code, const char** name) {
    static const std::map<Result, const char*> names{{invalid_value, "CUDA_ERROR_INVALID_VALUE"},
                                                     {out_of_memory, "CUDA_ERROR_OUT_OF_MEMORY"},
                                                     {no_device, "CUDA_ERROR_NO_DEVICE"},
                                                     {invalid_context, "CUDA_ERROR_INVALID_CONTEXT"},
                                                     {no_binary_for_gpu, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
                                                     {unsupported_ptx_version, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"},
                                                     {not_found, "CUDA_ERROR_NOT_FOUND"}};
    const auto found = names.find(code);
    *name = found != names.end() ? found->second : nullptr;
    return found != names.end() ? success : invalid_value;
}
FAKE cuGetErrorString(Result, const char** text) {
    *text = "as the test wanted";
    return success;
}
FAKE cuDeviceGetCount(int* count) {
    *count = world().facts.devices;
    return success;
}
FAKE cuDeviceGetName(char* name, int size, DeviceOrdinal device) {
    std::snprintf(name, static_cast<std::size_t>(size), "Fake %d", device);
    return success;
}
FAKE cuDeviceTotalMem_v2(std::size_t* bytes, DeviceOrdinal) {
    *bytes = world().facts.memory_bytes;
    return success;
}
FAKE cuDeviceGetAttribute(int* value, Attribute what, DeviceOrdinal) {
    const std::map<Attribute, int> values{{Attribute::MultiprocessorCount, 132},
                                          {Attribute::CapabilityMajor, 9},
                                          {Attribute::CapabilityMinor, 0},
                                          {Attribute::MemoryPoolsSupported, world().facts.has_pools ? 1 : 0}};
    *value = values.at(what);
    return success;
}
FAKE cuDevicePrimaryCtxRetain(CUcontext* context, DeviceOrdinal device) {
    const std::scoped_lock lock(world().mutex);
    auto& made = world().primary[device];
    if (!made) made = std::make_unique<CUctx_st>(CUctx_st{device});
    *context = made.get();
    ++world().facts.contexts;
    return success;
}
FAKE cuDevicePrimaryCtxRelease_v2(DeviceOrdinal) {
    const std::scoped_lock lock(world().mutex);
    --world().facts.contexts;
    return success;
}
FAKE cuCtxPushCurrent_v2(CUcontext context) {
    stack().push_back(context);
    return success;
}
FAKE cuCtxPopCurrent_v2(CUcontext* context) {
    if (stack().empty()) return invalid_context;
    *context = current();
    stack().pop_back();
    return success;
}
FAKE cuCtxGetCurrent(CUcontext* context) {
    *context = current();
    return success;
}
FAKE cuCtxGetDevice(DeviceOrdinal* device) {
    return with_context([&] { *device = current()->device; });
}
FAKE cuCtxSynchronize() {
    return with_context([] { ++world().facts.synchronizations; });
}
FAKE cuMemGetInfo_v2(std::size_t* free, std::size_t* total) {
    return with_context([&] {
        *total = world().facts.memory_bytes;
        *free = *total - world().facts.allocated_bytes;
    });
}
FAKE cuMemAlloc_v2(DeviceAddress* address, std::size_t bytes) {
    return allocate(address, bytes);
}
FAKE cuMemAllocAsync(DeviceAddress* address, std::size_t bytes, CUstream) {
    return allocate(address, bytes);
}
FAKE cuMemFree_v2(DeviceAddress address) {
    return release(address);
}
FAKE cuMemFreeAsync(DeviceAddress address, CUstream) {
    return release(address);
}
FAKE cuMemHostAlloc(void** memory, std::size_t bytes, unsigned) {
    return with_context([&] {
        *memory = ::operator new(bytes);
        ++world().facts.pinned_buffers;
    });
}
FAKE cuMemFreeHost(void* memory) {
    return with_context([&] {
        ::operator delete(memory);
        --world().facts.pinned_buffers;
    });
}
FAKE cuMemcpyHtoDAsync_v2(DeviceAddress to, const void* from, std::size_t bytes, CUstream) {
    return with_context([&] { std::memcpy(host(to), from, bytes); });
}
FAKE cuMemcpyDtoHAsync_v2(void* to, DeviceAddress from, std::size_t bytes, CUstream) {
    return with_context([&] { std::memcpy(to, host(from), bytes); });
}
FAKE cuPointerGetAttribute(void* data, PointerAttribute what, DeviceAddress address) {
    const std::scoped_lock lock(world().mutex);
    auto found = world().memory.upper_bound(address);
    if (found == world().memory.begin()) return invalid_value;
    --found;
    const auto [bytes, context] = found->second;
    if (address >= found->first + bytes) return invalid_value;
    if (what == PointerAttribute::Context) std::memcpy(data, &context, sizeof(context));
    if (what == PointerAttribute::Device) std::memcpy(data, &context->device, sizeof(int));
    return success;
}
FAKE cuStreamCreate(CUstream* stream, unsigned) {
    return with_context([&] {
        *stream = new CUstream_st{current()};
        ++world().facts.streams;
    });
}
FAKE cuStreamDestroy_v2(CUstream stream) {
    return with_context([&] {
        delete stream;
        --world().facts.streams;
    });
}
FAKE cuStreamSynchronize(CUstream) {
    return with_context([] {});
}
FAKE cuStreamGetCtx(CUstream stream, CUcontext* context) {
    *context = stream->context;
    return success;
}
FAKE cuStreamWaitEvent(CUstream, CUevent, unsigned) {
    return with_context([] { ++world().facts.waits; });
}
FAKE cuEventCreate(CUevent* event, unsigned) {
    return with_context([&] {
        *event = new CUevent_st{current()};
        ++world().facts.events;
    });
}
FAKE cuEventDestroy_v2(CUevent event) {
    return with_context([&] {
        delete event;
        --world().facts.events;
    });
}
FAKE cuEventRecord(CUevent, CUstream) {
    return with_context([] {});
}
FAKE cuEventSynchronize(CUevent) {
    return success;
}
FAKE cuModuleLoadData(ModuleHandle* module, const void* image) {
    if (world().facts.load_code != success) return world().facts.load_code;
    std::istringstream lines(static_cast<const char*>(image));
    auto made = std::make_unique<ModuleTag>();
    for (FunctionTag function; lines >> function.name >> function.parameters;) made->functions[function.name] = function;
    if (made->functions.empty()) return invalid_image;
    return with_context([&] {
        *module = made.release();
        ++world().facts.modules;
    });
}
FAKE cuModuleUnload(ModuleHandle module) {
    return with_context([&] {
        delete module;
        --world().facts.modules;
    });
}
FAKE cuModuleGetFunction(FunctionHandle* function, ModuleHandle module, const char* name) {
    const auto found = module->functions.find(name);
    if (found == module->functions.end()) return not_found;
    *function = &found->second;
    return success;
}
FAKE cuLaunchKernel(FunctionHandle function, unsigned groups, unsigned, unsigned, unsigned local, unsigned, unsigned,
                    unsigned, CUstream, void** parameters, void**) {
    return with_context([&] { world().facts.launches.push_back(launch_of(function, groups, local, parameters, false)); });
}
FAKE cuGraphCreate(GraphHandle* graph, unsigned) {
    return with_context([&] {
        *graph = new GraphTag;
        ++world().facts.graphs;
    });
}
FAKE cuGraphDestroy(GraphHandle graph) {
    return with_context([&] {
        delete graph;
        --world().facts.graphs;
    });
}
FAKE cuGraphAddKernelNode_v2(GraphNodeHandle* node, GraphHandle graph, const GraphNodeHandle*, std::size_t before,
                             const KernelNodeParameters* parameters) {
    return with_context([&] {
        graph->nodes.push_back(std::make_unique<GraphNodeTag>(GraphNodeTag{parameters->function, launch_of(*parameters)}));
        *node = graph->nodes.back().get();
        world().facts.graph_dependencies.push_back(before);
    });
}
FAKE cuGraphInstantiateWithFlags(GraphExecHandle* executable, GraphHandle graph, unsigned long long) {
    return with_context([&] { *executable = new GraphExecTag{graph}; });
}
FAKE cuGraphExecKernelNodeSetParams_v2(GraphExecHandle, GraphNodeHandle node, const KernelNodeParameters* parameters) {
    return with_context([&] {
        node->launch = launch_of(*parameters);
        ++world().facts.graph_updates;
    });
}
FAKE cuGraphLaunch(GraphExecHandle executable, CUstream) {
    return with_context([&] {
        for (const auto& node : executable->graph->nodes) world().facts.launches.push_back(node->launch);
        ++world().facts.graph_launches;
    });
}
FAKE cuGraphExecDestroy(GraphExecHandle executable) {
    return with_context([&] { delete executable; });
}
