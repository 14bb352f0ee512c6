// SPDX-License-Identifier: Apache-2.0
#include "program/calibration_file.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "jit/cache_bytes.hpp"

namespace abut::tests {
namespace {

constexpr auto identity = "api=test\ndevice=one\nunits=2\n";

CostModel model() {
    CostModel model;
    model.launch_ns = 1234.5;
    model.cached_bytes = 1 << 20;
    model.copy = {.cached_ns = 0.1, .memory_ns = 0.3};
    model.second_store = {.cached_ns = 0.05, .memory_ns = 0.2};
    model.segment_ns = 77;
    model.segment_row_ns = 0.7;
    model.factor_below_64_bytes = 1.1;
    model.factor_below_16_bytes = 1.2;
    return model;
}

TEST(CalibrationFile, ComesBackAsItWasWritten) {
    EXPECT_EQ(programs::decode_calibration(programs::encode_calibration(identity, model()), identity), model());
}

TEST(CalibrationFile, IsRefusedWhenTruncatedAtAnyLength) {
    const auto file = programs::encode_calibration(identity, model());
    for (std::size_t length = 0; length < file.size(); ++length)
        EXPECT_FALSE(programs::decode_calibration(std::span(file).first(length), identity)) << length;
}

TEST(CalibrationFile, IsRefusedWithAnyBitFlipped) {
    const auto file = programs::encode_calibration(identity, model());
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto damaged = file;
        damaged[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(programs::decode_calibration(damaged, identity)) << bit;
    }
}

/// With a checksum that holds: not what was damaged on the way, but what another version or device wrote.
TEST(CalibrationFile, IsRefusedWithAnotherContent) {
    const auto file = programs::encode_calibration(identity, model());
    const auto changed = [&](const auto& change) {
        jit::ByteWriter out;
        std::vector<std::byte> content(file.begin(), file.end() - jit::checksum_bytes);
        change(content);
        out.raw(content);
        out.checksum();
        return programs::decode_calibration(out.bytes(), identity);
    };
    EXPECT_TRUE(changed([](auto&) {}));  // the control
    EXPECT_FALSE(changed([](auto& content) { content.push_back(std::byte{0}); }));
    EXPECT_FALSE(changed([](auto& content) { content.resize(content.size() - jit::number_bytes); }));
    EXPECT_FALSE(changed([](auto& content) { content[0] = std::byte{'X'}; }));
    EXPECT_FALSE(changed([](auto& content) { content[jit::number_bytes] = std::byte{2}; }));  // the version
    EXPECT_FALSE(programs::decode_calibration(file, "api=test\ndevice=two\nunits=2\n"));
    EXPECT_NE(programs::calibration_file_name(identity), programs::calibration_file_name("another"));
}

TEST(CalibrationFile, IsRefusedWithNumbersThatMakeNoSense) {
    for (const double number : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        CostModel bad = model();
        bad.segment_ns = number;
        EXPECT_FALSE(programs::decode_calibration(programs::encode_calibration(identity, bad), identity)) << number;
    }
}

}  // namespace
}  // namespace abut::tests
