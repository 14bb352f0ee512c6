// SPDX-License-Identifier: Apache-2.0
#include "program/calibration_file.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string_view>

#include "abut/error.hpp"
#include "core/hash.hpp"
#include "jit/cache_bytes.hpp"
#include "plan/prices.hpp"

namespace abut::programs {
namespace {

constexpr std::string_view calibration_magic = "ABUTCOST";
constexpr std::uint64_t calibration_format = 1;

/// Calls visit(number) for each of the model's numbers, in the order of the file.
template <class Model, class Visit>
void for_each_number(Model& model, const Visit& visit) {
    visit(model.launch_ns);
    visit(model.cached_bytes);
    for (auto* cost : {&model.copy, &model.second_store}) {
        visit(cost->cached_ns);
        visit(cost->memory_ns);
    }
    visit(model.segment_ns);
    visit(model.segment_row_ns);
    visit(model.factor_below_64_bytes);
    visit(model.factor_below_16_bytes);
}

bool is_sound(const CostModel& model) try {
    planning::require_sound(model);
    return true;
} catch (const Error&) {
    return false;
}

}  // namespace

std::string calibration_file_name(const std::string& identity) {
    return core::content_hash(identity).hex() + calibration_suffix;
}

std::vector<std::byte> encode_calibration(const std::string& identity, const CostModel& model) {
    jit::ByteWriter out;
    out.raw(calibration_magic);
    out.number(calibration_format);
    out.text(identity);
    for_each_number(model, [&](const auto& number) { out.number(std::bit_cast<std::uint64_t>(number)); });
    out.checksum();
    return std::move(out.bytes());
}

std::optional<CostModel> decode_calibration(std::span<const std::byte> file, const std::string& identity) {
    if (!jit::checksum_holds(file)) return std::nullopt;
    jit::ByteReader in(file.first(file.size() - jit::checksum_bytes));
    if (!in.has(calibration_magic) || in.number() != calibration_format || in.text() != identity) return std::nullopt;
    CostModel model;
    for_each_number(model,
                    [&](auto& number) { number = std::bit_cast<std::remove_reference_t<decltype(number)>>(in.number()); });
    if (in.failed() || !in.at_end() || !is_sound(model)) return std::nullopt;
    return model;
}

}  // namespace abut::programs
