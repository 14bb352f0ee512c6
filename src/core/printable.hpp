// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// Text that others wrote, made fit for one line of a message.
namespace abut::core {

/// `text` with '?' for control characters and for bytes that are no UTF-8.
std::string one_line(std::string_view text);

/// The same for a part of a message; what is beyond 200 bytes is "...".
std::string printable(std::string_view text);

}  // namespace abut::core
