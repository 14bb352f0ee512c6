// SPDX-License-Identifier: Apache-2.0
// A product with packed weights: a convolution of 1x1 over the rows as pixels.
#include "conv2d.cl"
