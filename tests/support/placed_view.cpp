// SPDX-License-Identifier: Apache-2.0
#include "support/placed_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>

namespace abut::test {
namespace {

constexpr std::uint32_t canary = 0x7fc0ab07;
constexpr std::int64_t tail_elements = 64;

/// Calls visit(i, element of the memory) for element i of the view in row-major order.
template <class Visit>
void for_each_element(const TensorView& view, Visit visit) {
    const auto& layout = view.layout();
    const auto base = view.offset_bytes() / static_cast<std::int64_t>(sizeof(float));
    const auto count = element_count(layout.shape);
    Dims index = Dims::filled(layout.shape.rank(), 0);
    for (std::int64_t i = 0; i < count; ++i) {
        visit(static_cast<std::size_t>(i), static_cast<std::size_t>(base + layout.offset_of(index)));
        for (int axis = layout.shape.rank() - 1; axis >= 0 && ++index[axis] == layout.shape[axis]; --axis) index[axis] = 0;
    }
}

}  // namespace

PlacedView::PlacedView(const Device& device, const ViewSpec& spec, std::int64_t lead_elements)
    : elements_(static_cast<std::size_t>(lead_elements + spec.layout.extent() + tail_elements)) {
    constexpr std::int64_t element_bytes = sizeof(float);
    const auto buffer = device.allocate(static_cast<std::int64_t>(elements_) * element_bytes);
    view_ = TensorView(buffer, lead_elements * element_bytes, spec.dtype, spec.layout);
}

void PlacedView::upload(const Queue& queue, const std::vector<std::uint32_t>& words) const {
    queue.write(view_.buffer(), 0, std::as_bytes(std::span(words)));
}

std::vector<std::uint32_t> PlacedView::download(const Queue& queue) const {
    std::vector<std::uint32_t> words(elements_);
    queue.read(view_.buffer(), 0, std::as_writable_bytes(std::span(words)));
    return words;
}

void PlacedView::write(const Queue& queue, const reference::Tensor& tensor) const {
    std::vector<std::uint32_t> words(elements_, canary);
    for_each_element(view_, [&](std::size_t i, std::size_t place) {
        words.at(place) = std::bit_cast<std::uint32_t>(tensor.elements.at(i));
    });
    upload(queue, words);
}

void PlacedView::clear(const Queue& queue) const {
    upload(queue, std::vector<std::uint32_t>(elements_, canary));
}

reference::Tensor PlacedView::read(const Queue& queue) const {
    const auto words = download(queue);
    const auto& shape = view_.layout().shape;
    reference::Tensor tensor{shape, std::vector<float>(static_cast<std::size_t>(element_count(shape)))};
    for_each_element(view_,
                     [&](std::size_t i, std::size_t place) { tensor.elements[i] = std::bit_cast<float>(words.at(place)); });
    return tensor;
}

std::string PlacedView::damage(const Queue& queue) const {
    auto words = download(queue);
    for_each_element(view_, [&](std::size_t, std::size_t place) { words.at(place) = canary; });
    const auto found = std::ranges::find_if(words, [](std::uint32_t word) { return word != canary; });
    if (found == words.end()) return {};
    return fmt::format("element {} of the memory around {} at byte {} was written", found - words.begin(),
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
