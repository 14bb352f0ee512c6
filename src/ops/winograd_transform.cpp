// SPDX-License-Identifier: Apache-2.0
#include "ops/winograd_transform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace abut::ops {
namespace {

// Found by the error of sums over 192 channels: F(4,3) in two dimensions has half the root mean square, and a quarter of the
// maximum, that the usual 0, +-1, +-2 give; F(4,7) in one dimension has a quarter of what +-1, +-2, +-1/2, +-1/4 give.
std::vector<double> positive_points(const FilterAxis& axis) {
    switch (axis.points()) {
        case 4:
            return {1.0};
        case 6:
            return {2.0 / 3.0, 3.0 / 2.0};
        case 8:
            return {1.0 / 2.0, 2.0, 1.0};
        default:
            return {3.0 / 7.0, 7.0 / 3.0, 4.0 / 5.0, 5.0 / 4.0};
    }
}

/// Coefficients, lowest first, of the product of (x - square) over the squares of all points but that at `without`.
std::vector<double> squares_product(std::span<const double> points, std::size_t without) {
    std::vector<double> product{1.0};
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i == without) continue;
        product.insert(product.begin(), 0.0);
        for (std::size_t k = 0; k + 1 < product.size(); ++k) product[k] -= points[i] * points[i] * product[k + 1];
    }
    return product;
}

/// One product of a sum.
struct Term {
    double factor = 1;
    std::string of;
};

/// The terms of factors 1 and -1 come first, since they are added without a product.
std::string sum_text(std::vector<Term> terms) {
    constexpr double rounding = 1e-12;  // of p * 1/p
    for (Term& term : terms) {
        if (std::abs(std::abs(term.factor) - 1) < rounding) term.factor = std::copysign(1, term.factor);
    }
    const auto rank = [](const Term& term) { return term.factor == 1 ? 0 : (term.factor == -1 ? 1 : 2); };
    std::ranges::stable_sort(terms, {}, rank);
    std::string sum;
    for (const auto& [factor, of] : terms) {
        if (sum.empty()) {
            sum = factor == 1 ? of : fmt::format("{:#.9g}f * {}", factor, of);
        } else if (std::abs(factor) == 1) {
            sum = fmt::format("{} {} {}", sum, factor == 1 ? '+' : '-', of);
        } else {
            sum = fmt::format("SCALED({:#.9g}f, {}, {})", factor, of, sum);
        }
    }
    return sum;
}

/// The polynomial of those coefficients in d[first], d[first + 2], ...
std::string pixels_text(std::span<const double> coefficients, std::size_t first, double sign = 1) {
    std::vector<Term> terms;
    for (std::size_t k = 0; k < coefficients.size(); ++k)
        terms.push_back({sign * coefficients[k], fmt::format("d[{}]", first + 2 * k)});
    return sum_text(std::move(terms));
}

/// The row of the point 0 begins with 1 or -1, since the squares' product is 1.
double sign_of_zero(std::span<const double> points) {
    return points.size() % 2 == 0 ? 1 : -1;
}

}  // namespace

std::vector<std::vector<double>> transform_of_taps(const FilterAxis& axis) {
    const auto taps = static_cast<std::size_t>(axis.taps);
    if (taps == 1) return {{1.0}};
    const auto points = positive_points(axis);
    std::vector<std::vector<double>> rows(static_cast<std::size_t>(axis.points()), std::vector<double>(taps));
    rows.front().front() = 1;
    rows.back().back() = 1;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double square = points[i] * points[i];
        double scale = 2 * square;
        for (const double other : points) scale *= other == points[i] ? 1 : square - other * other;
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const double power = std::pow(points[i], tap) / scale;
            rows[1 + 2 * i][tap] = power;
            rows[2 + 2 * i][tap] = tap % 2 == 0 ? power : -power;
        }
    }
    return rows;
}

std::string transform_of_pixels(const FilterAxis& axis) {
    if (axis.taps == 1) return "v[0] = d[0];";
    const auto points = positive_points(axis);
    const auto all = squares_product(points, points.size());
    std::string text = fmt::format("v[0] = {};", pixels_text(all, 0, sign_of_zero(points)));
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto others = squares_product(points, i);
        text +=
            fmt::format(" const float16 even{0} = {1}, odd{0} = {2};", i, pixels_text(others, 2), pixels_text(others, 1));
        const std::string even = fmt::format("even{}", i), odd = fmt::format("odd{}", i);
        text += fmt::format(" v[{}] = {}; v[{}] = {};", 1 + 2 * i, sum_text({{1, even}, {points[i], odd}}), 2 + 2 * i,
                            sum_text({{1, even}, {-points[i], odd}}));
    }
    return text + fmt::format(" v[{}] = {};", axis.points() - 1, pixels_text(all, 1));
}

std::string transform_of_sums(const FilterAxis& axis) {
    if (axis.taps == 1) return "o[0] = m[0];";
    const auto points = positive_points(axis);
    std::string text;
    for (std::size_t i = 0; i < points.size(); ++i)
        text += fmt::format("const float16 even{0} = m[{1}] + m[{2}], odd{0} = m[{1}] - m[{2}]; ", i, 1 + 2 * i, 2 + 2 * i);
    for (std::int64_t result = 0; result < axis.results; ++result) {
        std::vector<Term> terms;
        if (result == 0) terms.push_back({1, "m[0]"});
        if (result == axis.results - 1) terms.push_back({1, fmt::format("m[{}]", axis.points() - 1)});
        for (std::size_t i = 0; i < points.size(); ++i)
            terms.push_back({std::pow(points[i], result), fmt::format("{}{}", result % 2 == 0 ? "even" : "odd", i)});
        text += fmt::format("o[{}] = {}; ", result, sum_text(std::move(terms)));
    }
    return text;
}

std::int64_t pixel_instructions(const FilterAxis& axis) {
    const std::int64_t pairs = (axis.points() - 2) / 2;
    return axis.taps == 1 ? 0 : 2 * pairs * (pairs + 1);
}

}  // namespace abut::ops
