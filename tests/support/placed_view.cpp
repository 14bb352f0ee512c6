// SPDX-License-Identifier: Apache-2.0
#include "support/placed_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>

namespace abut::test {
namespace {

constexpr std::uint32_t canary = 0x7fc0ab07;
constexpr std::int64_t tail_elements = 64;

/// `count` bytes of canaries, one after another.
std::vector<std::byte> canaries(std::size_t count) {
    const auto pattern = std::bit_cast<std::array<std::byte, sizeof(canary)>>(canary);
    std::vector<std::byte> bytes(count);
    for (std::size_t i = 0; i < count; ++i) bytes[i] = pattern[i % pattern.size()];
    return bytes;
}

/// Calls visit(i, byte of the memory) for element i of the view in row-major order.
template <class Visit>
void for_each_element(const TensorView& view, Visit visit) {
    const auto& layout = view.layout();
    const auto count = element_count(layout.shape);
    Dims index = Dims::filled(layout.shape.rank(), 0);
    for (std::int64_t i = 0; i < count; ++i) {
        visit(static_cast<std::size_t>(i),
              static_cast<std::size_t>(view.offset_bytes() + layout.offset_of(index) * size_bytes(view.dtype())));
        for (int axis = layout.shape.rank() - 1; axis >= 0 && ++index[axis] == layout.shape[axis]; --axis) index[axis] = 0;
    }
}

}  // namespace

PlacedView::PlacedView(const Device& device, const ViewSpec& spec, std::int64_t lead_elements)
    : bytes_(static_cast<std::size_t>((lead_elements + spec.layout.extent() + tail_elements) * size_bytes(spec.dtype))) {
    const auto buffer = device.allocate(static_cast<std::int64_t>(bytes_));
    view_ = TensorView(buffer, lead_elements * size_bytes(spec.dtype), spec.dtype, spec.layout);
}

std::vector<std::byte> PlacedView::download(const Queue& queue) const {
    std::vector<std::byte> bytes(bytes_);
    queue.read(view_.buffer(), 0, bytes);
    return bytes;
}

void PlacedView::write(const Queue& queue, const reference::Tensor& tensor) const {
    auto bytes = canaries(bytes_);
    for_each_element(view_, [&](std::size_t i, std::size_t place) {
        const float element = tensor.elements.at(i);
        if (view_.dtype() == DType::Bool) {
            bytes.at(place) = static_cast<std::byte>(element);
        } else {
            std::memcpy(&bytes.at(place), &element, sizeof(element));
        }
    });
    queue.write(view_.buffer(), 0, bytes);
}

void PlacedView::clear(const Queue& queue) const {
    queue.write(view_.buffer(), 0, canaries(bytes_));
}

reference::Tensor PlacedView::read(const Queue& queue) const {
    const auto bytes = download(queue);
    const auto& shape = view_.layout().shape;
    reference::Tensor tensor{shape, std::vector<float>(static_cast<std::size_t>(element_count(shape)))};
    for_each_element(view_, [&](std::size_t i, std::size_t place) {
        if (view_.dtype() == DType::Bool) {
            tensor.elements[i] = static_cast<float>(bytes.at(place));
        } else {
            std::memcpy(&tensor.elements[i], &bytes.at(place), sizeof(float));
        }
    });
    return tensor;
}

std::string PlacedView::damage(const Queue& queue) const {
    auto bytes = download(queue);
    const auto expected = canaries(bytes_);
    const auto element_bytes = size_bytes(view_.dtype());
    for_each_element(view_, [&](std::size_t, std::size_t place) {
        std::copy_n(expected.begin() + static_cast<std::ptrdiff_t>(place), element_bytes,
                    bytes.begin() + static_cast<std::ptrdiff_t>(place));
    });
    const auto found = std::ranges::mismatch(bytes, expected).in1;
    if (found == bytes.end()) return {};
    return fmt::format("element {} of the memory around {} at byte {} was written", (found - bytes.begin()) / element_bytes,
                       to_string(view_.layout()), view_.offset_bytes());
}

void poison(const Queue& queue, const Buffer& buffer) {
    if (!buffer) return;
    const std::vector<std::uint32_t> words(static_cast<std::size_t>(buffer.size_bytes()) / sizeof(canary), canary);
    queue.write(buffer, 0, std::as_bytes(std::span(words)));
}

bool same_bits(const reference::Tensor& a, const reference::Tensor& b) {
    return a.shape == b.shape && a.elements.size() == b.elements.size() &&
           std::memcmp(a.elements.data(), b.elements.data(), a.elements.size() * sizeof(float)) == 0;
}

}  // namespace abut::test
