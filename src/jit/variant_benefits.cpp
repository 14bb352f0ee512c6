// SPDX-License-Identifier: Apache-2.0
#include "jit/variant_benefits.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "abut/error.hpp"
#include "jit/cache_bytes.hpp"
#include "jit/cache_entry.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_usage.hpp"
#include "jit/entry_file.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view benefit_magic = "ABUTGAIN";
constexpr std::uint64_t benefit_format = 1;
constexpr std::size_t largest_benefit_bytes = std::size_t{1} << 20;
constexpr std::int64_t most_samples = 1'000'000;

void write_benefit(const MeasuredBenefit& benefit, ByteWriter& out) {
    out.text(benefit.document);
    out.text(benefit.device_class);
    out.number(std::bit_cast<std::uint64_t>(benefit.benefit));
    out.number(std::bit_cast<std::uint64_t>(benefit.noise));
    out.number(static_cast<std::uint64_t>(benefit.samples));
    out.number(static_cast<std::uint64_t>(benefit.measured));
}

MeasuredBenefit read_benefit(ByteReader& in) {
    MeasuredBenefit benefit{.document = in.text(), .device_class = in.text()};
    benefit.benefit = std::bit_cast<double>(in.number());
    benefit.noise = std::bit_cast<double>(in.number());
    benefit.samples = static_cast<std::int64_t>(in.number());
    benefit.measured = static_cast<std::int64_t>(in.number());
    return benefit;
}

bool makes_sense(const MeasuredBenefit& benefit) {
    return std::isfinite(benefit.benefit) && benefit.benefit > 0 && std::isfinite(benefit.noise) && benefit.noise >= 0 &&
           benefit.samples > 0 && benefit.samples <= most_samples && benefit.measured >= 0 && !benefit.document.empty();
}

/// Whether a file is one of a format that a later Abut writes.
bool is_of_newer_format(std::span<const std::byte> file) {
    ByteReader in(file);
    return in.has(benefit_magic) && in.number() > benefit_format && !in.failed();
}

std::string benefit_path(const std::string& directory, const std::string& file) {
    return directory + "/" + key_of_file(file) + benefit_suffix;
}

/// The last, which were measured first, go where there are too many bytes for a file that is read again.
std::vector<std::byte> encode_within_limit(const std::string& key, const std::string& identity,
                                           std::vector<MeasuredBenefit> benefits) {
    auto file = encode_benefits(key, identity, benefits);
    while (file.size() > largest_benefit_bytes) {
        benefits.resize(benefits.size() / 2);
        file = encode_benefits(key, identity, benefits);
    }
    return file;
}

void remove_orphans(const std::string& directory, const CacheSystem& system) {
    for (const auto& file : list_files(directory, benefit_suffix)) {
        if (file_facts(directory + "/" + key_of_file(file) + entry_suffix)) continue;
        static_cast<void>(system.unlink((directory + "/" + file).c_str()));
    }
}

std::set<std::string> documents_in(const EntryOutline& outline) {
    std::set<std::string> documents;
    for (const auto& kernel : outline.kernels) documents.insert(kernel.document);
    return documents;
}

/// Documents of what was noted beside the entry.
std::set<std::string> note_beside(const std::string& directory, const std::string& file, const EntryOutline& outline,
                                  std::span<const MeasuredBenefit> measured, const CacheSystem& system) {
    const auto documents = documents_in(outline);
    const auto is_held = [&](const MeasuredBenefit& benefit) { return documents.contains(benefit.document); };
    std::vector<MeasuredBenefit> added;
    std::ranges::copy_if(measured, std::back_inserter(added), is_held);
    if (added.empty()) return {};
    auto noted = read_benefits(directory, file, outline.identity);
    if (noted.state == BenefitState::Newer) return {};  // it belongs to a later Abut
    std::set<std::string> kept;
    for (const auto& benefit : added) kept.insert(benefit.document);
    std::erase_if(noted.benefits, [&](const MeasuredBenefit& benefit) { return !is_held(benefit); });
    const auto key = key_of_file(file);
    auto merged = merged_benefits(std::move(noted.benefits), std::move(added));
    publish_file(directory, key + benefit_suffix, encode_within_limit(key, outline.identity, std::move(merged)), system);
    return kept;
}

}  // namespace

std::vector<std::byte> encode_benefits(const std::string& key, const std::string& identity,
                                       std::span<const MeasuredBenefit> benefits) {
    ByteWriter out;
    out.raw(benefit_magic);
    out.number(benefit_format);
    out.text(key);
    out.text(identity);
    out.number(benefits.size());
    for (const auto& benefit : benefits) write_benefit(benefit, out);
    out.checksum();
    return std::move(out.bytes());
}

std::optional<std::vector<MeasuredBenefit>> decode_benefits(std::span<const std::byte> file, const std::string& key,
                                                            const std::string& identity) {
    if (!checksum_holds(file)) return std::nullopt;
    ByteReader in(file.first(file.size() - checksum_bytes));
    if (!in.has(benefit_magic) || in.number() != benefit_format || in.text() != key || in.text() != identity)
        return std::nullopt;
    std::vector<MeasuredBenefit> benefits;
    for (auto left = in.count(); left > 0 && !in.failed(); --left) benefits.push_back(read_benefit(in));
    if (in.failed() || !in.at_end() || !std::ranges::all_of(benefits, makes_sense)) return std::nullopt;
    return benefits;
}

std::vector<MeasuredBenefit> merged_benefits(std::vector<MeasuredBenefit> known, std::vector<MeasuredBenefit> measured) {
    std::ranges::move(known, std::back_inserter(measured));
    std::vector<MeasuredBenefit> kept;
    for (auto& benefit : measured) {
        const auto is_of_variant = [&](const MeasuredBenefit& other) { return other.document == benefit.document; };
        const auto is_again = [&](const MeasuredBenefit& other) {
            return is_of_variant(other) && other.device_class == benefit.device_class;
        };
        if (std::ranges::any_of(kept, is_again)) continue;
        if (std::ranges::count_if(kept, is_of_variant) < static_cast<std::ptrdiff_t>(most_classes))
            kept.push_back(std::move(benefit));
    }
    return kept;
}

NotedBenefits read_benefits(const std::string& directory, const std::string& file, const std::string& identity) try {
    const auto bytes = read_file_if_there(benefit_path(directory, file), largest_benefit_bytes);
    if (!bytes) return {};
    if (is_of_newer_format(*bytes)) return {.state = BenefitState::Newer, .benefits = {}};
    auto benefits = decode_benefits(*bytes, key_of_file(file), identity);
    if (!benefits) return {.state = BenefitState::Damaged, .benefits = {}};
    return {.state = BenefitState::Sound, .benefits = *std::move(benefits)};
} catch (const Error&) {  // whoever could have written it
    return {.state = BenefitState::Damaged, .benefits = {}};
}

std::size_t note_benefits(const std::string& directory, const std::string& identity,
                          std::span<const MeasuredBenefit> measured, const CacheSystem& system) {
    require_directory(directory);
    std::set<std::string> noted;
    for (const auto& file : list_files(directory, entry_suffix)) {
        const auto outline = read_outline_of(directory + "/" + file);
        if (outline && outline->identity == identity) noted.merge(note_beside(directory, file, *outline, measured, system));
    }
    remove_orphans(directory, system);
    return noted.size();
}

}  // namespace abut::jit
