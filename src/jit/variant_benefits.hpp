// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jit/cache_system.hpp"

/// What variants gain over the generic ones of their kernels, as measured: noted beside an entry KEY.kernels in KEY.benefit.
/// Nothing of it decides what a kernel is, and nothing that looks for a kernel reads it.
namespace abut::jit {

inline constexpr const char* benefit_suffix = ".benefit";

struct MeasuredBenefit {
    std::string document;       ///< of the variant
    std::string device_class;   ///< what times depend on beside the identity: a key document (device_class_of)
    double benefit = 1;         ///< the generic variant's time by the variant's, the median of all samples
    double noise = 0;           ///< by how much the variant's time by itself is off 1: two standard errors of its median
    std::int64_t samples = 1;   ///< of each
    std::int64_t measured = 0;  ///< seconds since 1970
    bool operator==(const MeasuredBenefit&) const = default;

    /// Whether it is faster than the generic one by more than noise.
    [[nodiscard]] bool pays() const noexcept { return benefit > 1 + noise; }
};

/// The bytes of a file: magic, format version, key and identity of the entry, count and fields of the records, XXH3-128 of
/// all of these.
std::vector<std::byte> encode_benefits(const std::string& key, const std::string& identity,
                                       std::span<const MeasuredBenefit> benefits);
/// The records, or nothing unless the bytes are exactly what encode_benefits gives for such an entry and records that make
/// sense.
std::optional<std::vector<MeasuredBenefit>> decode_benefits(std::span<const std::byte> file, const std::string& key,
                                                            const std::string& identity);

/// What was measured just now, and then `known`, which has what was measured last first: of a variant and a class of device
/// only the first stays, and of a variant the first `most_classes` classes. Clocks don't matter. Pure.
std::vector<MeasuredBenefit> merged_benefits(std::vector<MeasuredBenefit> known, std::vector<MeasuredBenefit> measured);
inline constexpr std::size_t most_classes = 4;

enum class BenefitState : std::uint8_t { Absent, Sound, Damaged, Newer };

/// What is noted of an entry.
struct NotedBenefits {
    BenefitState state = BenefitState::Absent;
    std::vector<MeasuredBenefit> benefits;  ///< of a Sound file
};

/// Of the entry `file` of a directory, which was built for the device of `identity`. A file that can't be read or is not to
/// be trusted is Damaged.
NotedBenefits read_benefits(const std::string& directory, const std::string& file, const std::string& identity);

/// Notes what was measured beside each entry of the directory that holds the variant for the device of `identity`, and
/// removes notes of entries that are gone. How many of `measured` are noted somewhere. Throws IO.
std::size_t note_benefits(const std::string& directory, const std::string& identity,
                          std::span<const MeasuredBenefit> measured, const CacheSystem& system = {});

}  // namespace abut::jit
