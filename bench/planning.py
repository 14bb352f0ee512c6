# SPDX-License-Identifier: Apache-2.0
"""How long planning takes: families of graphs at growing size, and networks of the zoo.

usage: python3 bench/planning.py [--build DIR] [--seconds S] [--nodes N...] [--networks NAME...]
The build needs -DABUT_BUILD_BENCH=ON. Prints tables and writes docs/planning-time.svg and bench/results/planning-DATE.json.
Times are medians taken inside the process; exponents are slopes of log time over log size, where size is nodes and operands."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import growth
import measured
import pictures

ROOT = pathlib.Path(__file__).resolve().parents[1]
FAMILIES = ["dense-list", "dense-blocks", "dense-pairs", "inception", "one-concat", "elementwise", "shuffle", "contested", "outputs",
            "long-skips", "distant"]
DRAWN = ["dense-blocks", "dense-pairs", "inception", "one-concat", "elementwise"]
# A single block in list form has as many operands as the square of its layers: the limit of planning is a million.
MOST_IN_LIST_FORM = 3000


def family_times(program, family, nodes, seconds):
    done = subprocess.run([str(program), family, str(nodes), str(seconds)], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program} {family} {nodes}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def network_times(abut, name, calls):
    """Medians over calls of the program, each of which plans once."""
    reports = [json.loads(measured.output(abut, "plan", f"zoo:{name}", "--json")) for _ in range(calls)]
    return {key: statistics.median(report[key] for report in reports) for key in ("passes_ms", "plan_ms")} | {"calls": calls}


def row(cells):
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description="How long planning takes.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--seconds", type=float, default=1.0, help="about so long for each graph")
    parser.add_argument("--nodes", type=int, nargs="*", default=[100, 300, 1000, 3000, 10000])
    parser.add_argument("--networks", nargs="*", default=["densenet121", "densenet201", "inception-v4", "nasnet-mobile"])
    parser.add_argument("--calls", type=int, default=7)
    arguments = parser.parse_args()

    print(row(["family", *[f"{nodes} nodes, ms" for nodes in arguments.nodes], "exponent"]))
    print("|---" * (len(arguments.nodes) + 2) + "|")
    families = {}
    for family in FAMILIES:
        sizes = [nodes for nodes in arguments.nodes if family != "dense-list" or nodes <= MOST_IN_LIST_FORM]
        runs = [family_times(arguments.build / "bench/abut_planning_times", family, nodes, arguments.seconds) for nodes in sizes]
        exponent = None
        if len(runs) > 1:
            exponent = growth.growth_exponent([(run["nodes"] + run["operands"], run["median_ms"]) for run in runs])
        families[family] = {"runs": runs, "exponent": exponent}
        cells = [f"{run['median_ms']:.2f}" for run in runs] + [""] * (len(arguments.nodes) - len(runs))
        print(row([family, *cells, "" if exponent is None else f"{exponent:.2f}"]), flush=True)

    print("\n| network | passes, ms | plan, ms |\n|---|---|---|")
    networks = {}
    for name in arguments.networks:
        networks[name] = network_times(arguments.build / "abut", name, arguments.calls)
        print(row([name, f"{networks[name]['passes_ms']:.1f}", f"{networks[name]['plan_ms']:.1f}"]), flush=True)

    drawn = {family: [(run["nodes"], run["median_ms"]) for run in families[family]["runs"]] for family in DRAWN}
    pictures.lines(ROOT / "docs/planning-time.svg", "Planning, its check included", "nodes", "median, ms", drawn)
    path = measured.write("planning", {"families": families, "networks": networks}, arguments.build / "abut")
    print(f"written to {path.relative_to(ROOT)} and docs/planning-time.svg")


if __name__ == "__main__":
    main()
