#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes cases of ONNX's own backend tests as directories that `abut verify` takes.

usage: write_cases.py LIST OUT [--tier core]

LIST has a case and its tier a line (../shared/data/conformance_open.txt). Needs the `onnx` package. Cases that the
package keeps as files are copied, those that it computes (onnx.backend.test.case.node) are computed and written.
"""
import argparse
import pathlib
import shutil
import sys

import onnx
from onnx import TensorProto, numpy_helper


def stored_cases():
    root = pathlib.Path(onnx.__file__).parent / "backend" / "test" / "data"
    return {case.parent.name: case.parent for case in root.glob("*/*/model.onnx")}


def computed_cases():
    from onnx.backend.test.case.node import collect_testcases

    return {case.name: case for case in collect_testcases(None)}


def as_proto(value, name):
    return value if isinstance(value, TensorProto) else numpy_helper.from_array(value, name)


def write_case(case, directory):
    directory.mkdir(parents=True)
    onnx.save(case.model, directory / "model.onnx")
    for k, (inputs, outputs) in enumerate(case.data_sets):
        data_set = directory / f"test_data_set_{k}"
        data_set.mkdir()
        for kind, values, ports in (("input", inputs, case.model.graph.input), ("output", outputs, case.model.graph.output)):
            for j, (value, port) in enumerate(zip(values, ports)):
                (data_set / f"{kind}_{j}.pb").write_bytes(as_proto(value, port.name).SerializeToString())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--tier", choices=["core", "wide"], help="only cases of this tier")
    arguments = parser.parse_args()

    wanted = [line.split() for line in arguments.list.read_text().splitlines() if line.strip()]
    stored, computed, missing = stored_cases(), computed_cases(), []
    for name, tier in wanted:
        directory = arguments.out / tier / name
        if arguments.tier not in (None, tier) or directory.exists():
            continue
        if name in stored:
            shutil.copytree(stored[name], directory)
        elif name in computed:
            write_case(computed[name], directory)
        else:
            missing.append(name)
    for name in missing:
        print(f"not in onnx {onnx.__version__}: {name}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
