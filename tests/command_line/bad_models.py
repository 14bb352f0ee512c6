# SPDX-License-Identifier: Apache-2.0
"""Models that can be read but make no sense, or need what is unsupported. Each is the sound one with one fault."""
import models
import onnx_file
import program
from onnx_file import attribute, message, node, tensor, value

FILE = "model.onnx"
GARBAGE = b"\xff\xfe\x1b[2J\nabut: \xc2\x9b\xe2\x80\xa8end"


class Contents(program.CommandLine):
    def refuse_model(self, code, words, **changes):
        self.write(FILE, models.sound(**changes))
        return self.refuse(code, [FILE, *words], "plan", FILE)

    def refuse_nodes(self, words, *nodes, code=1):
        return self.refuse_model(code, words, nodes=nodes)

    def test_sound(self):
        self.write(FILE, models.sound())
        self.succeed("plan", FILE)

    def test_no_graph_and_no_opset(self):
        for data in (message((1, 8)), message((1, 8), (7, b"")), message((1, 8), (8, message((2, 17))))):
            self.write(FILE, data)
            self.refuse(3, [FILE, "ONNX"], "plan", FILE)

    def test_no_output(self):
        self.refuse_model(1, ["output"], outputs=[])

    def test_cycle(self):
        self.refuse_nodes(["cycle", "again"], node("Add", ["x", "b"], ["a"], "again"), node("Relu", ["a"], ["b"]),
                          node("Relu", ["b"], [models.OUTPUT]))
        self.refuse_nodes(["cycle", "self"], node("Add", ["x", models.OUTPUT], [models.OUTPUT], "self"))

    def test_unsupported_operator(self):
        self.refuse_nodes(["unsupported", "Einsum", "strange"], node("Einsum", ["x"], [models.OUTPUT], "strange", equation="ii"))
        self.refuse_nodes(["unsupported", "Relu", "com.example", "strange"],
                          node("Relu", ["x"], [models.OUTPUT], "strange", domain="com.example"))
        self.refuse_nodes(["unsupported", "Relu_" + models.OUTPUT, "slope"], node("Relu", ["x"], [models.OUTPUT], slope=1.0))

    def test_unsupported_dtype(self):
        self.refuse_model(1, ["unsupported", "'x'", "double"], inputs=[value("x", models.SHAPE, onnx_file.DOUBLE)])

    def test_shapes_that_disagree(self):
        self.refuse_nodes(["concat", "axis"], *models.nodes()[:2],
                          node("Concat", ["wide", "narrow"], [models.OUTPUT], "concat", axis=2))
        self.refuse_nodes(["concat", "axis", "7"], *models.nodes()[:2],
                          node("Concat", ["wide", "narrow"], [models.OUTPUT], "concat", axis=7))
        weights = tensor("weights", (2, models.CHANNELS + 1, 1, 1), [0.0] * 8)
        self.refuse_model(1, ["conv", "channels"], constants=[weights])
        self.refuse_nodes(["sum", "Add"], *models.nodes()[:2], node("Add", ["wide", "narrow"], [models.OUTPUT], "sum"))
        self.refuse_nodes(["flat", "Reshape"], node("Reshape", ["x", "shape"], [models.OUTPUT], "flat"),
                          node("Constant", [], ["shape"], value=tensor("", (2,), [4, 4], onnx_file.INT64)))

    def test_extents_that_no_table_holds(self):
        huge = 1 << 31
        pads = tensor("pads", (8,), [0, 0, huge, 0, 0, 0, 0, 0], onnx_file.INT64)
        self.refuse_nodes(["wider", "unsupported", huge + models.SIZE], node("Pad", ["x", "pads"], [models.OUTPUT], "wider"),
                          node("Constant", [], ["pads"], value=pads))
        scales = tensor("scales", (4,), [1.0, 1.0, 1e9, 1.0])
        for mode in ("nearest", "linear"):
            self.refuse_nodes(["wider", "unsupported"], node("Resize", ["x", "", "scales"], [models.OUTPUT], "wider", mode=mode),
                              node("Constant", [], ["scales"], value=scales))
        kernel = tensor("kernel", (models.CHANNELS, 1, 1, 1), [1.0] * models.CHANNELS)
        stride = 1 << 20
        self.refuse_nodes(["wider", "unsupported", stride], node("Constant", [], ["kernel"], value=kernel),
                          node("ConvTranspose", ["x", "kernel"], [models.OUTPUT], "wider", strides=[stride, 1]))

    def test_values_that_are_not_there(self):
        self.refuse_nodes(["relu", "nowhere"], node("Relu", ["nowhere"], [models.OUTPUT], "relu"))
        self.refuse_model(1, ["nowhere"], outputs=[value("nowhere")])
        self.refuse_nodes(["relu", "input 0"], node("Relu", [], [models.OUTPUT], "relu"))

    def test_two_of_one_name(self):
        self.refuse_nodes(["second", models.OUTPUT], node("Relu", ["x"], [models.OUTPUT]),
                          node("Relu", ["x"], [models.OUTPUT], "second"))
        self.refuse_model(1, ["two inputs", "'x'"], inputs=[value("x", models.SHAPE), value("x", models.SHAPE)])
        self.refuse_model(1, ["two constants", "'weights'"], constants=models.constants() * 2)
        self.refuse_model(1, ["two outputs", models.OUTPUT], outputs=[value(models.OUTPUT)] * 2)

    def test_constants(self):
        self.refuse_model(1, ["weights", "4"], constants=[tensor("weights", (2, models.CHANNELS, 1, 1), [1.0])])
        self.refuse_model(1, ["weights"], constants=[tensor("weights", (2, -3, 1, 1), models.WEIGHTS)])
        self.refuse_model(1, ["weights", "overflow"], constants=[tensor("weights", (1 << 40, 1 << 40, 1, 1), models.WEIGHTS)])

    def test_garbage_in_names_of_a_sound_model(self):
        """Tables keep one row a line, and JSON is JSON."""
        joined = message((1, GARBAGE), (1, "x"), (2, GARBAGE + b"y"), (3, GARBAGE + b"concat"), (4, "Concat"), (5, attribute("axis", 1)))
        nodes = [node("Relu", ["x"], [GARBAGE], "relu"), joined]
        self.write(FILE, models.sound(nodes=nodes, outputs=[message((1, GARBAGE + b"y"))], constants=[]))
        for command in ("plan", "run"):
            text = self.succeed(command, FILE)
            self.assertTrue(all(line.isprintable() for line in text.split("\n")), text)
            self.report({}, command, FILE)

    def test_garbage_in_names(self):
        self.write(FILE, models.sound(nodes=[message((1, b"x"), (2, models.OUTPUT), (3, GARBAGE), (4, GARBAGE), (7, GARBAGE))]))
        for command in ("plan", "run"):
            self.refuse(1, [FILE, "unsupported", "end"], command, FILE)

    def test_attribute_of_wrong_type(self):
        wrong = message(*((1, name) for name in ("wide", "narrow")), (2, models.OUTPUT), (3, "concat"), (4, "Concat"),
                        (5, attribute("axis", "one")))
        self.refuse_nodes(["concat", "axis", "integer"], *models.nodes()[:2], wrong)


if __name__ == "__main__":
    program.main()
