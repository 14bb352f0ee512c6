// SPDX-License-Identifier: Apache-2.0
#include "device/opencl/backend.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "device/opencl/huge_pages.hpp"
#include "device/opencl/memory.hpp"
#include "device/opencl/module.hpp"
#include "device/opencl/opencl.hpp"
#include "device/opencl/platform.hpp"
#include "device/opencl/queue.hpp"

namespace abut::inline v0::device::opencl {
namespace {

bool is_out_of_memory(cl_int code) {
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_HOST_MEMORY || code == CL_OUT_OF_RESOURCES ||
           code == CL_INVALID_BUFFER_SIZE;
}

}  // namespace

ClBackend::ClBackend(cl::Context context, cl::Device device)
    : context_(std::move(context)),
      device_(std::move(device)),
      profile_(profile_of(device_)) {}

std::string ClBackend::identity() const {
    return identity_of(device_) + "build options=" + build_options + "\n";
}

std::shared_ptr<Memory> ClBackend::allocate(std::int64_t bytes) {
    if (bytes < 0) throw Error(ErrorCode::InvalidArgument, fmt::format("a buffer of {} bytes was asked for", bytes));
    const auto out_of_memory = [&](const std::string& why) {
        return Error(ErrorCode::OutOfMemory,
                     fmt::format("no buffer of {} bytes on {}: {}; it allows {} bytes a buffer and has {} bytes", bytes,
                                 profile_.name, why, profile_.max_allocation_bytes, profile_.memory_bytes));
    };
    if (bytes > profile_.max_allocation_bytes) throw out_of_memory("too large");
    const bool pages = profile_.is_cpu && profile_.shares_host_memory && bytes >= least_bytes_for_huge_pages;
    try {
        // OpenCL has no empty buffers.
        auto buffer =
            pages ? allocate_huge_pages(context_, bytes, used_bytes_, profile_.memory_bytes)
                  : cl::Buffer(context_, CL_MEM_READ_WRITE, static_cast<std::size_t>(std::max<std::int64_t>(bytes, 1)));
        return std::make_shared<ClMemory>(std::move(buffer), bytes, profile_.buffer_alignment_bytes);
    } catch (const cl::Error& error) {
        if (is_out_of_memory(error.err())) throw out_of_memory(code_name(error.err()));
        throw driver_error(error, "allocating a buffer");
    }
}

std::shared_ptr<Memory> ClBackend::import(const std::shared_ptr<Memory>& memory) {
    const auto* host = dynamic_cast<const HostMemory*>(memory.get());
    if (host == nullptr) {
        static_cast<void>(cl_memory(*memory));
        return memory;
    }
    if (!profile_.shares_host_memory) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("{} can't use host memory in place: copy it to a buffer", profile_.name));
    }
    return checked("using host memory as a buffer", [&] {
        const auto size = static_cast<std::size_t>(std::max<std::int64_t>(host->size_bytes(), 1));
        cl::Buffer buffer(context_, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, size, host->data());
        return std::make_shared<ClMemory>(std::move(buffer), host->size_bytes(), host->alignment_bytes());
    });
}

std::shared_ptr<Module> ClBackend::build(const std::string& source, std::span<const std::string> kernels,
                                         const BuildListener& listener) {
    return build_module(context_, device_, source, kernels, listener.generated);
}

std::shared_ptr<Module> ClBackend::load(std::span<const std::byte> binary) {
    return load_module(context_, device_, binary);
}

std::shared_ptr<QueueBackend> ClBackend::queue() {
    return checked("creating a queue", [&] { return std::make_shared<ClQueue>(cl::CommandQueue(context_, device_)); });
}

std::vector<DeviceProfile> list() {
    std::vector<DeviceProfile> profiles;
    for (const auto& device : all_devices()) profiles.push_back(profile_of(device));
    return profiles;
}

std::shared_ptr<Backend> open(int index) {
    const auto devices = all_devices();
    if (index < 0 || index >= std::ssize(devices)) {
        throw Error(ErrorCode::Device, fmt::format("no OpenCL device {}: found {}", index, devices.size()));
    }
    const auto& device = devices[static_cast<std::size_t>(index)];
    return checked("creating a context", [&] { return std::make_shared<ClBackend>(cl::Context(device), device); });
}

std::shared_ptr<Backend> wrap(cl_context context, cl_device_id device) {
    if (context == nullptr || device == nullptr)
        throw Error(ErrorCode::InvalidArgument, "the context or device to wrap is null");
    constexpr bool retain = true;
    return checked("wrapping a context", [&] {
        const cl::Context wrapped(context, retain);
        const auto devices = wrapped.getInfo<CL_CONTEXT_DEVICES>();
        if (std::ranges::find(devices, device, [](const cl::Device& other) { return other(); }) == devices.end()) {
            throw Error(ErrorCode::InvalidArgument, "the device to wrap is none of its context's devices");
        }
        return std::make_shared<ClBackend>(wrapped, cl::Device(device, retain));
    });
}

}  // namespace abut::inline v0::device::opencl
