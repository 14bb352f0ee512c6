// SPDX-License-Identifier: Apache-2.0
#include "program/port_binding.hpp"

#include <fmt/format.h>

#include <string>

#include "core/fail.hpp"

namespace abut::programs {
namespace {

bool same_places(const Layout& a, const Layout& b) {
    if (a.shape != b.shape) return false;
    for (int axis = 0; axis < a.shape.rank(); ++axis) {
        if (a.shape[axis] > 1 && a.strides[axis] != b.strides[axis]) return false;
    }
    return true;
}

bool is_same_memory(const std::shared_ptr<device::Memory>& a, const std::shared_ptr<device::Memory>& b) {
    if (a == b) return true;
    const auto* host_a = dynamic_cast<const device::HostMemory*>(a.get());
    const auto* host_b = dynamic_cast<const device::HostMemory*>(b.get());
    return host_a && host_b && host_a->data() == host_b->data() && host_a->size_bytes() == host_b->size_bytes();
}

std::string label(std::string_view kind, const Port& port) {
    return fmt::format("{} \"{}\"", kind, port.name);
}

}  // namespace

void require_promised(const TensorView& view, const ViewSpec& spec, std::string_view where) {
    if (!view.buffer()) core::fail_invalid("{}: the view has no memory", where);
    if (view.dtype() != spec.dtype) {
        core::fail_invalid("{}: expected {}, found {}", where, to_string(spec.dtype), to_string(view.dtype()));
    }
    if (view.layout().shape != spec.shape()) {
        core::fail_invalid("{}: expected shape {}, found {}", where, to_string(spec.shape()),
                           to_string(view.layout().shape));
    }
    if (!same_places(view.layout(), spec.layout)) {
        core::fail_invalid("{}: expected the layout {} that was promised, found {}", where, to_string(spec.layout),
                           to_string(view.layout()));
    }
}

std::int64_t offset_in_memory_bytes(const TensorView& view) {
    return view.buffer().offset_bytes() + view.offset_bytes();
}

Address address_on(const Device& device, const TensorView& view, std::string_view where) {
    const auto& given = view.buffer().memory();
    if (dynamic_cast<const device::HostMemory*>(given.get()) && !device.profile().shares_host_memory) {
        core::fail_invalid("{}: expected memory of {}, found host memory, which it does not share; bind a view of a Buffer",
                           where, device.profile().name);
    }
    return {.memory = device.backend()->import(given), .offset_bytes = offset_in_memory_bytes(view)};
}

std::vector<const TensorView*> PortBinding::by_port(std::span<const Binding> bindings) const {
    std::vector<const TensorView*> views(ports_.size());
    for (const auto& binding : bindings) {
        bool known = false;
        bool taken = false;
        for (std::size_t i = 0; i < ports_.size() && !taken; ++i) {
            if (ports_[i].value != binding.value) continue;
            known = true;
            if (views[i]) continue;
            views[i] = &binding.view;
            taken = true;
        }
        if (!known)
            core::fail_invalid("value {} is bound as an {}, but the graph has no such {}", binding.value.index, kind_,
                               kind_);
        if (!taken)
            core::fail_invalid("value {} is bound as an {} more often than the graph has it", binding.value.index, kind_);
    }
    for (std::size_t i = 0; i < ports_.size(); ++i) {
        if (!views[i]) core::fail_invalid("{}: nothing is bound to it", label(kind_, ports_[i]));
    }
    return views;
}

std::vector<Address> PortBinding::addresses(std::span<const Binding> bindings, const Device& device) {
    const auto views = by_port(bindings);
    for (std::size_t i = 0; i < views.size(); ++i) require_promised(*views[i], ports_[i].spec, label(kind_, ports_[i]));
    imported_.resize(ports_.size());
    std::vector<Address> result;
    for (std::size_t i = 0; i < views.size(); ++i) {
        const auto where = label(kind_, ports_[i]);
        auto& known = imported_[i];
        const auto& given = views[i]->buffer().memory();
        if (!is_same_memory(given, known.given)) known = {given, address_on(device, *views[i], where).memory};
        result.push_back({.memory = known.memory, .offset_bytes = offset_in_memory_bytes(*views[i])});
        const auto element_bytes = size_bytes(views[i]->dtype());
        if (!result.back().is_multiple_of(element_bytes)) {
            core::fail_invalid("{}: expected an address that is a multiple of {} bytes, found one that is not", where,
                               element_bytes);
        }
    }
    return result;
}

}  // namespace abut::programs
