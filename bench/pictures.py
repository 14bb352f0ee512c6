# SPDX-License-Identifier: Apache-2.0
"""Plots as plain SVG, with nothing but the standard library."""
import html
import math

COLOURS = ["#c0504d", "#2f6eb5", "#5a9e4b", "#8064a2", "#d98b2b"]


def _text(x, y, text, anchor="middle", size=12, colour="#222"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{html.escape(str(text))}</text>'


def _rule(x1, y1, x2, y2, colour="#444"):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _write(path, width, height, parts):
    body = "\n".join(parts)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif">\n<rect width="{width}" height="{height}" fill="#ffffff"/>\n{body}\n</svg>\n', encoding="utf-8")


def _ticks(highest):
    """About four round steps from 0 to at least `highest`."""
    raw = max(highest, 1e-9) / 4
    magnitude = 10 ** math.floor(math.log10(raw))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw * (1 - 1e-9))
    return [step * index for index in range(math.ceil(highest / step - 1e-9) + 1)]


def bars(path, title, groups, names):
    """One small chart a group {label: [value a name]}; every chart has its own scale."""
    width, base = 40 + 200 * len(groups), 220
    parts = [_text(width / 2, 24, title, size=15)]
    for position, (label, values) in enumerate(groups.items()):
        left, highest = 30 + 200 * position, max([*values, 1e-9])
        parts += [_rule(left, base, left + 170, base), _text(left + 85, base + 38, label)]
        for index, (name, value) in enumerate(zip(names, values)):
            tall, x, colour = 150 * value / highest, left + 20 + 70 * index, COLOURS[index]
            parts.append(f'<rect x="{x}" y="{base - tall:.1f}" width="50" height="{tall:.1f}" fill="{colour}"/>')
            parts += [_text(x + 25, base - 5 - tall, f"{value:.4g}"), _text(x + 25, base + 16, name, colour=colour)]
    _write(path, width, 275, parts)


def _staircase(points):
    """Each y holds until the next x."""
    stairs = points[:1]
    for x, y in points[1:]:
        stairs += [(x, stairs[-1][1]), (x, y)]
    return stairs


def lines(path, title, x_label, y_label, series, steps=False):
    """`series` is {name: [(x, y)]}; with `steps` a value holds until the next x."""
    left, top, right, bottom = 70, 45, 700, 290
    points = [point for line in series.values() for point in line]
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    ticks = _ticks(max(y for _, y in points))

    def place(x, y):
        return left + (right - left) * (x - first) / max(last - first, 1e-9), bottom - (bottom - top) * y / ticks[-1]

    middle = (top + bottom) / 2
    parts = [_text(360, 24, title, size=15), _text((left + right) / 2, 328, x_label)]
    parts.append(f'<g transform="rotate(-90 16 {middle})">{_text(16, middle, y_label)}</g>')
    for tick in ticks:
        _, y = place(first, tick)
        parts += [_rule(left, y, right, y, "#ddd"), _text(left - 6, y + 4, f"{tick:g}", anchor="end")]
    measured = sorted({x for x, _ in points})
    for x in measured if len(measured) <= 12 else [tick for tick in _ticks(last) if first <= tick <= last]:
        parts.append(_text(place(x, 0)[0], bottom + 16, f"{x:g}"))
    for index, (name, line) in enumerate(series.items()):
        drawn = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in (_staircase(line) if steps else line))
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{COLOURS[index]}" stroke-width="2"/>')
        parts.append(_text(left + 12, top + 16 + 18 * index, name, anchor="start", colour=COLOURS[index]))
    _write(path, 720, 340, parts)


def levels(path, title, values, level=1.0):
    """A horizontal bar for each {label: value}, and a rule at `level`."""
    left, top, wide, row = 220, 50, 440, 24
    scale = wide / _ticks(max(*values.values(), level))[-1]
    bottom = top + row * len(values)
    parts = [_text(left, 28, title, anchor="start", size=15)]
    for index, (label, value) in enumerate(values.items()):
        y = top + row * index
        parts.append(_text(left - 8, y + 16, label, anchor="end"))
        parts.append(f'<rect x="{left}" y="{y + 4}" width="{value * scale:.1f}" height="{row - 8}" fill="{COLOURS[value >= level]}"/>')
        parts.append(_text(left + value * scale + 6, y + 16, f"{value:.2f}", anchor="start"))
    parts.append(_rule(left + level * scale, top, left + level * scale, bottom))
    parts.append(_text(left + level * scale, bottom + 16, f"{level:g}"))
    _write(path, left + wide + 60, bottom + 30, parts)
