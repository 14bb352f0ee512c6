// SPDX-License-Identifier: Apache-2.0
// The functions of OpenCL C that kernels call, where clang makes kernels functions of a process. HostCompiler links this
// file with each program: names and vectors are those of clang's OpenCL front end.
typedef float float16 __attribute__((ext_vector_type(16)));
typedef int int16 __attribute__((ext_vector_type(16)));

namespace {

/// A kernel's only way to learn of its group is a call without arguments that could carry it.
thread_local unsigned long current_group = 0;

template <class Function, class... Vector>
float16 each(Function function, Vector... vector) {
    float16 result;
    for (int lane = 0; lane < 16; ++lane) result[lane] = function(vector[lane]...);
    return result;
}

}  // namespace

extern "C" void enter_group(unsigned long group) {
    current_group = group;
}

// OpenCL C 1.2, 6.12.1: work-item functions.
unsigned get_work_dim() {
    return 1;
}
unsigned long get_group_id(unsigned dimension) {
    return dimension == 0 ? current_group : 0;
}

// 6.12.2: mathematical functions.
float16 acos(float16 x) {
    return each([](float value) { return __builtin_acosf(value); }, x);
}
float16 acosh(float16 x) {
    return each([](float value) { return __builtin_acoshf(value); }, x);
}
float16 asin(float16 x) {
    return each([](float value) { return __builtin_asinf(value); }, x);
}
float16 asinh(float16 x) {
    return each([](float value) { return __builtin_asinhf(value); }, x);
}
float16 atan(float16 x) {
    return each([](float value) { return __builtin_atanf(value); }, x);
}
float16 atanh(float16 x) {
    return each([](float value) { return __builtin_atanhf(value); }, x);
}
float16 ceil(float16 x) {
    return each([](float value) { return __builtin_ceilf(value); }, x);
}
float16 cos(float16 x) {
    return each([](float value) { return __builtin_cosf(value); }, x);
}
float16 cosh(float16 x) {
    return each([](float value) { return __builtin_coshf(value); }, x);
}
float16 erf(float16 x) {
    return each([](float value) { return __builtin_erff(value); }, x);
}
float16 exp(float16 x) {
    return each([](float value) { return __builtin_expf(value); }, x);
}
float16 expm1(float16 x) {
    return each([](float value) { return __builtin_expm1f(value); }, x);
}
float16 fabs(float16 x) {
    return each([](float value) { return __builtin_fabsf(value); }, x);
}
float16 floor(float16 x) {
    return each([](float value) { return __builtin_floorf(value); }, x);
}
float16 fma(float16 a, float16 b, float16 c) {
    return each([](float x, float y, float z) { return __builtin_fmaf(x, y, z); }, a, b, c);
}
float16 log(float16 x) {
    return each([](float value) { return __builtin_logf(value); }, x);
}
float log(float x) {
    return __builtin_logf(x);
}
float16 log1p(float16 x) {
    return each([](float value) { return __builtin_log1pf(value); }, x);
}
float16 pow(float16 x, float16 y) {
    return each([](float base, float exponent) { return __builtin_powf(base, exponent); }, x, y);
}
float16 rint(float16 x) {
    return each([](float value) { return __builtin_rintf(value); }, x);
}
float16 sin(float16 x) {
    return each([](float value) { return __builtin_sinf(value); }, x);
}
float16 sinh(float16 x) {
    return each([](float value) { return __builtin_sinhf(value); }, x);
}
float16 sqrt(float16 x) {
    return each([](float value) { return __builtin_sqrtf(value); }, x);
}
float16 tan(float16 x) {
    return each([](float value) { return __builtin_tanf(value); }, x);
}
float16 tanh(float16 x) {
    return each([](float value) { return __builtin_tanhf(value); }, x);
}

// 6.12.3: functions of integers.
int max(int a, int b) {
    return a > b ? a : b;
}
int min(int a, int b) {
    return a < b ? a : b;
}
long max(long a, long b) {
    return a > b ? a : b;
}
long min(long a, long b) {
    return a < b ? a : b;
}

// 6.12.6: relations; true is a set sign bit.
int16 isinf(float16 x) {
    int16 result;
    for (int lane = 0; lane < 16; ++lane) result[lane] = __builtin_isinf(x[lane]) ? -1 : 0;
    return result;
}
int all(int16 x) {
    for (int lane = 0; lane < 16; ++lane) {
        if (x[lane] >= 0) return 0;
    }
    return 1;
}
