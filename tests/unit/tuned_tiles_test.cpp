// SPDX-License-Identifier: Apache-2.0
#include "jit/tuned_tiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jit/device_file.hpp"
#include "program/tune_tiles.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto paper = "api=text\ndevice=paper\nunits=2\n";

const std::vector<TunedTile> two_tiles{
    {.problem = "conv2d: a", .tile = ops::WindowTile{.height = 1, .width = 7, .vectors = 2}, .gain = 1.25, .noise = 0.02},
    {.problem = "winograd 4: b",
     .tile = ops::WinogradTile{.rows = 2, .columns = 7, .chunk = 32, .products = {.width = 14, .vectors = 1}},
     .gain = 1.1,
     .noise = 0.01}};

TEST(TunedTiles, ComeBackAsTheyWereWritten) {
    EXPECT_EQ(decode_tiles(encode_tiles(paper, two_tiles), paper), two_tiles);
    EXPECT_FALSE(decode_tiles(encode_tiles(paper, two_tiles), "api=text\ndevice=paper\nunits=4\n"));
}

TEST(TunedTiles, AreRefusedWhereAnythingIsDamaged) {
    const auto file = encode_tiles(paper, two_tiles);
    for (std::size_t length = 0; length < file.size(); ++length)
        EXPECT_FALSE(decode_tiles(std::span(file).first(length), paper)) << length;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto damaged = file;
        damaged[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(decode_tiles(damaged, paper)) << bit;
    }
    for (const ops::Tile& tile : {ops::Tile(), ops::Tile(ops::WindowTile{.width = 0}), ops::Tile(ops::GroupTile())}) {
        auto unsound = two_tiles;
        unsound[0].tile = tile;
        EXPECT_FALSE(decode_tiles(encode_tiles(paper, unsound), paper)) << to_string(tile);
    }
}

TEST(TunedTiles, OfADirectoryAreThoseThatWereWrittenLast) {
    const test::TemporaryDirectory directory;
    EXPECT_THAT(read_tiles(directory.path(), paper), IsEmpty());
    write_tiles(directory.path(), paper, two_tiles);
    EXPECT_EQ(read_tiles(directory.path(), paper), two_tiles);
    EXPECT_THAT(read_tiles(directory.path(), "another device"), IsEmpty());
    write_tiles(directory.path(), paper, std::span(two_tiles).first(1));
    EXPECT_THAT(read_tiles(directory.path(), paper), ElementsAre(two_tiles[0]));
    write_tiles(directory.path(), paper, {});
    EXPECT_THAT(read_tiles(directory.path(), paper), IsEmpty());
    EXPECT_FALSE(read_device_file(directory.path(), device_file(paper, ".tiles")));
}

/// Runs of a program of two steps: what each took.
programs::StepCycles run(double first, double second) {
    return {.all = first + second, .steps = {first, second}};
}

TEST(TunedTiles, AreThoseThatGainMoreThanNoise) {
    const ops::WindowTile wide{.width = 14};
    const ops::WindowTile narrow{.width = 7};
    const std::vector<programs::TileChoices> choices{
        {.problem = "faster", .steps = {0}, .tiles = {wide, ops::WindowTile{.width = 3}, narrow}},
        {.problem = "as fast", .steps = {1}, .tiles = {wide, narrow}}};
    std::vector<programs::TileRound> rounds;
    for (const double drift : {1.0, 2.0, 1.5, 1.1, 1.2, 1.3, 1.4})
        rounds.push_back({run(100 * drift, 50 * drift), run(90 * drift, 50 * drift), run(80 * drift, 10 * drift),
                          run(101 * drift, 50 * drift)});
    auto faster = programs::faster_tiles(choices, rounds);
    ASSERT_EQ(faster.size(), 1U) << "the second has no third tile";
    EXPECT_EQ(faster[0].problem, "faster");
    EXPECT_EQ(faster[0].tile, ops::Tile(narrow));
    EXPECT_NEAR(faster[0].gain, 1.256, 0.01);
    EXPECT_GT(programs::whole_gain(rounds).gain, 1.05);
    for (auto& round : rounds) round[1] = round[2] = run(round[0].steps[0] * 0.999, round[0].steps[1]);
    EXPECT_THAT(programs::faster_tiles(choices, rounds), IsEmpty()) << "less than the noise of the estimated tile";
}

TEST(TunedTiles, TakeThePlaceOfThoseOfTheSameProblems) {
    const std::vector<programs::TileChoices> choices{{.problem = "conv2d: a"}, {.problem = "conv2d: c"}};
    const TunedTile now{.problem = "conv2d: c", .tile = ops::WindowTile{}};
    EXPECT_THAT(programs::with_tuned(two_tiles, choices, std::span(&now, 1)), ElementsAre(now, two_tiles[1]));
    EXPECT_THAT(programs::with_tuned(two_tiles, {}, {}), ElementsAre(two_tiles[0], two_tiles[1]));
}

}  // namespace
}  // namespace abut::jit
