// SPDX-License-Identifier: Apache-2.0
#include "jit/explain_miss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <iterator>
#include <limits>
#include <optional>

#include "core/hash.hpp"
#include "core/utc_text.hpp"
#include "jit/key_document.hpp"

namespace abut::jit {
namespace {

bool is_digest(std::string_view name) {
    return name == "text" || name.starts_with("file ");
}

/// A file that changed is a cause; the text that follows from it, or files that a constant brings in, are none.
void leave_out_consequences(std::vector<FieldDifference>& differences) {
    const auto is_consequence = [](const FieldDifference& difference) { return is_digest(difference.name); };
    const bool has_cause = !std::ranges::all_of(differences, is_consequence);
    const auto is_text = [](const FieldDifference& difference) { return difference.name == "text"; };
    if (has_cause) {
        std::erase_if(differences, is_consequence);
    } else if (differences.size() > 1) {
        std::erase_if(differences, is_text);
    }
}

const Field* field_named(const std::vector<Field>& fields, const std::string& name) {
    const auto found = std::ranges::find(fields, name, &Field::name);
    return found != fields.end() ? &*found : nullptr;
}

std::vector<FieldDifference> all_differences(std::string_view wanted, std::string_view found) {
    const auto wanted_fields = fields_of(wanted);
    const auto found_fields = fields_of(found);
    std::vector<FieldDifference> differences;
    for (const auto& field : wanted_fields) {
        const auto* other = field_named(found_fields, field.name);
        if (other == nullptr || other->value != field.value)
            differences.push_back(
                {.name = field.name, .wanted = field.value, .found = other != nullptr ? other->value : std::string()});
    }
    for (const auto& field : found_fields) {
        if (field_named(wanted_fields, field.name) == nullptr)
            differences.push_back({.name = field.name, .wanted = {}, .found = field.value});
    }
    return differences;
}

/// A document's lines, sorted: to compare many without taking them apart.
using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view document) {
    Lines lines;
    while (!document.empty()) {
        lines.push_back(document.substr(0, document.find('\n')));
        document.remove_prefix(std::min(lines.back().size() + 1, document.size()));
    }
    std::ranges::sort(lines);
    return lines;
}

/// What is wanted or known, its documents taken apart.
struct VariantLines {
    Lines document;
    Lines identity;
};

template <class Variants>
std::vector<VariantLines> lines_of_each(const Variants& variants) {
    std::vector<VariantLines> all;
    for (const auto& variant : variants)
        all.push_back({.document = lines_of(variant.document), .identity = lines_of(variant.identity)});
    return all;
}

/// How many lines only one of two documents has; digests, which follow from others, decide only where all else is equal.
struct Distance {
    std::size_t causes = 0;
    std::size_t digests = 0;
    auto operator<=>(const Distance&) const = default;

    void add(const Lines& a, const Lines& b) {
        Lines differing;
        std::ranges::set_symmetric_difference(a, b, std::back_inserter(differing));
        for (const auto& line : differing) ++(is_digest(line.substr(0, line.find('='))) ? digests : causes);
    }
};

/// Whether `lines` are of a variant of the kernel that has `wanted`.
bool is_same_kernel(const Lines& wanted, const Lines& lines) {
    return std::ranges::all_of(wanted, [&](std::string_view line) {
        const bool names_kernel = line.starts_with("stem=") || line.starts_with("family=");
        return !names_kernel || std::ranges::binary_search(lines, line);
    });
}

/// The last thing that happened to an entry with the variant, for this device, where it is its removal.
std::optional<MissExplanation> by_events(const WantedVariant& wanted, std::span<const CacheEvent> events) {
    const auto device = core::hash_hex(wanted.identity);
    for (std::size_t i = events.size(); i-- > 0;) {
        const auto& event = events[i];
        if (event.device != device || event.variants.find(wanted.key) == std::string::npos) continue;
        if (event.event == event_names::eviction)
            return MissExplanation{.reason = MissReason::Evicted, .nearest = event.key, .time = event.time};
        if (event.event == event_names::quarantine)
            return MissExplanation{
                .reason = MissReason::Quarantined, .nearest = event.key, .time = event.time, .note = event.reason};
    }
    return std::nullopt;
}

/// Which of the known is of the same kernel and differs least.
struct Nearest {
    std::optional<std::size_t> index;
    Distance distance{.causes = std::numeric_limits<std::size_t>::max()};
};

Nearest nearest_to(const VariantLines& wanted, const std::vector<VariantLines>& known) {
    Nearest nearest;
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (!is_same_kernel(wanted.document, known[i].document)) continue;
        Distance distance;
        distance.add(wanted.document, known[i].document);
        distance.add(wanted.identity, known[i].identity);
        if (distance < nearest.distance) nearest = {.index = i, .distance = distance};
    }
    return nearest;
}

MissExplanation explained_by(const WantedVariant& wanted, const KnownVariant& known, const Distance& distance) {
    return {.reason = distance == Distance() ? MissReason::Present : MissReason::Different,
            .nearest = known.entry,
            .identity_differences = document_differences(wanted.identity, known.identity),
            .document_differences = document_differences(wanted.document, known.document)};
}

std::string shortened(const std::string& text) {
    constexpr std::size_t most = 60;
    if (text.empty()) return "nothing";
    return text.size() > most ? text.substr(0, most) + "..." : text;
}

std::string differences_text(const MissExplanation& explanation) {
    constexpr std::size_t most_named = 4;
    auto all = explanation.identity_differences;
    all.insert(all.end(), explanation.document_differences.begin(), explanation.document_differences.end());
    std::string text;
    for (const auto& difference : std::span(all).first(std::min(all.size(), most_named)))
        text += fmt::format("{}{} {}, wanted {}", text.empty() ? "" : "; ", difference.name, shortened(difference.found),
                            shortened(difference.wanted));
    if (all.size() > most_named) text += fmt::format("; and {} more", all.size() - most_named);
    return text;
}

}  // namespace

std::vector<FieldDifference> document_differences(std::string_view wanted, std::string_view found) {
    if (wanted == found) return {};
    auto differences = all_differences(wanted, found);
    leave_out_consequences(differences);
    return differences;
}

std::vector<MissExplanation> explain_misses(std::span<const WantedVariant> wanted, std::span<const KnownVariant> known,
                                            std::span<const CacheEvent> events) {
    const auto wanted_lines = lines_of_each(wanted);
    const auto known_lines = lines_of_each(known);
    std::vector<MissExplanation> all;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto [nearest, distance] = nearest_to(wanted_lines[i], known_lines);
        auto happened = nearest && distance == Distance() ? std::nullopt : by_events(wanted[i], events);
        if (happened) {
            all.push_back(*std::move(happened));
        } else {
            all.push_back(nearest ? explained_by(wanted[i], known[*nearest], distance) : MissExplanation{});
        }
    }
    return all;
}

std::string to_text(const MissExplanation& explanation) {
    switch (explanation.reason) {
        case MissReason::Absent:
            return "the cache has no variant of this kernel";
        case MissReason::Different:
            return fmt::format("the nearest, {}, has {}", explanation.nearest, differences_text(explanation));
        case MissReason::Evicted:
            return fmt::format("it was evicted at {}", core::utc_text(explanation.time));
        case MissReason::Quarantined:
            return fmt::format("it was quarantined at {}: {}", core::utc_text(explanation.time), explanation.note);
        case MissReason::Present:
            return fmt::format("it is there, in {}", explanation.nearest);
    }
    return {};
}

}  // namespace abut::jit
