# SPDX-License-Identifier: Apache-2.0
"""Slices against copies on every network: whether slices are slower anywhere.

usage: python3 bench/modes.py [--build DIR] [--seconds S] [--cache DIR] [--name NAME] [--device DEVICE] [MODEL...]
Without models: the zoo, and ../shared/data/models where it is. One process a network runs both modes in turn, each round beginning
with the other one; the ratio of a round is slices over copies. A ratio's interval holds the median with a confidence of 95 %
(order statistics); the noise is the same interval for one mode's runs over its own next ones. Slower means: the whole interval
is above 1 by more than the noise. Profiles say what part of a run with copies their kernels take alone; what slices win back is the
time that they save as a part of that. Prints a table and writes bench/results/NAME-DATE.json."""
import argparse
import json
import math
import pathlib
import statistics
import sys

import measured

ROOT = pathlib.Path(__file__).resolve().parents[1]
MODES = ["copies", "slices"]


def interval(values):
    """(low, median, high): order statistics between which the median lies with a confidence of at least 95 %."""
    ordered = sorted(values)
    count = len(ordered)
    tail = 0.0
    rank = 0
    while rank < count // 2:
        tail += math.comb(count, rank) / 2**count
        if 2 * tail > 0.05:
            break
        rank += 1
    outermost = max(rank - 1, 0)
    return ordered[outermost], statistics.median(ordered), ordered[count - 1 - outermost]


def neighbours(runs):
    """Each run over the next: what a ratio is if nothing differs."""
    return [first / second for first, second in zip(runs[::2], runs[1::2])]


def noise_of(all_runs):
    """How far a ratio may be from 1 where nothing differs: the widest of the intervals of each mode's runs over its own."""
    ends = [interval(neighbours(runs)) for runs in all_runs]
    return max(max(high - 1, 1 - low) for low, _, high in ends)


def judged(results):
    """One network's figures, from the runs of both modes in the order of their rounds."""
    runs = {result["concat"]: result["run_ms"] for result in results}
    low, ratio, high = interval([slices / copies for slices, copies in zip(runs["slices"], runs["copies"], strict=True)])
    noise = noise_of(runs[mode] for mode in MODES)
    figures = {result["concat"]: {key: result[key] for key in ("median_ms", "min_ms", "copied_bytes", "arena_bytes")} for result in results}
    return {"ratio": ratio, "low": low, "high": high, "noise": noise, "slower": low > 1 + noise, "runs": len(runs["slices"]), **figures}


def all_models(abut):
    networks = json.loads(measured.output(abut, "zoo", "list", "--json"))["networks"]
    shared = sorted((ROOT.parent / "shared/data/models").glob("*/model.onnx"))
    return [f"zoo:{network['name']}" for network in networks] + [str(path) for path in shared]


def label(model):
    return model if model.startswith("zoo:") else pathlib.Path(model).parent.name


def copy_us(result):
    return sum(step["busy_us"] for step in result["profile"]["steps"] if step["operation"] == "copy")


def part_of_copies(abut, model, arguments, runs):
    """What part of a run with copies the copy kernels take that slices do without, by profiles of both; None for a program
    that is launched step by step, which has no profile."""
    done = measured.attempt(abut, "bench", model, "--device", arguments.device, "--concat", "both", "--cache", arguments.cache, "--json",
                            "--profile", "--runs", runs)
    if done.returncode != 0 and "a profile needs" in done.stderr:
        return None
    profiled = {result["concat"]: result for result in json.loads(measured.checked(done))["results"]}
    busy_us = sum(step["busy_us"] for step in profiled["copies"]["profile"]["steps"])
    return max(copy_us(profiled["copies"]) - copy_us(profiled["slices"]), 0) / busy_us


def won_back(found):
    """What slices save, as a part of what copy kernels take alone: the median and the interval of the ratio's."""
    part = found["part_of_copies"]
    return [round((1 - found[end]) / part, 3) for end in ("high", "ratio", "low")] if part else None


def measure(abut, model, arguments):
    """Runs for about so many seconds, in one process; a first, short call builds the kernels and says how long a run takes."""
    common = ["bench", model, "--device", arguments.device, "--concat", "both", "--cache", arguments.cache, "--json"]
    first = json.loads(measured.output(abut, *common, "--runs", "3"))
    round_ms = sum(result["median_ms"] for result in first["results"])
    runs = min(max(int(arguments.seconds * 1000 / round_ms), 10), 400)
    report = json.loads(measured.output(abut, *common, "--runs", str(runs)))
    found = judged(report["results"])
    found["part_of_copies"] = part_of_copies(abut, model, arguments, max(runs // 4, 5))
    found["won_back"] = won_back(found)
    return report["device"], found


def main():
    parser = argparse.ArgumentParser(description="Slices against copies.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--cache", default=str(ROOT / "build/modes-cache"))
    parser.add_argument("--device", default="opencl:0")
    parser.add_argument("--name", default="modes")
    parser.add_argument("models", nargs="*")
    arguments = parser.parse_args()
    abut = arguments.build / "abut"

    networks = {}
    device = ""
    print(f"{'network':28} {'copies, ms':>11} {'slices, ms':>11} {'ratio':>7}  interval        noise  copies  won back")
    for model in arguments.models or all_models(abut):
        device, found = measure(abut, model, arguments)
        networks[label(model)] = found
        part = "-" if found["part_of_copies"] is None else f"{found['part_of_copies']:.1%}"
        won = "-" if found["won_back"] is None else "{1:.2f} ({0:.2f} to {2:.2f})".format(*found["won_back"])
        print(f"{label(model):28} {found['copies']['median_ms']:11.2f} {found['slices']['median_ms']:11.2f} {found['ratio']:7.3f}"
              f"  {found['low']:.3f} to {found['high']:.3f}  {found['noise']:.3f}"
              f"  {part:>6}  {won}{'  slower' if found['slower'] else ''}", flush=True)
    path = measured.write(arguments.name, {"device": device, "networks": networks}, abut)
    slower = [name for name, found in networks.items() if found["slower"]]
    print(f"\n{device}: {len(networks)} networks, slower with slices: {', '.join(slower) or 'none'}\n{path.relative_to(ROOT)}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
