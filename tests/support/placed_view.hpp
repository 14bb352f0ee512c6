// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "abut/tensor_view.hpp"
#include "graph/evaluate.hpp"

namespace abut::test {

/// A view in device memory of its own, with canaries (NaNs that are known by their bits) in every element around it and in
/// its gaps. Elements are float32, or of bool, whose bytes are the numbers of a tensor.
class PlacedView {
public:
    /// `lead_elements` lie before element 0 of the view.
    PlacedView(const Device& device, const ViewSpec& spec, std::int64_t lead_elements = 16);

    [[nodiscard]] const TensorView& view() const { return view_; }
    /// Writes the elements of the view; all others become canaries.
    void write(const Queue& queue, const reference::Tensor& tensor) const;
    /// Makes every element of the memory a canary, those of the view too.
    void clear(const Queue& queue) const;
    [[nodiscard]] reference::Tensor read(const Queue& queue) const;
    /// Where an element outside the view is no canary any more; empty if all are.
    [[nodiscard]] std::string damage(const Queue& queue) const;

private:
    [[nodiscard]] std::vector<std::byte> download(const Queue& queue) const;

    std::size_t bytes_ = 0;
    TensorView view_;
};

/// Fills a buffer with the canary, so that a read before a write spoils the result.
void poison(const Queue& queue, const Buffer& buffer);

bool same_bits(const reference::Tensor& a, const reference::Tensor& b);

}  // namespace abut::test
