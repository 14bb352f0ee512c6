# SPDX-License-Identifier: Apache-2.0
"""A sound model with values, shapes and cases that don't fit it."""
import shutil

import models
import npy_file
import onnx_file
import program
from onnx_file import node, tensor, value

FILE, X = "model.onnx", "x.npy"


class WithModel(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.x = models.sound_input()
        self.write(FILE, models.sound())
        self.sound_npy = npy_file.encoded(models.SHAPE, self.x)
        self.write(X, self.sound_npy)


class Values(WithModel):
    def refuse_npy(self, code, words, data):
        self.write(X, data)
        self.refuse(code, words, "run", FILE, "--input", f"x={X}", "--output-dir", "out")

    def test_not_npy(self):
        self.refuse_npy(3, [X, "empty"], b"")
        self.refuse_npy(3, [X, ".npy"], b"1 2 3\n")
        self.refuse_npy(3, [X, ".npy"], npy_file.MAGIC)
        self.refuse_npy(3, [X, "version"], self.sound_npy.replace(npy_file.MAGIC, b"\x93NUMPY\x09\x00"))

    def test_truncated(self):
        for length in (9, 20, 60, 127, 128, len(self.sound_npy) - 1):
            self.refuse_npy(3, [X, ".npy"], self.sound_npy[:length])
        self.refuse_npy(3, [X, ".npy"], self.sound_npy + b"\0")

    def test_header(self):
        for old, new in ((b"(1, 3,", b"(-1,3,"), (b"'shape'", b"'shapf'"), (b"False", b"Maybe"), (b"(1, 3, 5, 5)", b"(1, 3, 5, 5 "),
                         (b"'<f4'", b"[<f4]"), (b"(1, 3, 5, 5), } ", b"(1, 3, 5, 55)}"), (b"5, 5), }", b"9999999}")):
            self.refuse_npy(3, [X], self.sound_npy.replace(old, new))
        self.refuse_npy(2, [X, "overflow"], self.sound_npy.replace(b"(1, 3, 5, 5), }" + b" " * 31, b"(4611686018427387904, 9, 9, 9, )}".ljust(46)))

    def test_dtype(self):
        self.refuse_npy(2, [X, "<f8", "float32"], npy_file.encoded(models.SHAPE, self.x, "<f8"))
        self.refuse_npy(2, [FILE, "'x'", "float32", "int64"], npy_file.encoded(models.SHAPE, [1] * len(self.x), "<i8"))

    def test_shape(self):
        self.refuse_npy(2, [FILE, "'x'", "1x3x5x5", "1x3x5x4"], npy_file.encoded((1, 3, 5, 4), self.x[:60]))
        self.refuse_npy(2, [FILE, "'x'", "1x3x5x5", "found 75"], npy_file.encoded((75,), self.x))
        self.refuse_npy(2, [FILE, "'x'", "1x3x5x5"], npy_file.encoded((), self.x[:1]))

    def test_shape_in_fortran_order(self):
        self.refuse_npy(2, [FILE, "'x'", "1x3x5x5", "1x3x25"], npy_file.encoded((1, 3, 25), self.x, fortran_order=True))

    def test_files(self):
        (self.folder / "folder").mkdir()
        self.refuse(3, ["nowhere.npy", "no such file"], "run", FILE, "--input", "x=nowhere.npy")
        self.refuse(3, ["folder", "directory"], "run", FILE, "--input", "x=folder")

    def test_names(self):
        self.refuse(2, [FILE, "'z'", "it has x"], "run", FILE, "--input", f"z={X}")
        self.refuse(2, ["'x'", "twice"], "run", FILE, "--input", f"x={X}", "--input", f"x={X}")
        for text in ("x", f"={X}", "x=", ""):
            self.refuse(2, ["--input", "NAME=FILE.npy"], "run", FILE, "--input", text)
        self.refuse(2, ["it has"], "run", FILE, "--input", b"\xff\n\x9b=" + X.encode())


class Shapes(WithModel):
    def refuse_shape(self, words, *shapes, code=2, command="plan"):
        self.refuse(code, words, command, FILE, *(part for shape in shapes for part in ("--shape", shape)))

    def test_text(self):
        for text in ("x", "x=", "=1x3", "x=1x", "x=x1", "x=1,3", "x=1xx3", "x=1x3x5x5x", "x=one", "x=1x-3", "x=1x3x5x5 ", ""):
            self.refuse_shape(["--shape", "NAME=1x3x224x224"], text)

    def test_extent_of_none(self):
        self.refuse_shape(["--shape", "x=0x3x5x5"], "x=0x3x5x5")
        self.refuse_shape(["--shape", "x=1x3x0x5"], "x=1x3x0x5")

    def test_names(self):
        self.refuse_shape([FILE, "'z'", "it has x"], "z=1x3x5x5")
        self.refuse_shape(["'x'", "twice"], "x=1x3x5x5", "x=1x3x5x5")

    def test_axes(self):
        self.refuse_shape([FILE, "'x'", "axes", "1x3x5x5"], "x=1x3x5", code=1)
        self.refuse_shape(["--shape"], "x=" + "x".join(["1"] * 30))

    def test_channels(self):
        self.refuse_shape([FILE, "conv", "channels"], "x=1x4x5x5", code=1)

    def test_overflow(self):
        self.refuse_shape(["--shape"], "x=99999999999999999999x3x5x5")
        for extents in ("9223372036854775807x3x5x5", "1x3x9223372036854775807x5", "4294967296x3x4294967296x5", "1x3x1152921504606846976x1"):
            for command in ("plan", "run"):
                self.refuse_shape([FILE, "overflow"], f"x={extents}", code=1, command=command)

    def test_more_than_the_device_has(self):
        for extents in ("1x3x1000000x1000000", "1000000x3x1000x1000"):
            for command in ("run", "bench"):
                self.refuse(1, [FILE, "12000000000000 bytes", "too large"], command, FILE, "--shape", f"x={extents}")

    def test_arena_of_more_than_the_device_has(self):
        """Input and output are small; what is between them is their outer product."""
        count = 1000000
        shapes = [tensor(name, (2,), shape, onnx_file.INT64) for name, shape in (("tall", (count, 1)), ("wide", (1, count)))]
        nodes = [node("Reshape", ["x", "tall"], ["a"]), node("Reshape", ["x", "wide"], ["b"]), node("MatMul", ["a", "b"], ["c"]),
                 node("ReduceMax", ["c"], [models.OUTPUT], keepdims=0)]
        self.write(FILE, models.sound((count,), nodes=nodes, constants=shapes))
        self.assertGreaterEqual(self.report({}, "plan", FILE)["arena_bytes"], 4 * count * count)
        self.refuse(1, [FILE, "4000000000000 bytes", "too large"], "run", FILE, "--output-dir", "out")

    def test_open_extents(self):
        self.write(FILE, models.sound(("batch", models.CHANNELS, "height", "width")))
        self.refuse(1, [FILE, "'x'", "axis 2", "--shape"], "plan", FILE)
        self.write(FILE, models.sound(None))
        self.refuse(1, [FILE, "'x'", "--shape"], "plan", FILE)

    def test_input_of_no_elements(self):
        self.write(FILE, models.sound((1, models.CHANNELS, 0, 5)))
        result = self.call("run", FILE)
        self.no_findings(program.findings_of_end(result), result)


class Cases(WithModel):
    def setUp(self):
        super().setUp()
        self.case = models.write_case(self.folder / "case", models.sound(), self.x, models.expected(self.x))

    def wrong_case(self, status, words):
        report = self.report({"cases": [{"name": "case", "status": status, "message": str}]}, "verify", "case", code=1)
        for word in words:
            self.assertIn(word, report["cases"][0]["message"])

    def test_sound(self):
        self.report({"cases": [{"name": "case", "status": "pass"}]}, "verify", "case")

    def test_no_directory(self):
        self.refuse(3, ["nowhere"], "verify", "nowhere")
        self.refuse(3, [FILE], "verify", FILE)
        (self.folder / "bare").mkdir()
        self.refuse(3, ["bare", "model.onnx"], "verify", "bare")
        self.refuse(3, ["bare"], "verify", "case", "bare")

    def test_no_data_set(self):
        shutil.rmtree(self.case / "test_data_set_0")
        self.wrong_case("error", ["case", "test_data_set_0"])

    def test_no_output(self):
        (self.case / "test_data_set_0/output_0.pb").unlink()
        self.wrong_case("error", ["output_0.pb"])

    def test_tensor_that_is_none(self):
        for name in ("input_0.pb", "output_0.pb"):
            path = self.case / "test_data_set_0" / name
            sound = path.read_bytes()
            for data in (b"", b"hello", sound[:-1], bytes(50)):
                path.write_bytes(data)
                self.wrong_case("error", [name])
            path.write_bytes(sound)

    def test_tensors_that_do_not_fit(self):
        data = self.case / "test_data_set_0"
        (data / "input_0.pb").write_bytes(tensor("x", (75,), self.x))
        self.wrong_case("error", [FILE, "'x'", "1x3x5x5", "found 75"])
        (data / "input_0.pb").write_bytes(tensor("x", models.SHAPE, [1] * 75, onnx_file.INT64))
        self.wrong_case("error", ["'x'", "float32", "int64"])
        (data / "input_0.pb").write_bytes(tensor("x", models.SHAPE, self.x))
        (data / "output_0.pb").write_bytes(tensor("y", (125,), models.expected(self.x)))
        self.wrong_case("wrong", [models.OUTPUT, "1x5x5x5", "125"])
        shutil.copy(data / "output_0.pb", data / "output_1.pb")
        self.wrong_case("error", ["1 outputs", "2"])
        shutil.copy(data / "input_0.pb", data / "input_1.pb")
        self.wrong_case("error", ["2 inputs", "1"])


if __name__ == "__main__":
    program.main()
