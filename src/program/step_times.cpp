// SPDX-License-Identifier: Apache-2.0
#include "program/step_times.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "core/alignments.hpp"
#include "core/fail.hpp"
#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "program/launch.hpp"
#include "program/weight_store.hpp"

namespace abut::programs {
namespace {

using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

/// Where the views of a step begin in memory that has room for all of them. They are as aligned as they claim and no more,
/// and don't begin at the same place of a page.
std::vector<std::int64_t> places_of(std::span<const ops::Operand> operands) {
    constexpr std::int64_t page_bytes = 4096;
    constexpr std::int64_t apart_bytes = 17 * core::widest_access_bytes;
    std::vector<std::int64_t> places;
    std::int64_t end = 0;
    for (const auto& operand : operands) {
        const std::int64_t page = (end + page_bytes - 1) / page_bytes * page_bytes;
        const std::int64_t alignment = operand.spec.alignment.power_of_two();
        const auto of_view = static_cast<std::int64_t>(places.size()) * apart_bytes;
        places.push_back(page + of_view + (alignment < core::widest_access_bytes ? alignment : 0));
        end = places.back() + operand.spec.layout.extent() * size_bytes(operand.spec.dtype);
    }
    places.push_back(end);
    return places;
}

}  // namespace

/// A step with arguments, ready to be launched over and over.
class TimedStep {
public:
    TimedStep(const ops::StepSpec& step, const ops::LoweredStep& lowered, std::shared_ptr<const jit::CompiledKernel> kernel,
              const Buffer& reads, const Buffer& writes, const Device& device, const Queue& queue)
        : launch_(make_launch(lowered, std::move(kernel))),
          kernel_(launch_.instantiate()) {
        const auto read_places = places_of(step.reads);
        const auto write_places = places_of(step.writes);
        for (const auto& constant : lowered.constants) constants_.push_back(packed(constant, device, queue));
        for (const auto& slot : launch_.pointers) {
            const auto index = static_cast<std::size_t>(slot.argument.index);
            if (slot.argument.kind == ops::ArgumentKind::Packed) {
                set_pointer(*kernel_, slot, {constants_.at(index).memory(), 0});
            } else if (slot.argument.kind == ops::ArgumentKind::Read) {
                set_pointer(*kernel_, slot, {reads.memory(), read_places.at(index)});
            } else {
                set_pointer(*kernel_, slot, {writes.memory(), write_places.at(index)});
            }
        }
    }

    /// Decides how many launches are timed together: many where one is over before it can be told.
    void prepare(device::Backend& backend, device::QueueBackend& queue) {
        constexpr double together_ns = 150'000;
        constexpr double most = 48;
        constexpr double long_ns = 2e6;
        run(queue);
        const auto start = Clock::now();
        run(queue);
        const double once_ns = ns_since(start);
        launches_ = static_cast<int>(std::clamp(std::floor(together_ns / once_ns), 1.0, most));
        is_long_ = once_ns > long_ns;
        record(backend);
        run(queue);
    }

    /// Whether a round should do without it.
    [[nodiscard]] bool is_long() const { return is_long_; }

    /// Nanoseconds a launch.
    double time(device::QueueBackend& queue) {
        const auto start = Clock::now();
        run(queue);
        return ns_since(start) / launches_;
    }

private:
    static Buffer packed(const ops::PackedConstant& constant, const Device& device, const Queue& queue) {
        // Packing permutes and pads: no source has more elements than what is packed.
        const std::vector<float> weights(static_cast<std::size_t>(constant.size_bytes) / sizeof(float), 0.5F);
        Buffer buffer = device.allocate(weight_stride_bytes(constant.size_bytes));
        const std::vector<const void*> sources(constant.sources.size(), weights.data());
        write_packed(constant, sources, buffer, 0, queue);
        return buffer;
    }

    [[nodiscard]] device::LaunchShape shape() const { return {.groups = launch_.tiles, .local = launch_.items}; }

    /// As sessions run steps: with one call, where the device can.
    void record(device::Backend& backend) {
        std::vector<device::GraphNode> nodes;
        for (int i = 0; i < launches_; ++i) {
            nodes.push_back({.kernel = kernel_.get(), .shape = shape(), .dependencies = {}});
            if (i > 0) nodes.back().dependencies = {i - 1};
        }
        graph_ = backend.graph(nodes);
    }

    void run(device::QueueBackend& queue) {
        const auto done = graph_ ? graph_->launch(queue, {}, true) : launch_all(queue);
        queue.flush();
        done->wait();
    }

    std::shared_ptr<device::EventBackend> launch_all(device::QueueBackend& queue) {
        for (int i = 1; i < launches_; ++i) queue.launch(*kernel_, shape(), {}, false);
        return queue.launch(*kernel_, shape(), {}, true);
    }

    Launch launch_;
    std::vector<Buffer> constants_;
    std::unique_ptr<device::Kernel> kernel_;
    std::unique_ptr<device::LaunchGraph> graph_;
    int launches_ = 1;
    bool is_long_ = false;
};

namespace {

/// Memory whose every page was written: what nobody wrote is read faster than memory is.
Buffer written_buffer(std::int64_t bytes, const Device& device, const Queue& queue) {
    constexpr std::size_t part_elements = 1 << 20;
    const std::vector<float> part(part_elements, 0.25F);
    Buffer buffer = device.allocate(bytes);
    const auto all = std::as_bytes(std::span(part));
    for (std::int64_t done = 0; done < bytes; done += std::ssize(all)) {
        const auto count = std::min<std::int64_t>(bytes - done, std::ssize(all));
        queue.write(buffer, done, all.first(static_cast<std::size_t>(count)));
    }
    return buffer;
}

std::int64_t largest(std::span<const TimedKernel> kernels, std::vector<ops::Operand> ops::StepSpec::*operands) {
    std::int64_t bytes = core::widest_access_bytes;
    for (const auto& kernel : kernels) bytes = std::max(bytes, places_of(kernel.step.*operands).back());
    return bytes;
}

/// Other work on the machine only ever adds to a time.
double lowest_tenth_of(std::vector<double> times) {
    const auto tenth = times.begin() + std::ssize(times) / 10;
    std::ranges::nth_element(times, tenth);
    return *tenth;
}

}  // namespace

/// Kernels don't keep what they are given.
struct KernelTimer::State {
    Queue queue;
    Buffer reads;
    Buffer writes;
    std::vector<TimedStep> steps{};
};

KernelTimer::KernelTimer(std::span<const TimedKernel> kernels, const Device& device) : state_(std::make_unique<State>()) {
    std::vector<ops::KernelSpec> specs;
    for (const auto& kernel : kernels) specs.push_back(kernel.lowered.spec);
    const auto compiled = jit::kernel_cache(device).get(specs);
    state_->queue = device.queue();
    state_->reads = written_buffer(largest(kernels, &ops::StepSpec::reads), device, state_->queue);
    state_->writes = written_buffer(largest(kernels, &ops::StepSpec::writes), device, state_->queue);
    state_->steps.reserve(kernels.size());
    for (std::size_t i = 0; i < kernels.size(); ++i)
        state_->steps.emplace_back(kernels[i].step, kernels[i].lowered, compiled[i], state_->reads, state_->writes, device,
                                   state_->queue);
    for (auto& step : state_->steps) step.prepare(*device.backend(), *state_->queue.backend());
}

KernelTimer::~KernelTimer() = default;

double KernelTimer::time_ns(std::size_t kernel) {
    return state_->steps.at(kernel).time(*state_->queue.backend());
}

bool KernelTimer::is_long(std::size_t kernel) const {
    return state_->steps.at(kernel).is_long();
}

std::vector<double> step_times_ns(std::span<const ops::StepSpec> steps, const Device& device) {
    constexpr double time_to_take_ns = 500e6;
    constexpr int fewest_rounds = 16;
    constexpr int rounds_of_long_steps = 4;  // in each so many rounds they are run once
    std::vector<TimedKernel> kernels;
    for (const auto& step : steps) kernels.push_back({.step = step, .lowered = ops::lower(step, device.profile())});
    KernelTimer timer(kernels, device);
    std::vector<std::vector<double>> times(steps.size());
    const auto start = Clock::now();
    for (int round = 0; round < fewest_rounds || ns_since(start) < time_to_take_ns; ++round) {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            // Every other round goes backwards: none always profits from what the one before it left in caches.
            const std::size_t step = round % 2 == 0 ? i : steps.size() - 1 - i;
            if (timer.is_long(step) && round % rounds_of_long_steps != 0) continue;
            times[step].push_back(timer.time_ns(step));
        }
    }
    std::vector<double> typical;
    for (auto& of_step : times) typical.push_back(lowest_tenth_of(std::move(of_step)));
    return typical;
}

}  // namespace abut::programs
