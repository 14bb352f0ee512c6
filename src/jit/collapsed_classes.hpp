// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jit/cache_system.hpp"
#include "jit/variant_benefits.hpp"

/// Classes of variants that never pay on a class of device, in a file of the cache's directory that is named by what the
/// device is: the generic variants of their kernels serve in their place.
namespace abut::jit {

struct CollapsedClass {
    std::string name;             ///< variant_class() of its variants
    std::int64_t variants = 0;    ///< that were measured
    double greatest_benefit = 0;  ///< of theirs
    bool operator==(const CollapsedClass&) const = default;
};

/// Which classes have collapsed, by name: those of `known`, but for classes of which a document is in `measured_now`, and of
/// the latter those of which `benefits` have three variants or more whose noise is 5 % at most, none that pays, and none
/// that may by that much. `benefits` are of one device and may repeat. Pure.
std::vector<CollapsedClass> collapsed_classes(std::span<const CollapsedClass> known,
                                              std::span<const MeasuredBenefit> benefits,
                                              std::span<const std::string> measured_now);

/// A file of a directory.
struct CollapsedFile {
    std::string name;
    std::string identity;                 ///< of the device and its class
    std::vector<CollapsedClass> classes;  ///< none in a file that is damaged or of another version
};

/// The bytes of a file: magic, format version, identity of device and class, count and fields of classes, XXH3-128 of all.
std::vector<std::byte> encode_collapsed(const std::string& identity, std::span<const CollapsedClass> classes);
/// The file, without its name; nothing unless the bytes are exactly what encode_collapsed gives for such classes.
std::optional<CollapsedFile> decode_collapsed(std::span<const std::byte> file);

/// Those of a directory; none where there is no such file, or it is damaged, of another version or not to be trusted:
/// variants are then as they always were.
std::vector<CollapsedClass> read_collapsed(const std::string& directory, const std::string& identity);
/// Replaces the file; removes it where there is none to name. Throws IO.
void write_collapsed(const std::string& directory, const std::string& identity, std::span<const CollapsedClass> classes,
                     const CacheSystem& system = {});

/// By name. Throws IO.
std::vector<CollapsedFile> list_collapsed(const std::string& directory);

/// What the benefits of a directory's entries are for the device of `identity` and class, each variant once. Throws IO.
std::vector<MeasuredBenefit> benefits_on(const std::string& directory, const std::string& identity,
                                         const std::string& device_class);

}  // namespace abut::jit
