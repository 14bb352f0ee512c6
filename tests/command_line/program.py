# SPDX-License-Identifier: Apache-2.0
"""Runs the command line and judges what it did. A test is called with the program and a directory for compiled kernels."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import typing
import unittest

NOTE = "abut: note: "
SECONDS = 60  # what a call may take on a busy machine; most take a tenth of one


class Result(typing.NamedTuple):
    code: int
    out: str
    err: bytes
    seconds: float = 0


def findings_of_end(result):
    """What is wrong with the way a call ended, whatever it was asked."""
    if result.code not in (0, 1, 2, 3):
        yield f"exit code {result.code}"
    if result.seconds >= SECONDS:
        yield f"it took {result.seconds:.0f} s"
    try:
        lines = result.err.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        yield f"stderr is no text: {error}"
        return
    errors = [line for line in lines[:-1] if not line.startswith(NOTE)]
    if lines[-1] != "":
        yield "stderr does not end with a line's end"
    if len(errors) > 1 or any(not line.startswith("abut: ") or not line.isprintable() for line in errors):
        yield "not one printable line on stderr"
    if (result.code == 0) != (not errors) and not (result.code == 1 and result.out):
        yield f"exit code {result.code} with {len(errors)} errors"


def findings_of_error(result, code, words):
    """What is wrong with an error that should have this exit code and name these words."""
    yield from findings_of_end(result)
    if result.code != code:
        yield f"exit code {result.code}, not {code}"
    if result.out:
        yield "an error with something on stdout"
    text = result.err.decode("utf-8", "replace")
    yield from (f"'{word}' is not named" for word in map(str, words) if word not in text)


def findings_of_report(value, wanted, where="report"):
    """Where a JSON value differs from `wanted`: a type, a value, {key: wanted}, [wanted of each, one at least]."""
    if isinstance(wanted, dict):
        for key, inner in wanted.items():
            if not isinstance(value, dict) or key not in value:
                yield f"{where} lacks {key}"
            else:
                yield from findings_of_report(value[key], inner, f"{where}.{key}")
    elif isinstance(wanted, list):
        if not isinstance(value, list) or not value:
            yield f"{where} is no list with an element"
        else:
            for index, element in enumerate(value):
                yield from findings_of_report(element, wanted[0], f"{where}[{index}]")
    elif isinstance(wanted, type):
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            yield f"{where} is {value!r}, not of {wanted.__name__}"
    elif value != wanted:
        yield f"{where} is {value!r}, not {wanted!r}"


def contents(folder):
    """{path: bytes, or None for what is no file} of all that lies in a folder."""
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


class CommandLine(unittest.TestCase):
    """A folder of its own, the program, and checks that raise."""

    program = cache = helpers = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def call(self, *arguments, cache=None, stdout=subprocess.PIPE, **environment):
        command = [str(self.program), *(argument if isinstance(argument, bytes) else str(argument) for argument in arguments)]
        command += ["--cache", str(self.cache if cache is None else cache)] if cache != "" else []
        start = time.monotonic()
        # PoCL keeps what it compiles too.
        environment = {"POCL_CACHE_DIR": str(self.cache / "pocl"), **environment}
        done = subprocess.run(command, cwd=self.folder, env={**os.environ, **environment}, timeout=2 * SECONDS, check=False,
                              stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE)
        return Result(done.returncode, (done.stdout or b"").decode("utf-8"), done.stderr, time.monotonic() - start)

    def no_findings(self, findings, result):
        found = list(findings)
        if found:
            self.fail(f"{'; '.join(found)}: {result}")

    def succeed(self, *arguments, **options):
        result = self.call(*arguments, **options)
        self.no_findings(findings_of_end(result), result)
        self.assertEqual(result.code, 0, result)
        return result.out

    def report(self, wanted, *arguments, code=0, **options):
        """The JSON that a call prints, once it is found to be as `wanted`; schema comes first."""
        result = self.call(*arguments, "--json", **options)
        self.no_findings(findings_of_end(result), result)
        self.assertEqual(result.code, code, result)
        report = json.loads(result.out)
        self.assertEqual(next(iter(report)), "schema", result)
        self.no_findings(findings_of_report(report, wanted), result)
        return report

    def refuse(self, code, words, *arguments, **options):
        """A call that must fail with `code`, one line that has all `words`, and leave every file as it was."""
        before = contents(self.folder)
        result = self.call(*arguments, **options)
        self.no_findings(findings_of_error(result, code, words), result)
        self.assertEqual(contents(self.folder), before, "files changed")
        return result.err.decode("utf-8")

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path


def main():
    """usage: TEST.py PROGRAM CACHE_DIRECTORY [DIRECTORY_OF_HELPERS]"""
    CommandLine.program, CommandLine.cache, *helpers = (pathlib.Path(argument).resolve() for argument in sys.argv[1:4])
    CommandLine.helpers = helpers[0] if helpers else None
    unittest.main(argv=sys.argv[:1])
