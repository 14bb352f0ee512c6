# SPDX-License-Identifier: Apache-2.0
"""NumPy's .npy files without NumPy: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"""
import array
import ast
import dataclasses
import math
import struct

TYPES = {"<f4": "f", "<f8": "d", "<i4": "i", "<i8": "q", "|u1": "B", "|b1": "B"}


@dataclasses.dataclass
class Array:
    shape: tuple
    elements: array.array


def read_npy(path):
    """The array of a file in row-major order; ValueError names what is wrong with it."""
    data = path.read_bytes()
    if data[:6] != b"\x93NUMPY":
        raise ValueError(f"{path}: not an .npy file")
    size_format, start = ("<H", 10) if data[6] == 1 else ("<I", 12)
    (size,) = struct.unpack_from(size_format, data, 8)
    header = ast.literal_eval(data[start : start + size].decode("latin1"))
    if header["descr"] not in TYPES or header["fortran_order"]:
        raise ValueError(f"{path}: cannot read dtype {header['descr']}, fortran_order {header['fortran_order']}")
    elements = array.array(TYPES[header["descr"]])
    elements.frombytes(data[start + size :])
    if len(elements) != math.prod(header["shape"]):
        raise ValueError(f"{path}: {len(elements)} elements for shape {header['shape']}")
    return Array(tuple(header["shape"]), elements)
