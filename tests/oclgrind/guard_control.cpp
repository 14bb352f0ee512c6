// SPDX-License-Identifier: Apache-2.0
// usage: abut_guard_control right|guard|extent
// One copy into a slice that begins at an odd element. The kernel is specialised as it should be, for a guard that does not
// hold, or for a view that is longer than the buffer; scripts/checks/oclgrind wants a report of the last two.
#include <cstdio>
#include <stdexcept>
#include <string_view>

#include "support/run_step.hpp"

namespace {

using abut::DeviceProfile;
using abut::ops::LoweredStep;
using abut::ops::StepSpec;

LoweredStep lower_for_aligned(const StepSpec& step, const DeviceProfile& device) {
    StepSpec wrong = step;
    for (auto& write : wrong.writes) write.spec.alignment = {64, 0};
    return abut::ops::lower(wrong, device);
}

LoweredStep lower_for_longer(const StepSpec& step, const DeviceProfile& device) {
    StepSpec wrong = step;
    for (auto* operands : {&wrong.reads, &wrong.writes}) operands->front().spec.layout.shape[2] += 1000;
    return abut::ops::lower(wrong, device);
}

abut::test::Lowering lowering(std::string_view name) {
    if (name == "right") return abut::ops::lower;
    if (name == "guard") return lower_for_aligned;
    if (name == "extent") return lower_for_longer;
    throw std::invalid_argument("usage: abut_guard_control right|guard|extent");
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const auto chosen = lowering(count == 2 ? arguments[1] : "");
        const abut::Shape shape{1, 64, 3, 4};
        const abut::test::StepInput input{.tensor = abut::test::random_tensor(shape, 1),
                                          .placed = {abut::Layout::channels_last(shape), 0}};
        const abut::test::Placed output{abut::Layout::channels_last(shape), 1};
        const auto result = abut::test::run_step(abut::Copy{}, {input}, {output}, chosen);
        std::puts(result.outputs.front() == input.tensor ? "copied" : "copied wrongly");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
