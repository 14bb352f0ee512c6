# SPDX-License-Identifier: Apache-2.0
"""Compares Abut with other engines on this machine.

usage: python3 bench/peers.py [--models NAME...] [--engines NAME...] [--threads N] [--rounds N] [--seconds S] [--name NAME] [--abut PROGRAM]
Peers come from PyPI into build/venv. Every engine is a process of its own with the same threads. Results for the same input are
compared before any time is taken: where one peer agrees and the other does not, the difference is printed, stands in the report and makes
the exit code 1. The timed runs of Abut draw an input of their own from the same range. Rounds are
interleaved, with a pause before each turn, since threads that still spin for one engine slow whatever runs next. A speed-up is
the best peer's time over Abut's, taken within a round; the table shows their median, and how much memory a process held at its
peak: Abut's once kernels are cached. Writes bench/results/NAME-DATE.json and docs/NAME.svg."""
import argparse
import pathlib
import statistics
import sys
import tempfile
import time

import arrays
import engines
import measured
import pictures

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data/models"
ZOO = ["densenet121", "densenet169", "googlenet", "inception-v3", "squeezenet", "shufflenet-v2", "unet", "rrdb", "yolov8n"]
PAUSE_S = 0.5
RTOL, ATOL = 1e-3, 1e-4


def mismatch(ours, theirs):
    """What differs between two folders of .npy files beyond the tolerance; nothing if they agree."""
    written = sorted(theirs.glob("*.npy"))
    if not written:
        return "the peer wrote no output"
    for path in written:
        expected, found = arrays.read_npy(path), arrays.read_npy(ours / path.name)
        for index, (a, b) in enumerate(zip(found.elements, expected.elements, strict=True)):
            if not abs(a - b) <= ATOL + RTOL * abs(b):
                return f"{path.name}, element {index}: {a} here, {b} there"
    return None


def timed_rounds(timers, arguments):
    """{engine: [median ms of a round]}; a turn lasts about --seconds, and a few runs before it warm the engine up."""
    medians = {name: [] for name in timers}
    for _ in range(arguments.rounds):
        for name, timer in timers.items():
            time.sleep(PAUSE_S)
            once_ms = statistics.median(timer.times_ms(3))
            runs = min(max(int(1000 * arguments.seconds / once_ms), 3), 200)
            medians[name].append(statistics.median(timer.times_ms(runs)))
    return medians


def compare(label, model, interpreter, arguments):
    """One model: checks the results, then takes the times; a row of the report."""
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "in").mkdir()
        peers = {name: engines.Peer(name, interpreter, model, work / "in", work / name, arguments.threads) for name in arguments.engines}
        abut = engines.Abut(arguments.abut, model, ["--threads", arguments.threads])
        inputs = {name: work / "in" / file for name, file in next(iter(peers.values())).facts["inputs"].items()}
        abut.write_outputs(inputs, work / "first")  # builds the kernels
        peak_bytes = {"abut": abut.write_outputs(inputs, work / "abut")}
        differences = {name: found for name in peers if (found := mismatch(work / "abut", work / name))}
        if len(differences) == len(peers):
            sys.exit(f"peers: {label}: abut agrees with no peer: {differences}")
        medians = timed_rounds({"abut": abut, **peers}, arguments)
        peak_bytes |= {name: peer.facts["peak_bytes"] for name, peer in peers.items()}
        versions = {name: peer.facts["version"] for name, peer in peers.items()}
        for peer in peers.values():
            peer.close()
    speed_ups = [min(theirs) / ours for ours, *theirs in zip(*medians.values())]
    return {"model": label, "medians_ms": medians, "speed_up": statistics.median(speed_ups), "peak_bytes": peak_bytes,
            "differences": differences, "versions": versions}


def models(abut, names, folder):
    """(label, ONNX file) of each model: names of the zoo are exported, others are files; by default the zoo and the data."""
    chosen = names or [f"zoo:{name}" for name in ZOO] + sorted(str(path) for path in DATA.glob("*/model.onnx"))
    for name in chosen:
        if name.startswith("zoo:"):
            path = folder / "model.onnx"
            measured.output(abut, "zoo", "write", name.removeprefix("zoo:"), "-o", path)
            yield name, path
        else:
            yield pathlib.Path(name).parent.name or name, pathlib.Path(name)


def line(row, names):
    times = "".join(f"{statistics.median(row['medians_ms'][name]):13.2f}" for name in names)
    peaks = "".join(f"{row['peak_bytes'][name] / 1e6:13.0f}" for name in names)
    return f"{row['model']:28}{times}{row['speed_up']:10.3f}{peaks}"


def main():
    parser = argparse.ArgumentParser(description="Compares Abut with other engines.")
    parser.add_argument("--models", nargs="*", help="zoo:NAME or ONNX files")
    parser.add_argument("--engines", nargs="+", default=["onnxruntime", "openvino"], choices=["onnxruntime", "openvino"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1, help="of an engine's turn in a round")
    parser.add_argument("--name", default="peers")
    parser.add_argument("--abut", type=pathlib.Path, default=ROOT / "build/release/abut")
    arguments = parser.parse_args()
    interpreter = engines.python_with(["numpy", *arguments.engines])

    rows = []
    names = ["abut", *arguments.engines]
    print(f"{'medians of rounds':28}" + "".join(f"{name + ', ms':>13}" for name in names) + f"{'speed-up':>10}" +
          "".join(f"{name + ', MB':>13.13}" for name in names), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for label, path in models(arguments.abut, arguments.models, pathlib.Path(folder)):
            rows.append(compare(label, path, interpreter, arguments))
            print(line(rows[-1], names), flush=True)
            for name, difference in rows[-1]["differences"].items():
                print(f"  abut and {name} disagree: {difference}", flush=True)
    mean = statistics.geometric_mean(row["speed_up"] for row in rows)
    path = measured.write(arguments.name, {"threads": arguments.threads, "geometric_mean": mean, "models": rows}, arguments.abut)
    pictures.levels(ROOT / f"docs/{arguments.name}.svg", f"Times as fast as the best of {', '.join(arguments.engines)}",
                    {row["model"]: row["speed_up"] for row in rows})
    print(f"geometric mean {mean:.3f}\nwritten to {path.relative_to(ROOT)}")
    return 1 if any(row["differences"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
