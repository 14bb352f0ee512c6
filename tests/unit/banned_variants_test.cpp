// SPDX-License-Identifier: Apache-2.0
// Variants that are banned: KernelCache neither loads nor builds them, on a device that compiles nothing.
#include "jit/banned_variants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "jit/generate_source.hpp"
#include "jit/kernel_cache.hpp"
#include "support/error_text.hpp"
#include "support/file_bytes.hpp"
#include "support/scale_kernel.hpp"
#include "support/temporary_directory.hpp"
#include "support/text_backend.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class BannedVariants : public testing::Test {
protected:
    void ban() { ban_variant(path(), key_, "scale"); }
    void unban() { unban_variant(path(), key_); }
    /// A process of its own, which asks for the variant.
    std::string found(const CacheOptions& options) {
        const Device device(std::make_shared<test::TextBackend>("1"), {.cache = options});
        KernelCache cache(device, test::scale_sources);
        return error_text([&] { (void)cache.get(std::vector{spec_}); });
    }
    [[nodiscard]] const std::string& path() const { return directory_.path(); }
    [[nodiscard]] CacheOptions with_mode(CacheMode mode) const { return {.directory = path(), .mode = mode}; }

    const ops::KernelSpec spec_ = test::scale_spec("2.0f");
    const std::string key_ = variant_key(spec_, test::scale_sources);

private:
    test::TemporaryDirectory directory_;
};

TEST_F(BannedVariants, AreNeitherLoadedNorBuiltInAnyModeThatHasADirectory) {
    ban();
    EXPECT_THAT(found(with_mode(CacheMode::Use)), HasSubstr("is banned")) << "it would be built";
    unban();
    EXPECT_EQ(found(with_mode(CacheMode::Use)), "nothing");
    ban();
    for (const auto mode : {CacheMode::Use, CacheMode::ReadOnly, CacheMode::Require}) {
        EXPECT_THAT(found(with_mode(mode)), AllOf(HasSubstr("kernel scale_" + key_ + " is banned in '" + path() + "'"),
                                                  HasSubstr("`abut cache unban " + key_ + " --cache " + path() + "`")))
            << "it would be loaded";
    }
    EXPECT_EQ(found(with_mode(CacheMode::Off)), "nothing") << "no directory, and no ban";
    unban();
    EXPECT_EQ(found(with_mode(CacheMode::Require)), "nothing") << "the program that holds it was left alone";
}

TEST_F(BannedVariants, OfAnOverlayCountAsWell) {
    const test::TemporaryDirectory own;
    const CacheOptions behind{.directory = own.path(), .overlays = {path()}};
    const CacheOptions memory{.directory = "", .overlays = {path()}};
    ban();
    EXPECT_THAT(found(behind), HasSubstr("is banned in '" + path() + "'"));
    EXPECT_THAT(found(memory), HasSubstr("is banned"));
    unban();
    EXPECT_EQ(found(behind), "nothing");
    EXPECT_EQ(found(memory), "nothing");
}

TEST_F(BannedVariants, AreSoFromThatMomentOn) {
    const Device device(std::make_shared<test::TextBackend>("1"), {.cache = with_mode(CacheMode::Use)});
    KernelCache cache(device, test::scale_sources);
    const auto get = [&] { return error_text([&] { (void)cache.get(std::vector{spec_}); }); };
    EXPECT_EQ(get(), "nothing");
    ban();
    EXPECT_THAT(get(), HasSubstr("is banned")) << "this process has it in memory";
    EXPECT_EQ(error_text([&] { (void)cache.get(std::vector{test::scale_spec("3.0f")}); }), "nothing") << "another one";
    unban();
    EXPECT_EQ(get(), "nothing");
}

TEST_F(BannedVariants, AreListed) {
    EXPECT_THAT(list_banned(path()), IsEmpty());
    EXPECT_THAT(list_banned(path() + "/nowhere"), IsEmpty());
    ban();
    ban();
    const auto listed = list_banned(path());
    ASSERT_THAT(listed, SizeIs(1));
    EXPECT_EQ(listed[0].key, key_);
    EXPECT_EQ(listed[0].kernel, "scale");
    EXPECT_GT(listed[0].since, 1'700'000'000);
    unban();
    unban();
    EXPECT_THAT(list_banned(path()), IsEmpty());
}

TEST_F(BannedVariants, AreNotTakenFromWhereOthersMayWrite) {
    ban();
    std::filesystem::permissions(path(), std::filesystem::perms::others_write, std::filesystem::perm_options::add);
    EXPECT_THAT(banned_keys(with_mode(CacheMode::Use)), IsEmpty());
    std::filesystem::permissions(path(), std::filesystem::perms::others_write, std::filesystem::perm_options::remove);
    EXPECT_THAT(banned_keys(with_mode(CacheMode::Use)), SizeIs(1));
}

}  // namespace
}  // namespace abut::jit
