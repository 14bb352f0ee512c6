# SPDX-License-Identifier: Apache-2.0
"""Models whose nodes lie in functions and in branches: what they compute, how they are planned, and what is refused."""
import json

import models
import npy_file
import program
from onnx_file import BOOL, attribute, branch, function, message, node, reference, tensor, value

FILE = "model.onnx"
JOINED = (1, 2 * models.CHANNELS, models.SIZE, models.SIZE)


def call(name, inputs, outputs, label, **attributes):
    return node(name, inputs, outputs, label, "local", **attributes)


def leaky(x, alpha):
    return [element if element >= 0 else element * alpha for element in x]


def bent():
    """bent(x) = LeakyRelu(x, alpha) + x; what it calls t is its own, and alpha has a default."""
    nodes = [node("LeakyRelu", ["x"], ["t"]) + message((5, reference("alpha", "slope"))), node("Add", ["t", "x"], ["y"])]
    return function("bent", ["x"], ["y"], nodes, defaults=[attribute("slope", 0.25)])


def joined():
    """joined(x) = Concat(bent(x; slope), bent(x)), whose names are those of bent."""
    first = call("bent", ["x"], ["t"], "first") + message((5, reference("slope", "slope")))
    nodes = [first, call("bent", ["x"], ["u"], "second"), node("Concat", ["t", "u"], ["y"], "join", axis=1)]
    return function("joined", ["x"], ["y"], nodes, attributes=["slope"])


class Scopes(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.x = models.sound_input()
        self.write("x.npy", npy_file.encoded(models.SHAPE, self.x))

    def model(self, nodes, functions=(), **changes):
        parts = {"nodes": nodes, "functions": functions, "constants": [], "outputs": [value("y")], **changes}
        self.write(FILE, models.sound(**parts))

    def result(self, *arguments):
        self.succeed("run", FILE, "--input", "x=x.npy", "--output-dir", "out", *arguments)
        return npy_file.decoded((self.folder / "out" / "y.npy").read_bytes())

    def plan(self, code=0):
        return json.loads(self.succeed("plan", FILE, "--json"))


class Functions(Scopes):
    def expected(self, *slopes):
        return [a + b for slope in slopes for a, b in zip(leaky(self.x, slope), self.x)]

    def test_defaults_and_given_attributes(self):
        self.model([call("bent", ["x"], ["y"], "default")], [bent()])
        self.assertEqual(self.result(), (models.SHAPE, self.expected(0.25)))
        self.model([call("bent", ["x"], ["y"], "given", slope=0.5)], [bent()])
        self.assertEqual(self.result(), (models.SHAPE, self.expected(0.5)))

    def test_functions_in_functions(self):
        self.model([call("joined", ["x"], ["y"], "call", slope=0.5)], [joined(), bent()])
        self.assertEqual(self.result(), (JOINED, self.expected(0.5, 0.25)))
        plan = self.plan()
        self.assertEqual((plan["concats"]["total"], plan["copied_bytes"]), (1, 0))
        self.assertEqual(plan["decisions"][0]["concat"], "call/join")
        self.assertEqual([operand["value"] for operand in plan["decisions"][0]["operands"]], ["call/t", "call/u"])

    def test_an_attribute_that_is_left_out_is_left_out_inside(self):
        self.model([call("joined", ["x"], ["y"], "call")], [joined(), bent()])
        self.assertEqual(self.result()[1], self.expected(0.25, 0.25))

    def test_names_that_clash(self):
        """The graph has the names of the functions' values, and those that they would get."""
        nodes = [node("Neg", ["x"], ["t"]), node("Neg", ["t"], ["call/t"]), node("Neg", ["call/t"], ["u"]),
                 call("joined", ["call/t"], ["j"], "call", slope=0.5), node("Concat", ["j", "u"], ["y"], axis=1)]
        self.model(nodes, [bent(), joined()])
        self.assertEqual(self.result()[1], self.expected(0.5, 0.25) + [-element for element in self.x])

    def test_an_input_that_passes_through(self):
        through = function("through", ["x"], ["x", "y"], [node("Neg", ["x"], ["y"])])
        self.model([call("through", ["x"], ["a", "b"], "call"), node("Concat", ["a", "b"], ["y"], axis=1)], [through])
        self.assertEqual(self.result()[1], self.x + [-element for element in self.x])

    def test_a_call_of_a_call(self):
        """Each call has values of its own."""
        nodes = [call("bent", ["x"], ["a"], "one", slope=0.5), call("bent", ["a"], ["y"], "two", slope=1.0)]
        self.model(nodes, [bent()])
        self.assertEqual(self.result()[1], [2 * element for element in self.expected(0.5)])

    def test_support(self):
        self.model([call("joined", ["x"], ["y"], "call", slope=0.5)], [bent(), joined()])
        report = self.report({"supported": True}, "plan", FILE, "--support")
        self.assertIn("call/join", [entry["node"] for entry in report["nodes"]])

    def refuse_functions(self, words, functions, nodes=None):
        self.model(nodes or [call("f", ["x"], ["y"], "call")], functions)
        self.refuse(1, [FILE, *words], "plan", FILE)

    def test_recursion(self):
        self.refuse_functions(["call", "local.f", "calls itself"], [function("f", ["x"], ["y"], [call("f", ["x"], ["y"], "again")])])
        self.refuse_functions(["calls itself"], [function("f", ["x"], ["y"], [call("g", ["x"], ["y"], "a")]),
                                                 function("g", ["x"], ["y"], [call("f", ["x"], ["y"], "b")])])

    def test_more_nodes_than_there_can_be(self):
        """Each of 30 functions calls the one before it twice."""
        functions = [function("f0", ["x"], ["y"], [node("Neg", ["x"], ["y"])])]
        for i in range(1, 31):
            nodes = [call(f"f{i - 1}", ["x"], ["t"], "a"), call(f"f{i - 1}", ["t"], ["y"], "b")]
            functions.append(function(f"f{i}", ["x"], ["y"], nodes))
        self.refuse_functions(["more than", "nodes"], functions, [call("f30", ["x"], ["y"], "call")])

    def test_calls_that_do_not_fit(self):
        f = function("f", ["x"], ["y"], [node("Neg", ["x"], ["y"])])
        self.refuse_functions(["call", "inputs"], [f], [call("f", ["x", "x"], ["y"], "call")])
        self.refuse_functions(["call", "outputs"], [f], [call("f", ["x"], ["y", "z"], "call")])
        self.refuse_functions(["call", "attribute 'slope'"], [f], [call("f", ["x"], ["y"], "call", slope=1.0)])
        self.refuse_functions(["call", "type"], [bent()], [call("bent", ["x"], ["y"], "call", slope=3)])
        self.refuse_functions(["two functions", "local.f"], [f, f])

    def test_opset_and_contents(self):
        self.refuse_functions(["call", "unsupported", "opset 11"], [function("f", ["x"], ["y"], [node("Neg", ["x"], ["y"])], opset=11)])
        self.refuse_functions(["call/odd", "unsupported", "Odd"], [function("f", ["x"], ["y"], [node("Odd", ["x"], ["y"], "odd")])])
        self.refuse_functions(["which no node produces"], [function("f", ["x"], ["y"], [node("Add", ["x", "w"], ["y"])])])


class Branches(Scopes):
    def choice(self, condition, inputs=(), **changes):
        """y = Concat(chosen, x), where `chosen` is -x or |x| + a, a = 2 x computed outside."""
        then = branch("then_branch", [node("Neg", ["x"], ["t"])], ["t"])
        other = branch("else_branch", [node("Abs", ["x"], ["t"]), node("Add", ["t", "a"], ["s"])], ["s"])
        nodes = [node("Add", ["x", "x"], ["a"]), node("If", ["c"], ["chosen"], "choice") + message((5, then), (5, other)),
                 node("Concat", ["chosen", "x"], ["y"], "join", axis=1)]
        self.model(nodes, inputs=[value("x", models.SHAPE), *inputs], constants=condition, **changes)

    def expected(self, condition):
        chosen = [-element for element in self.x] if condition else [abs(element) + 2 * element for element in self.x]
        return chosen + self.x

    def test_a_constant_condition(self):
        for condition in (True, False):
            self.choice([tensor("c", (1,), [condition], BOOL)])
            self.assertEqual(self.result(), (JOINED, self.expected(condition)))
            self.assertEqual(self.plan()["decisions"][0]["operands"][0]["how"], "alias")

    def test_a_condition_that_is_given(self):
        for condition in (True, False):
            self.choice([], [value("c", (), BOOL)])
            self.write("c.npy", npy_file.encoded((), [condition], "|b1"))
            self.assertEqual(self.result("--input", "c=c.npy")[1], self.expected(condition))

    def test_a_condition_at_run_time(self):
        """Both branches are planned, and the choice is stored into its slice."""
        self.choice([], [value("c", (), BOOL)])
        plan = self.plan()
        self.assertEqual(plan["decisions"][0]["operands"][0]["how"], "alias")
        report = self.report({"supported": True}, "plan", FILE, "--support")
        self.assertEqual([entry["status"] for entry in report["nodes"] if entry["node"] == "choice"], ["kernel"])
        for condition in (True, False):
            self.write("c.npy", npy_file.encoded((), [condition], "|b1"))
            for mode in ("slices", "copies"):
                self.assertEqual(self.result("--input", "c=c.npy", "--concat", mode, "--check")[1], self.expected(condition))

    def test_a_condition_from_numbers(self):
        """The mean of x is what the other branch is for; its logarithms are no numbers."""
        mean = sum(self.x) / len(self.x)
        for limit in (mean - 0.1, mean + 0.1):
            then = branch("then_branch", [node("Abs", ["x"], ["t"])], ["t"])
            other = branch("else_branch", [node("Neg", ["x"], ["t"])], ["t"])
            nodes = [node("ReduceMean", ["x"], ["mean"]), node("Greater", ["mean", "limit"], ["c"], "above"),
                     node("If", ["c"], ["y"], "choice") + message((5, then), (5, other))]
            self.model(nodes, constants=[tensor("limit", (), [limit])])
            expected = [abs(element) if mean > limit else -element for element in self.x]
            self.assertEqual(self.result()[1], expected)

    def test_branches_of_other_shapes_or_dtypes(self):
        def refuse(words, nodes, **changes):
            then = branch("then_branch", nodes, ["t"])
            other = branch("else_branch", [node("Neg", ["x"], ["n"])], ["n"])
            self.model([node("If", ["c"], ["y"], "choice") + message((5, then), (5, other))],
                       inputs=[value("x", models.SHAPE), value("c", (), BOOL)], **changes)
            self.refuse(1, [FILE, "choice", "If", "output 0", *words], "plan", FILE)

        double = "x".join(map(str, JOINED))
        refuse([double, "x".join(map(str, models.SHAPE)), "unsupported"], [node("Concat", ["x", "x"], ["t"], axis=1)])
        refuse(["bool", "float32"], [node("Less", ["x", "x"], ["t"])])
        refuse(["int64", "float32"], [node("Shape", ["x"], ["t"])])
        # With a condition that is given there is one branch.
        self.model([node("If", ["c"], ["y"], "choice") + message(
                        (5, branch("then_branch", [node("Concat", ["x", "x"], ["t"], axis=1)], ["t"])),
                        (5, branch("else_branch", [node("Neg", ["x"], ["n"])], ["n"])))],
                   inputs=[value("x", models.SHAPE), value("c", (), BOOL)])
        self.write("c.npy", npy_file.encoded((), [True], "|b1"))
        self.assertEqual(self.result("--input", "c=c.npy"), (JOINED, self.x + self.x))

    def test_bools_as_results(self):
        self.model([node("Greater", ["x", "half"], ["y"])], constants=[tensor("half", (), [0.5])], outputs=[value("y", None, BOOL)])
        self.assertEqual(self.result("--check"), (models.SHAPE, [element > 0.5 for element in self.x]))

    def test_bools_that_pass_through(self):
        """An input, and what is known while the model is read."""
        for changes in ({"inputs": [value("y", (2, 3), BOOL)]}, {"inputs": [], "constants": [tensor("y", (2, 3), [1, 0, 1, 0, 0, 1], BOOL)]}):
            self.model([], outputs=[value("y", None, BOOL)], **changes)
            self.write("y.npy", npy_file.encoded((2, 3), [1, 0, 1, 0, 0, 1], "|b1"))
            given = ("--input", "y=y.npy") if changes["inputs"] else ()
            self.succeed("run", FILE, *given, "--output-dir", "out", "--check")
            found = npy_file.decoded((self.folder / "out" / "y.npy").read_bytes())
            self.assertEqual(found, ((2, 3), [True, False, True, False, False, True]))

    def test_a_condition_that_is_none(self):
        self.choice([tensor("c", (2,), [True, False], BOOL)])
        self.refuse(1, [FILE, "choice", "one bool"], "plan", FILE)
        self.choice([tensor("c", (), [1.0])])
        self.refuse(1, [FILE, "choice", "one bool", "float32"], "plan", FILE)

    def test_branches_in_branches_and_functions(self):
        inner = node("If", ["no"], ["i"], "inner") + message(
            (5, branch("then_branch", [node("Abs", ["x"], ["t"])], ["t"])), (5, branch("else_branch", [call("bent", ["x"], ["t"], "call")], ["t"])))
        outer = node("If", ["yes"], ["y"], "outer") + message(
            (5, branch("then_branch", [inner], ["i"])), (5, branch("else_branch", [node("Odd", ["x"], ["t"])], ["t"])))
        constants = [tensor("yes", (), [True], BOOL), tensor("no", (), [False], BOOL)]
        self.model([outer], [bent()], constants=constants)
        self.assertEqual(self.result()[1], [a + b for a, b in zip(leaky(self.x, 0.25), self.x)])

    def test_a_value_from_outside_is_an_output(self):
        then = branch("then_branch", [], ["x"])
        other = branch("else_branch", [node("Neg", ["x"], ["t"])], ["t"])
        nodes = [node("If", ["c"], ["chosen"], "choice") + message((5, then), (5, other)), node("Neg", ["chosen"], ["y"])]
        self.model(nodes, constants=[tensor("c", (), [True], BOOL)])
        self.assertEqual(self.result()[1], [-element for element in self.x])

    def test_branches_that_are_none(self):
        def refuse(words, *parts, outputs=("y",)):
            self.model([node("If", ["c"], [*outputs], "choice") + message(*((5, part) for part in parts))],
                       constants=[tensor("c", (), [True], BOOL)])
            self.refuse(1, [FILE, "choice", *words], "plan", FILE)

        refuse(["then_branch", "missing"])
        refuse(["then_branch", "graph"], attribute("then_branch", 1))
        refuse(["1 outputs", "2"], branch("then_branch", [node("Neg", ["x"], ["t"])], ["t"]), outputs=("y", "z"))
        refuse(["which no node produces"], branch("then_branch", [node("Neg", ["nothing"], ["t"])], ["t"]))


if __name__ == "__main__":
    program.main()
