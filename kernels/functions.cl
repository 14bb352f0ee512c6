// SPDX-License-Identifier: Apache-2.0
// Functions of expressions, for every family: VALUE is what its prelude computes with, a vector or one number. A NaN stays a NaN.

ALWAYS_INLINE VALUE relu(VALUE x) { return x < (VALUE)(0.0f) ? (VALUE)(0.0f) : x; }
ALWAYS_INLINE VALUE minimum(VALUE a, VALUE b) {
    const VALUE least = a < b ? a : b;
    return a != a ? a : least;
}
ALWAYS_INLINE VALUE maximum(VALUE a, VALUE b) {
    const VALUE greatest = a > b ? a : b;
    return a != a ? a : greatest;
}
ALWAYS_INLINE VALUE clip(VALUE x, float low, float high) {
    const VALUE raised = x < (VALUE)(low) ? (VALUE)(low) : x;
    return raised > (VALUE)(high) ? (VALUE)(high) : raised;
}
ALWAYS_INLINE VALUE leaky_relu(VALUE x, float slope) { return x < (VALUE)(0.0f) ? slope * x : x; }
ALWAYS_INLINE VALUE prelu(VALUE x, VALUE slope) { return x < (VALUE)(0.0f) ? slope * x : x; }
ALWAYS_INLINE VALUE thresholded_relu(VALUE x, float threshold) {
    return x <= (VALUE)(threshold) ? (VALUE)(0.0f) : x;
}
ALWAYS_INLINE VALUE signum(VALUE x) {
    const VALUE negative = x < (VALUE)(0.0f) ? (VALUE)(-1.0f) : x;
    return x > (VALUE)(0.0f) ? (VALUE)(1.0f) : negative;
}
ALWAYS_INLINE VALUE hard_sigmoid(VALUE x, float alpha, float beta) {
    return clip(fma((VALUE)(alpha), x, (VALUE)(beta)), 0.0f, 1.0f);
}
ALWAYS_INLINE VALUE hard_swish(VALUE x) { return x * hard_sigmoid(x, 0x1.555556p-3f, 0.5f); }
ALWAYS_INLINE VALUE sigmoid(VALUE x) { return 1.0f / (1.0f + exp(-x)); }
ALWAYS_INLINE VALUE softplus(VALUE x) { return relu(x) + log1p(exp(-fabs(x))); }
ALWAYS_INLINE VALUE mish(VALUE x) { return x * tanh(softplus(x)); }
ALWAYS_INLINE VALUE elu(VALUE x, float alpha) { return x < (VALUE)(0.0f) ? alpha * expm1(x) : x; }
ALWAYS_INLINE VALUE selu(VALUE x, float alpha, float gamma) { return gamma * elu(x, alpha); }
ALWAYS_INLINE VALUE celu(VALUE x, float alpha) { return x < (VALUE)(0.0f) ? alpha * expm1(x / alpha) : x; }
// Truths are 0 and 1, and all that is not 0 is true. A choice has the bits of what is chosen, whatever the other one is.
ALWAYS_INLINE VALUE truth(VALUE x) { return x == (VALUE)(0.0f) ? (VALUE)(0.0f) : (VALUE)(1.0f); }
ALWAYS_INLINE VALUE greater(VALUE a, VALUE b) { return a > b ? (VALUE)(1.0f) : (VALUE)(0.0f); }
ALWAYS_INLINE VALUE greater_or_equal(VALUE a, VALUE b) { return a >= b ? (VALUE)(1.0f) : (VALUE)(0.0f); }
ALWAYS_INLINE VALUE equal(VALUE a, VALUE b) { return a == b ? (VALUE)(1.0f) : (VALUE)(0.0f); }
ALWAYS_INLINE VALUE logical_not(VALUE x) { return x == (VALUE)(0.0f) ? (VALUE)(1.0f) : (VALUE)(0.0f); }
ALWAYS_INLINE VALUE logical_and(VALUE a, VALUE b) { return a == (VALUE)(0.0f) ? (VALUE)(0.0f) : truth(b); }
ALWAYS_INLINE VALUE logical_or(VALUE a, VALUE b) { return a == (VALUE)(0.0f) ? truth(b) : (VALUE)(1.0f); }
ALWAYS_INLINE VALUE logical_xor(VALUE a, VALUE b) { return a == (VALUE)(0.0f) ? truth(b) : logical_not(b); }
ALWAYS_INLINE VALUE chosen(VALUE condition, VALUE a, VALUE b) { return condition == (VALUE)(0.0f) ? b : a; }
