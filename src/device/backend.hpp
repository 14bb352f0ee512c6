// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "abut/device.hpp"

/// What a device must be able to do. OpenCL and CUDA implement it here; the tests add one over host memory, so that nothing
/// above may assume a cl_mem. Objects of one backend are only given back to that backend.
namespace abut::inline v0::device {

/// Device memory that kernels take as a pointer argument.
class Memory {
public:
    virtual ~Memory() = default;
    [[nodiscard]] virtual std::int64_t size_bytes() const = 0;
    /// What surely divides the address of the first byte.
    [[nodiscard]] virtual std::int64_t alignment_bytes() const = 0;
};

/// The largest power of two that divides the address, 4096 at most.
std::int64_t address_alignment_bytes(const void* address);

/// Memory of the caller's in the host's address space; a backend imports it before a kernel sees it.
class HostMemory final : public Memory {
public:
    HostMemory(void* data, std::int64_t size_bytes) : data_(data), size_bytes_(size_bytes) {}
    [[nodiscard]] std::int64_t size_bytes() const override { return size_bytes_; }
    [[nodiscard]] std::int64_t alignment_bytes() const override;
    [[nodiscard]] void* data() const noexcept { return data_; }

private:
    void* data_;
    std::int64_t size_bytes_;
};

class EventBackend {
public:
    virtual ~EventBackend() = default;
    virtual void wait() const = 0;
};

enum class ScalarType : std::uint8_t { Pointer, Int32, Int64, Float32 };

/// As a kernel's text has it: "a pointer", "long".
std::string_view to_string(ScalarType type);

/// A parameter of a kernel as the compiler sees it.
struct KernelParameter {
    std::string name;
    ScalarType type = ScalarType::Pointer;
    bool operator==(const KernelParameter&) const = default;
};

/// A kernel with argument state of its own; used by one thread at a time.
class Kernel {
public:
    virtual ~Kernel() = default;
    /// The memory is not retained: it has to live until the launch.
    virtual void set(int index, const std::shared_ptr<Memory>& memory) = 0;
    /// `value` is the number; of Float32 the bit pattern.
    virtual void set(int index, ScalarType type, std::int64_t value) = 0;
};

/// A built program; immutable and thread-safe.
class Module {
public:
    virtual ~Module() = default;
    [[nodiscard]] virtual std::unique_ptr<Kernel> kernel(const std::string& name) const = 0;
    /// What Backend::load takes. May be empty where the device can't give one. Takes long where the driver compiles for it.
    [[nodiscard]] virtual std::vector<std::byte> binary() const = 0;
};

/// Work-groups and work-items in each; the cpu/ kernels have one work-item a group.
struct LaunchShape {
    std::int64_t groups = 0;
    std::int64_t local = 1;
};

/// Memory of a device that the host writes in place, from a queue's map_to_write until unmap().
class MappedMemory {
public:
    virtual ~MappedMemory() = default;
    [[nodiscard]] virtual std::byte* data() const = 0;
    /// Returns when what was written is there, for every queue.
    virtual void unmap() = 0;
};

class QueueBackend {
public:
    virtual ~QueueBackend() = default;
    /// False: launches without dependencies between them may run at the same time, and the caller must pass events.
    [[nodiscard]] virtual bool in_order() const = 0;
    /// An event only where `signal`; else an empty pointer.
    virtual std::shared_ptr<EventBackend> launch(Kernel& kernel, const LaunchShape& shape,
                                                 std::span<const std::shared_ptr<EventBackend>> wait, bool signal) = 0;
    /// An event that is done when all of `wait` (all earlier work if empty) is.
    virtual std::shared_ptr<EventBackend> marker(std::span<const std::shared_ptr<EventBackend>> wait) = 0;
    /// Returns when the bytes are there, for every queue; so does read.
    virtual void write(Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) = 0;
    virtual void read(const Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) = 0;
    /// So many bytes of `memory`, of which the old ones are lost; empty where the host can't write there in place.
    virtual std::unique_ptr<MappedMemory> map_to_write(Memory& /*memory*/, std::int64_t /*offset_bytes*/,
                                                       std::int64_t /*size_bytes*/) {
        return nullptr;
    }
    virtual void flush() = 0;
    virtual void finish() = 0;
};

/// A launch of a graph; all arguments are set. `dependencies` are earlier nodes that must be done first.
struct GraphNode {
    Kernel* kernel = nullptr;
    LaunchShape shape;
    std::vector<int> dependencies;
};

/// Launches that were recorded once and are enqueued together; nodes without dependencies between them may run at the same
/// time. Used by one thread at a time.
class LaunchGraph {
public:
    virtual ~LaunchGraph() = default;
    /// From the next launch on, `node` runs `kernel` with the arguments it has now.
    virtual void update(int node, Kernel& kernel, const LaunchShape& shape) = 0;
    /// As QueueBackend::launch.
    virtual std::shared_ptr<EventBackend> launch(QueueBackend& queue, std::span<const std::shared_ptr<EventBackend>> wait,
                                                 bool signal) = 0;
};

/// What Backend::build takes.
enum class SourceLanguage : std::uint8_t {
    OpenCl,
    Cuda,  ///< C++ with extern "C" __global__ kernels
};

/// What CUDA's compiler made of a program.
struct CompiledText {
    std::vector<std::byte> cubin;
    std::vector<std::byte> ptx;  ///< with its closing zero; empty where it is no compiler for a GPU
    std::string log;             ///< warnings, and what ptxas says of registers, stack and spills
    bool exact = true;           ///< false: both are of an older architecture
};

/// Whom a build tells how far it is; each may be empty, and what one throws ends the build.
struct BuildListener {
    std::function<void(int)> generated;                 ///< so many kernels are ready
    std::function<void(const CompiledText&)> compiled;  ///< of CUDA: called before a driver sees the program
};

class Backend {
public:
    virtual ~Backend() = default;
    [[nodiscard]] virtual const DeviceProfile& profile() const = 0;
    /// Everything of platform, device and driver that a binary depends on, one "name=value" a line.
    [[nodiscard]] virtual std::string identity() const = 0;
    [[nodiscard]] virtual SourceLanguage language() const { return SourceLanguage::OpenCl; }
    virtual std::shared_ptr<Memory> allocate(std::int64_t bytes) = 0;
    /// Memory that kernels of this backend can take: the same object if it already is, a wrapper for HostMemory.
    virtual std::shared_ptr<Memory> import(const std::shared_ptr<Memory>& memory) = 0;
    /// Compiles `source`, code generation of the named kernels included, so that no launch compiles. For that a driver may
    /// need a launch: every kernel returns at once where get_work_dim() is not 1. Throws Compiler with the log.
    virtual std::shared_ptr<Module> build(const std::string& source, std::span<const std::string> kernels,
                                          const BuildListener& listener) = 0;
    /// Likewise ready to launch. Throws Device if the driver refuses the binary.
    virtual std::shared_ptr<Module> load(std::span<const std::byte> binary) = 0;
    virtual std::shared_ptr<QueueBackend> queue() = 0;
    /// Records `nodes`; nothing where the device has no graphs.
    virtual std::unique_ptr<LaunchGraph> graph(std::span<const GraphNode> nodes) {
        static_cast<void>(nodes);
        return nullptr;
    }
};

}  // namespace abut::inline v0::device
