// SPDX-License-Identifier: Apache-2.0
#include "graph/port_checks.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/checked.hpp"

namespace abut::graph_detail {

namespace {

void check_view(std::string_view where, const ViewSpec& spec) {
    const Layout& layout = spec.layout;
    core::require(layout.shape.rank() == layout.strides.rank(), "{}: expected a stride an axis, found {}", where,
                  to_string(layout));
    core::require(std::ranges::all_of(layout.strides, [](std::int64_t stride) { return stride >= 0; }),
                  "{}: expected strides of 0 and more, found {}", where, to_string(layout));
    core::require(
        spec.alignment.modulus > 0 && spec.alignment.remainder >= 0 && spec.alignment.remainder < spec.alignment.modulus,
        "{}: expected an alignment with 0 <= remainder < modulus, found modulus {} and remainder {}", where,
        spec.alignment.modulus, spec.alignment.remainder);
    // Modulo anything that divides the modulus, all such addresses are alike.
    const auto element_bytes = size_bytes(spec.dtype);
    core::require(
        spec.alignment.remainder % std::gcd(spec.alignment.modulus, element_bytes) == 0,
        "{}: expected an address that can be a multiple of the element's {} bytes, found modulus {} and remainder {}", where,
        element_bytes, spec.alignment.modulus, spec.alignment.remainder);
    core::require(spec.offset_bytes.value_or(0) % element_bytes == 0,
                  "{}: expected an offset that is a multiple of the element's {} bytes, found {}", where, element_bytes,
                  spec.offset_bytes.value_or(0));
    core::require(spec.offset_bytes.value_or(0) >= 0, "{}: expected an offset of 0 bytes and more, found {}", where,
                  spec.offset_bytes.value_or(0));
    core::checked_multiply(layout.extent(), size_bytes(spec.dtype));
}

/// Whether axes nest: each stride steps over all that the axes of smaller strides reach.
bool nests(const Layout& layout) {
    if (element_count(layout.shape) == 0) return true;
    std::vector<int> axes;
    for (int axis = 0; axis < layout.shape.rank(); ++axis) {
        if (layout.shape[axis] > 1) axes.push_back(axis);
    }
    std::ranges::sort(axes, {}, [&](int axis) { return layout.strides[axis]; });
    std::int64_t reach = 1;
    for (const int axis : axes) {
        if (layout.strides[axis] < reach) return false;
        reach += (layout.shape[axis] - 1) * layout.strides[axis];
    }
    return true;
}

}  // namespace

void check_port_name(const std::vector<Port>& ports, const std::string& name, std::string_view kind) {
    core::require(!name.empty(), "expected a name for the {}, found none", kind);
    const bool is_taken = std::ranges::any_of(ports, [&](const Port& port) { return port.name == name; });
    core::require(!is_taken, "{} \"{}\": expected a name that no other {} has", kind, name, kind);
}

void check_input_view(std::string_view where, const ViewSpec& spec) {
    check_view(where, spec);
}

void check_output_view(std::string_view where, const Value& value, const ViewSpec& spec) {
    core::require(spec.dtype == value.dtype && spec.shape() == value.shape, "{}: expected a view of {} {}, found {} {}",
                  where, to_string(value.dtype), to_string(value.shape), to_string(spec.dtype), to_string(spec.shape()));
    check_view(where, spec);
    core::require(nests(spec.layout), "{}: expected strides that keep elements apart, found {}", where,
                  to_string(spec.layout));
}

void check_shared_ports(const Port& input, const Port& output, const Dims& begin) {
    const Layout& part = input.spec.layout;
    const Layout& whole = output.spec.layout;
    const int rank = whole.shape.rank();
    core::require(input.spec.dtype == output.spec.dtype && part.shape.rank() == rank && begin.rank() == rank,
                  "input \"{}\": expected the dtype and the {} axes of output \"{}\", found {} {} at {}", input.name, rank,
                  output.name, to_string(input.spec.dtype), to_string(part.shape), to_string(begin));
    for (int axis = 0; axis < rank; ++axis) {
        core::require(
            begin[axis] >= 0 && begin[axis] <= whole.shape[axis] && part.shape[axis] <= whole.shape[axis] - begin[axis],
            "input \"{}\": expected a part of output \"{}\" {}, found {} at {}", input.name, output.name,
            to_string(whole.shape), to_string(part.shape), to_string(begin));
        core::require(part.shape[axis] <= 1 || part.strides[axis] == whole.strides[axis],
                      "input \"{}\": expected the strides of output \"{}\" {}, found {}", input.name, output.name,
                      to_string(whole), to_string(part));
    }
}

}  // namespace abut::graph_detail
