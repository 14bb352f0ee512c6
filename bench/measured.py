# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks have in common: calling abut, and results that say on what they were measured."""
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def attempt(abut, *arguments):
    return subprocess.run([str(abut), *map(str, arguments)], text=True, capture_output=True, check=False)


def checked(done):
    """What `abut` printed; stops with its message if it failed."""
    if done.returncode != 0:
        sys.exit(f"abut {' '.join(done.args[1:])}: {done.stderr.strip()}")
    return done.stdout


def output(abut, *arguments):
    return checked(attempt(abut, *arguments))


def cpu_name():
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def machine():
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], text=True, capture_output=True, check=False)
    return {"cpu": cpu_name(), "cores": os.cpu_count(), "system": platform.platform(), "commit": commit.stdout.strip(),
            "date": datetime.date.today().isoformat()}


def write(name, results, abut):
    """Writes bench/results/NAME-DATE.json and returns its path."""
    report = {"schema": f"abut.{name}/1", "machine": machine(), "abut": output(abut, "--version").strip(), **results}
    path = ROOT / "bench/results" / f"{name}-{report['machine']['date']}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return path
