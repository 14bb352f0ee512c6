# SPDX-License-Identifier: Apache-2.0
"""Runs a network with concat as copies and as slices, and shows the difference. usage: demo.py ABUT OUTPUT_DIR [MODEL]"""
import json
import os
import pathlib
import sys

import arrays
import pictures

MODES = ["copies", "slices"]
MEBIBYTE = 1 << 20


def call(*command):
    """(output, peak resident bytes) of a program; stops with its code if it fails."""
    read_end, write_end = os.pipe()
    child = os.posix_spawnp(str(command[0]), [str(part) for part in command], os.environ,
                            file_actions=[(os.POSIX_SPAWN_DUP2, write_end, 1), (os.POSIX_SPAWN_CLOSE, read_end)])
    os.close(write_end)
    with os.fdopen(read_end, encoding="utf-8") as stream:
        text = stream.read()
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit(f"demo: {' '.join(str(part) for part in command)} failed with exit code {os.waitstatus_to_exitcode(status)}")
    return text, usage.ru_maxrss * 1024


def measure(abut, model, folder):
    """{mode: figures}; one process runs both in turn for the times, one process a mode gives result and memory."""
    bench = json.loads(call(abut, "bench", model, "--concat", "both", "--runs", "30", "--json")[0])
    figures = {result["concat"]: dict(result) for result in bench["results"]}
    for mode in MODES:
        output = folder / mode
        figures[mode]["resident_bytes"] = call(abut, "run", model, "--concat", mode, "--output-dir", output)[1]
        figures[mode]["outputs"] = {path.name: arrays.read_npy(path) for path in sorted(output.glob("*.npy"))}
    return bench["device"], figures


def difference(first, second):
    """The largest absolute difference between two results, and the largest element."""
    if first.keys() != second.keys() or not first:
        sys.exit(f"demo: the two runs wrote different outputs: {sorted(first)} and {sorted(second)}")
    pairs = [pair for name in first for pair in zip(first[name].elements, second[name].elements, strict=True)]
    return max(abs(a - b) for a, b in pairs), max(abs(a) for a, _ in pairs)


def table(figures, concats):
    removed = {"copies": 0, "slices": concats["placed"]}
    rows = [
        ("median time, ms", [f"{figures[mode]['median_ms']:.2f}" for mode in MODES]),
        ("arena, MiB", [f"{figures[mode]['arena_bytes'] / MEBIBYTE:.2f}" for mode in MODES]),
        ("peak resident, MiB", [f"{figures[mode]['resident_bytes'] / MEBIBYTE:.0f}" for mode in MODES]),
        ("bytes copied for concats", [f"{figures[mode]['copied_bytes']:,}" for mode in MODES]),
        ("concats removed", [f"{removed[mode]} of {concats['total']}" for mode in MODES]),
    ]
    print(f"{'':26}" + "".join(f"{mode:>16}" for mode in MODES))
    for label, values in rows:
        print(f"{label:26}" + "".join(f"{value:>16}" for value in values))


def draw(folder, model, figures):
    path = folder / "slices-and-copies.svg"
    groups = {
        "median time, ms": [figures[mode]["median_ms"] for mode in MODES],
        "arena, MiB": [figures[mode]["arena_bytes"] / MEBIBYTE for mode in MODES],
        "copied, MiB": [figures[mode]["copied_bytes"] / MEBIBYTE for mode in MODES],
    }
    pictures.bars(path, f"{model}: concat as copies and as slices", groups, MODES)
    return [path]


def main():
    abut, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    model = sys.argv[3] if len(sys.argv) > 3 else "zoo:densenet121"
    folder.mkdir(parents=True, exist_ok=True)
    print(f"demo: running {model} both ways", flush=True)
    plan = json.loads(call(abut, "plan", model, "--json")[0])
    device, figures = measure(abut, model, folder)
    print(f"\n{model} on {device}\n")
    table(figures, plan["concats"])
    largest, scale = difference(figures["copies"]["outputs"], figures["slices"]["outputs"])
    print(f"\nlargest difference between the two results: {largest:g} (largest element {scale:g})")
    print("pictures:", *draw(folder, model, figures))


if __name__ == "__main__":
    main()
