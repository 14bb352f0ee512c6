// SPDX-License-Identifier: Apache-2.0
// Costs measured on the device, kept beside its kernels, and found by compile().
#include "abut/calibrate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "abut/program.hpp"
#include "plan/prices.hpp"
#include "program/calibration_file.hpp"
#include "support/opencl_test.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

namespace fs = std::filesystem;

class Calibrate : public OpenClTest {
protected:
    [[nodiscard]] Device open_here() {
        return open(directory_.path(), [this](LogLevel, std::string_view text) { log_ += text; });
    }
    [[nodiscard]] std::vector<fs::path> files() const {
        std::vector<fs::path> found;
        for (const auto& file : fs::directory_iterator(directory_.path())) {
            if (file.path().extension() == programs::calibration_suffix) found.push_back(file.path());
        }
        return found;
    }

    TemporaryDirectory directory_;
    std::string log_;
};

Graph small_graph() {
    Graph graph;
    const ValueId x = graph.input("x", ViewSpec::nchw({1, 4, 4, 4}));
    graph.output("y", graph.relu(graph.concat({graph.relu(x), graph.relu(x)}, 1)));
    return graph;
}

TEST_F(Calibrate, FindsSaneNumbersKeepsThemAndIgnoresWhatIsDamaged) {
    const Device device = open_here();
    EXPECT_FALSE(stored_cost_model(device));
    const CostModel found = calibrate(device);
    EXPECT_NO_THROW(planning::require_sound(found));
    EXPECT_GT(found.launch_ns, 100);
    EXPECT_LT(found.launch_ns, 1e8);
    EXPECT_GE(found.cached_bytes, 1 << 16);
    EXPECT_GT(found.copy.memory_ns, 0);
    EXPECT_LT(found.copy.memory_ns, 100);  // 10 MB/s
    EXPECT_GE(found.copy.memory_ns, found.copy.cached_ns);
    EXPECT_LE(found.second_store.memory_ns, found.copy.memory_ns);
    EXPECT_LT(found.factor_below_16_bytes, 100);
    EXPECT_EQ(log_, "");
    EXPECT_EQ(stored_cost_model(device), found);
    EXPECT_EQ(stored_cost_model(open_here()), found);
    EXPECT_EQ(compile(small_graph(), device).cost_model(), found);
    EXPECT_EQ(compile(small_graph(), device, {.cost_model = CostModel{}}).cost_model(), CostModel{});

    // What lies in the directory is never an error: the device counts as not calibrated.
    ASSERT_EQ(files().size(), 1);
    const fs::path file = files().front();
    std::ofstream(file, std::ios::binary | std::ios::app) << "more";
    EXPECT_FALSE(stored_cost_model(device));
    EXPECT_THAT(log_, testing::AllOf(testing::HasSubstr(file.filename().string()), testing::HasSubstr("damaged")));
    EXPECT_EQ(compile(small_graph(), device).cost_model(), CostModel{});
    fs::remove(file);
    fs::create_directory(file);
    EXPECT_FALSE(stored_cost_model(device));
    EXPECT_THAT(log_, testing::HasSubstr("no regular file"));
    fs::remove(file);
    log_.clear();
    EXPECT_FALSE(stored_cost_model(device));
    EXPECT_EQ(log_, "");
}

TEST_F(Calibrate, KeepsNothingWithoutADirectory) {
    const Device device = open("");
    EXPECT_NO_THROW(planning::require_sound(calibrate(device)));
    EXPECT_FALSE(stored_cost_model(device));
    EXPECT_EQ(compile(small_graph(), device).cost_model(), CostModel{});
}

}  // namespace
}  // namespace abut::test
