// SPDX-License-Identifier: Apache-2.0
// Imports models and evaluates them on the host. ABUT_CONFORMANCE_DIR names a directory that
// scripts/conformance/write_cases.py wrote; the project's own models lie in ../shared/data/models beside a checkout of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "abut/error.hpp"
#include "support/onnx_case.hpp"

namespace abut {
namespace {

// What no operation of the graph says.
bool is_out_of_reach(const std::string& name) {
    for (const char* part : {"argmax", "argmin", "top_k", "maxpool_with_argmax", "convtranspose_3d"}) {
        if (name.find(part) != std::string::npos) return true;
    }
    return false;
}

std::string failure_of(const std::filesystem::path& directory) {
    try {
        return testing_support::difference_of(testing_support::read_case(directory));
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(OnnxConformance, CasesOfOnnxsOwnTests) {
    const char* root = std::getenv("ABUT_CONFORMANCE_DIR");
    if (root == nullptr) GTEST_SKIP() << "ABUT_CONFORMANCE_DIR is not set";
    int passed = 0;
    for (const auto& directory : testing_support::find_cases(root)) {
        if (is_out_of_reach(directory.filename())) continue;
        const std::string failure = failure_of(directory);
        EXPECT_EQ(failure, "") << directory.filename();
        passed += failure.empty() ? 1 : 0;
    }
    EXPECT_GT(passed, 0);
    RecordProperty("passed", passed);
}

// The two whose evaluation takes a moment only; the command line verifies all of them on a device.
TEST(OnnxConformance, ModelsOfTheProject) {
    const std::filesystem::path root = std::filesystem::path(ABUT_SOURCE_DIR) / ".." / "shared" / "data" / "models";
    if (!std::filesystem::exists(root)) GTEST_SKIP() << "no " << root;
    for (const char* name : {"FastestDet", "version-RFB-320"}) EXPECT_EQ(failure_of(root / name), "") << name;
}

}  // namespace
}  // namespace abut
