// SPDX-License-Identifier: Apache-2.0
#include "jit/tuned_tiles.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "jit/cache_bytes.hpp"
#include "jit/device_file.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view tiles_magic = "ABUTTILE";
constexpr std::uint64_t tiles_format = 1;
constexpr const char* tiles_suffix = ".tiles";
constexpr std::int64_t largest_extent = 1 << 20;

using Numbers = std::vector<std::int64_t>;

Numbers numbers_of(const ops::WindowTile& tile) {
    return {tile.height, tile.width, tile.vectors, tile.blocks, tile.parts};
}

/// Of a window tile five, of a Winograd tile four more behind them.
Numbers numbers_of(const ops::Tile& tile) {
    if (const auto* window = std::get_if<ops::WindowTile>(&tile)) return numbers_of(*window);
    const auto* winograd = std::get_if<ops::WinogradTile>(&tile);
    if (winograd == nullptr) return {};
    auto numbers = numbers_of(winograd->products);
    for (const auto number : {winograd->outputs, winograd->rows, winograd->columns, winograd->chunk})
        numbers.push_back(number);
    return numbers;
}

ops::Tile tile_of(const Numbers& numbers) {
    constexpr std::size_t of_window = 5;
    constexpr std::size_t of_winograd = 9;
    const auto fits = [](std::int64_t number) { return number > 0 && number <= largest_extent; };
    if (!std::ranges::all_of(numbers, fits) || (numbers.size() != of_window && numbers.size() != of_winograd)) return {};
    const ops::WindowTile window{
        .height = numbers[0], .width = numbers[1], .vectors = numbers[2], .blocks = numbers[3], .parts = numbers[4]};
    if (numbers.size() == of_window) return window;
    return ops::WinogradTile{
        .outputs = numbers[5], .rows = numbers[6], .columns = numbers[7], .chunk = numbers[8], .products = window};
}

bool is_sound(const TunedTile& tuned) {
    const bool is_finite = std::isfinite(tuned.gain) && std::isfinite(tuned.noise);
    return !tuned.problem.empty() && tuned.tile != ops::Tile() && is_finite && tuned.gain > 0 && tuned.noise >= 0;
}

TunedTile read_tile(ByteReader& in) {
    TunedTile tuned{.problem = in.text(), .tile = {}};
    tuned.gain = std::bit_cast<double>(in.number());
    tuned.noise = std::bit_cast<double>(in.number());
    Numbers numbers;
    for (auto left = in.count(); left > 0 && !in.failed(); --left) numbers.push_back(static_cast<std::int64_t>(in.number()));
    tuned.tile = tile_of(numbers);
    return tuned;
}

}  // namespace

std::vector<std::byte> encode_tiles(const std::string& identity, std::span<const TunedTile> tiles) {
    ByteWriter out;
    out.raw(tiles_magic);
    out.number(tiles_format);
    out.text(identity);
    out.number(tiles.size());
    for (const auto& tuned : tiles) {
        out.text(tuned.problem);
        out.number(std::bit_cast<std::uint64_t>(tuned.gain));
        out.number(std::bit_cast<std::uint64_t>(tuned.noise));
        const auto numbers = numbers_of(tuned.tile);
        out.number(numbers.size());
        for (const auto number : numbers) out.number(static_cast<std::uint64_t>(number));
    }
    out.checksum();
    return std::move(out.bytes());
}

std::optional<std::vector<TunedTile>> decode_tiles(std::span<const std::byte> file, const std::string& identity) {
    if (!checksum_holds(file)) return std::nullopt;
    ByteReader in(file.first(file.size() - checksum_bytes));
    if (!in.has(tiles_magic) || in.number() != tiles_format || in.text() != identity) return std::nullopt;
    std::vector<TunedTile> tiles;
    for (auto left = in.count(); left > 0 && !in.failed(); --left) tiles.push_back(read_tile(in));
    if (in.failed() || !in.at_end() || !std::ranges::all_of(tiles, is_sound)) return std::nullopt;
    return tiles;
}

std::vector<TunedTile> read_tiles(const std::string& directory, const std::string& identity) {
    const auto bytes = read_device_file(directory, device_file(identity, tiles_suffix));
    auto tiles = bytes ? decode_tiles(*bytes, identity) : std::nullopt;
    return tiles ? *std::move(tiles) : std::vector<TunedTile>();
}

void write_tiles(const std::string& directory, const std::string& identity, std::span<const TunedTile> tiles,
                 const CacheSystem& system) {
    const auto bytes = tiles.empty() ? std::vector<std::byte>() : encode_tiles(identity, tiles);
    write_device_file(directory, device_file(identity, tiles_suffix), bytes, system);
}

}  // namespace abut::jit
