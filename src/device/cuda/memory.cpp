// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/fail.hpp"
#include "device/cuda/cuda.hpp"

namespace abut::inline v0::device::cuda {
namespace {

bool has_pools(const Context& context) {
    int supported = 0;
    context.driver().run("reading whether a device has memory pools", context.driver().device_attribute, &supported,
                         Attribute::MemoryPoolsSupported, context.device());
    return supported != 0;
}

[[noreturn]] void throw_out_of_memory(const Context& context, std::int64_t bytes) {
    const auto& driver = context.driver();
    std::size_t free = 0;
    std::size_t total = 0;
    context.result_of(driver.memory_info, &free, &total);
    core::fail(ErrorCode::OutOfMemory, "no buffer of {} bytes on {}: {} bytes are free of {}", bytes,
               device_text(driver, context.device()), free, total);
}

}  // namespace

std::int64_t CudaMemory::alignment_bytes() const {
    return address_alignment_bytes(reinterpret_cast<const void*>(address_));
}

const CudaMemory& cuda_memory(const Memory& memory) {
    const auto* of_cuda = dynamic_cast<const CudaMemory*>(&memory);
    if (of_cuda != nullptr) return *of_cuda;
    throw Error(ErrorCode::InvalidArgument, "expected memory of a CUDA device; host memory has to be copied to a buffer");
}

void require_memory_of(const CudaMemory& memory, const Context& context) {
    if (memory.belongs_to(context)) return;
    const auto& driver = context.driver();
    const bool other_context = memory.device() == context.device();
    core::fail_invalid("memory of {} was given to {}{}", device_text(driver, memory.device()),
                       device_text(driver, context.device()), other_context ? " in another context" : "");
}

class Allocator::Allocation final : public CudaMemory {
public:
    Allocation(std::shared_ptr<const Pool> pool, DeviceAddress address, std::int64_t size_bytes)
        : CudaMemory(address, size_bytes, pool->context->device(), pool->context->handle()),
          pool_(std::move(pool)) {}
    ~Allocation() override { pool_->free(address()); }
    Allocation(const Allocation&) = delete;
    Allocation& operator=(const Allocation&) = delete;

private:
    std::shared_ptr<const Pool> pool_;
};

Allocator::Allocator(std::shared_ptr<const Context> context) {
    Owned<CUstream> stream = has_pools(*context) ? new_stream(context) : Owned<CUstream>();
    pool_ = std::make_shared<const Pool>(Pool{.context = std::move(context), .stream = std::move(stream)});
}

Result Allocator::Pool::allocate(DeviceAddress& address, std::size_t bytes) const {
    const auto& driver = context->driver();
    if (stream.get() == nullptr) return context->result_of(driver.memory_allocate, &address, bytes);
    const Result code = context->result_of(driver.memory_allocate_async, &address, bytes, stream.get());
    // Only then may streams use it that have not waited for this one.
    return code == success ? context->result_of(driver.stream_synchronize, stream.get()) : code;
}

void Allocator::Pool::free(DeviceAddress address) const noexcept {
    const auto& driver = context->driver();
    if (stream.get() == nullptr) {
        context->result_of(driver.memory_free, address);
        return;
    }
    // Queued work on any stream may still use it, for which a free of pool memory, unlike cuMemFree, does not wait.
    context->result_of(driver.context_synchronize);
    context->result_of(driver.memory_free_async, address, stream.get());
}

std::shared_ptr<Memory> Allocator::allocate(std::int64_t bytes) const {
    if (bytes < 0) core::fail_invalid("a buffer of {} bytes was asked for", bytes);
    DeviceAddress address = 0;
    // CUDA has no empty buffers.
    const Result code = pool_->allocate(address, static_cast<std::size_t>(std::max<std::int64_t>(bytes, 1)));
    if (code == out_of_memory) throw_out_of_memory(*pool_->context, bytes);
    if (code != success) {
        const auto& driver = pool_->context->driver();
        driver.refuse(fmt::format("allocating a buffer of {} bytes", bytes),
                      pool_->stream.get() == nullptr ? driver.memory_allocate.name : driver.memory_allocate_async.name,
                      code);
    }
    return std::make_shared<Allocation>(pool_, address, bytes);
}

std::shared_ptr<Memory> wrap(unsigned long long device_pointer, std::int64_t size_bytes) {
    if (device_pointer == 0) throw Error(ErrorCode::InvalidArgument, "the device pointer to wrap is null");
    if (size_bytes < 0) core::fail_invalid("a device pointer of {} bytes was to be wrapped", size_bytes);
    const auto driver = load_driver();
    DeviceOrdinal device = 0;
    CUcontext context = nullptr;
    if (driver->pointer_attribute.call(&device, PointerAttribute::Device, device_pointer) != success) {
        core::fail_invalid("the device pointer {:#x} to wrap is none that CUDA knows", device_pointer);
    }
    // Memory of a pool has none.
    if (driver->pointer_attribute.call(&context, PointerAttribute::Context, device_pointer) != success) context = nullptr;
    return std::make_shared<CudaMemory>(device_pointer, size_bytes, device, context);
}

}  // namespace abut::inline v0::device::cuda
