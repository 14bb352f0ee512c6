// SPDX-License-Identifier: Apache-2.0
#include "support/run_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include "program/check_run.hpp"

#include "graph/strided_walk.hpp"
#include "program/shared_ports.hpp"
#include "support/placed_view.hpp"
#include "support/random_graph.hpp"
#include "support/run_step.hpp"

namespace abut::test {
namespace {

/// A lead that gives the view the address that the port promises, and no better one.
std::int64_t lead_elements(const ViewSpec& spec) {
    return (spec.alignment.modulus + spec.alignment.remainder) / size_bytes(spec.dtype);
}

std::vector<PlacedView> place(const Device& device, const std::vector<Port>& ports) {
    std::vector<PlacedView> views;
    for (const auto& port : ports) views.emplace_back(device, port.spec, lead_elements(port.spec));
    return views;
}

std::vector<Binding> bindings(const std::vector<Port>& ports, const std::vector<PlacedView>& views) {
    std::vector<Binding> result;
    for (std::size_t i = 0; i < ports.size(); ++i) result.push_back({ports[i].value, views[i].view()});
    return result;
}

/// A tensor of canaries that holds `part` from `begin`.
reference::Tensor around(const reference::Tensor& part, const Dims& begin, const Shape& shape) {
    auto whole = reference::zeros(shape);
    std::ranges::fill(whole.elements, std::numeric_limits<float>::quiet_NaN());
    std::int64_t offset = 0;
    const Layout layout = Layout::dense(shape);
    for (int axis = 0; axis < begin.rank(); ++axis) offset += begin[axis] * layout.strides[axis];
    reference::StridedWalk walk(part.shape, {layout.strides});
    for (const float element : part.elements) {
        whole.elements[static_cast<std::size_t>(offset + walk.offset(0))] = element;
        walk.advance();
    }
    return whole;
}

/// Binds inputs that share memory to where they lie in the outputs, and writes them there.
void place_shared(const Program& program, const Queue& queue, const std::vector<reference::Tensor>& inputs,
                  const std::vector<PlacedView>& out, std::vector<Binding>& bound) {
    for (const auto& shared : program.shared_ports()) {
        const auto input = static_cast<std::size_t>(shared.input);
        const auto& output = out[static_cast<std::size_t>(shared.output)];
        const ViewSpec& spec = program.inputs()[input].spec;
        output.write(queue, around(inputs[input], shared.begin, output.view().layout().shape));
        const auto offset = output.view().offset_bytes() + programs::shared_offset_bytes(shared, output.view().spec());
        bound[input].view = TensorView(output.view().buffer(), offset, spec.dtype, spec.layout);
    }
}

}  // namespace

ProgramResult run_program(const Program& program, Session& session, const std::vector<reference::Tensor>& inputs) {
    const auto queue = program.device().queue();
    const auto in = place(program.device(), program.inputs());
    const auto out = place(program.device(), program.outputs());
    for (std::size_t i = 0; i < in.size(); ++i) in[i].write(queue, inputs.at(i));
    for (const auto& view : out) view.clear(queue);
    poison(queue, session.arena());
    auto bound_inputs = bindings(program.inputs(), in);
    place_shared(program, queue, inputs, out, bound_inputs);
    queue.finish();
    session.run(bound_inputs, bindings(program.outputs(), out));
    ProgramResult result;
    for (const auto& view : out) {
        result.outputs.push_back(view.read(queue));
        result.damage += view.damage(queue);
    }
    for (std::size_t i = 0; i < in.size(); ++i) {
        result.damage += in[i].damage(queue);
        if (!same_bits(in[i].read(queue), inputs[i])) result.damage += fmt::format("input {} was written", i);
    }
    return result;
}

namespace {

/// How the program's outputs in `session` differ from those of `graph`.
std::string differences(const Graph& graph, const Program& program, Session& session,
                        const std::vector<reference::Tensor>& inputs) {
    const auto expected = reference::evaluate(graph, inputs);
    const auto result = run_program(program, session, inputs);
    std::string text = result.damage;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto different = difference(result.outputs[i], expected[i], 1e-4F, 1e-4F);
        if (!different.empty()) text += fmt::format("output \"{}\": {}; ", graph.outputs()[i].name, different);
    }
    return text;
}

}  // namespace

programs::CheckReport check_steps(const Program& program, Session& session, const std::vector<reference::Tensor>& inputs,
                                  std::uint32_t seed) {
    const auto in = place(program.device(), program.inputs());
    const auto out = place(program.device(), program.outputs());
    const auto queue = program.device().queue();
    for (std::size_t i = 0; i < in.size(); ++i) in[i].write(queue, inputs.at(i));
    auto bound_inputs = bindings(program.inputs(), in);
    place_shared(program, queue, inputs, out, bound_inputs);
    queue.finish();
    return programs::check_run(session, bound_inputs, bindings(program.outputs(), out), seed);
}

std::string check_graph(const Graph& graph, const Device& device, const CompileOptions& options, std::uint32_t seed) {
    return check_graph(graph, device, options, tests::random_inputs(graph, seed));
}

std::string check_graph(const Graph& graph, const Device& device, const CompileOptions& options,
                        const std::vector<reference::Tensor>& inputs) {
    const auto program = compile(graph, device, options);
    auto session = program.session();
    return differences(graph, program, session, inputs);
}

std::string check_graph_and_steps(const Graph& graph, const Device& device, const CompileOptions& options,
                                  std::uint32_t seed) {
    const auto inputs = tests::random_inputs(graph, seed);
    const auto program = compile(graph, device, options);
    auto session = program.session();
    const auto text = differences(graph, program, session, inputs);
    check_steps(program, session, inputs, seed);
    return text;
}

}  // namespace abut::test
