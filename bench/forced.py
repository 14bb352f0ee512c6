# SPDX-License-Identifier: Apache-2.0
"""Operands that a plan copies, forced to be slices: whether that would be faster.

usage: python3 bench/forced.py [--build DIR] [--rounds N] [--runs N] [--cost-model MODEL] [--cache DIR] [MODEL...]
Without models: the zoo, and ../shared/data/models where it is. A network in which an operand is copied, stored twice or read in
segments is run as it was planned and with every such operand as a slice, where planning can have it so; the two take turns, a
process each, each round beginning with the other one. The ratio of a round is forced over planned; intervals and noise are those
of modes.py. Faster means: the whole interval is below 1 by more than the noise. Prints a table and writes
bench/results/forced-COSTMODEL-DATE.json."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import measured
import modes


def operands_not_in_place(plan):
    """CONCAT:OPERAND and its rung, of those that are no slices."""
    return {f"{decision['concat']}:{index}": operand["how"]
            for decision in plan["decisions"] for index, operand in enumerate(decision["operands"])
            if operand["how"] in ("copy", "multi-store", "segmented read")}


def can_plan(abut, model, places, common):
    done = subprocess.run([str(abut), "plan", model, *common, *places], capture_output=True, check=False)
    return done.returncode == 0


def forced_slices(abut, model, operands, common):
    """--place arguments for as many of them as can be slices at once."""
    all_at_once = [argument for name in operands for argument in ("--place", f"{name}=alias")]
    if can_plan(abut, model, all_at_once, common):
        return all_at_once
    places = []
    for name in operands:
        more = [*places, "--place", f"{name}=alias"]
        places = more if can_plan(abut, model, more, common) else places
    return places


def median_ms(abut, model, arguments, extra):
    report = json.loads(measured.output(abut, "bench", model, "--concat", "slices", "--runs", arguments.runs, "--json",
                                        "--cache", arguments.cache, *extra))
    return report["device"], report["results"][0]["median_ms"]


def measure(abut, model, arguments, common, places):
    times = {"planned": [], "forced": []}
    extras = {"planned": common, "forced": [*common, *places]}
    device = ""
    for which in times:  # builds the kernels
        median_ms(abut, model, arguments, extras[which])
    for number in range(max(arguments.rounds, 6)):
        for which in (list(times) if number % 2 == 0 else reversed(times)):
            device, ms = median_ms(abut, model, arguments, extras[which])
            times[which].append(ms)
    low, ratio, high = modes.interval([forced / planned for forced, planned in zip(times["forced"], times["planned"], strict=True)])
    noise = modes.noise_of(times.values())
    return device, {"ratio": ratio, "low": low, "high": high, "noise": noise, "faster": high < 1 - noise,
                    **{f"{which}_ms": statistics.median(values) for which, values in times.items()}}


def main():
    parser = argparse.ArgumentParser(description="Copied operands as slices.")
    parser.add_argument("--build", type=pathlib.Path, default=modes.ROOT / "build/release")
    parser.add_argument("--rounds", type=int, default=14, help="at least 6")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--cost-model", choices=["bytes", "calibrated"], default="bytes")
    parser.add_argument("--cache", default=str(modes.ROOT / "build/modes-cache"))
    parser.add_argument("models", nargs="*")
    arguments = parser.parse_args()
    abut = arguments.build / "abut"

    common = ["--cost-model", arguments.cost_model]
    if arguments.cost_model == "calibrated":
        common += ["--cache", arguments.cache]
    networks = {}
    device = ""
    for model in arguments.models or modes.all_models(abut):
        operands = operands_not_in_place(json.loads(measured.output(abut, "plan", model, "--json", *common)))
        places = forced_slices(abut, model, operands, common) if operands else []
        if not places:
            print(f"{modes.label(model):28} {len(operands)} operands not in their slices, none of which can be", flush=True)
            continue
        device, found = measure(abut, model, arguments, ["--cost-model", arguments.cost_model], places)
        networks[modes.label(model)] = {"operands": operands, "forced": places[1::2], **found}
        print(f"{modes.label(model):28} {len(operands)} operands, {len(places) // 2} forced: {found['planned_ms']:.2f} ms planned, "
              f"{found['forced_ms']:.2f} forced, ratio {found['ratio']:.3f} ({found['low']:.3f} to {found['high']:.3f}), noise "
              f"{found['noise']:.3f}{', faster' if found['faster'] else ''}", flush=True)
    path = measured.write(f"forced-{arguments.cost_model}", {"device": device, "networks": networks}, abut)
    faster = [name for name, found in networks.items() if found["faster"]]
    print(f"\n{device}: {len(networks)} networks, faster if forced: {', '.join(faster) or 'none'}\n{path.relative_to(modes.ROOT)}")
    return 1 if faster else 0


if __name__ == "__main__":
    sys.exit(main())
