// SPDX-License-Identifier: Apache-2.0
#include "abut/graph.hpp"

namespace abut::inline v0 {

void Graph::release_constants() {
    for (auto& value : values_) {
        if (!value.is_constant()) continue;
        value.data.reset();
        value.released = true;
    }
}

}  // namespace abut::inline v0
