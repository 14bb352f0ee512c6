# SPDX-License-Identifier: Apache-2.0
"""abut plan --annotate: the model stays what it is, and the metadata is the plan in the file's names."""
import json

import models
import npy_file
import onnx_file
import program
from onnx_file import INT64, node, tensor, value

KEY = "abut.plan"
SMALL = "densenet-bc:depth=10,growth=4,size=8"
VIEW = {"root": int, "offset_bytes": int, "strides_bytes": [int], "shape": [int]}
ANNOTATION = {
    "schema": "abut.annotation/1",
    "producer": str,
    "arena_bytes": int,
    "arena_alignment_bytes": 64,
    "inputs": [{"value": "x", "shape": [int]}],
    "roots": [{"root": int, "kind": str, "size_bytes": int, "first_step": int, "last_step": int}],
    "values": [{"value": str, "dtype": "float32", **VIEW}],
    "concats": [{"concat": str, "result": str, "axis": int, "operands": [
        {"value": str, "how": str, "reason": str, "offset_bytes": int, "alignment_bytes": int}]}],
    "steps": [{"node": str, "operation": str, "reads": list, "writes": list, "dependencies": list}],
}


def doubled(name):
    """Joins a value with itself along two axes, in one node that has the name of its result."""
    return [node("Tile", ["x", "repeats"], [name], name)], [tensor("repeats", (4,), [1, 2, 2, 1], INT64)]


class Annotations(program.CommandLine):
    def setUp(self):
        super().setUp()
        self.write("model.onnx", models.sound())

    def annotate(self, model, place="out.onnx"):
        self.succeed("plan", model, "--annotate", place)
        encoded = (self.folder / place).read_bytes()
        entries = onnx_file.metadata(encoded)
        self.assertEqual([key for key, _ in entries].count(KEY), 1)
        return encoded, json.loads(dict(entries)[KEY])

    def test_fields(self):
        _, annotation = self.annotate("model.onnx")
        self.no_findings(program.findings_of_report(annotation, ANNOTATION), annotation)
        report = self.report({}, "plan", "model.onnx")
        placed = {entry["value"]: entry for entry in report["placements"]}
        self.assertEqual({entry["value"] for entry in annotation["values"]}, {"x", "wide", "narrow", models.OUTPUT})
        for entry in annotation["values"]:
            self.assertEqual({**entry, "dtype": None}, {**placed[entry["value"]], "dtype": None})
        self.assertEqual(annotation["concats"][0]["result"], models.OUTPUT)
        self.assertEqual([operand["value"] for operand in annotation["concats"][0]["operands"]], ["wide", "narrow"])
        for root in annotation["roots"]:
            self.assertEqual({"root": root["root"], **report["roots"][root["root"]]}, root)

    def test_model_stays_what_it_is(self):
        encoded, _ = self.annotate("model.onnx")
        self.assertTrue(encoded.startswith(models.sound()))
        self.assertEqual((self.folder / "model.onnx").read_bytes(), models.sound())
        self.write("x.npy", npy_file.encoded(models.SHAPE, models.sound_input()))
        self.succeed("run", "out.onnx", "--input", "x=x.npy", "--output-dir", "out")
        result = npy_file.decoded((self.folder / "out/joined_0_out.npy").read_bytes())
        self.assertEqual(result, (models.JOINED, models.expected(models.sound_input())))
        self.assertEqual(self.report({"model": str}, "plan", "out.onnx")["placements"],
                         self.report({}, "plan", "model.onnx")["placements"])

    def test_other_metadata_and_fields_stay(self):
        entry = onnx_file.message((1, "author"), (2, "someone"))
        stale = onnx_file.message((1, KEY), (2, "old"))
        unknown = onnx_file.message((3000, "a field of a later version"))
        before = onnx_file.message((14, stale), (14, entry)) + models.sound() + unknown + onnx_file.message((14, stale))
        self.write("more.onnx", before)
        encoded, annotation = self.annotate("more.onnx")
        kept = onnx_file.message((14, entry)) + models.sound() + unknown
        self.assertTrue(encoded.startswith(kept))
        self.assertEqual([number for number, _ in onnx_file.fields(encoded[len(kept):])], [14])
        self.assertNotEqual(annotation, "old")

    def test_again_and_in_place(self):
        first, _ = self.annotate("model.onnx")
        self.assertEqual(self.annotate("out.onnx", "out.onnx")[0], first)

    def test_zoo(self):
        encoded, annotation = self.annotate(f"zoo:{SMALL}")
        self.succeed("zoo", "write", SMALL, "-o", "plain.onnx")
        self.assertTrue(encoded.startswith((self.folder / "plain.onnx").read_bytes()))
        report = self.report({}, "plan", f"zoo:{SMALL}")
        self.assertEqual(annotation["arena_bytes"], report["arena_bytes"])
        self.assertEqual(len(annotation["concats"]), report["concats"]["total"])

    def test_shape(self):
        self.write("open.onnx", models.sound(("batch", models.CHANNELS, "height", "width")))
        self.succeed("plan", "open.onnx", "--shape", f"x=2x{models.CHANNELS}x4x6", "--annotate", "out.onnx")
        annotation = json.loads(dict(onnx_file.metadata((self.folder / "out.onnx").read_bytes()))[KEY])
        self.assertEqual(annotation["inputs"], [{"value": "x", "shape": [2, models.CHANNELS, 4, 6]}])
        self.refuse(2, ["open.onnx", "--shape", "'z'"], "plan", "open.onnx", "--shape", "z=1", "--annotate", "new.onnx")

    def test_value_that_a_fusion_removed(self):
        nodes = [node("Conv", ["x", "weights"], ["before"], "conv", kernel_shape=[1, 1]), node("Relu", ["before"], ["after"]),
                 node("Concat", ["x", "after"], [models.OUTPUT], "concat", axis=1)]
        self.write("fused.onnx", models.sound(nodes=nodes))
        _, annotation = self.annotate("fused.onnx")
        names = {entry["value"] for entry in annotation["values"]}
        self.assertIn("after", names)
        self.assertNotIn("before", names)

    def test_what_a_node_computes_on_the_way_has_no_name_of_the_file(self):
        nodes, constants = doubled("y")
        self.write("tile.onnx", models.sound(nodes=nodes, outputs=[value("y")], constants=constants))
        _, annotation = self.annotate("tile.onnx")
        shapes = [entry["shape"] for entry in annotation["values"] if entry["value"] == "y"]
        self.assertEqual(shapes, [[1, 2 * models.CHANNELS, 2 * models.SIZE, models.SIZE]])
        self.assertEqual([concat["result"] for concat in annotation["concats"]], [None, "y"])

    def test_external_data(self):
        weights = tensor("weights", (2, models.CHANNELS, 1, 1), models.WEIGHTS)
        elements = dict(onnx_file.fields(weights))[9]
        self.write("weights.bin", elements)
        external = onnx_file.external_tensor("weights", (2, models.CHANNELS, 1, 1), "weights.bin", offset=0)
        self.write("large.onnx", models.sound(constants=[external]))
        (self.folder / "other").mkdir()
        for place, words in (("other/out.onnx", ["weights.bin", "directory"]), ("weights.bin", ["replace"])):
            self.refuse(2, ["--annotate", place, *words], "plan", "large.onnx", "--annotate", place)
        self.annotate("large.onnx", "other/../out.onnx")
        self.write("x.npy", npy_file.encoded(models.SHAPE, models.sound_input()))
        self.succeed("run", "out.onnx", "--input", "x=x.npy", "--output-dir", "results")
        result = npy_file.decoded((self.folder / "results/joined_0_out.npy").read_bytes())
        self.assertEqual(result[1], models.expected(models.sound_input()))
        self.annotate("model.onnx", "other/out.onnx")  # a model that is whole may go anywhere


if __name__ == "__main__":
    program.main()
