// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/kernel_spec.hpp"

/// Why there is a variant, by its key document. Pure.
namespace abut::jit {

/// What a variant relies on beyond elements at multiples of their size: "x 16, y 16", in bytes; empty for a generic one.
/// Weights are not named: Abut packs them, so all variants rely on where they lie.
std::string guard_claims(std::string_view document);

/// The kernel and what is claimed, which variants have in common whose guards are worth the same: "gpu/conv2d x 16, y 16".
std::string variant_class(std::string_view document);
/// The same of the spec whose document that would be, without making it.
std::string variant_class(const ops::KernelSpec& spec);

/// Of each the guard's claims or "generic", and the constants by which it differs from the nearest other with the same
/// kernel and claims: "x 16, y 16; out channels 12, depth 15". Documents may repeat. Compares each with the first 256 of its
/// kernel and claims at most.
std::vector<std::string> variant_reasons(std::span<const std::string> documents);

}  // namespace abut::jit
