// SPDX-License-Identifier: Apache-2.0
#include "jit/collapsed_classes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "jit/cache_bytes.hpp"
#include "jit/cache_files.hpp"
#include "jit/variant_document.hpp"
#include "jit/variant_reason.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto identity = "api=text\ndevice=paper\nname=paper\nunits=2\n";

/// Of one class a guard: they differ in a constant.
ops::KernelSpec spec_of(std::int64_t guard, int constant) {
    return {.family = "gpu",
            .stem = "copy",
            .parameters = {{.name = "x", .kind = ops::ParameterKind::Read, .guard = guard},
                           {.name = "weights", .kind = ops::ParameterKind::Read, .guard = 16},
                           {.name = "rows", .guard = 8}},
            .constants = {{"DEPTH", std::to_string(constant)}}};
}

MeasuredBenefit measured(std::int64_t guard, int constant, double benefit, double noise = 0.02) {
    return {.document = variant_document(spec_of(guard, constant)),
            .device_class = "units=2\n",
            .benefit = benefit,
            .noise = noise,
            .samples = 31,
            .measured = 1};
}

std::vector<std::string> documents(const std::vector<MeasuredBenefit>& benefits) {
    std::vector<std::string> all;
    for (const auto& benefit : benefits) all.push_back(benefit.document);
    return all;
}

std::vector<std::string> names(const std::vector<CollapsedClass>& classes) {
    std::vector<std::string> all;
    for (const auto& each : classes) all.push_back(each.name);
    return all;
}

std::vector<std::string> collapsed(const std::vector<MeasuredBenefit>& benefits,
                                   const std::vector<CollapsedClass>& known = {}) {
    return names(collapsed_classes(known, benefits, documents(benefits)));
}

const std::vector<MeasuredBenefit> three_that_do_not_pay{measured(16, 1, 0.99), measured(16, 2, 1.01), measured(16, 3, 1.0)};

TEST(CollapsedClasses, AreThoseOfWhichNoVariantPays) {
    EXPECT_THAT(collapsed(three_that_do_not_pay), ElementsAre("gpu/copy x 16"));
    const auto classes = collapsed_classes({}, three_that_do_not_pay, documents(three_that_do_not_pay));
    EXPECT_EQ(classes[0].variants, 3);
    EXPECT_DOUBLE_EQ(classes[0].greatest_benefit, 1.01);
    auto one_pays = three_that_do_not_pay;
    one_pays.push_back(measured(16, 4, 1.03));
    EXPECT_THAT(collapsed(one_pays), IsEmpty());
    auto other_pays = three_that_do_not_pay;
    other_pays.push_back(measured(8, 4, 1.5));
    EXPECT_THAT(collapsed(other_pays), ElementsAre("gpu/copy x 16")) << "one of another class";
}

TEST(CollapsedClasses, NeedThreeVariantsThatWereMeasuredWell) {
    auto two = three_that_do_not_pay;
    two.pop_back();
    EXPECT_THAT(collapsed(two), IsEmpty());
    two.push_back(two.back());
    EXPECT_THAT(collapsed(two), IsEmpty()) << "the same in two programs";
    two.back() = measured(16, 3, 1.0, 0.06);
    EXPECT_THAT(collapsed(two), IsEmpty()) << "too noisy to count";
    auto noisy = three_that_do_not_pay;
    noisy.push_back(measured(16, 4, 1.1, 0.5));
    EXPECT_FALSE(noisy.back().pays());
    EXPECT_THAT(collapsed(noisy), IsEmpty()) << "it may pay";
    noisy.back().benefit = 1.04;
    EXPECT_THAT(collapsed(noisy), ElementsAre("gpu/copy x 16"));
}

TEST(CollapsedClasses, AreDecidedAnewWhereTheyWereMeasuredAnew) {
    const std::vector known{CollapsedClass{.name = "gpu/copy x 16", .variants = 3, .greatest_benefit = 1},
                            CollapsedClass{.name = "gpu/pool2d x 8", .variants = 3, .greatest_benefit = 1}};
    EXPECT_EQ(collapsed_classes(known, {}, {}), known) << "what was not measured stays";
    auto one_pays = three_that_do_not_pay;
    one_pays[0].benefit = 1.5;
    EXPECT_THAT(collapsed(one_pays, known), ElementsAre("gpu/pool2d x 8"));
    const std::vector measured_now{one_pays[1].document};
    EXPECT_THAT(names(collapsed_classes(known, one_pays, measured_now)), ElementsAre("gpu/pool2d x 8"))
        << "by all that is known of the class";
    EXPECT_THAT(names(collapsed_classes({}, three_that_do_not_pay, {})), IsEmpty()) << "nothing was measured";
}

TEST(CollapsedClasses, HaveTheNamesOfSpecsAndOfDocuments) {
    for (const auto guard : {4, 8, 16})
        EXPECT_EQ(variant_class(spec_of(guard, 1)), variant_class(variant_document(spec_of(guard, 1))));
    EXPECT_EQ(variant_class(spec_of(16, 1)), "gpu/copy x 16");
    EXPECT_EQ(variant_class(spec_of(4, 1)), "gpu/copy");
    auto bytes = spec_of(4, 1);
    bytes.parameters[0].dtype = DType::Bool;
    EXPECT_EQ(variant_class(bytes), "gpu/copy x 4");
    EXPECT_EQ(variant_class(bytes), variant_class(variant_document(bytes)));
}

const std::vector<CollapsedClass> two_classes{{.name = "gpu/conv2d x 16", .variants = 5, .greatest_benefit = 0.98},
                                              {.name = "gpu/copy x 8", .variants = 3, .greatest_benefit = 1.01}};

TEST(CollapsedClasses, ComeBackAsTheyWereWritten) {
    const auto decoded = decode_collapsed(encode_collapsed(identity, two_classes));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->identity, identity);
    EXPECT_EQ(decoded->classes, two_classes);
}

TEST(CollapsedClasses, AreRefusedWhereAnythingIsDamaged) {
    const auto file = encode_collapsed(identity, two_classes);
    for (std::size_t length = 0; length < file.size(); ++length)
        EXPECT_FALSE(decode_collapsed(std::span(file).first(length))) << length;
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto damaged = file;
        damaged[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(decode_collapsed(damaged)) << bit;
    }
    auto no_number = two_classes;
    no_number[0].greatest_benefit = -1;
    EXPECT_FALSE(decode_collapsed(encode_collapsed(identity, no_number)));
}

TEST(CollapsedClasses, AreOfOneClassOfDeviceAlone) {
    const test::TemporaryDirectory directory;
    const std::string other = "api=text\ndevice=paper\nname=paper\nunits=4\n";
    EXPECT_THAT(read_collapsed(directory.path(), identity), IsEmpty());
    write_collapsed(directory.path(), identity, two_classes);
    EXPECT_EQ(read_collapsed(directory.path(), identity), two_classes);
    EXPECT_THAT(read_collapsed(directory.path(), other), IsEmpty());
    const auto files = list_collapsed(directory.path());
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].identity, identity);
    // Under the other's name it is not the other's.
    write_collapsed(directory.path(), other, {&two_classes[0], 1});
    for (const auto& file : list_collapsed(directory.path()))
        publish_file(directory.path(), file.name, encode_collapsed(identity, two_classes));
    EXPECT_EQ(read_collapsed(directory.path(), identity), two_classes) << "the control";
    EXPECT_THAT(read_collapsed(directory.path(), other), IsEmpty());
    write_collapsed(directory.path(), identity, {});
    EXPECT_THAT(read_collapsed(directory.path(), identity), IsEmpty());
    EXPECT_EQ(list_collapsed(directory.path()).size(), 1U);
    EXPECT_EQ(list_collapsed(directory.path())[0].identity, "") << "the one with another's name";
}

}  // namespace
}  // namespace abut::jit
