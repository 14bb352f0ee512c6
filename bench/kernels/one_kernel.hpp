// SPDX-License-Identifier: Apache-2.0
// Kernels of the public API, one at a time, with their output packed or in a slice of a wider tensor.
#pragma once

#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <string>

#include "abut/kernels.hpp"

namespace abut::bench {

/// How an output of some channels lies: `before` more channels in front of it, in pixels of `before` + its own + `behind`.
struct Place {
    const char* name;
    std::int64_t before = 0;
    std::int64_t behind = 0;
};

/// A packed output, and slices at multiples of 64, 16 and 4 bytes whose pixels lie so far apart too.
inline constexpr std::array places{Place{"packed"}, Place{"slice at 64 bytes", 32, 32}, Place{"slice at 16 bytes", 4, 8},
                                   Place{"slice at 4 bytes", 1, 2}};

/// OpenCL's first device.
const Device& bench_device();
const Queue& bench_queue();

/// A tensor in memory of its own, filled with values between -0.5 and 0.5.
TensorView filled(const ViewSpec& spec, std::uint32_t seed);

/// An image, channels last, or a matrix, whose axis 1 is the part of a wider one that `place` says.
TensorView placed(const Shape& shape, const Place& place);

/// Times launch after launch of what is built, and counts `operations` of each; `bytes` are read and written by one.
void time_launches(benchmark::State& state, const SpecialisedKernel& kernel, const KernelArguments& arguments,
                   double operations, double bytes);

/// Rates of `operations` and `bytes` an iteration.
void count(benchmark::State& state, double operations, double bytes);

/// Registers `time` for each layer with its output at each place.
template <typename Layers, typename Layer>
bool register_at_places(const Layers& layers, void (*time)(benchmark::State&, const Layer&, const Place&)) {
    for (const Layer& layer : layers) {
        for (const Place& place : places) {
            const std::string name = name_of(layer) + "/abut, " + place.name;
            benchmark::RegisterBenchmark(name.c_str(), time, layer, place)->UseRealTime();
        }
    }
    return true;
}

}  // namespace abut::bench
