// SPDX-License-Identifier: Apache-2.0
#include "passes/pipeline.hpp"

#include <array>

#include "passes/drop_identities.hpp"
#include "passes/fold_constants.hpp"
#include "passes/fold_pads.hpp"
#include "passes/fuse_elementwise.hpp"
#include "passes/fuse_epilogues.hpp"
#include "passes/fuse_prologues.hpp"
#include "passes/lower_batch_norm.hpp"
#include "passes/pool_first.hpp"
#include "passes/scale_weights.hpp"
#include "passes/simplify_expressions.hpp"

namespace abut::passes {
namespace {

constexpr std::array passes{
    Pass{"drop identities", drop_identities},
    Pass{"fold constants", fold_constants},
    Pass{"fold pads", fold_pads},
    // BatchNorm and what follows it become one affine function, which the convolution before it takes into its weights.
    Pass{"lower batch norm", lower_batch_norm},
    Pass{"simplify expressions", simplify_expressions},
    Pass{"fuse epilogues", fuse_epilogues},
    // x * sigmoid(x) reads x twice; once it is one operation, a convolution can take it.
    Pass{"fuse elementwise", fuse_elementwise},
    Pass{"fuse epilogues", fuse_epilogues},
    Pass{"simplify expressions", simplify_expressions},
    Pass{"scale weights", scale_weights},
    Pass{"simplify expressions", simplify_expressions},
    Pass{"pool first", pool_first},
    // What no convolution before it took, the one behind it may.
    Pass{"fuse prologues", fuse_prologues},
    Pass{"drop identities", drop_identities},
};

}  // namespace

std::span<const Pass> pipeline() {
    return passes;
}

Graph optimise(const Graph& graph) {
    Graph result = graph;
    for (const Pass& pass : passes) result = pass.run(result);
    return result;
}

}  // namespace abut::passes
