# SPDX-License-Identifier: Apache-2.0
"""From the start of `abut run` to its first result, with empty caches and with filled ones, the driver's own included.

usage: python3 bench/start.py [--abut PROGRAM] [--models MODEL...] [--starts N] [--cold-starts N] [--threads N]
Prints a table and writes bench/results/start-DATE.json. A start ends with the first byte of the report, which is printed once
the result is there. `CPU` is the processor time of all threads from start to end of the process."""
import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import measured

ROOT = pathlib.Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared/data/models/rand_densenet121/model.onnx"
# Abut's own; libclang-cpp is what PoCL is linked with.
LIBCLANG = re.compile(r"calling init: \S*/libclang(-[0-9.]+)?\.so")


class Caches:
    """Directories of kernels of Abut's and of PoCL's."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def empty(self):
        shutil.rmtree(self.directory)
        (self.directory / "driver").mkdir(parents=True)

    def environment(self, **more):
        return {**os.environ, "POCL_CACHE_DIR": str(self.directory / "driver"), **more}

    def options(self):
        return ["--cache", str(self.directory / "kernels")]


def start(abut, model, threads, caches, **environment):
    """Milliseconds to the first result, and of processor time."""
    command = [str(abut), "run", model, "--threads", str(threads), "--json", *caches.options()]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    with subprocess.Popen(command, env=caches.environment(**environment), stdout=subprocess.PIPE) as process:
        process.stdout.read(1)
        first_ms = (time.perf_counter() - begin) * 1e3
        process.stdout.read()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"first_ms": first_ms, "cpu_ms": (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3}


def loads_libclang(abut, model, threads, caches):
    """Whether a start loads libclang, by what the dynamic linker says."""
    with tempfile.TemporaryDirectory() as directory:
        start(abut, model, threads, caches, LD_DEBUG="files", LD_DEBUG_OUTPUT=f"{directory}/log")
        return any(LIBCLANG.search(log.read_text(errors="replace")) for log in pathlib.Path(directory).iterdir())


def loading_ms(abut, model, threads, caches, starts):
    """What the program says that loading its kernels took, the persistent one left out as in a first result."""
    command = [str(abut), "bench", model, "--threads", str(threads), "--execution", "launches", "--runs", "1", "--json", *caches.options()]
    reports = [subprocess.run(command, env=caches.environment(), check=True, capture_output=True).stdout for _ in range(starts)]
    results = [json.loads(report)["results"][0] for report in reports]
    if any(result["cache"] != "warm" for result in results):
        sys.exit(f"{model}: kernels were compiled, with a cache that was filled")
    return statistics.median(result["load_ms"] for result in results)


def figures(times, key):
    numbers = [each[key] for each in times]
    return {"median": statistics.median(numbers), "min": min(numbers), "all": numbers}


def measure(abut, model, arguments, caches):
    cold = []
    for _ in range(arguments.cold_starts):
        caches.empty()
        cold.append(start(abut, model, arguments.threads, caches))
    caches.empty()
    cold_loads = loads_libclang(abut, model, arguments.threads, caches)
    start(abut, model, arguments.threads, caches)
    warm = [start(abut, model, arguments.threads, caches) for _ in range(arguments.starts)]
    return {
        "cold": {key: figures(cold, key) for key in ("first_ms", "cpu_ms")},
        "warm": {key: figures(warm, key) for key in ("first_ms", "cpu_ms")},
        "loading_ms": loading_ms(abut, model, arguments.threads, caches, arguments.starts),
        "libclang": {"cold": cold_loads, "warm": loads_libclang(abut, model, arguments.threads, caches)},
    }


def row(model, result):
    def cell(temperature, key):
        return f"{result[temperature][key]['median']:.0f} ({result[temperature][key]['min']:.0f})"

    name = model if model.startswith("zoo:") else pathlib.Path(model).parent.name
    loaded = ", ".join(kind for kind in ("cold", "warm") if result["libclang"][kind]) or "never"
    return (f"| {name} | {cell('cold', 'first_ms')} | {cell('warm', 'first_ms')} | {cell('warm', 'cpu_ms')} | "
            f"{result['loading_ms']:.0f} | {loaded} |")


def main():
    parser = argparse.ArgumentParser(description="From the start of `abut run` to its first result.")
    parser.add_argument("--abut", type=pathlib.Path, default=ROOT / "build/release/abut")
    parser.add_argument("--models", nargs="+", default=["zoo:densenet121", *([str(SHARED)] if SHARED.exists() else [])])
    parser.add_argument("--starts", type=int, default=15)
    parser.add_argument("--cold-starts", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()

    print("| model | cold, ms: median (least) | warm, ms | warm, CPU, ms | loading kernels, ms | libclang loaded |")
    print("|---|---|---|---|---|---|")
    results = {}
    with tempfile.TemporaryDirectory() as directory:
        for model in arguments.models:
            caches = Caches(pathlib.Path(directory) / "caches")
            caches.directory.mkdir(exist_ok=True)
            results[model] = measure(arguments.abut, model, arguments, caches)
            print(row(model, results[model]), flush=True)
    load = os.getloadavg()[0]
    path = measured.write("start", {"threads": arguments.threads, "load_average": load, "models": results}, arguments.abut)
    print(f"written to {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
