# SPDX-License-Identifier: Apache-2.0
"""The sound model that most tests damage, and what it computes."""
import onnx_file
from onnx_file import node, tensor, value

CHANNELS, SIZE = 3, 5
SHAPE = (1, CHANNELS, SIZE, SIZE)
JOINED = (1, CHANNELS + 2, SIZE, SIZE)
WEIGHTS = [0.5, -1.0, 0.25, 2.0, 1.0, -0.5]
OUTPUT = "joined:0/out"  # gets a file name of its own


def nodes():
    """A convolution and an activation whose results are joined."""
    return [
        node("Conv", ["x", "weights"], ["narrow"], "conv", kernel_shape=[1, 1]),
        node("Relu", ["x"], ["wide"], "relu"),
        node("Concat", ["wide", "narrow"], [OUTPUT], "concat", axis=1),
    ]


def constants():
    return [tensor("weights", (2, CHANNELS, 1, 1), WEIGHTS)]


def sound(shape=SHAPE, **changes):
    """The model's bytes; `changes` replace parts of it."""
    parts = {"nodes": nodes(), "inputs": [value("x", shape)], "outputs": [value(OUTPUT)], "constants": constants()}
    return onnx_file.model(**{**parts, **changes})


def sound_input():
    """Sums of few powers of two, so that float32 holds each result exactly."""
    return [((7 * i) % 32 - 13) / 8 for i in range(CHANNELS * SIZE * SIZE)]


def expected(x):
    """What the sound model makes of `x`."""
    pixels = SIZE * SIZE
    planes = [x[c * pixels : (c + 1) * pixels] for c in range(CHANNELS)]
    narrow = []
    for row in (WEIGHTS[:CHANNELS], WEIGHTS[CHANNELS:]):
        narrow += [sum(weight * plane[i] for weight, plane in zip(row, planes)) for i in range(pixels)]
    return [max(element, 0.0) for element in x] + narrow


def write_case(folder, model, x, y):
    """A folder in the layout of ONNX's backend tests."""
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model)
    (data / "input_0.pb").write_bytes(tensor("x", SHAPE, x))
    (data / "output_0.pb").write_bytes(tensor(OUTPUT, JOINED, y))
    return folder
