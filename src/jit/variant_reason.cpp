// SPDX-License-Identifier: Apache-2.0
#include "jit/variant_reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include "jit/key_document.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view constant_prefix = "constant ";
constexpr std::string_view parameter_prefix = "parameter ";
constexpr std::string_view guard_suffix = " guard";
constexpr std::size_t most_compared = 256;
constexpr std::size_t most_told = 4;

/// Bytes of an element, as key documents name its type.
std::int64_t element_bytes_of(std::string_view type) {
    if (type == "bool") return 1;
    return type == "int64" ? 8 : 4;
}

/// A document taken apart.
struct ReasonFacts {
    std::string kernel;            ///< "gpu/conv2d"
    std::string claims;            ///< guard_claims
    std::vector<Field> constants;  ///< and what else of text differs between variants
    int callees = 0;               ///< variants whose tiles it computes
};

/// Adds a claim about a pointer where it is one.
void add_claim(std::string_view parameter, std::int64_t guard, std::int64_t element_bytes, std::string& claims) {
    if (guard <= element_bytes || parameter == "weights") return;
    claims += fmt::format("{}{} {}", claims.empty() ? "" : ", ", parameter, guard);
}

std::string class_name(std::string_view family, std::string_view stem, std::string_view claims) {
    return fmt::format("{}/{}{}{}", family, stem, claims.empty() ? "" : " ", claims);
}

std::string claims_of(const std::vector<Field>& fields) {
    std::map<std::string, std::string> types;
    std::string text;
    for (const auto& [name, value] : fields) {
        if (!name.starts_with(parameter_prefix)) continue;
        const auto space = name.rfind(' ');
        const auto parameter = name.substr(parameter_prefix.size(), space - parameter_prefix.size());
        if (name.ends_with(" type")) types[parameter] = value;
        // Scalars have no type: what divides strides and extents follows from the width of accesses.
        if (name.ends_with(guard_suffix) && types.contains(parameter))
            add_claim(parameter, std::atoll(value.c_str()), element_bytes_of(types[parameter]), text);
    }
    return text;
}

ReasonFacts facts_of(std::string_view document) {
    auto fields = fields_of(document);
    ReasonFacts facts{.kernel = class_name(field_value(document, "family"), field_value(document, "stem"), {}),
                      .claims = claims_of(fields),
                      .constants = {}};
    for (auto& field : fields) {
        if (field.name.starts_with("callee ")) ++facts.callees;
        const bool tells =
            field.name.starts_with(constant_prefix) || field.name == "parameters" || field.name == "local floats";
        if (tells) facts.constants.push_back(std::move(field));
    }
    return facts;
}

/// Where both have nearly the same names in one order, as variants of one kernel do.
const Field* same_name(const std::vector<Field>& fields, const Field& field, std::size_t place) {
    if (place < fields.size() && fields[place].name == field.name) return &fields[place];
    const auto found = std::ranges::find(fields, field.name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

/// Places of those constants of `own` that `other` does not have so.
std::vector<std::size_t> different_constants(const std::vector<Field>& own, const std::vector<Field>& other) {
    std::vector<std::size_t> different;
    for (std::size_t i = 0; i < own.size(); ++i) {
        const auto* found = same_name(other, own[i], i);
        if (found == nullptr || found->value != own[i].value) different.push_back(i);
    }
    return different;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() < 12 && text.find_first_not_of("-0123456789.f") == std::string_view::npos;
}

/// "out channels" of "OUT_CHANNELS".
std::string words_of(std::string_view name) {
    std::string words;
    for (const char c : name) words += c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return words;
}

/// "tile 4x8" of TILE_HEIGHT and TILE_WIDTH, where both are to be told; else nothing.
std::optional<std::string> area_text(const std::vector<Field>& told, const Field& height) {
    constexpr std::string_view suffix = "_HEIGHT";
    if (!height.name.ends_with(suffix)) return std::nullopt;
    const auto stem = height.name.substr(0, height.name.size() - suffix.size());
    const auto width = std::ranges::find(told, stem + "_WIDTH", &Field::name);
    if (width == told.end()) return std::nullopt;
    return fmt::format("{} {}x{}", words_of(stem), height.value, width->value);
}

bool belongs_to_height(const std::vector<Field>& told, const Field& width) {
    constexpr std::string_view suffix = "_WIDTH";
    if (!width.name.ends_with(suffix)) return false;
    const auto stem = width.name.substr(0, width.name.size() - suffix.size());
    return std::ranges::find(told, stem + "_HEIGHT", &Field::name) != told.end();
}

/// Numbers with their values, code by what it is of.
std::vector<std::string> constant_texts(std::vector<Field> told) {
    for (auto& field : told) {
        if (field.name.starts_with(constant_prefix)) field.name.erase(0, constant_prefix.size());
    }
    std::vector<std::string> numbers;
    std::vector<std::string> code;
    for (const auto& field : told) {
        if (belongs_to_height(told, field)) continue;
        if (const auto area = area_text(told, field)) {
            numbers.push_back(*area);
        } else if (is_number(field.value)) {
            numbers.push_back(fmt::format("{} {}", words_of(field.name), field.value));
        } else {
            code.push_back("its " + words_of(field.name));
        }
    }
    numbers.insert(numbers.end(), code.begin(), code.end());
    return numbers;
}

std::string joined_texts(std::vector<std::string> texts) {
    const auto more = texts.size() > most_told ? texts.size() - most_told : 0;
    texts.resize(texts.size() - more);
    const auto text = fmt::format("{}", fmt::join(texts, ", "));
    return more > 0 ? fmt::format("{} and {} more", text, more) : text;
}

/// Among those of the same kernel and claims, itself too.
std::string reason_among(const ReasonFacts& own, std::span<const ReasonFacts* const> others) {
    if (own.callees > 0) return fmt::format("{} kernels of a model in one", own.callees);
    const std::string claims = own.claims.empty() ? "generic" : own.claims;
    std::optional<std::vector<std::size_t>> nearest;
    for (const auto* other : others) {
        auto different = different_constants(own.constants, other->constants);
        if (different.empty()) continue;  // itself, or the same in another program
        if (!nearest || different.size() < nearest->size()) nearest = std::move(different);
    }
    if (!nearest) return claims;
    std::vector<Field> told;
    for (const std::size_t place : *nearest) told.push_back(own.constants[place]);
    return fmt::format("{}; {}", claims, joined_texts(constant_texts(std::move(told))));
}

}  // namespace

std::string guard_claims(std::string_view document) {
    return claims_of(fields_of(document));
}

std::string variant_class(std::string_view document) {
    return class_name(field_value(document, "family"), field_value(document, "stem"), guard_claims(document));
}

std::string variant_class(const ops::KernelSpec& spec) {
    std::string claims;
    for (const auto& parameter : spec.parameters) {
        if (parameter.kind != ops::ParameterKind::Scalar)
            add_claim(parameter.name, parameter.guard, size_bytes(parameter.dtype), claims);
    }
    return class_name(spec.family, spec.stem, claims);
}

std::vector<std::string> variant_reasons(std::span<const std::string> documents) {
    std::vector<ReasonFacts> facts;
    std::map<std::pair<std::string, std::string>, std::vector<const ReasonFacts*>> groups;
    for (const auto& document : documents) facts.push_back(facts_of(document));
    for (const auto& each : facts) {
        auto& group = groups[{each.kernel, each.claims}];
        if (group.size() < most_compared) group.push_back(&each);
    }
    std::vector<std::string> reasons;
    reasons.reserve(facts.size());
    for (const auto& each : facts) reasons.push_back(reason_among(each, groups.at({each.kernel, each.claims})));
    return reasons;
}

}  // namespace abut::jit
