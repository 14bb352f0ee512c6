# SPDX-License-Identifier: Apache-2.0
"""abut plan: --support, which goes on behind what is unsupported, and the table that people read."""
import re

import models
import onnx_file
import program
from onnx_file import INT64, node, tensor, value

COUNTS = {"kernel": int, "view": int, "constant": int, "unused": int, "unknown": int, "unsupported": int}
SUPPORT = {"schema": "abut.support/1", "model": str, "supported": bool, "counts": COUNTS,
           "operators": [{"operator": str, **COUNTS}], "nodes": [{"node": str, "operator": str, "status": str, "reason": str}]}

OPERAND_BYTES = 4 * 4 * 4 * 4  # of a half in shuffle()


def mixed():
    """A node of every kind; what 'first' makes is declared, what 'second' makes is not."""
    nodes = [
        node("Nonsense", ["x"], ["a"], "first"),
        node("Relu", ["a"], ["b"], "behind"),
        node("Strange", ["b"], ["c"], "second", domain="else.where"),
        node("Relu", ["c"], ["d"], "unreached"),
        node("Odd", ["d"], ["e"], "third"),
        node("Conv", ["x", "weights"], ["f"], "conv", kernel_shape=[1, 1]),
        node("Identity", ["shape"], ["g"], "known"),
        node("Reshape", ["f", "g"], ["h"], "reshape"),
        node("Rest", ["x"], ["i"], "needless"),
    ]
    constants = [*models.constants(), tensor("shape", (2,), [1, 2 * models.SIZE**2], INT64)]
    return models.sound(nodes=nodes, outputs=[value("e"), value("h")], constants=constants, declared=[value("a", models.SHAPE)])


class Support(program.CommandLine):
    def test_every_status(self):
        self.write("mixed.onnx", mixed())
        report = self.report(SUPPORT, "plan", "mixed.onnx", "--support", code=1)
        self.assertFalse(report["supported"])
        found = {entry["node"]: (entry["operator"], entry["status"]) for entry in report["nodes"]}
        self.assertEqual(found, {
            "first": ("Nonsense", "unsupported"), "behind": ("Relu", "kernel"), "second": ("Strange", "unsupported"),
            "unreached": ("Relu", "unknown"), "third": ("Odd", "unsupported"), "conv": ("Conv", "kernel"),
            "known": ("Identity", "constant"), "reshape": ("Reshape", "view"), "needless": ("Rest", "unused")})
        self.assertEqual(report["counts"], {"kernel": 2, "view": 1, "constant": 1, "unused": 1, "unknown": 1, "unsupported": 3})
        relu = next(entry for entry in report["operators"] if entry["operator"] == "Relu")
        self.assertEqual((relu["kernel"], relu["unknown"]), (1, 1))

    def test_table(self):
        self.write("mixed.onnx", mixed())
        result = self.call("plan", "mixed.onnx", "--support")
        self.no_findings(program.findings_of_end(result), result)
        self.assertEqual(result.code, 1)
        for word in ("3 unsupported", "first", "second", "third", "Nonsense", "else.where"):
            self.assertIn(word, result.out)

    def test_attribute_without_an_equivalent(self):
        self.write("odd.onnx", models.sound(nodes=[node("Conv", ["x", "weights"], [models.OUTPUT], "conv", kernel_shape=[1, 1], odd=1)]))
        report = self.report(SUPPORT, "plan", "odd.onnx", "--support", code=1)
        self.assertEqual([entry["status"] for entry in report["nodes"]], ["unsupported"])
        self.assertIn("odd", report["nodes"][0]["reason"])

    def test_all_supported(self):
        self.write("model.onnx", models.sound())
        report = self.report({**SUPPORT, "supported": True}, "plan", "model.onnx", "--support", OCL_ICD_VENDORS=str(self.folder))
        self.assertEqual([entry["status"] for entry in report["nodes"]], ["kernel", "kernel", "view"])
        self.assertIn("all supported", self.succeed("plan", "model.onnx", "--support"))
        self.report({"supported": True}, "plan", "zoo:densenet-bc:depth=10,growth=4,size=8", "--support")

    def test_other_faults_are_errors(self):
        twice = [node("Relu", ["x"], ["a"], "one"), node("Relu", ["x"], ["a"], "two")]
        self.write("twice.onnx", models.sound(nodes=twice, outputs=[value("a")]))
        self.refuse(1, ["twice.onnx", "two"], "plan", "twice.onnx", "--support")
        self.refuse(3, ["missing.onnx"], "plan", "missing.onnx", "--support")
        self.refuse(3, ["torn.onnx"], "plan", self.write("torn.onnx", models.sound()[:-20]), "--support")

    def test_is_instead_of_a_plan(self):
        self.write("model.onnx", models.sound())
        for option in ("--html", "--annotate"):
            self.refuse(2, ["--support", option], "plan", "model.onnx", "--support", option, "out")


class Table(program.CommandLine):
    def chain(self, count):
        """`count` concats that are alike, each of two convolutions."""
        nodes, x = [], "x"
        for i in range(count):
            nodes += [node("Conv", [x, "w"], [f"{part}{i}"], kernel_shape=[1, 1]) for part in "ab"]
            nodes += [node("Concat", [f"a{i}", f"b{i}"], [f"c{i}"], axis=1), node("MaxPool", [f"c{i}"], [f"d{i}"], kernel_shape=[1, 1])]
            x = f"d{i}"
        return onnx_file.model(nodes, [value("x", (1, 8, 2, 2))], [value(x)], [tensor("w", (4, 8, 1, 1), [0.5] * 32)])

    def test_what_is_alike_is_one_line(self):
        """Of the plan for more concats, only the numbers differ."""
        self.write("few.onnx", self.chain(5))
        self.write("many.onnx", self.chain(60))
        few, many = (self.succeed("plan", model).splitlines() for model in ("few.onnx", "many.onnx"))
        self.assertEqual(len(few), len(many))
        self.assertTrue(any("57 more" in line for line in many), many)

    def test_what_was_saved(self):
        self.write("model.onnx", models.sound())
        report = self.report({}, "plan", "model.onnx")
        rows = {line[:24].strip(): line.split()[-3:] for line in self.succeed("plan", "model.onnx").splitlines()}
        slices, copies = report["copied_bytes"], report["copies"]["copied_bytes"]
        self.assertEqual(rows["bytes copied"], [f"{slices:,}", f"{copies:,}", f"{copies - slices:,}"])

    def test_reasons(self):
        """One value in both halves of a concat can have one of the two places only."""
        self.write("twice.onnx", models.sound(nodes=[node("Relu", ["x"], ["a"], "relu"),
                                                     node("Concat", ["a", "a"], [models.OUTPUT], "both", axis=1)], constants=[]))
        report = self.report({}, "plan", "twice.onnx")
        reasons = [operand["reason"] for operand in report["decisions"][0]["operands"] if operand["how"] == "copy"]
        text = self.succeed("plan", "twice.onnx")
        for reason in reasons:
            self.assertIn(reason, text)
        self.assertEqual("a in both" in text, bool(reasons))

    def shuffle(self):
        """Two units of a network with channel shuffles: half of what the first shuffles passes the second."""
        shapes = {"split": (1, 2, 4, 4, 4), "joined": (1, 8, 4, 4)}
        constants = [tensor(name, (len(shape),), shape, INT64) for name, shape in shapes.items()]
        constants += [tensor(name, (1,), [number], INT64) for name, number in (("zero", 0), ("four", 4), ("eight", 8), ("axis", 1))]
        constants.append(tensor("weights", (4, 4, 1, 1), [0.25] * 16))
        nodes, x = [], "x"
        for unit in "12":
            names = [f"{kind}{unit}" for kind in ("first", "second", "conv", "concat", "wide", "turned", "shuffled")]
            first, second, conv, concat, wide, turned, shuffled = names
            nodes += [node("Slice", [x, "zero", "four", "axis"], [first], first),
                      node("Slice", [x, "four", "eight", "axis"], [second], second),
                      node("Conv", [second, "weights"], [conv], conv, kernel_shape=[1, 1]),
                      node("Concat", [first, conv], [concat], concat, axis=1),
                      node("Reshape", [concat, "split"], [wide], wide),
                      node("Transpose", [wide], [turned], turned, perm=[0, 2, 1, 3, 4]),
                      node("Reshape", [turned, "joined"], [shuffled], shuffled)]
            x = shuffled
        nodes.append(node("Relu", [x], [models.OUTPUT], "relu"))
        return models.sound((1, 8, 4, 4), nodes=nodes, constants=constants)

    def test_what_another_rung_costs(self):
        self.write("shuffle.onnx", self.shuffle())
        report = self.report({}, "plan", "shuffle.onnx")
        costs = []
        for decision in report["decisions"]:
            for position, operand in enumerate(decision["operands"]):
                costs += [(decision["concat"], position, *cost) for cost in self.other_rungs(operand["reason"])]
        self.assertTrue(costs, report["decisions"])
        for concat, position, rung, elsewhere in costs:
            forced = self.report({}, "plan", "shuffle.onnx", "--place", f"{concat}:{position}={rung.replace(' ', '-')}")
            self.assertEqual(self.moved(forced), self.moved(report) - OPERAND_BYTES + elsewhere, (concat, position, rung))

    @staticmethod
    def moved(report):
        return report["copied_bytes"] + report["conversion_bytes"]

    @staticmethod
    def other_rungs(reason):
        found = re.findall(r"; as ([a-z -]+): ([0-9,]+) bytes moved elsewhere", reason)
        return [(rung, int(count.replace(",", ""))) for rung, count in found]


if __name__ == "__main__":
    program.main()
