// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one macro of the interface: symbols are hidden unless marked.
#if defined(ABUT_STATIC)
#define ABUT_API
#else
#define ABUT_API __attribute__((visibility("default")))
#endif
