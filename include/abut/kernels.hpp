// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "abut/operations.hpp"
#include "abut/program.hpp"
#include "abut/tensor_view.hpp"

namespace abut::inline v0 {

/// Weights on a device in the form that one kernel reads. A value; copies share the memory.
class ABUT_API Packed {
public:
    Packed() = default;
    /// Done when kernels may read the weights and the host copy may go.
    [[nodiscard]] Event ready() const;
    [[nodiscard]] std::int64_t size_bytes() const;
    [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }
    struct State;
    explicit Packed(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    [[nodiscard]] const std::shared_ptr<const State>& state() const noexcept { return state_; }

private:
    std::shared_ptr<const State> state_;
};

/// What one launch works on. Views left out have no memory.
struct KernelArguments {
    TensorView input{};                  ///< conv2d: x, dense: a, elementwise: the first operand
    Packed weights{};                    ///< conv2d: weights, dense: b; of this kernel's pack()
    TensorView bias{};                   ///< the first further operand of the epilogue
    std::vector<TensorView> operands{};  ///< the other further operands, in the order of Node::inputs
    TensorView output{};
};

/// One kernel of a KernelLibrary, specialised for the views it was asked for. Copies share it; thread-safe.
class ABUT_API SpecialisedKernel {
public:
    /// Packs weights that lie as the spec says that the kernel was asked for with, from its element 0 to its last, and
    /// writes them to the device. Throws InvalidArgument for a wrong number of elements, an empty queue and for kernels
    /// without weights, OutOfMemory.
    [[nodiscard]] Packed pack(const Queue& queue, std::span<const float> weights) const;
    /// Enqueues one launch on a queue of the caller's, in order or out of order, and flushes it. Views have the shape, dtype
    /// and layout of the specs; one channel vector may be bound as {C} where {C, 1, 1} is meant. A view that is less aligned
    /// than its spec is served by a weaker variant. The caller sees to it that the output shares no element with what is
    /// read. Memory stays in use until the event is done. Throws InvalidArgument for arguments that are missing or differ,
    /// and before KernelLibrary::build; Device where the driver refuses.
    Event enqueue(const Queue& queue, const KernelArguments& arguments, const EnqueueOptions& options = {}) const;

    struct State;
    explicit SpecialisedKernel(std::shared_ptr<State> state) : state_(std::move(state)) {}

private:
    std::shared_ptr<State> state_;
};

/// How to allocate what a kernel reads and writes so that its fastest variant serves it, or why there is none.
struct Preferred {
    bool supported = false;
    std::string reason;  ///< empty where supported
    ViewSpec input;      ///< layout with its pitch, and the alignment of its first element in bytes
    ViewSpec output;
    [[nodiscard]] explicit operator bool() const noexcept { return supported; }
};

struct KernelBuildOptions {
    std::function<void(const CompileProgress&)> progress{};
    std::stop_token stop{};  ///< build() throws InvalidArgument "stopped"; what was asked for can be built by a later call
};

/// Kernels one by one, for engines with a graph, buffers and queues of their own. Shapes are in the model's order (NCHW),
/// the order in memory is in the strides of the specs (ViewSpec::nhwc). Strides are compiled in, offsets are arguments:
/// kernels that differ only in where their slice begins share a variant. Each function that asks for a kernel takes a spec
/// for each further operand of prologue and epilogue, in the order of Node::inputs; without any, each is one value a
/// channel, dense (conv2d and dense only). It throws InvalidArgument where shapes disagree and Unsupported, with the reason,
/// for views that no kernel takes. Copies share everything; thread-safe.
class ABUT_API KernelLibrary {
public:
    explicit KernelLibrary(Device device);

    [[nodiscard]] Preferred preferred(const Conv2d& attributes, const ViewSpec& input, const ViewSpec& weights) const;
    [[nodiscard]] Preferred preferred(const Dense& attributes, const ViewSpec& input, const ViewSpec& weights) const;

    SpecialisedKernel conv2d(const Conv2d& attributes, const ViewSpec& input, const ViewSpec& weights,
                             const ViewSpec& output, const std::vector<ViewSpec>& operands = {});
    /// `weights` is the spec of b.
    SpecialisedKernel dense(const Dense& attributes, const ViewSpec& input, const ViewSpec& weights, const ViewSpec& output,
                            const std::vector<ViewSpec>& operands = {});
    /// `operands` are all those after the first.
    SpecialisedKernel elementwise(const Elementwise& attributes, const ViewSpec& input, const ViewSpec& output,
                                  const std::vector<ViewSpec>& operands = {});

    /// Builds all kernels that were asked for and not built yet, as one batch. Blocks; starts no threads. Throws Compiler.
    void build(const KernelBuildOptions& options = {});

    struct State;

private:
    std::shared_ptr<State> state_;
};

}  // namespace abut::inline v0
