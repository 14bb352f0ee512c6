# SPDX-License-Identifier: Apache-2.0
"""Models that are very large, or whose tensors are: planned or refused with the reason, in bounded time."""
import models
import onnx_file
import program
from onnx_file import node, tensor, value

FILE = "model.onnx"
OPERANDS = 10000


def chain(length):
    names = ["x", *(f"v{number}" for number in range(1, length)), models.OUTPUT]
    return [node("Relu", [names[number]], [names[number + 1]]) for number in range(length)]


class LargeModels(program.CommandLine):
    def write_model(self, nodes, shape=models.SHAPE, constants=()):
        self.write(FILE, onnx_file.model(nodes, [value("x", shape)], [value(models.OUTPUT)], constants))

    def refuse_plan(self, words):
        return self.refuse(1, [FILE, *words], "plan", FILE)

    def test_a_million_nodes(self):
        self.write_model(chain(1000000))
        self.refuse_plan(["nodes", 262144])

    def test_more_nodes_than_a_plan_has(self):
        names = ["x", *(f"v{number}" for number in range(1, 70000)), models.OUTPUT]
        self.write_model([node("Softmax", [names[number]], [names[number + 1]]) for number in range(70000)])
        self.refuse_plan(["unsupported", "nodes", 65536, 70000])

    def test_a_concat_of_many(self):
        """All different, and all the same."""
        parts = [f"part{number}" for number in range(OPERANDS)]
        nodes = [node("Softmax", ["x"], [part], axis=1) for part in parts]
        self.write_model([*nodes, node("Concat", parts, [models.OUTPUT], axis=1)])
        report = self.report({"steps": OPERANDS}, "plan", FILE)
        self.assertEqual(report["concats"]["total"], 1)
        self.write_model([node("Concat", ["x"] * OPERANDS, [models.OUTPUT], axis=1)])
        self.report({"steps": OPERANDS}, "plan", FILE)

    def test_a_dimension_of_nothing(self):
        self.write_model([node("Relu", ["x"], [models.OUTPUT])], shape=(1, 4, 0, 2))
        self.report({"arena_bytes": 0}, "plan", FILE)
        halves = [node("Relu", ["x"], ["a"]), node("Relu", ["x"], ["b"]), node("Concat", ["a", "b"], [models.OUTPUT], axis=2)]
        self.write_model(halves, shape=(1, 4, 0, 2))
        self.report({"copied_bytes": 0}, "plan", FILE)

    def test_dimensions_that_overflow(self):
        huge = 1 << 40
        self.write_model([node("Relu", ["x"], [models.OUTPUT])], shape=(huge, huge))
        self.refuse_plan(["'x'", huge])
        self.write_model([node("Concat", ["x"] * 4, [models.OUTPUT], "joined", axis=0)], shape=((1 << 59) // 4, 4))
        self.refuse_plan(["joined", "overflow"])
        shape = tensor("shape", (2,), [huge, huge], onnx_file.INT64)
        self.write_model([node("Expand", ["x", "shape"], [models.OUTPUT], "wider")], shape=(1, 1), constants=[shape])
        self.refuse_plan(["wider"])

    def test_tensors_larger_than_any_memory(self):
        """Their plan is a matter of numbers, as any other; one that exceeds 63 bits is refused."""
        nodes = [node("Relu", ["x"], ["a"]), node("Softmax", ["a"], ["b"]), node("Concat", ["a", "b"], [models.OUTPUT], axis=1)]
        self.write_model(nodes, shape=(1, 1 << 30, 1 << 20, 1))
        self.report({"copied_bytes": int}, "plan", FILE)


if __name__ == "__main__":
    program.main()
