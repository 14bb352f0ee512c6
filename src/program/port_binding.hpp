// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "abut/program.hpp"
#include "program/launch.hpp"

namespace abut::programs {

/// Throws InvalidArgument, with what `where` names, unless `view` is what `spec` promised: shape, dtype, layout (strides of
/// axes of extent 1 don't count), and an address that is a multiple of the element.
void require_promised(const TensorView& view, const ViewSpec& spec, std::string_view where);

/// How far the view's element 0 lies behind the start of view.buffer().memory().
std::int64_t offset_in_memory_bytes(const TensorView& view);

/// The memory of a view as the kernels of `device` take it. Throws InvalidArgument where they can't.
Address address_on(const Device& device, const TensorView& view, std::string_view where);

/// The inputs, or the outputs, of a session and the memory that was bound to each last.
class PortBinding {
public:
    /// `kind` is "input" or "output". Both outlive the object.
    PortBinding(const std::vector<Port>& ports, std::string_view kind) : ports_(ports), kind_(kind) {}

    /// The view bound to each port. Throws InvalidArgument for a binding that is missing, repeated or unknown.
    [[nodiscard]] std::vector<const TensorView*> by_port(std::span<const Binding> bindings) const;
    /// One address a port. Imports host memory, unless a port gets the same range as the time before.
    std::vector<Address> addresses(std::span<const Binding> bindings, const Device& device);

private:
    /// What a port was given last and what the device made of it.
    struct Imported {
        std::shared_ptr<device::Memory> given;
        std::shared_ptr<device::Memory> memory;
    };
    const std::vector<Port>& ports_;
    std::string_view kind_;
    std::vector<Imported> imported_;
};

}  // namespace abut::programs
