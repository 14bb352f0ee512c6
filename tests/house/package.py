# SPDX-License-Identifier: Apache-2.0
"""Installs the build, moves it, and uses it as an engine would. usage: package.py SOURCE_DIR BUILD_DIR"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import includes

SOURCE, BUILD = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
FOREIGN = re.compile(r"protobuf|onnx|clang|hiredis|ssl|crypto")

CONSUMER = """cmake_minimum_required(VERSION 3.25)
project(consumer CXX)
find_package(abut {version} REQUIRED CONFIG {request})
foreach(target {targets})
  get_target_property(libraries ${{target}} INTERFACE_LINK_LIBRARIES)
  message(STATUS "interface of ${{target}}: ${{libraries}}")
endforeach()
"""


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    return done.returncode, done.stdout


def must(*command, **options):
    code, output = run(*command, **options)
    if code != 0:
        raise AssertionError(f"{' '.join(str(part) for part in command)} gave {code}:\n{output[-4000:]}")
    return output


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.work = pathlib.Path(cls.folder.name)
        cls.addClassCleanup(cls.folder.cleanup)
        must("cmake", "--install", BUILD, "--prefix", cls.work / "first")
        cls.prefix = (cls.work / "first").rename(cls.work / "moved")
        cls.library = next(cls.prefix.glob("lib*/**/libabut.so"))

    def consumer(self, request, targets="", version="0.1"):
        """Configures a project that asks for the package; (exit code, output)."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.work))
        (folder / "CMakeLists.txt").write_text(CONSUMER.format(request=request, targets=targets, version=version), encoding="utf-8")
        return run("cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")

    def test_names_no_place_of_the_build(self):
        for path in self.prefix.glob("lib*/cmake/**/*.cmake"):
            text = path.read_text(encoding="utf-8")
            for place in (SOURCE, BUILD, self.work):
                self.assertNotIn(str(place), text, path)

    def test_has_the_manual_of_the_cache(self):
        page = self.prefix / "share/man/man1/abut-cache.1"
        self.assertEqual(page.read_bytes(), (SOURCE / "docs/abut-cache.1").read_bytes())

    def test_headers_are_those_of_include(self):
        installed = {str(path.relative_to(self.prefix)) for path in self.prefix.glob("include/**/*") if path.is_file()}
        self.assertEqual(installed, {str(path.relative_to(SOURCE)) for path in (SOURCE / "include").rglob("*.hpp")})

    def test_each_header_compiles_alone(self):
        for header in sorted(self.prefix.glob("include/abut/*.hpp")):
            text = f'#include "abut/{header.name}"\n'
            must("g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I", self.prefix / "include", "-x", "c++", "-",
                 input=text)

    def test_headers_include_the_standard_library_only(self):
        for header in sorted(self.prefix.glob("include/abut/*.hpp")):
            for _, other in includes.INCLUDE.findall(header.read_text(encoding="utf-8")):
                self.assertEqual(includes.bracketed(header.name, "core", other, is_public=True) if other else [], [])

    def test_exports_only_its_own_names(self):
        names = [line.split(maxsplit=2)[-1] for line in must("nm", "-DC", "--defined-only", self.library).splitlines()]
        own = re.compile(r"^(?:[A-Z] )?(?:(?:typeinfo|typeinfo name|vtable) for )?abut::v0::")
        self.assertEqual([name for name in names if not own.search(name)], [])
        for name in ("abut::v0::Graph::concat", "abut::v0::compile", "typeinfo for abut::v0::Error"):
            self.assertTrue(any(name in found for found in names), f"{name} is not exported")

    def test_needs_no_foreign_library(self):
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", must("readelf", "-d", self.library))
        self.assertEqual([name for name in needed if FOREIGN.search(name)], [])
        self.assertTrue(any("OpenCL" in name for name in needed), needed)

    def test_interface_is_free_of_dependencies(self):
        code, output = self.consumer("", "abut::abut")
        self.assertEqual(code, 0, output)
        self.assertIn("interface of abut::abut: libraries-NOTFOUND", output)
        self.assertIsNone(re.search("(?i)found (protobuf|fmt|opencl)", output), output)

    def test_components_bring_their_own(self):
        code, output = self.consumer("COMPONENTS static onnx", "abut::abut_static abut::onnx")
        self.assertEqual(code, 0, output)
        self.assertRegex(output, "interface of abut::onnx: .*abut::abut")

    def test_unknown_component_and_version_fail(self):
        for request, version in (("COMPONENTS nonsense", "0.1"), ("", "99")):
            code, output = self.consumer(request, version=version)
            self.assertNotEqual(code, 0, output)
            self.assertIn("abut", output)

    def test_examples_build_and_run(self):
        for kind in ("abut::abut", "abut::abut_static"):
            build = self.work / ("examples-" + kind.removeprefix("abut::"))
            must("cmake", "-G", "Ninja", "-S", SOURCE / "examples", "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                 f"-DABUT_TARGET={kind}", "-DCMAKE_BUILD_TYPE=Release")
            must("cmake", "--build", build, "--parallel", "2")
            programs = [path for path in build.iterdir() if path.is_file() and os.access(path, os.X_OK)]
            self.assertEqual({path.name for path in programs}, {path.stem for path in (SOURCE / "examples").glob("*.cpp")})
            for program in programs:
                must(program, timeout=120)


if __name__ == "__main__":
    unittest.main(argv=["package"])
