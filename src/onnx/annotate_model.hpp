// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace abut::onnx {

/// What a model refers to by name.
struct ModelNames {
    std::unordered_set<std::string> values;       ///< inputs and results of nodes of the main graph
    std::vector<std::string> external_locations;  ///< of external data, relative to the model's directory
};

/// Errors, of a file that is no model, name `name`.
ModelNames model_names(std::string_view model, std::string_view name);

/// The bytes of `model` with the entry `key` of ModelProto.metadata_props set to `text`. An earlier entry of this key goes;
/// all else keeps its bytes. Throws IO where the result passes protobuf's limit of 2 GB.
std::string with_metadata(std::string_view model, std::string_view key, std::string_view text);

}  // namespace abut::onnx
