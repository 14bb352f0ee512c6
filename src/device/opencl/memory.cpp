// SPDX-License-Identifier: Apache-2.0
#include "device/opencl/memory.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "device/opencl/opencl.hpp"

namespace abut::inline v0::device::opencl {
namespace {

/// What divides the address of any buffer that the context's devices allocate.
std::int64_t allocation_alignment_bytes(const cl::Buffer& buffer) {
    constexpr cl_uint bits_per_byte = 8;
    auto smallest_bits = std::numeric_limits<cl_uint>::max();
    for (const auto& device : buffer.getInfo<CL_MEM_CONTEXT>().getInfo<CL_CONTEXT_DEVICES>()) {
        smallest_bits = std::min(smallest_bits, device.getInfo<CL_DEVICE_MEM_BASE_ADDR_ALIGN>());
    }
    return smallest_bits / bits_per_byte;
}

std::int64_t root_alignment_bytes(const cl::Buffer& root) {
    // Drivers hand such a buffer to kernels at the address it has, however it is aligned (PoCL 3.1 does).
    const auto in_place = (root.getInfo<CL_MEM_FLAGS>() & CL_MEM_USE_HOST_PTR) != 0;
    return in_place ? address_alignment_bytes(root.getInfo<CL_MEM_HOST_PTR>()) : allocation_alignment_bytes(root);
}

}  // namespace

const ClMemory& cl_memory(const Memory& memory) {
    const auto* of_opencl = dynamic_cast<const ClMemory*>(&memory);
    if (of_opencl != nullptr) return *of_opencl;
    throw Error(ErrorCode::InvalidArgument, "expected memory of an OpenCL device; host memory has to be imported first");
}

WrappedMemory wrap(cl_mem memory) {
    if (memory == nullptr) throw Error(ErrorCode::InvalidArgument, "the cl_mem to wrap is null");
    constexpr bool retain = true;
    return checked("wrapping a cl_mem", [&] {
        const cl::Buffer given(memory, retain);
        if (given.getInfo<CL_MEM_TYPE>() != CL_MEM_OBJECT_BUFFER) {
            throw Error(ErrorCode::InvalidArgument, "expected a cl_mem that is a buffer, found an image or a pipe");
        }
        // The handle stays the parent's or the caller's own; a query does not retain it.
        cl_mem parent = nullptr;
        given.getInfo(CL_MEM_ASSOCIATED_MEMOBJECT, &parent);
        const auto root = parent != nullptr ? cl::Buffer(parent, retain) : given;
        WrappedMemory wrapped;
        wrapped.offset_bytes = parent != nullptr ? static_cast<std::int64_t>(given.getInfo<CL_MEM_OFFSET>()) : 0;
        wrapped.size_bytes = static_cast<std::int64_t>(given.getInfo<CL_MEM_SIZE>());
        const auto root_bytes = static_cast<std::int64_t>(root.getInfo<CL_MEM_SIZE>());
        wrapped.root = std::make_shared<ClMemory>(root, root_bytes, root_alignment_bytes(root));
        return wrapped;
    });
}

}  // namespace abut::inline v0::device::opencl
