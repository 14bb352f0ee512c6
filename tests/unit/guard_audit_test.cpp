// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/guard_audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/counted_guards.hpp"
#include "support/error_text.hpp"

namespace abut::jit {
namespace {

using abut::test::CountedGuards;
using abut::testing_support::error_text;
using testing::AllOf;
using testing::HasSubstr;

// What the bodies of the tests use: x's elements 0 lie at multiples of 16 bytes, w's of 8, y's of 4; stride is a multiple
// of 4.
constexpr const char* head = R"(
#define WIDE(p) *(const __global float4*)(p)
typedef float4 __attribute__((aligned(4))) float4_any;
typedef float4 __attribute__((aligned(32))) float4_of_32;
typedef struct { float4 four; float one; float pad[3]; } Wide;
typedef struct { long at; int steps[3]; const __global float* from; } Place;
__constant int table[4] = {0, 8, 16, 4};
__constant int odd_table[4] = {0, 8, 6, 4};
static float4 load(const __global float* p) { return *(const __global float4*)p; }
static const __global float* behind(const __global float* p, long elements) { return p + elements; }
static void move(const __global float** p, long elements) { *p += elements; }
static long next(long* place, long by) { return *place += by; }
static void set(Place* place, long at) { place->at = at, place->steps[1] = (int)at; }
static int* gone(int number) {
    int own[2] = {4, 8};
    return own + number;
}
static void keep(int** kept) {
    int own = 4;
    *kept = &own;
}
static Place place_at(long at) {
    const Place place = {.at = at, .steps = {4, 8, 12}};
    return place;
}
#line 1 "body.cl"
__kernel void f(const __global float* x, const long x_offset, const __global float* w, const long w_offset, __global float* y,
                const long y_offset, const long n, const long stride) {
    const __global float* from = x + x_offset;
    long i = 0;
    float4 v = 0.0f;
    Place place = {0};
    place.from = from;
    int many[4];
)";

CountedGuards audit(const std::string& body) {
    const std::vector<ops::KernelSpec> specs{{.stem = "f",
                                              .items = 64,
                                              .parameters = {{"x", ops::ParameterKind::Read, 16},
                                                             {"w", ops::ParameterKind::Read, 8},
                                                             {"y", ops::ParameterKind::Write, 4},
                                                             {"n", ops::ParameterKind::Scalar},
                                                             {"stride", ops::ParameterKind::Scalar, 4}},
                                              .constants = {}}};
    const ParsedProgram program(head + body + "\n y[y_offset] = v.x;\n}\n", true);
    return test::counted_guards(program, std::vector<std::string>{"f"}, specs).at(0);
}

std::string refusal(const std::string& body) {
    return error_text([&] { (void)audit(body); });
}

TEST(GuardAudit, TakesWhatGuardsProve) {
    for (const auto* sound : {
             "v = WIDE(from);",
             "v = WIDE(x + (x_offset + 8));",
             "v = WIDE(&x[x_offset + 4 * n]);",
             "v = WIDE(x + n * stride + x_offset);",
             "v = WIDE(from + ((int)n << 31) + (n << 33) + (n >> 2 << 3));",
             "v = WIDE(from + (int)(stride * n) + (n << 2) + n / 4 * 4 + (n & ~3) + n % 4 * 4);",
             "v = ((const __global float4*)from)[n];",
             "v.xy = *(const __global float2*)(w + w_offset + 2 * n);",
             "for (i = 0; i < n; i += 4) v += WIDE(from + i);",
             "for (int k = 0; k < 4; ++k) { from += stride; v += load(from); }",
             "do { from += 8; v += load(from); if (n > i) break; } while (i++ < n);",
             "while (i < n) { if (i == 3) { i += 5; continue; } v += WIDE(from + i * 4); ++i; }",
             "move(&from, 16); v = load(from);",
             "v = load(behind(from, stride)); next(&i, 4); v += WIDE(from + i);",
             "set(&place, stride); v = WIDE(place.from + place.at + place.steps[1]);",
             "place = place_at(8); v = WIDE(from + place.at + place.steps[n & 1]);",
             "v = WIDE(from + table[n & 3]);",
             "const long strides[] = {stride, 8, 2 * stride}; for (int k = 0; k < 3; ++k) v += WIDE(from + n * strides[k]);",
             "const __global float* both[] = {x + x_offset, x + (x_offset + stride)}; v = WIDE(both[n & 1]);",
             "for (int k = 0; k < 4; ++k) many[k] = k * 8; v = WIDE(from + 4 * many[n & 3]);",
             "v = WIDE(n > 0 ? from : from + 4);",
             "if (n & 1) from += 4; else from += 12; v = WIDE(from);",
             "if (3 * 3 == 9) i = 4; else i = 3; v = WIDE(from + i);",
             "if (n == 8) v = WIDE(from + n);",
             "v = WIDE(from + get_local_id(0) * 4 + get_group_id(0) * 64);",
             "switch (n) { case 0: i = 4; break; case 1: i += 8; default: i += 12; } v = WIDE(from + i);",
             "v = WIDE(from + min(n * 4, stride) + max(8, 4));",
             "*(__global float4_any*)(y + y_offset + n) = v;",
             "v = vload4(n, y + y_offset); vstore4(v, 0, y + n);",
             "float4 lanes[4]; lanes[n & 3] = v; v = *(float4*)((float*)lanes + n);",
             "__local float4 shared[8]; shared[n & 7] = v;",
             "v.x = w[n] + x[3] + y[y_offset];",
             "v.x = ((const __global Wide*)(x + x_offset + 8 * n))->one;",
             "union { const __global float* one; const __global float4* four; } both; both.one = from; v = *both.four;",
             "if (false) v = WIDE(w);",
             "if (n > 3 && n < 2) v = WIDE(w);",
         })
        EXPECT_EQ(refusal(sound), "nothing") << sound;
}

TEST(GuardAudit, RefusesWhatGuardsDoNotProve) {
    for (const auto* faulty : {
             "v = WIDE(from + 1);",
             "v = WIDE(from + n);",
             "v = WIDE(from - 2);",
             "v = WIDE(from + stride / 2);",
             "v = WIDE(x);",
             "v = WIDE(x + w_offset);",
             "v = WIDE(x + x_offset * 2);",
             "v = WIDE(x + x_offset + x_offset);",
             "v = WIDE(x + 4 * x_offset);",
             "v = WIDE(x - x_offset);",
             "v = WIDE(x + (int)x_offset);",
             "v = WIDE(w + w_offset);",
             "v = WIDE(y + y_offset);",
             "*(__global float2*)(y + y_offset) = v.xy;",
             "(*(__global float4*)(y + y_offset)).x = 1.0f;",
             "v = *(const __global float4_of_32*)from;",
             "v = ((const __global float4*)(from + 2))[n];",
             "v = WIDE(n > 0 ? from : w + w_offset);",
             "v = WIDE(n > 0 ? from : from + 2);",
             "if (n & 1) from += 2; v = WIDE(from);",
             "if (n == 6) v = WIDE(from + n);",
             "if (3 * 3 == 8) i = 4; else i = 3; v = WIDE(from + i);",
             "for (i = 0; i < n; i += 2) v += WIDE(from + i);",
             "for (i = 1; i < n; i += 4) v += WIDE(from + i);",
             "for (int k = 0; k < 4; ++k) v += WIDE(from + k);",
             "for (int k = 0; k < 4; ++k) { v += WIDE(from); ++from; }",
             "for (int k = 0; k < 4; ++k) for (int j = 0; j < 2; ++j) { v += WIDE(from); from += 4 * j + 2 * k; }",
             "do { from += 2; v += load(from); } while (i++ < n);",
             "while (i < n) { if (i == 3) { i += 5; continue; } v += WIDE(from + i); ++i; }",
             "while (n > i) { if (i > 2) { from += 1; break; } i += 4; } v = WIDE(from);",
             "move(&from, 2); v = load(from);",
             "v = load(behind(from, n));",
             "next(&i, 3); v = WIDE(from + i);",
             "v = WIDE(from + next(&i, 2) * 2 + next(&i, 3));",
             "set(&place, n); v = WIDE(place.from + place.at);",
             "set(&place, n); v = WIDE(place.from + place.steps[1]);",
             "place = place_at(6); v = WIDE(from + place.at);",
             "place.from = w; v = WIDE(place.from);",
             "Place* other = &place; other->from += 1; v = WIDE(place.from);",
             "v = WIDE(from + odd_table[n & 3]);",
             "const long strides[] = {stride, 8, 2}; for (int k = 0; k < 3; ++k) v += WIDE(from + n * strides[k]);",
             "const __global float* both[] = {x + x_offset, w + w_offset}; v = WIDE(both[n & 1]);",
             "const __global float* both[2]; both[0] = from; both[n & 1] = w; v = WIDE(both[0]);",
             "for (int k = 0; k < 4; ++k) many[k] = k; many[0] = 0; v = WIDE(from + many[n & 3]);",
             "many[0] = 4; many[n & 3] = 2; v = WIDE(from + many[0]);",
             "many[0] = 4; *(float*)many = 2.0f; v = WIDE(from + many[0]);",
             "v = WIDE(from + many[0]);",
             "switch (n) { case 0: i = 4; break; case 1: i += 8; default: i += 2; } v = WIDE(from + i);",
             "switch (n) { case 0: i = 4; case 1: i += 2; break; default: i = 8; } v = WIDE(from + i);",
             "switch (n) { case 0: from += 2; } v = WIDE(from);",
             "v = WIDE(from + get_local_id(0));",
             "v = WIDE(from + (n > 2));",
             "v = WIDE(from + ((int)n << 33));",
             "v = WIDE(from + (n << 64));",
             "int k = (int)n; k <<= 33; v = WIDE(from + k);",
             "v = WIDE(from + ((uint)n >> 32 > 0 ? 2 : 0));",
             "v = WIDE(from + ((int)(n & 3) << 30 < 0 ? 2 : 0));",
             "v = WIDE(from + (((n & 7) + 1) << 61 < 0 ? 2 : 0));",
             "v = WIDE(from + min(n, stride));",
             "v = WIDE(from + (long)x[n]);",
             "v = WIDE(from + as_int(x[n]));",
             "v = WIDE((n & 4) | (n & 2) ? from + (n & 6) : from);",
             "v = WIDE(from + (stride ^ 2));",
             "v = WIDE(from + (n, 2));",
             "i = 8; i >>= 2; v = WIDE(from + i);",
             "i = stride; i -= 2; v = WIDE(from + i);",
             "v = WIDE(from + (char)(n * 4) + (uchar)n);",
             "v = *(const __global float4*)n;",
             "v = *(const __global float4*)((long)from);",
             "const __global void* any = w; v = *(const __global float4*)any;",
             "v = vload4(0, (const __global float*)(((const __global char*)from) + n));",
             "v.x = *(const __global float*)((const __global char*)from + 2);",
             "__global int* counts = (__global int*)((__global char*)y + n); atomic_inc(counts);",
             "const __global float4* wide = (const __global float4*)from; wide = (const __global float4*)w; v = *wide;",
             "Place* held = &place; *(const __global float4**)&held->from = (const __global float4*)w; v = "
             "WIDE(place.from);",
             "__local int own[64]; own[get_local_id(0)] = 4; barrier(1); v = WIDE(from + own[get_local_id(0)]);",
             "const __global float4_any* any = (const __global float4_any*)w; const __global float4* wide = any; v = *wide;",
             "v.x = ((const __global Wide*)(w + w_offset))->one;",
             "v = ((const __global Wide*)from)[n].four + ((const __global Wide*)w)->four;",
             "ulong u = (ulong)n; if (u >= 6) i = (long)u; v = WIDE(from + (i < 0 ? 2 : 0));",
             "uint u = (uint)n; u -= 1; if (u > 7) i = 2; v = WIDE(from + i);",
             "union { long number; int halves[2]; } both; both.number = 4; both.halves[0] = 2; v = WIDE(from + "
             "both.number);",
             "v = WIDE(from + *gone(1));",
             "int* kept = many; many[0] = 4; keep(&kept); v = WIDE(from + *kept);",
             "v = n > 2 && (WIDE(from + 2)).x > 0.0f ? v : v + 1.0f;",
         })
        EXPECT_THAT(refusal(faulty), HasSubstr("declares an alignment of")) << faulty;
}

TEST(GuardAudit, RefusesWhatItDoesNotKnowWhereMoreThanElementsAreClaimed) {
    for (const auto* unknown :
         {"goto end; end: v = WIDE(from);", "v = WIDE(&(from)[sizeof v]);", "v = vloada_half4(n, (const __global half*)w);",
          "switch (n) { if (i) { case 1: i = 2; } } v = WIDE(from + i);"})
        EXPECT_THAT(refusal(unknown), HasSubstr("audit")) << unknown;
    EXPECT_EQ(refusal("goto end; end: v.x = from[3];"), "nothing");
}

TEST(GuardAudit, SaysWhatIsWrongWhereAndWhatToDo) {
    EXPECT_THAT(refusal("\nv = WIDE(from + 2);"),
                AllOf(HasSubstr("kernel f: body.cl:10: a load of 'const __global float4' declares an alignment of 16 bytes"),
                      HasSubstr("only proven to be a multiple of 8 ('x' at a multiple of 16 bytes, 8 bytes from there)"),
                      HasSubstr("raise the guard of the parameter in its lowering")));
    EXPECT_THAT(refusal("v = load(w + w_offset);"), HasSubstr(", called from body.cl:9: a load of"));
    EXPECT_THAT(refusal("*(__global float2*)(y + n) = v.xy;"),
                AllOf(HasSubstr("a store of '__global float2'"), HasSubstr("'y' without its offset")));
    EXPECT_THAT(refusal("v = *(const __global float4*)n;"), HasSubstr("can't be followed, perhaps of 'x'"));
}

TEST(GuardAudit, RefusesWhatMissesItsVariable) {
    // What makes the audit follow the kernel.
    const std::string wide = "v = WIDE(from); float few[4]; __local float shared[64]; ";
    for (const auto* faulty : {"few[4] = 1.0f;", "few[-1] = 1.0f;", "many[6] += 1;", "v.x = few[get_local_id(0) + 4];",
                               "shared[64 + get_local_id(0)] = 1.0f;", "*(float4*)(few + 1) = v;", "place.steps[12] = 1;",
                               "float* p = few; p += 4; *p = 1.0f;", "for (int k = 4; k < 8; ++k) few[k] = 1.0f;",
                               "v.x = odd_table[5];", "Place* other = &place + 1; other->at = 4;"})
        EXPECT_THAT(refusal(wide + faulty), HasSubstr("bytes; its index or the size")) << faulty;
    EXPECT_THAT(refusal(wide + "few[5] = 1.0f;"),
                HasSubstr("a store of '__private float' goes to byte 20 of 'few' or further away, which has 16 bytes"));
}

TEST(GuardAudit, CountsWhatSurelyStaysInside) {
    const std::string wide = "v = WIDE(from); float few[4]; __local float shared[64]; ";
    const auto base = audit(wide);
    const auto difference = [&](const char* added) {
        const auto found = audit(wide + added);
        return std::pair(found.inside - base.inside, found.open - base.open);
    };
    EXPECT_EQ(base.inside, 0);
    EXPECT_EQ(base.open, 2) << "the load from x and the store to y";
    EXPECT_EQ(difference("few[3] = 1.0f;"), std::pair(1, 0));
    EXPECT_EQ(difference("for (int k = 0; k < 4; ++k) few[k] = 1.0f;"), std::pair(1, 0));
    EXPECT_EQ(difference("shared[get_local_id(0)] = 1.0f;"), std::pair(1, 0));
    EXPECT_EQ(difference("few[n & 3] = 1.0f;"), std::pair(1, 0));
    EXPECT_EQ(difference("few[n & 7] = 1.0f;"), std::pair(0, 1));
    EXPECT_EQ(difference("for (int k = 0; k < n; ++k) few[k] = 1.0f;"), std::pair(0, 1));
    EXPECT_EQ(difference("v.x += w[n];"), std::pair(0, 1));
}

TEST(GuardAudit, TellsWhatIsClaimed) {
    EXPECT_FALSE(audit("v.x = x[n]; *(__global float4_any*)(y + n) = v;").is_followed);
    const auto found = audit("v = WIDE(from); v.xy += *(const __global float2*)(w + w_offset); y[n] = 1.0f;");
    ASSERT_TRUE(found.is_followed);
    ASSERT_EQ(found.parameters.size(), 3U);
    EXPECT_EQ(found.parameters.at(0).load_bytes, 16);
    EXPECT_EQ(found.parameters.at(1).load_bytes, 8);
    EXPECT_EQ(found.parameters.at(2).store_bytes, 4);
    EXPECT_EQ(found.parameters.at(2).load_bytes, 0);
}

}  // namespace
}  // namespace abut::jit
