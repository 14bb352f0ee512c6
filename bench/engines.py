# SPDX-License-Identifier: Apache-2.0
"""Engines that run an ONNX file, each in a process of its own: Abut's command line, and peers from PyPI in build/venv."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

import measured

ROOT = pathlib.Path(__file__).resolve().parents[1]
VENV = ROOT / "build/venv"


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
    """A peer's process with one model loaded; it has written its inputs and outputs."""

    def __init__(self, engine, interpreter, model, inputs, outputs, threads):
        outputs.mkdir(exist_ok=True)
        command = [interpreter, "-B", ROOT / "bench/peer_worker.py", engine, model, inputs, outputs, threads]
        self.process = subprocess.Popen([str(part) for part in command], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.facts = self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"peers: {self.process.args[3]} stopped with exit code {self.process.wait()}")
        return json.loads(line)

    def times_ms(self, runs):
        self.process.stdin.write(f"{runs}\n")
        self.process.stdin.flush()
        answer = self._answer()
        self.facts["peak_bytes"] = answer["peak_bytes"]
        return answer["times_ms"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Abut:
    """The command line with one model; a process a call, whose kernels come from the cache after the first."""

    def __init__(self, program, model, arguments):
        self.program, self.model, self.arguments = program, model, [str(argument) for argument in arguments]

    def write_outputs(self, inputs, folder):
        """Runs the model with {name: .npy file} and returns the peak of resident memory, in bytes."""
        bound = [part for name, file in inputs.items() for part in ("--input", f"{name}={file}")]
        command = [str(self.program), "run", str(self.model), *bound, *self.arguments, "--output-dir", str(folder)]
        with tempfile.TemporaryFile("w+") as said, subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, text=True) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            if process.returncode != 0:
                sys.exit(f"abut run {self.model}: {said.read().strip()}")
        return 1024 * usage.ru_maxrss

    def times_ms(self, runs):
        arguments = [*self.arguments, "--execution", "persistent", "--runs", runs, "--json"]
        return json.loads(measured.output(self.program, "bench", self.model, *arguments))["results"][0]["run_ms"]
