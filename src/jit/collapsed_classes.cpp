// SPDX-License-Identifier: Apache-2.0
#include "jit/collapsed_classes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "jit/cache_bytes.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/device_file.hpp"
#include "jit/variant_reason.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view collapsed_magic = "ABUTCLPS";
constexpr std::uint64_t collapsed_format = 1;
constexpr const char* collapsed_suffix = ".collapsed";
constexpr double most_noise = 0.05;
constexpr std::int64_t fewest_variants = 3;

/// What is measured of one class.
struct ClassBenefits {
    std::map<std::string, MeasuredBenefit> by_document;

    [[nodiscard]] std::optional<CollapsedClass> collapsed(const std::string& name) const {
        CollapsedClass result{.name = name};
        for (const auto& [document, benefit] : by_document) {
            if (benefit.benefit > 1 + std::min(benefit.noise, most_noise)) return std::nullopt;
            result.greatest_benefit = std::max(result.greatest_benefit, benefit.benefit);
            if (benefit.noise <= most_noise) ++result.variants;
        }
        return result.variants >= fewest_variants ? std::optional(result) : std::nullopt;
    }
};

bool is_sound_class(const CollapsedClass& each) {
    return !each.name.empty() && each.variants > 0 && std::isfinite(each.greatest_benefit) && each.greatest_benefit > 0;
}

/// Nothing of a file that is not to be used.
std::optional<CollapsedFile> read_any(const std::string& directory, const std::string& name) {
    const auto bytes = read_device_file(directory, name);
    auto decoded = bytes ? decode_collapsed(*bytes) : std::nullopt;
    if (!decoded || device_file(decoded->identity, collapsed_suffix) != name) return std::nullopt;
    decoded->name = name;
    return decoded;
}

}  // namespace

std::vector<CollapsedClass> collapsed_classes(std::span<const CollapsedClass> known,
                                              std::span<const MeasuredBenefit> benefits,
                                              std::span<const std::string> measured_now) {
    std::map<std::string, ClassBenefits> measured;
    for (const auto& document : measured_now) measured[variant_class(document)];
    for (const auto& benefit : benefits) {
        const auto of_class = measured.find(variant_class(benefit.document));
        if (of_class != measured.end()) of_class->second.by_document.emplace(benefit.document, benefit);
    }
    std::vector<CollapsedClass> classes;
    std::ranges::copy_if(known, std::back_inserter(classes),
                         [&](const CollapsedClass& each) { return !measured.contains(each.name); });
    for (const auto& [name, of_class] : measured) {
        if (auto collapsed = of_class.collapsed(name)) classes.push_back(*std::move(collapsed));
    }
    std::ranges::sort(classes, {}, &CollapsedClass::name);
    return classes;
}

std::vector<std::byte> encode_collapsed(const std::string& identity, std::span<const CollapsedClass> classes) {
    ByteWriter out;
    out.raw(collapsed_magic);
    out.number(collapsed_format);
    out.text(identity);
    out.number(classes.size());
    for (const auto& each : classes) {
        out.text(each.name);
        out.number(static_cast<std::uint64_t>(each.variants));
        out.number(std::bit_cast<std::uint64_t>(each.greatest_benefit));
    }
    out.checksum();
    return std::move(out.bytes());
}

std::optional<CollapsedFile> decode_collapsed(std::span<const std::byte> file) {
    if (!checksum_holds(file)) return std::nullopt;
    ByteReader in(file.first(file.size() - checksum_bytes));
    if (!in.has(collapsed_magic) || in.number() != collapsed_format) return std::nullopt;
    CollapsedFile decoded{.name = {}, .identity = in.text(), .classes = {}};
    for (auto left = in.count(); left > 0 && !in.failed(); --left) {
        CollapsedClass each{.name = in.text()};
        each.variants = static_cast<std::int64_t>(in.number());
        each.greatest_benefit = std::bit_cast<double>(in.number());
        decoded.classes.push_back(std::move(each));
    }
    if (in.failed() || !in.at_end() || !std::ranges::all_of(decoded.classes, is_sound_class)) return std::nullopt;
    return decoded;
}

std::vector<CollapsedClass> read_collapsed(const std::string& directory, const std::string& identity) {
    auto file = read_any(directory, device_file(identity, collapsed_suffix));
    return file && file->identity == identity ? std::move(file->classes) : std::vector<CollapsedClass>();
}

std::vector<CollapsedFile> list_collapsed(const std::string& directory) {
    std::vector<CollapsedFile> files;
    for (const auto& name : list_files(directory, collapsed_suffix))
        files.push_back(read_any(directory, name).value_or(CollapsedFile{.name = name, .identity = {}, .classes = {}}));
    return files;
}

void write_collapsed(const std::string& directory, const std::string& identity, std::span<const CollapsedClass> classes,
                     const CacheSystem& system) {
    const auto bytes = classes.empty() ? std::vector<std::byte>() : encode_collapsed(identity, classes);
    write_device_file(directory, device_file(identity, collapsed_suffix), bytes, system);
}

std::vector<MeasuredBenefit> benefits_on(const std::string& directory, const std::string& identity,
                                         const std::string& device_class) {
    std::map<std::string, MeasuredBenefit> by_document;
    for (auto& entry : list_entries(directory)) {
        if (entry.outline.identity != identity) continue;
        for (auto& benefit : entry.measured.benefits) {
            if (benefit.device_class == device_class) by_document.emplace(benefit.document, std::move(benefit));
        }
    }
    std::vector<MeasuredBenefit> benefits;
    for (auto& [document, benefit] : by_document) benefits.push_back(std::move(benefit));
    return benefits;
}

}  // namespace abut::jit
