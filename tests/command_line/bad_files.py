# SPDX-License-Identifier: Apache-2.0
"""Model files that can't be read, are nested too deep, or miss what lies beside them."""
import os

import models
import onnx_file
import program
from onnx_file import message, node, value

FILE = "model.onnx"


class Files(program.CommandLine):
    def refuse_file(self, code, words, name=FILE):
        for command in ("plan", "run", "bench"):
            self.refuse(code, [name, *words], command, name)

    def test_missing(self):
        self.refuse_file(3, ["no such file"])

    def test_empty(self):
        self.write(FILE, b"")
        self.refuse_file(3, ["empty"])

    def test_directory(self):
        (self.folder / FILE).mkdir()
        self.refuse_file(3, ["directory"])

    def test_file_without_end(self):
        self.refuse(3, ["/dev/zero", "2 GB"], "plan", "/dev/zero")

    def test_not_onnx(self):
        for text in (b"hello, world\n", bytes(range(256)), b"\x7fELF\x02\x01\x01" + bytes(100), bytes(1000), b"\xff" * 1000):
            self.write(FILE, text)
            self.refuse_file(3, ["ONNX"])

    def test_name_too_long(self):
        self.refuse(3, ["n" * 100], "plan", "n" * 5000)
        self.refuse(3, ["n" * 100], "verify", "n" * 5000)

    def test_name_of_garbage(self):
        name = b"\xff\xc3\x1b[31m\nabut: \xc2\x9b.onnx"
        self.refuse(3, ["no such file"], "plan", name)
        with open(os.path.join(os.fsencode(self.folder), name), "wb") as file:
            file.write(b"?")
        self.refuse(3, ["ONNX"], "plan", name)


class Nesting(program.CommandLine):
    def nested(self, depth, wrap):
        inner = b""
        for _ in range(depth):
            inner = wrap(inner)
        return inner

    def test_graphs_in_graphs(self):
        """A graph as an attribute of a node of a graph, and so on."""
        graph = self.nested(5000, lambda inner: message((1, node("If", ["x"], ["y"]) + message((5, message((1, "then"), (6, inner)))))))
        self.write(FILE, message((1, 8), (7, graph), (8, message((2, 17)))))
        self.refuse(3, [FILE, "too deep"], "plan", FILE)

    def test_types_in_types(self):
        kind = self.nested(5000, lambda inner: message((4, message((1, inner)))))
        self.write(FILE, models.sound(inputs=[message((1, "x"), (2, kind))]))
        self.refuse(3, [FILE, "too deep"], "plan", FILE)

    def test_groups_that_never_end(self):
        self.write(FILE, models.sound() + b"\xfb\x07" * 100000)
        self.refuse(3, [FILE, "too deep"], "plan", FILE)

    def test_long_chain(self):
        """Depth of the graph itself is no error."""
        names = ["x", *(f"v{i}" for i in range(2000)), models.OUTPUT]
        nodes = [node("Relu" if i % 2 else "Neg", [a], [b]) for i, (a, b) in enumerate(zip(names, names[1:]))]
        self.write(FILE, models.sound(nodes=nodes, constants=[]))
        self.succeed("plan", FILE)

    def test_subgraph(self):
        nodes = [node("If", ["x"], [models.OUTPUT], "branch") + message((5, message((1, "then_branch"), (6, b""), (20, 5))))]
        self.write(FILE, models.sound(nodes=nodes))
        self.refuse(1, [FILE, "If", "branch", "one bool"], "plan", FILE)


class ExternalData(program.CommandLine):
    SHAPE = (2, models.CHANNELS, 1, 1)

    def refuse_data(self, code, words, location, **numbers):
        weights = onnx_file.external_tensor("weights", self.SHAPE, location, **numbers)
        self.write(FILE, models.sound(constants=[weights]))
        self.refuse(code, [FILE, "weights", *words], "plan", FILE)

    def test_sound(self):
        self.write("w.bin", bytes(24))
        self.write(FILE, models.sound(constants=[onnx_file.external_tensor("weights", self.SHAPE, "w.bin", offset=0, length=24)]))
        self.succeed("plan", FILE)

    def test_missing(self):
        self.refuse_data(3, ["w.bin", "No such file"], "w.bin")

    def test_too_short(self):
        self.write("w.bin", bytes(20))
        self.refuse_data(3, ["w.bin", "20", "24"], "w.bin")
        self.refuse_data(3, ["w.bin", "20", "9999999999999"], "w.bin", offset=9999999999999)

    def test_length_and_offset(self):
        self.write("w.bin", bytes(24))
        self.refuse_data(1, ["length", "20", "24"], "w.bin", length=20)
        self.refuse_data(1, ["offset", "-1"], "w.bin", offset=-1)
        self.refuse_data(1, ["offset", "ten"], "w.bin", offset="ten")

    def test_location(self):
        (self.folder / "folder").mkdir()
        self.refuse_data(3, ["folder"], "folder")
        for location in ("", "/dev/zero", "../w.bin", "w\0bin"):
            self.refuse_data(1, ["location"], location)
        self.refuse_data(3, ["n" * 100], "n" * 5000)
        self.refuse_data(3, ["FILE/w.bin".replace("FILE", FILE)], f"{FILE}/w.bin")


if __name__ == "__main__":
    program.main()
