// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abut/graph.hpp"
#include "abut/layout.hpp"

namespace abut::ops {

inline constexpr std::int64_t element_bytes = sizeof(float);  ///< of what kernels compute with

/// One line of the generated header: #define NAME TEXT.
struct Constant {
    std::string name;
    std::string text;
    bool operator==(const Constant&) const = default;
};

enum class ParameterKind : std::uint8_t {
    Read,    ///< global pointer to constant elements; a scalar NAME_offset (elements) follows it
    Write,   ///< global pointer to elements; likewise
    Scalar,  ///< long
};

/// A parameter of the tile function, in order.
struct Parameter {
    std::string name;
    ParameterKind kind = ParameterKind::Scalar;
    /// What the address of element 0 (bytes) or the scalar's value is surely a multiple of; the kernel may rely on it and
    /// the binding checks it. 1 claims nothing.
    std::int64_t guard = 1;
    DType dtype = DType::Float32;  ///< of a pointer's elements: Float32 (float), Bool (unsigned char) or Int64 (long)
    bool operator==(const Parameter&) const = default;
};

/// All that distinguishes one variant from another: the template kernels/FAMILY/STEM.cl and what it is specialised with.
struct KernelSpec {
    std::string family = "cpu";
    std::string stem;
    std::int64_t items = 1;         ///< work-items of a group
    std::int64_t local_floats = 0;  ///< local memory of a group, which the tile function gets as `scratch`
    std::vector<Parameter> parameters;
    std::vector<Constant> constants;
    std::vector<KernelSpec> callees{};  ///< variants whose tiles this kernel computes, by their places in this list
    bool operator==(const KernelSpec&) const = default;
};

/// A constant of the graph in the form that a kernel reads. `key` names the form (not the content): equal keys and
/// equal source bytes give equal packed bytes.
struct PackedConstant {
    std::vector<ValueId> sources;
    std::string key;
    std::int64_t size_bytes = 0;
    /// Writes `size_bytes` from the row-major elements of the sources.
    std::function<void(std::span<const void* const> sources, void* packed)> pack;
};

enum class ArgumentKind : std::uint8_t { Read, Write, Packed, Scalar };

/// What a parameter of the same index is bound to.
struct Argument {
    ArgumentKind kind = ArgumentKind::Scalar;
    int index = 0;           ///< into the step's reads or writes, or into LoweredStep::constants
    std::int64_t value = 0;  ///< of a Scalar
};

/// Arguments by which a kernel brings near, while it multiplies, weights that are read after its own; it computes the same
/// whatever they are. `lower` leaves them zero, and one: only a program knows what comes next and where it lies.
struct WeightPrefetch {
    int constant = 0;             ///< the step's own weights, from which the distance counts, in LoweredStep::constants
    int distance = 0;             ///< the argument that is elements from there to what is brought near
    int step = 0;                 ///< likewise elements from one prefetch to the next, 16 at most
    int tiles = 0;                ///< likewise how many tiles a worker computes: with each it begins where the last ended
    int share = 0;                ///< likewise elements from where a worker begins to where the next one does
    std::int64_t prefetches = 0;  ///< that a tile makes
    std::int64_t parts = 1;       ///< of the step's own weights, side by side; tiles in their order read one after another
};

/// One launch: a variant, its arguments, and how many tiles there are.
struct LoweredStep {
    KernelSpec spec;
    std::vector<Argument> arguments;
    std::vector<PackedConstant> constants;
    std::int64_t tiles = 0;
    std::optional<WeightPrefetch> prefetch{};
};

}  // namespace abut::ops
