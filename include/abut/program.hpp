// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "abut/device.hpp"
#include "abut/graph.hpp"
#include "abut/plan.hpp"
#include "abut/tensor_view.hpp"

namespace abut::inline v0 {

/// Packed weights on their devices, by content, so that programs of one model share them. What is in the store stays
/// until the last copy of the store is gone, and until the last program that uses it is. Thread-safe; copies share.
class ABUT_API WeightStore {
public:
    WeightStore();
    [[nodiscard]] std::int64_t size_bytes() const;  ///< of all weights in the store, over all devices
    struct State;
    [[nodiscard]] State& state() const;

private:
    std::shared_ptr<State> state_;
};

struct CompileProgress {
    int done = 0;  ///< kernels compiled or loaded
    int total = 0;
    bool compiling = false;  ///< false while kernels come from the cache
};

/// How the steps of a program run. Results have the same bits.
enum class Execution {
    Launches,    ///< a launch a step, or one graph of launches where the device has such
    Persistent,  ///< on CPUs one kernel, in which threads take tiles of all steps; elsewhere as Launches
    Background,  ///< as Launches until a thread, which the second run starts, has built that kernel
};

struct CompileOptions {
    ConcatMode concat = ConcatMode::Slices;
    std::optional<std::int64_t> memory_limit_bytes{};  ///< as in PlanOptions; weights are not counted
    std::vector<ForcedRung> forced_rungs{};            ///< as in PlanOptions; by names after the passes, as plans have them
    /// As in PlanOptions; nothing: what `abut tune` or calibrate() measured on the device, or bytes alone where nobody did.
    std::optional<CostModel> cost_model{};
    Execution execution = Execution::Launches;
    /// Convolutions by Winograd's minimal filtering where that should be faster (Conv2d::winograd): the same results to
    /// rounding, whose errors are up to some ten times those of sums as they are defined. CPUs only.
    bool winograd = true;
    /// Variants that one kernel (such as conv2d) may have in the program. Where views and their alignment ask for more,
    /// those that serve least work give way to generic ones, which rely on elements' alignment alone: fewer to compile, the
    /// same results. A generic variant gives way to nothing, so on CPUs, whose variants rely on no more, it changes nothing.
    /// 0 or more.
    int variant_budget = 64;
    /// A persistent kernel notes when each tile is computed (abut bench --profile); it is another kernel then, and slower by
    /// some 50 cycles a tile.
    bool timed = false;
    std::string label{};  ///< the model's name, for the event log of the cache of kernels
    WeightStore weights{};
    std::function<void(const CompileProgress&)> progress{};
    std::stop_token stop{};  ///< compile() throws InvalidArgument "stopped" soon after a stop is requested
};

struct ProgramStatistics {
    int steps = 0;
    int variants = 0;           ///< different kernels
    int variants_compiled = 0;  ///< 0: every kernel came from the cache
    double compile_ms = 0;
    double load_ms = 0;
    std::int64_t weight_bytes = 0;      ///< packed, those that the store had already included
    std::int64_t new_weight_bytes = 0;  ///< of these, what this program added to the store
};

/// `value` is an input or output of the graph that was given to compile(). A value that is output under several names
/// is bound once for each, in the order of Graph::outputs().
struct Binding {
    ValueId value;
    TensorView view;
};

struct SessionOptions {
    Queue queue{};   ///< in order or out of order; nothing: an in-order queue of the session's own
    Buffer arena{};  ///< at least Program::arena_bytes(), for this session alone; nothing: allocated
};

struct EnqueueOptions {
    std::vector<Event> wait{};  ///< nothing of the run starts before these are done
};

class Program;

/// Runs a program in one arena on one queue. Used by one thread at a time; runs of one session happen one after another,
/// also on a queue that is out of order. The destructor waits for the last run.
class ABUT_API Session {
public:
    /// Every input and output of the graph is bound exactly once, to device or host memory; views may be slices of the
    /// caller's buffers. The view of a run must have the shape, dtype and layout that the graph's input() or output()
    /// promised. Where its address is less aligned than promised, a variant that compile() built for this runs; nothing
    /// is compiled or copied here. The session keeps the memory that was bound last.
    ///
    /// The caller sees to it that outputs overlap neither each other, nor inputs (but those of Program::shared_ports,
    /// which must), nor the arena: views may interleave (as slices do) but share no element. An input may be bound to
    /// several values. Memory stays in use until the event is done.
    ///
    /// Throws InvalidArgument, before anything is enqueued, for a binding that is missing, repeated, unknown or differs from
    /// the promise; it names the input or output. Throws Device where the driver refuses a launch.
    Event enqueue(std::span<const Binding> inputs, std::span<const Binding> outputs, const EnqueueOptions& options = {});
    Event enqueue(std::initializer_list<Binding> inputs, std::initializer_list<Binding> outputs,
                  const EnqueueOptions& options = {});
    /// enqueue and wait.
    void run(std::span<const Binding> inputs, std::span<const Binding> outputs);
    void run(std::initializer_list<Binding> inputs, std::initializer_list<Binding> outputs);

    [[nodiscard]] const Buffer& arena() const;  ///< empty where the program needs none
    [[nodiscard]] const Queue& queue() const;
    struct State;
    explicit Session(std::unique_ptr<State> state);
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();
    [[nodiscard]] State& state() const;

private:
    std::unique_ptr<State> state_;
};

/// A compiled graph: plan, kernels, packed weights. Immutable, shared by threads; copies share.
class ABUT_API Program {
public:
    /// Throws InvalidArgument for an arena that is too small or not aligned enough, OutOfMemory where one can't be had.
    [[nodiscard]] Session session(const SessionOptions& options = {}) const;
    [[nodiscard]] std::int64_t arena_bytes() const;
    /// Its steps and placements speak of graph().
    [[nodiscard]] const Plan& plan() const;
    /// What the plan was made by; CostModel{} where bytes alone count.
    [[nodiscard]] const CostModel& cost_model() const;
    /// The graph after passes, with ids of its own; its constants have shapes but no elements any more.
    [[nodiscard]] const Graph& graph() const;
    /// Inputs and outputs of the graph that was compiled, with the ids that bindings name. Port k of graph() is the same.
    [[nodiscard]] const std::vector<Port>& inputs() const;
    [[nodiscard]] const std::vector<Port>& outputs() const;
    /// What Graph::share offered and the plan took: runs must bind these inputs in the memory of these outputs.
    [[nodiscard]] const std::vector<SharedPorts>& shared_ports() const;
    [[nodiscard]] const ProgramStatistics& statistics() const;
    [[nodiscard]] const Device& device() const;
    struct State;
    explicit Program(std::shared_ptr<const State> state) : state_(std::move(state)) {}
    [[nodiscard]] const std::shared_ptr<const State>& state() const noexcept { return state_; }

private:
    std::shared_ptr<const State> state_;
};

/// Optimises, plans, builds kernels and packs weights; takes the graph so that its constants can be dropped. Blocks while
/// kernels compile and starts no threads (with Execution::Background the second run starts one, which ends before the last
/// copy of the program is gone); thread-safe. Throws Unsupported (with the node) for what no kernel can do, InvalidArgument
/// for a graph without outputs or when stopped, Compiler, OutOfMemory.
ABUT_API Program compile(Graph graph, const Device& device, const CompileOptions& options = {});

/// Builds the kernels that compile() with the same options would ask for, so that it finds them in the device's cache, but a
/// persistent one; packs no weights and runs nothing. An architecture without a device ("cuda:sm_90a") will do: what it
/// builds is what a device of that architecture looks for, if that has as many multiprocessors as the largest chip of its
/// kind. A device that was calibrated may plan otherwise: with one cost_model in both options it finds all. Throws as
/// compile().
ABUT_API ProgramStatistics warm(Graph graph, const Device& device, const CompileOptions& options = {});

}  // namespace abut::inline v0
