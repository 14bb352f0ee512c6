// SPDX-License-Identifier: Apache-2.0
#include "program/stepped_run.hpp"

#include "program/port_binding.hpp"

namespace abut::programs {
namespace {

Address arena_address(const Session::State& session) {
    if (!session.arena) return {};
    return {.memory = session.program->device.backend()->import(session.arena.memory()),
            .offset_bytes = session.arena.offset_bytes()};
}

Memories memories_of(const Session::State& session, std::span<const Binding> inputs, std::span<const Binding> outputs) {
    const auto& program = *session.program;
    return {.arena = arena_address(session),
            .inputs = PortBinding(program.inputs, "input").addresses(inputs, program.device),
            .outputs = PortBinding(program.outputs, "output").addresses(outputs, program.device)};
}

}  // namespace

SteppedRun::SteppedRun(Session::State& session, std::span<const Binding> inputs, std::span<const Binding> outputs)
    : session_(session),
      program_(*session.program),
      memories_(memories_of(session, inputs, outputs)),
      memory_(program_, memories_, *session.queue.backend()) {
    session_.bind(inputs, outputs);
}

const std::string& SteppedRun::kernel(std::size_t index) const {
    return session_.kernel_of(static_cast<int>(index)).name;
}

bool SteppedRun::has_tiles(std::size_t index) const {
    return program_.steps[index].promised.launch.tiles > 0;
}

std::optional<WatchedMemory::Place> SteppedRun::run(std::size_t index) {
    session_.enqueue_step(static_cast<int>(index), {}).wait();
    return memory_.update(regions_written(index));
}

std::vector<SteppedRun::Region> SteppedRun::regions_written(std::size_t index) const {
    std::vector<Region> regions;
    for (const auto& view : step(index).writes) regions.push_back(memory_.region_of(view));
    return regions;
}

const std::string& SteppedRun::value_written(std::size_t index, std::size_t write) const {
    const auto& values = step(index).outputs.empty() ? step(index).inputs : step(index).outputs;
    return program_.graph.value(values.at(write < values.size() ? write : 0)).name;
}

}  // namespace abut::programs
