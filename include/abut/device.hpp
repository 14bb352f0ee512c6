// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abut/device_profile.hpp"
#include "abut/error.hpp"
#include "abut/export.hpp"
#include "abut/native.hpp"

namespace abut::inline v0 {

namespace device {
class Backend;
class Memory;
class QueueBackend;
class EventBackend;
struct DeviceState;
}  // namespace device

enum class LogLevel { Info, Warning };
using LogCallback = std::function<void(LogLevel, std::string_view)>;

/// What may become of the cache of compiled kernels.
enum class CacheMode : std::uint8_t {
    Use,       ///< kernels are read, and what is compiled is kept
    ReadOnly,  ///< kernels are read; nothing is written
    Require,   ///< nothing is compiled: what is missing throws NotCached, which names it. Uses and misses are noted.
    Off,       ///< memory only
};

/// A Redis server behind the directory, which machines share. What it gives is verified; where it fails it is left alone for
/// a while, and kernels are compiled here.
struct RemoteCacheOptions {
    std::string url{};  ///< redis://[USER@]HOST[:PORT][/DATABASE], rediss:// for TLS; empty: none
    /// A file of 32 bytes or more that only its owner reads: who has it can write entries that others run.
    std::string key_file{};
    std::string password_file{};  ///< likewise, of the server; empty: it asks for none
    std::string ca_file{};        ///< certificates of authorities for TLS, in PEM; empty: the system's
    bool read_only = false;       ///< nothing is ever written there
    std::chrono::milliseconds connect_timeout{300};
    std::chrono::milliseconds command_timeout{1000};    ///< and a millisecond for each KiB
    std::chrono::seconds keep{30 * 24 * 3600};          ///< how long the server keeps an entry
    std::int64_t limit_bytes = std::int64_t{64} << 20;  ///< of an entry; larger ones stay here
};

struct CacheOptions {
    std::optional<std::string> directory{};  ///< nothing: the user's cache directory; empty: memory only
    CacheMode mode = CacheMode::Use;
    /// Bytes that the directory's programs may take; what was not used for longest goes first.
    std::int64_t limit_bytes = std::int64_t{1} << 30;
    /// Directories that are read where `directory` lacks a kernel, in this order; nothing is ever written to them.
    std::vector<std::string> overlays{};
    /// How long to wait for another process that is compiling the same kernels before compiling them as well; so long is
    /// the right to compile that a remote cache gives to one of its machines, too.
    std::chrono::milliseconds wait{60'000};
    /// Store what was compiled on a thread of the cache's own, which the last copy of the device waits for. PoCL generates
    /// all code once more for what is stored, so a first result comes in half the time.
    bool store_in_background = false;
    RemoteCacheOptions remote{};
};

struct DeviceOptions {
    /// The only way in which the library prints. Called from any thread that calls Abut, and from those that it starts where
    /// it is asked to (Execution::Background, store_in_background); must neither throw nor call Abut.
    LogCallback log{};
    CacheOptions cache{};
    std::optional<KernelFamily> kernels{};  ///< nothing: what the device is made for; throws Unsupported where it can't
};

/// Device memory or a part of it; a shared handle, freed with the last copy. Thread-safe as a shared_ptr.
class ABUT_API Buffer {
public:
    Buffer() = default;
    explicit Buffer(std::shared_ptr<device::Memory> memory);
    /// The part of `memory` that begins at `offset_bytes`. Throws InvalidArgument where it leaves the memory.
    Buffer(std::shared_ptr<device::Memory> memory, std::int64_t offset_bytes, std::int64_t size_bytes);
    /// A cl_mem of the caller's, retained. A sub-buffer is the part of its parent that begins at its origin: kernels get
    /// the parent. The address of a CL_MEM_USE_HOST_PTR buffer decides its alignment.
    static Buffer wrap(cl_mem memory);
    /// A pointer to CUDA memory of the caller's, which must outlive the work. Its address decides the alignment. Throws
    /// InvalidArgument for a pointer that CUDA does not know.
    static Buffer wrap_cuda(unsigned long long device_pointer, std::int64_t size_bytes);
    [[nodiscard]] std::int64_t size_bytes() const;
    [[nodiscard]] std::int64_t offset_bytes() const noexcept { return offset_bytes_; }  ///< of its first byte in memory()
    [[nodiscard]] explicit operator bool() const noexcept { return memory_ != nullptr; }
    [[nodiscard]] const std::shared_ptr<device::Memory>& memory() const noexcept { return memory_; }

private:
    std::shared_ptr<device::Memory> memory_;
    std::int64_t offset_bytes_ = 0;
    std::int64_t size_bytes_ = 0;
};

/// Something a queue has been told to do. An empty event is done.
class ABUT_API Event {
public:
    Event() = default;
    explicit Event(std::shared_ptr<device::EventBackend> event) : event_(std::move(event)) {}
    static Event wrap(cl_event event);  ///< retains
    static Event wrap(CUevent event);   ///< the caller's, which must outlive the object
    void wait() const;                  ///< throws Device if the work failed
    [[nodiscard]] const std::shared_ptr<device::EventBackend>& backend() const noexcept { return event_; }

private:
    std::shared_ptr<device::EventBackend> event_;
};

/// An order of work on a device. Copies share the queue.
class ABUT_API Queue {
public:
    Queue() = default;
    explicit Queue(std::shared_ptr<device::QueueBackend> queue) : queue_(std::move(queue)) {}
    static Queue wrap(cl_command_queue queue);  ///< retains; in order or out of order
    /// The caller's, which must outlive the object; null is the default stream of the calling thread's current context.
    static Queue wrap(CUstream stream);
    void finish() const;
    /// Blocking copies between host and device memory.
    void write(const Buffer& to, std::int64_t offset_bytes, std::span<const std::byte> from) const;
    void read(const Buffer& from, std::int64_t offset_bytes, std::span<std::byte> to) const;
    [[nodiscard]] explicit operator bool() const noexcept { return queue_ != nullptr; }
    [[nodiscard]] const std::shared_ptr<device::QueueBackend>& backend() const noexcept { return queue_; }

private:
    std::shared_ptr<device::QueueBackend> queue_;
};

/// A device and its kernel cache. Copies share both; thread-safe.
class ABUT_API Device {
public:
    /// `selector` is "opencl:K", K counting devices over all platforms, "cuda:K" with the driver's numbers, or, for an
    /// architecture without a device that only builds kernels, "cuda:sm_90a". Throws Device if there is none, and names
    /// those there are.
    static Device open(std::string_view selector = "opencl:0", DeviceOptions options = {});
    /// A context and device of the caller's; retains both.
    static Device wrap(cl_context context, cl_device_id device, DeviceOptions options = {});
    /// A context of the caller's, which must outlive the device and what is made of it.
    static Device wrap(CUcontext context, DeviceOptions options = {});
    /// Another implementation of device/backend.hpp.
    Device(std::shared_ptr<device::Backend> backend, DeviceOptions options);

    [[nodiscard]] const DeviceProfile& profile() const;
    [[nodiscard]] Buffer allocate(std::int64_t bytes) const;  ///< throws OutOfMemory with what was asked and what there is
    [[nodiscard]] Queue queue() const;                        ///< a new in-order queue
    [[nodiscard]] const std::shared_ptr<device::Backend>& backend() const;
    [[nodiscard]] const DeviceOptions& options() const;
    [[nodiscard]] device::DeviceState& state() const;

private:
    std::shared_ptr<device::DeviceState> state_;
};

/// Every device that Device::open knows, with its selector: OpenCL's, then CUDA's. Empty where there is no driver.
ABUT_API std::vector<DeviceProfile> list_devices();

}  // namespace abut::inline v0
