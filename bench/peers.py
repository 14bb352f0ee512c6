# SPDX-License-Identifier: Apache-2.0
"""Compares Abut with other engines on this machine.

usage: python3 bench/peers.py [--models NAME...] [--rounds N] [--runs N] [--openvino] [--abut PROGRAM]
Peers come from PyPI into build/venv. Every engine is a process of its own with the same threads. Results for the same input are
compared before any time is taken; the timed runs of Abut draw an input of their own from the same range. Rounds are
interleaved, with a pause before each turn, since threads that still spin for one engine slow whatever runs next. Ratios are
taken within a round; the table shows their median."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import venv

import arrays
import measured

ROOT = pathlib.Path(__file__).resolve().parents[1]
VENV = ROOT / "build/venv"
DATA = ROOT.parent / "shared/data/models"
ZOO = ["densenet121", "densenet-bc:depth=100,growth=12", "googlenet", "squeezenet"]
THREADS = 2
PAUSE_S = 0.5
RTOL, ATOL = 1e-3, 1e-4


def python_with(packages):
    """The interpreter of build/venv with `packages` in it; the network is asked only for what is missing."""
    interpreter = VENV / "bin/python"
    if not interpreter.exists():
        venv.create(VENV, with_pip=True)
    probe = "import importlib.util, sys; sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))"
    if subprocess.run([interpreter, "-c", probe, *packages], check=False).returncode != 0:
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", *packages], check=True)
    return interpreter


class Peer:
    """A peer's process with one model loaded."""

    def __init__(self, engine, interpreter, model, inputs, outputs):
        outputs.mkdir(exist_ok=True)
        command = [interpreter, "-B", ROOT / "bench/peer_worker.py", engine, model, inputs, outputs, THREADS]
        self.process = subprocess.Popen([str(part) for part in command], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.facts = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"peers: {self.process.args[3]} stopped with exit code {self.process.wait()}")
        return json.loads(line)

    def times_ms(self, runs):
        self.process.stdin.write(f"{runs}\n")
        self.process.stdin.flush()
        return self.answer()["times_ms"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def abut_median_ms(abut, model, runs):
    report = json.loads(measured.output(abut, "bench", model, "--runs", runs, "--threads", THREADS, "--execution", "persistent", "--json"))
    return report["results"][0]["median_ms"]


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


def compare(abut, label, model, engines, interpreter, arguments):
    """One model: checks the results, then takes the times; a row of the report."""
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "in").mkdir()
        peers = {engine: Peer(engine, interpreter, model, work / "in", work / engine) for engine in engines}
        inputs = next(iter(peers.values())).facts["inputs"]
        bound = [part for name, file in inputs.items() for part in ("--input", f"{name}={work / 'in' / file}")]
        measured.output(abut, "run", model, *bound, "--threads", THREADS, "--output-dir", work / "abut")
        for engine in engines:
            if difference := mismatch(work / "abut", work / engine):
                sys.exit(f"peers: {label}: abut and {engine} disagree: {difference}")
        medians = {name: [] for name in ["abut", *engines]}
        for _ in range(arguments.rounds):
            for name in medians:
                time.sleep(PAUSE_S)
                if name == "abut":
                    medians[name].append(abut_median_ms(abut, model, arguments.runs))
                else:
                    peers[name].times_ms(3)
                    medians[name].append(statistics.median(peers[name].times_ms(arguments.runs)))
        versions = {engine: peer.facts["version"] for engine, peer in peers.items()}
        for peer in peers.values():
            peer.close()
    ratios = [ours / min(theirs) for ours, *theirs in zip(*medians.values())]
    return {"model": label, "medians_ms": medians, "ratio_to_best": statistics.median(ratios), "versions": versions}


def models(abut, names, folder):
    """(label, ONNX file) of each model: names of the zoo are exported, others are files; by default the zoo and the data."""
    chosen = names or [f"zoo:{name}" for name in ZOO] + sorted(str(path) for path in DATA.glob("*/model.onnx"))
    for name in chosen:
        if name.startswith("zoo:"):
            path = folder / f"{len(list(folder.iterdir()))}.onnx"
            measured.output(abut, "zoo", "write", name.removeprefix("zoo:"), "-o", path)
            yield name, path
        else:
            yield pathlib.Path(name).parent.name or name, pathlib.Path(name)


def main():
    parser = argparse.ArgumentParser(description="Compares Abut with other engines.")
    parser.add_argument("--models", nargs="*", help="zoo:NAME or ONNX files")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--runs", type=int, default=20, help="runs of an engine in a round")
    parser.add_argument("--openvino", action="store_true")
    parser.add_argument("--abut", type=pathlib.Path, default=ROOT / "build/release/abut")
    arguments = parser.parse_args()
    engines = ["onnxruntime"] + (["openvino"] if arguments.openvino else [])
    interpreter = python_with(["numpy", *engines])

    rows = []
    names = ["abut", *engines]
    print(f"{'median ms of rounds':32}" + "".join(f"{name:>14}" for name in names) + f"{'abut / best':>14}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for label, path in models(arguments.abut, arguments.models, pathlib.Path(folder)):
            row = compare(arguments.abut, label, path, engines, interpreter, arguments)
            rows.append(row)
            times = "".join(f"{statistics.median(row['medians_ms'][name]):14.2f}" for name in names)
            print(f"{label:32}{times}{row['ratio_to_best']:14.3f}", flush=True)
    path = measured.write("peers", {"threads": THREADS, "models": rows}, arguments.abut)
    print(f"written to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
