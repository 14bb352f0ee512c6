// SPDX-License-Identifier: Apache-2.0
#include "abut/device.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "abut/error.hpp"
#include "core/required.hpp"
#include "device/backend.hpp"
#include "device/cuda/cuda.hpp"
#include "device/device_state.hpp"
#include "device/opencl/opencl.hpp"

namespace abut::inline v0 {
namespace {

using core::required;

constexpr std::string_view opencl_prefix = "opencl:";
constexpr std::string_view cuda_prefix = "cuda:";

[[noreturn]] void refuse_selector(std::string_view selector) {
    throw Error(
        ErrorCode::InvalidArgument,
        fmt::format("device selector '{}': expected opencl:K or cuda:K with K = 0, 1, ..., or cuda:sm_90a", selector));
}

/// K of a selector "opencl:K" or "cuda:K".
int device_index(std::string_view selector, std::string_view digits) {
    int index = -1;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error == std::errc() && end == digits.data() + digits.size() && index >= 0) return index;
    refuse_selector(selector);
}

[[noreturn]] void throw_no_device(std::string_view selector, const std::vector<DeviceProfile>& devices) {
    if (devices.empty()) {
        throw Error(ErrorCode::Device, fmt::format("no device {}: there is no OpenCL platform here; install one, "
                                                   "for CPUs for example Debian's package pocl-opencl-icd",
                                                   selector));
    }
    std::string found;
    for (const auto& device : devices)
        found += fmt::format("{}{} ({})", found.empty() ? "" : ", ", device.selector, device.name);
    throw Error(ErrorCode::Device, fmt::format("no device {}: found {}", selector, found));
}

KernelFamily chosen_kernels(const device::Backend& backend, const DeviceOptions& options) {
    const auto& profile = backend.profile();
    const auto chosen = options.kernels.value_or(profile.kernels);
    if (chosen == KernelFamily::Gpu || backend.language() == device::SourceLanguage::OpenCl) return chosen;
    throw Error(ErrorCode::Unsupported, fmt::format("{} takes the kernels gpu only, not cpu", profile.name));
}

std::shared_ptr<device::Backend> open_opencl(std::string_view selector, std::string_view digits) {
    const auto index = device_index(selector, digits);
    const auto devices = device::opencl::list();
    if (index >= std::ssize(devices)) throw_no_device(selector, devices);
    return device::opencl::open(index);
}

std::shared_ptr<device::Backend> open_cuda(std::string_view selector, std::string_view which) {
    if (which.starts_with("sm_")) return device::cuda::offline(which);
    return device::cuda::open(device_index(selector, which));
}

void require_range(const Buffer& buffer, std::int64_t offset_bytes, std::size_t size_bytes) {
    const auto size = static_cast<std::int64_t>(size_bytes);
    if (offset_bytes >= 0 && offset_bytes <= buffer.size_bytes() && size <= buffer.size_bytes() - offset_bytes) return;
    throw Error(ErrorCode::InvalidArgument, fmt::format("copy of {} bytes at offset {} leaves a buffer of {} bytes", size,
                                                        offset_bytes, buffer.size_bytes()));
}

}  // namespace

Buffer::Buffer(std::shared_ptr<device::Memory> memory)
    : memory_(std::move(memory)),
      size_bytes_(memory_ ? memory_->size_bytes() : 0) {}

Buffer::Buffer(std::shared_ptr<device::Memory> memory, std::int64_t offset_bytes, std::int64_t size_bytes)
    : memory_(std::move(memory)),
      offset_bytes_(offset_bytes),
      size_bytes_(size_bytes) {
    const auto available = required(memory_, "memory").size_bytes();
    if (offset_bytes >= 0 && offset_bytes <= available && size_bytes >= 0 && size_bytes <= available - offset_bytes) return;
    throw Error(ErrorCode::InvalidArgument, fmt::format("a part of {} bytes at offset {} leaves memory of {} bytes",
                                                        size_bytes, offset_bytes, available));
}

Buffer Buffer::wrap(cl_mem memory) {
    auto wrapped = device::opencl::wrap(memory);
    return {std::move(wrapped.root), wrapped.offset_bytes, wrapped.size_bytes};
}

Buffer Buffer::wrap_cuda(unsigned long long device_pointer, std::int64_t size_bytes) {
    return Buffer(device::cuda::wrap(device_pointer, size_bytes));
}

std::int64_t Buffer::size_bytes() const {
    required(memory_, "buffer");
    return size_bytes_;
}

Event Event::wrap(cl_event event) {
    return Event(device::opencl::wrap(event));
}

Event Event::wrap(CUevent event) {
    return Event(device::cuda::wrap(event));
}

void Event::wait() const {
    if (event_) event_->wait();
}

Queue Queue::wrap(cl_command_queue queue) {
    return Queue(device::opencl::wrap(queue));
}

Queue Queue::wrap(CUstream stream) {
    return Queue(device::cuda::wrap(stream));
}

void Queue::finish() const {
    required(queue_, "queue").finish();
}

void Queue::write(const Buffer& to, std::int64_t offset_bytes, std::span<const std::byte> from) const {
    require_range(to, offset_bytes, from.size());
    if (!from.empty()) required(queue_, "queue").write(*to.memory(), to.offset_bytes() + offset_bytes, from);
}

void Queue::read(const Buffer& from, std::int64_t offset_bytes, std::span<std::byte> to) const {
    require_range(from, offset_bytes, to.size());
    if (!to.empty()) required(queue_, "queue").read(*from.memory(), from.offset_bytes() + offset_bytes, to);
}

Device::Device(std::shared_ptr<device::Backend> backend, DeviceOptions options)
    : state_(std::make_shared<device::DeviceState>()) {
    required(backend, "backend");
    state_->backend = std::move(backend);
    state_->options = std::move(options);
    state_->profile = state_->backend->profile();
    state_->profile.kernels = chosen_kernels(*state_->backend, state_->options);
}

Device Device::open(std::string_view selector, DeviceOptions options) {
    if (selector.starts_with(opencl_prefix))
        return {open_opencl(selector, selector.substr(opencl_prefix.size())), std::move(options)};
    if (selector.starts_with(cuda_prefix))
        return {open_cuda(selector, selector.substr(cuda_prefix.size())), std::move(options)};
    refuse_selector(selector);
}

Device Device::wrap(cl_context context, cl_device_id device, DeviceOptions options) {
    return {device::opencl::wrap(context, device), std::move(options)};
}

Device Device::wrap(CUcontext context, DeviceOptions options) {
    return {device::cuda::wrap(context), std::move(options)};
}

const DeviceProfile& Device::profile() const {
    return state().profile;
}

Buffer Device::allocate(std::int64_t bytes) const {
    return Buffer(backend()->allocate(bytes));
}

Queue Device::queue() const {
    return Queue(backend()->queue());
}

const std::shared_ptr<device::Backend>& Device::backend() const {
    return state().backend;
}

const DeviceOptions& Device::options() const {
    return state().options;
}

device::DeviceState& Device::state() const {
    return required(state_, "device");
}

std::vector<DeviceProfile> list_devices() {
    auto devices = device::opencl::list();
    const auto of_cuda = device::cuda::list();
    devices.insert(devices.end(), of_cuda.begin(), of_cuda.end());
    return devices;
}

}  // namespace abut::inline v0
