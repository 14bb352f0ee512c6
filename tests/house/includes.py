# SPDX-License-Identifier: Apache-2.0
"""Fails on an #include that docs/architecture.md's "Allowed includes" lacks. usage: includes.py [ROOT]"""
import re

import tree

# A layer may include itself, these, and what these may include.
EDGES = {
    "core": [],
    "graph": ["core"],
    "passes": ["graph"],
    "plan": ["graph"],
    "ops": ["plan"],
    "device": ["core"],
    "jit": ["ops", "device"],
    "program": ["passes", "plan", "ops", "jit", "device"],
    "onnx": ["graph"],
    "zoo": ["graph"],
    "cli": ["program", "onnx", "zoo"],
}

# The layer that each header of include/abut belongs to.
PUBLIC = {
    "core": ["device_profile", "error", "export", "expression", "layout", "opaque", "operations", "shape", "version"],
    "graph": ["graph"],
    "plan": ["cost_model", "plan"],
    "device": ["device", "native", "tensor_view"],
    "program": ["calibrate", "kernels", "program"],
    "onnx": ["onnx"],
}

# Where a third-party header may be named, by the first part of its path.
THIRD_PARTY = {
    "fmt": set(EDGES),
    "xxhash.h": {"core"},
    "CL": {"device"},
    "clang-c": {"jit"},
    "hiredis": {"jit"},
    "openssl": {"jit"},
    "google": {"onnx"},
    "onnx": {"onnx"},
    "CLI": {"cli"},
    "nlohmann": {"cli"},
}

SYSTEM = {"cpuid.h", "dlfcn.h", "fcntl.h", "malloc.h", "unistd.h", "sys", "pthread.h", "sched.h", "immintrin.h",
          "arpa", "netdb.h", "netinet", "poll.h"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.MULTILINE)


def reachable(layer):
    """`layer` and every layer that it may include."""
    seen = {layer}
    for below in EDGES[layer]:
        seen |= reachable(below)
    return seen


def layer_of(path):
    """The layer of a file of src/ or include/, by its path from there; nothing if it has none."""
    parts = path.split("/")
    if parts[0] != "abut":
        return parts[0] if parts[0] in EDGES else None
    stem = parts[-1].removesuffix(".hpp")
    return next((layer for layer, stems in PUBLIC.items() if stem in stems), None)


def quoted(root, where, layer, path):
    if not any((root / base / path).is_file() for base in ("src", "include")):
        return [f'{where}: no such file in src/ or include/: "{path}"']
    target = layer_of(path)
    if target is None:
        return [f'{where}: "{path}" belongs to no layer; add it to tests/house/includes.py']
    if target not in reachable(layer):
        return [f'{where}: {layer} must not include {target} ("{path}")']
    return []


def bracketed(where, layer, path, is_public):
    first = path.split("/")[0]
    is_standard = re.fullmatch(r"[a-z_0-9]+", path) is not None
    if is_standard or (first in SYSTEM and not is_public):
        return []
    if is_public:
        return [f"{where}: a public header must not include <{path}>"]
    if layer not in THIRD_PARTY.get(first, set()):
        return [f"{where}: {layer} must not include <{path}>"]
    return []


def check_file(root, path):
    base, inside = str(path).split("/", 1)
    layer = layer_of(inside)
    if layer is None:
        return [f"{path}: belongs to no layer; add it to tests/house/includes.py"]
    findings = []
    for line, match in tree.matches(root, path, INCLUDE, keep_strings=True):
        where = f"{path}:{line}"
        own, other = match.groups()
        findings += quoted(root, where, layer, own) if own else bracketed(where, layer, other, base == "include")
    return findings


def check_example(root, path):
    """Examples see what an engine sees: the installed headers."""
    return [
        f'{path}:{line}: an example must not include "{match.group(1)}"'
        for line, match in tree.matches(root, path, INCLUDE, keep_strings=True)
        if match.group(1) and not match.group(1).startswith("abut/")
    ]


def includes_error(root, path, seen):
    """Whether `path`, below include/, brings abut/error.hpp along."""
    if path in seen or not (root / "include" / path).is_file():
        return False
    seen.add(path)
    below = [match.group(1) for _, match in tree.matches(root, f"include/{path}", INCLUDE, keep_strings=True) if match.group(1)]
    return "abut/error.hpp" in below or any(includes_error(root, other, seen) for other in below)


def check_throws(root, path):
    """Who includes a header that says what it throws can catch it."""
    throws = re.search(r"\b[Tt]hrows\b", (root / path).read_text(encoding="utf-8"))
    if not throws or path.name == "error.hpp" or includes_error(root, f"abut/{path.name}", set()):
        return []
    return [f'{path}: it says what it throws, but does not bring "abut/error.hpp"']


def check(root):
    findings = []
    for path in tree.files(root, ["include"], tree.CPP):
        findings += check_throws(root, path)
    for path in tree.files(root, ["include", "src"], tree.CPP):
        findings += check_file(root, path)
    for path in tree.files(root, ["examples"], tree.CPP):
        findings += check_example(root, path)
    return findings


if __name__ == "__main__":
    tree.main(check)
