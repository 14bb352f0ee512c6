// SPDX-License-Identifier: Apache-2.0
#include "jit/variant_benefits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <limits>

#include "jit/cache_bundle.hpp"
#include "jit/cache_bytes.hpp"
#include "jit/cache_eviction.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/cache_usage.hpp"
#include "jit/collapsed_classes.hpp"
#include "support/cache_sample.hpp"
#include "support/error_text.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using test::sample_cache;
using test::sample_entry;
using test::sample_identity;
using test::sample_variant;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto key = "0123";
constexpr auto small_device = "name=paper\nunits=2\n";

MeasuredBenefit benefit_for(const std::string& factor, double benefit = 1.4, const std::string& device = small_device) {
    return {.document = sample_variant(factor).document,
            .device_class = device,
            .benefit = benefit,
            .noise = 0.02,
            .samples = 31,
            .measured = 1'800'000'000};
}

std::vector<std::byte> file_of_two() {
    return encode_benefits(key, sample_identity, std::vector{benefit_for("1"), benefit_for("2", 0.9)});
}

bool is_sound(std::span<const std::byte> file, const std::string& wanted_key = key,
              const std::string& identity = sample_identity) {
    return decode_benefits(file, wanted_key, identity).has_value();
}

TEST(VariantBenefits, ComeBackAsTheyWereWritten) {
    EXPECT_THAT(decode_benefits(file_of_two(), key, sample_identity),
                testing::Optional(ElementsAre(benefit_for("1"), benefit_for("2", 0.9))));
    EXPECT_TRUE(is_sound(encode_benefits(key, sample_identity, {})));
}

TEST(VariantBenefits, AreRefusedWhenTruncatedAtAnyLength) {
    const auto file = file_of_two();
    for (std::size_t length = 0; length < file.size(); ++length)
        EXPECT_FALSE(is_sound(std::span(file).first(length))) << length;
}

TEST(VariantBenefits, AreRefusedWithAnyBitFlipped) {
    const auto file = file_of_two();
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto damaged = file;
        damaged[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(is_sound(damaged)) << bit;
    }
}

TEST(VariantBenefits, AreRefusedUnderAnotherKeyOrIdentity) {
    EXPECT_TRUE(is_sound(file_of_two())) << "the control";
    EXPECT_FALSE(is_sound(file_of_two(), "0124"));
    EXPECT_FALSE(is_sound(file_of_two(), key, "api=text\ndevice=paper\ndriver=2\n"));
}

/// With a checksum that holds: not what was damaged on the way, but what another version wrote.
TEST(VariantBenefits, AreRefusedWithAnotherContent) {
    const auto file = file_of_two();
    const auto changed = [&](const auto& change) {
        ByteWriter out;
        std::vector<std::byte> content(file.begin(), file.end() - checksum_bytes);
        change(content);
        out.raw(content);
        out.checksum();
        return is_sound(out.bytes());
    };
    EXPECT_TRUE(changed([](auto&) {})) << "the control";
    EXPECT_FALSE(changed([](auto& content) { content.push_back(std::byte{0}); }));
    EXPECT_FALSE(changed([](auto& content) { content.resize(content.size() - number_bytes); }));
    EXPECT_FALSE(changed([](auto& content) { content[0] = std::byte{'X'}; }));
    EXPECT_FALSE(changed([](auto& content) { content[number_bytes] = std::byte{2}; }));  // the version
}

TEST(VariantBenefits, AreRefusedWithNumbersThatMakeNoSense) {
    const auto with = [](auto MeasuredBenefit::*number, auto value) {
        auto benefit = benefit_for("1");
        benefit.*number = value;
        return is_sound(encode_benefits(key, sample_identity, {&benefit, 1}));
    };
    EXPECT_TRUE(with(&MeasuredBenefit::benefit, 0.5)) << "the control";
    for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        EXPECT_FALSE(with(&MeasuredBenefit::benefit, bad)) << bad;
        EXPECT_FALSE(with(&MeasuredBenefit::noise, bad)) << bad;
    }
    EXPECT_FALSE(with(&MeasuredBenefit::benefit, 0.0));
    EXPECT_FALSE(with(&MeasuredBenefit::samples, std::int64_t{0}));
    EXPECT_FALSE(with(&MeasuredBenefit::measured, std::int64_t{-1}));
    EXPECT_FALSE(with(&MeasuredBenefit::document, std::string()));
}

TEST(VariantBenefits, KeepTheLastMeasurementOfEachClassOfDevice) {
    std::vector<MeasuredBenefit> known;
    for (int units = 1; units <= 6; ++units) {
        auto measured = benefit_for("1", units, fmt::format("units={}\n", units));
        measured.measured = 2'000'000'000 - units;  // a clock that goes backwards decides nothing
        known = merged_benefits(known, {measured, benefit_for("2", units)});
    }
    std::vector<double> of_first;
    std::vector<double> of_second;
    for (const auto& benefit : known)
        (benefit.document == benefit_for("1").document ? of_first : of_second).push_back(benefit.benefit);
    EXPECT_THAT(of_first, ElementsAre(6, 5, 4, 3)) << "most_classes of them";
    EXPECT_THAT(of_second, ElementsAre(6)) << "of one class";
}

class NotedBenefit : public ::testing::Test {
protected:
    void store(const std::vector<std::string>& factors) {
        std::vector<VariantId> variants;
        for (const auto& factor : factors) variants.push_back(sample_variant(factor));
        sample_cache(path()).store(sample_entry(variants), {});
    }
    std::size_t note(const std::vector<MeasuredBenefit>& measured) {
        return note_benefits(path(), sample_identity, measured);
    }
    [[nodiscard]] std::vector<std::string> notes() const { return list_files(path(), benefit_suffix); }
    /// Benefits that a list shows, of all entries.
    [[nodiscard]] std::vector<double> listed() const {
        std::vector<double> numbers;
        for (const auto& entry : list_entries(path())) {
            for (const auto& benefit : entry.measured.benefits) numbers.push_back(benefit.benefit);
        }
        return numbers;
    }
    [[nodiscard]] const std::string& path() const { return directory_.path(); }

private:
    test::TemporaryDirectory directory_;
};

TEST_F(NotedBenefit, LiesBesideEachEntryWithTheVariant) {
    store({"1"});
    store({"1", "2"});
    store({"3"});
    EXPECT_EQ(note({benefit_for("1"), benefit_for("4")}), 1U) << "of one variant no entry is there";
    EXPECT_EQ(notes().size(), 2U);
    EXPECT_THAT(listed(), ElementsAre(1.4, 1.4));
    EXPECT_EQ(note_benefits(path(), "api=text\ndevice=other\n", std::vector{benefit_for("1")}), 0U);
    EXPECT_EQ(note({benefit_for("1", 1.1), benefit_for("2", 1.1)}), 2U);
    EXPECT_THAT(listed(), testing::Each(1.1));
    EXPECT_EQ(listed().size(), 3U);
}

TEST_F(NotedBenefit, IsGatheredForOneClassOfDevice) {
    store({"1"});
    store({"1", "2"});
    constexpr auto large_device = "name=paper\nunits=64\n";
    ASSERT_EQ(note({benefit_for("1", 1.2), benefit_for("2", 1.3), benefit_for("1", 1.9, large_device)}), 2U);
    const auto numbers = [&](const std::string& device, const std::string& identity = sample_identity) {
        std::vector<double> all;
        for (const auto& benefit : benefits_on(path(), identity, device)) all.push_back(benefit.benefit);
        return all;
    };
    EXPECT_THAT(numbers(small_device), testing::UnorderedElementsAre(1.2, 1.3)) << "each variant once";
    EXPECT_THAT(numbers(large_device), ElementsAre(1.9));
    EXPECT_THAT(numbers(small_device, "api=text\ndevice=other\n"), IsEmpty());
}

TEST_F(NotedBenefit, GoesWithItsEntryWhoeverRemovesIt) {
    for (const auto* factor : {"1", "2", "3"}) store({factor});
    ASSERT_EQ(note({benefit_for("1"), benefit_for("2"), benefit_for("3")}), 3U);
    const auto files = list_files(path(), entry_suffix);
    (void)remove_entries(path(), {files[0]}, "a test");
    EXPECT_EQ(notes().size(), 2U);
    (void)evict_entries(path(), 1, {});
    EXPECT_THAT(notes(), IsEmpty());
}

TEST_F(NotedBenefit, IsRemovedWhereItsEntryWasDeletedByHand) {
    store({"1"});
    store({"2"});
    ASSERT_EQ(note({benefit_for("1"), benefit_for("2")}), 2U);
    std::filesystem::remove(path() + "/" + list_files(path(), entry_suffix)[0]);
    EXPECT_EQ(notes().size(), 2U) << "the control";
    (void)note({});
    EXPECT_EQ(notes().size(), 1U);
}

TEST_F(NotedBenefit, ThatIsDamagedOrOfAnotherCountsForNothing) {
    store({"1"});
    store({"2"});
    ASSERT_EQ(note({benefit_for("1"), benefit_for("2", 0.9)}), 2U);
    const auto files = notes();
    std::filesystem::copy_file(path() + "/" + files[0], path() + "/" + files[1],
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_EQ(listed().size(), 1U) << "the other's does not count";
    const auto entries = list_entries(path());
    EXPECT_EQ(entries[0].measured.state, BenefitState::Sound);
    EXPECT_EQ(entries[1].measured.state, BenefitState::Damaged);
    EXPECT_EQ(::truncate((path() + "/" + files[0]).c_str(), 100), 0);
    EXPECT_THAT(listed(), IsEmpty());
    EXPECT_EQ(note({benefit_for("1"), benefit_for("2")}), 2U) << "it is written anew";
    EXPECT_EQ(listed().size(), 2U);
}

TEST_F(NotedBenefit, OfALaterAbutIsLeftAlone) {
    store({"1"});
    ASSERT_EQ(note({benefit_for("1")}), 1U);
    const auto name = notes()[0];
    auto bytes = read_file(path() + "/" + name, whole_file);
    bytes[8] = std::byte{9};
    publish_file(path(), name, bytes);
    EXPECT_EQ(list_entries(path())[0].measured.state, BenefitState::Newer);
    EXPECT_EQ(note({benefit_for("1")}), 0U);
    EXPECT_EQ(read_file(path() + "/" + name, whole_file), bytes);
}

TEST_F(NotedBenefit, IsWrittenAsAWholeOrNotAtAll) {
    store({"1"});
    CacheSystem full;
    full.write = [](int, const void*, std::size_t) -> ssize_t {
        errno = ENOSPC;
        return -1;
    };
    const std::vector measured{benefit_for("1")};
    EXPECT_THAT(error_text([&] { (void)note_benefits(path(), sample_identity, measured, full); }),
                HasSubstr("No space left"));
    EXPECT_THAT(notes(), IsEmpty());
    EXPECT_THAT(list_files(path(), ""), testing::Not(testing::Contains(testing::StartsWith(temporary_prefix))));
}

TEST_F(NotedBenefit, IsInNoBundle) {
    store({"1"});
    TransferReport report;
    const auto before = export_entries(path(), report);
    ASSERT_EQ(note({benefit_for("1")}), 1U);
    EXPECT_EQ(export_entries(path(), report), before);
}

}  // namespace
}  // namespace abut::jit
