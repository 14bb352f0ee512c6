// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "abut/device.hpp"

/// The part of CUDA's driver API that is called, declared anew: the library builds where no toolkit is, and the driver is
/// looked up when a device is opened.
namespace abut::inline v0::device::cuda {

using Result = int;         ///< CUresult
using DeviceOrdinal = int;  ///< CUdevice, which is the device's number
using DeviceAddress = unsigned long long;
using ModuleHandle = struct ModuleTag*;
using FunctionHandle = struct FunctionTag*;
using GraphHandle = struct GraphTag*;
using GraphNodeHandle = struct GraphNodeTag*;
using GraphExecHandle = struct GraphExecTag*;

inline constexpr Result success = 0;
inline constexpr Result out_of_memory = 2;
inline constexpr Result invalid_image = 200;
inline constexpr Result no_binary_for_gpu = 209;
inline constexpr Result invalid_ptx = 218;
inline constexpr Result unsupported_ptx_version = 222;

enum class Attribute : int {
    MultiprocessorCount = 16,
    CapabilityMajor = 75,
    CapabilityMinor = 76,
    MemoryPoolsSupported = 115,
};

enum class PointerAttribute : int { Context = 1, Device = 9 };

inline constexpr unsigned stream_non_blocking = 1;
inline constexpr unsigned event_disable_timing = 2;

/// CUDA_KERNEL_NODE_PARAMS_v2.
struct KernelNodeParameters {
    FunctionHandle function = nullptr;
    unsigned grid_x = 1, grid_y = 1, grid_z = 1;
    unsigned block_x = 1, block_y = 1, block_z = 1;
    unsigned shared_bytes = 0;
    void** parameters = nullptr;
    void** extra = nullptr;
    void* kernel = nullptr;
    CUcontext context = nullptr;
};

/// A function of the driver under the name by which it is exported, which errors carry.
template <class... Parameters>
struct Function {
    const char* name;
    Result (*call)(Parameters...) = nullptr;
};

struct Driver {
    Function<unsigned> init{"cuInit"};
    Function<int*> driver_version{"cuDriverGetVersion"};
    Function<Result, const char**> error_name{"cuGetErrorName"};
    Function<Result, const char**> error_string{"cuGetErrorString"};

    Function<int*> device_count{"cuDeviceGetCount"};
    Function<char*, int, DeviceOrdinal> device_name{"cuDeviceGetName"};
    Function<std::size_t*, DeviceOrdinal> device_memory{"cuDeviceTotalMem_v2"};
    Function<int*, Attribute, DeviceOrdinal> device_attribute{"cuDeviceGetAttribute"};

    Function<CUcontext*, DeviceOrdinal> context_retain{"cuDevicePrimaryCtxRetain"};
    Function<DeviceOrdinal> context_release{"cuDevicePrimaryCtxRelease_v2"};
    Function<CUcontext> context_push{"cuCtxPushCurrent_v2"};
    Function<CUcontext*> context_pop{"cuCtxPopCurrent_v2"};
    Function<CUcontext*> context_current{"cuCtxGetCurrent"};
    Function<DeviceOrdinal*> context_device{"cuCtxGetDevice"};
    Function<> context_synchronize{"cuCtxSynchronize"};

    Function<std::size_t*, std::size_t*> memory_info{"cuMemGetInfo_v2"};
    Function<DeviceAddress*, std::size_t> memory_allocate{"cuMemAlloc_v2"};
    Function<DeviceAddress> memory_free{"cuMemFree_v2"};
    Function<DeviceAddress*, std::size_t, CUstream> memory_allocate_async{"cuMemAllocAsync"};
    Function<DeviceAddress, CUstream> memory_free_async{"cuMemFreeAsync"};
    Function<void**, std::size_t, unsigned> host_allocate{"cuMemHostAlloc"};
    Function<void*> host_free{"cuMemFreeHost"};
    Function<DeviceAddress, const void*, std::size_t, CUstream> copy_to_device{"cuMemcpyHtoDAsync_v2"};
    Function<void*, DeviceAddress, std::size_t, CUstream> copy_to_host{"cuMemcpyDtoHAsync_v2"};
    Function<void*, PointerAttribute, DeviceAddress> pointer_attribute{"cuPointerGetAttribute"};

    Function<CUstream*, unsigned> stream_create{"cuStreamCreate"};
    Function<CUstream> stream_destroy{"cuStreamDestroy_v2"};
    Function<CUstream> stream_synchronize{"cuStreamSynchronize"};
    Function<CUstream, CUcontext*> stream_context{"cuStreamGetCtx"};
    Function<CUstream, CUevent, unsigned> stream_wait{"cuStreamWaitEvent"};
    Function<CUevent*, unsigned> event_create{"cuEventCreate"};
    Function<CUevent> event_destroy{"cuEventDestroy_v2"};
    Function<CUevent, CUstream> event_record{"cuEventRecord"};
    Function<CUevent> event_synchronize{"cuEventSynchronize"};

    Function<ModuleHandle*, const void*> module_load{"cuModuleLoadData"};
    Function<ModuleHandle> module_unload{"cuModuleUnload"};
    Function<FunctionHandle*, ModuleHandle, const char*> module_function{"cuModuleGetFunction"};
    Function<FunctionHandle, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, CUstream, void**, void**>
        launch{"cuLaunchKernel"};

    Function<GraphHandle*, unsigned> graph_create{"cuGraphCreate"};
    Function<GraphHandle> graph_destroy{"cuGraphDestroy"};
    Function<GraphNodeHandle*, GraphHandle, const GraphNodeHandle*, std::size_t, const KernelNodeParameters*> graph_add{
        "cuGraphAddKernelNode_v2"};
    Function<GraphExecHandle*, GraphHandle, unsigned long long> graph_instantiate{"cuGraphInstantiateWithFlags"};
    Function<GraphExecHandle, GraphNodeHandle, const KernelNodeParameters*> graph_update{
        "cuGraphExecKernelNodeSetParams_v2"};
    Function<GraphExecHandle, CUstream> graph_launch{"cuGraphLaunch"};
    Function<GraphExecHandle> graph_exec_destroy{"cuGraphExecDestroy"};

    std::shared_ptr<void> library;

    /// "CUDA_ERROR_INVALID_VALUE (invalid argument)".
    [[nodiscard]] std::string code_text(Result code) const;
    /// Throws Device with `doing` (what was being done, on what), the call and the code's name.
    [[noreturn]] void refuse(std::string_view doing, const char* call, Result code) const;
    /// Calls `function`; an error of the driver leaves as Error.
    template <class... Parameters, class... Arguments>
    void run(std::string_view doing, const Function<Parameters...>& function, Arguments... arguments) const {
        const Result code = function.call(arguments...);
        if (code != success) refuse(doing, function.name, code);
    }
};

/// The driver, ready for use. Throws Device where there is none, where it is too old, or where it finds no device.
std::shared_ptr<const Driver> load_driver();

}  // namespace abut::inline v0::device::cuda
