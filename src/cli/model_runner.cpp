// SPDX-License-Identifier: Apache-2.0
#include "cli/model_runner.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>

#include "cli/progress_bar.hpp"
#include "core/checked.hpp"
#include "core/fail.hpp"
#include "graph/strided_walk.hpp"
#include "onnx/host_tensor.hpp"
#include "program/shared_ports.hpp"

namespace abut::cli {

namespace {

Program compile_with_bar(Graph graph, const Device& device, CompileOptions options) {
    ProgressBar bar;
    options.progress = bar.callback();
    return compile(std::move(graph), device, options);
}

HostTensor uniform(const Shape& shape, std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::vector<float> elements(static_cast<std::size_t>(element_count(shape)));
    // The upper 24 bits are all that a float holds; no distribution of the standard library gives the same numbers
    // everywhere.
    for (float& element : elements) element = static_cast<float>(generator() >> 40U) * 0x1p-24F;
    return onnx::make_tensor(shape, std::move(elements));
}

/// True where `noise` is 0.5 and more.
HostTensor halves(const HostTensor& noise) {
    std::vector<std::uint8_t> elements;
    for (const float element : onnx::elements_of<float>(noise)) elements.push_back(element < 0.5F ? 0 : 1);
    return onnx::make_tensor(noise.shape, std::move(elements));
}

template <typename T>
std::vector<std::byte> bytes_of(const std::vector<T>& elements) {
    const auto bytes = std::as_bytes(std::span(elements));
    return {bytes.begin(), bytes.end()};
}

template <typename T>
std::vector<std::byte> bytes_as(const HostTensor& tensor) {
    std::vector<T> elements;
    for (const std::int64_t element : onnx::converted<std::int64_t>(tensor)) elements.push_back(static_cast<T>(element));
    return bytes_of(elements);
}

// The elements as the port's dtype stores them.
std::vector<std::byte> bytes_of(const HostTensor& tensor, DType dtype) {
    if (dtype == DType::Int32) return bytes_as<std::int32_t>(tensor);
    if (dtype == DType::Int64) return bytes_as<std::int64_t>(tensor);
    if (dtype == DType::UInt8) return bytes_as<std::uint8_t>(tensor);
    if (dtype == DType::Bool) return bytes_of(onnx::converted<std::uint8_t>(tensor));
    const auto bytes = std::as_bytes(onnx::elements_of<float>(tensor));
    return {bytes.begin(), bytes.end()};
}

/// A copy of the memory that `view` reaches, from its element 0.
std::vector<std::byte> memory_of(const TensorView& view, const Queue& queue) {
    std::vector<std::byte> memory(static_cast<std::size_t>(view.layout().extent() * size_bytes(view.dtype())));
    if (!memory.empty()) queue.read(view.buffer(), view.offset_bytes(), memory);
    return memory;
}

/// Calls visit(byte of a row-major tensor, byte of the view's memory) for every element.
template <class Visit>
void for_each_element(const TensorView& view, const Visit& visit) {
    const auto element_bytes = static_cast<std::size_t>(size_bytes(view.dtype()));
    const std::int64_t count = element_count(view.layout().shape);
    reference::StridedWalk walk(view.layout().shape, {view.layout().strides});
    for (std::int64_t i = 0; i < count; ++i, walk.advance()) {
        visit(static_cast<std::size_t>(i) * element_bytes, static_cast<std::size_t>(walk.offset(0)) * element_bytes,
              element_bytes);
    }
}

void write_elements(const TensorView& view, const std::vector<std::byte>& elements, const Queue& queue) {
    std::vector<std::byte> memory = memory_of(view, queue);
    for_each_element(view, [&](std::size_t element, std::size_t place, std::size_t bytes) {
        std::memcpy(memory.data() + place, elements.data() + element, bytes);
    });
    if (!memory.empty()) queue.write(view.buffer(), view.offset_bytes(), memory);
}

std::vector<std::byte> read_elements(const TensorView& view, const Queue& queue) {
    std::vector<std::byte> elements(static_cast<std::size_t>(element_count(view.layout().shape) * size_bytes(view.dtype())));
    const std::vector<std::byte> memory = memory_of(view, queue);
    for_each_element(view, [&](std::size_t element, std::size_t place, std::size_t bytes) {
        std::memcpy(elements.data() + element, memory.data() + place, bytes);
    });
    return elements;
}

Binding allocate(const Port& port, const Device& device) {
    const std::int64_t elements = std::max<std::int64_t>(port.spec.layout.extent(), 1);
    const std::int64_t bytes = core::checked_multiply(elements, size_bytes(port.spec.dtype));
    return {port.value, TensorView(device.allocate(bytes), 0, port.spec.dtype, port.spec.layout)};
}

HostTensor value_of(const Port& port, std::size_t position, const InputValues& values) {
    const auto given = values.find(port.name);
    if (given != values.end()) return given->second;
    const HostTensor noise = uniform(port.spec.shape(), position);
    if (port.spec.dtype == DType::Float32) return noise;
    if (port.spec.dtype == DType::Bool) return halves(noise);
    return onnx::make_tensor(port.spec.shape(),
                             std::vector<std::int64_t>(static_cast<std::size_t>(element_count(port.spec.shape()))));
}

template <typename T>
std::vector<std::int64_t> widened(const std::vector<std::byte>& bytes) {
    std::vector<T> elements(bytes.size() / sizeof(T));
    std::memcpy(elements.data(), bytes.data(), bytes.size());
    return {elements.begin(), elements.end()};
}

std::vector<std::uint8_t> truths(const std::vector<std::byte>& bytes) {
    std::vector<std::uint8_t> elements;
    for (const std::byte byte : bytes) elements.push_back(byte != std::byte{0} ? 1 : 0);
    return elements;
}

HostTensor tensor_of(std::vector<std::byte> bytes, DType dtype, const Shape& shape) {
    if (dtype == DType::Int64) return onnx::make_tensor(shape, widened<std::int64_t>(bytes));
    if (dtype == DType::Int32) return onnx::make_tensor(shape, widened<std::int32_t>(bytes));
    if (dtype == DType::UInt8) return onnx::make_tensor(shape, widened<std::uint8_t>(bytes));
    if (dtype == DType::Bool) return onnx::make_tensor(shape, truths(bytes));
    std::vector<float> elements(bytes.size() / sizeof(float));
    std::memcpy(elements.data(), bytes.data(), bytes.size());
    return onnx::make_tensor(shape, std::move(elements));
}

}  // namespace

ModelRunner::ModelRunner(Graph graph, const Device& device, const CompileOptions& options, const InputValues& values)
    : ModelRunner(compile_with_bar(std::move(graph), device, options), values) {}

ModelRunner::ModelRunner(Program program, const InputValues& values)
    : program_(std::move(program)),
      session_(program_.session()) {
    for (std::size_t i = 0; i < program_.inputs().size(); ++i) {
        const Port& port = program_.inputs()[i];
        const bool shares = std::ranges::find(program_.shared_ports(), static_cast<int>(i), &SharedPorts::input) !=
                            program_.shared_ports().end();
        inputs_.push_back(shares ? Binding{port.value, {}} : allocate(port, program_.device()));
    }
    for (const Port& port : program_.outputs()) outputs_.push_back(allocate(port, program_.device()));
    for (const SharedPorts& shared : program_.shared_ports()) {
        const TensorView& output = outputs_.at(static_cast<std::size_t>(shared.output)).view;
        const ViewSpec& spec = program_.inputs().at(static_cast<std::size_t>(shared.input)).spec;
        const std::int64_t offset = output.offset_bytes() + programs::shared_offset_bytes(shared, output.spec());
        inputs_[static_cast<std::size_t>(shared.input)].view = TensorView(output.buffer(), offset, spec.dtype, spec.layout);
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const Port& port = program_.inputs()[i];
        write_elements(inputs_[i].view, bytes_of(value_of(port, i, values), port.spec.dtype), session_.queue());
    }
}

HostTensor ModelRunner::output(std::size_t index) const {
    const Port& port = program_.outputs().at(index);
    return tensor_of(read_elements(outputs_.at(index).view, session_.queue()), port.spec.dtype, port.spec.shape());
}

}  // namespace abut::cli
