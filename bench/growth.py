# SPDX-License-Identifier: Apache-2.0
"""DenseNet-BC at growing depth, with copies and with slices: bytes copied, arena and time.

usage: python3 bench/growth.py [--abut PROGRAM] [--runs N] [--depths N...]
Prints a table and writes docs/growth-copied.svg, docs/growth-time.svg and bench/results/growth-DATE.json."""
import argparse
import json
import math
import pathlib
import statistics

import measured
import pictures

ROOT = pathlib.Path(__file__).resolve().parents[1]
MODES = ["copies", "slices"]


def measure(abut, depth, runs):
    """{mode: figures} of one depth; the modes run in turn."""
    model = f"zoo:densenet-bc:depth={depth}"
    report = json.loads(measured.output(abut, "bench", model, "--concat", "both", "--runs", runs, "--json"))
    return {result["concat"]: result for result in report["results"]}


def row(depth, figures):
    cells = [f"{depth}"]
    cells += [f"{figures[mode]['copied_bytes'] / 1e6:.2f}" for mode in MODES]
    cells += [f"{figures[mode]['arena_bytes'] / 1e6:.2f}" for mode in MODES]
    cells += [f"{figures[mode]['median_ms']:.2f}" for mode in MODES]
    return "| " + " | ".join(cells) + " |"


def growth_exponent(points):
    """Slope of log(y) over log(x) by least squares, of points that are not 0."""
    return statistics.linear_regression(*zip(*[(math.log(x), math.log(y)) for x, y in points])).slope


def main():
    parser = argparse.ArgumentParser(description="DenseNet-BC at growing depth.")
    parser.add_argument("--abut", type=pathlib.Path, default=ROOT / "build/release/abut")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--depths", type=int, nargs="*", default=[22, 40, 100, 190])
    arguments = parser.parse_args()

    print("| depth | copied, MB: copies | slices | arena, MB: copies | slices | median ms: copies | slices |")
    print("|---|---|---|---|---|---|---|")
    figures = {}
    for depth in arguments.depths:
        figures[depth] = measure(arguments.abut, depth, arguments.runs)
        print(row(depth, figures[depth]), flush=True)

    def series(key, scale):
        return {mode: [(depth, figures[depth][mode][key] / scale) for depth in figures] for mode in MODES}

    pictures.lines(ROOT / "docs/growth-copied.svg", "DenseNet-BC, growth 12", "depth", "copied for concats, MB", series("copied_bytes", 1e6))
    pictures.lines(ROOT / "docs/growth-time.svg", "DenseNet-BC, growth 12", "depth", "median time, ms", series("median_ms", 1))
    path = measured.write("growth", {"depths": figures}, arguments.abut)
    if len(figures) > 1:
        print(f"bytes copied grow with depth to the power of {growth_exponent(series('copied_bytes', 1)['copies']):.2f}")
    print(f"written to {path.relative_to(ROOT)}, docs/growth-copied.svg, docs/growth-time.svg")


if __name__ == "__main__":
    main()
