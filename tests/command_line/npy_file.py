# SPDX-License-Identifier: Apache-2.0
"""Files in NumPy's format 1, read strictly."""
import ast
import math
import struct

MAGIC = b"\x93NUMPY\x01\x00"
CODES = {"<f4": "f", "<f8": "d", "<i8": "q", "|b1": "?"}


def encoded(shape, elements, descriptor="<f4", fortran_order=False):
    """The bytes of a file; `elements` lie in its order."""
    header = f"{{'descr': '{descriptor}', 'fortran_order': {fortran_order}, 'shape': {tuple(shape)}, }}"
    header += " " * (-(len(MAGIC) + 2 + len(header) + 1) % 64) + "\n"
    data = struct.pack(f"<{len(elements)}{CODES[descriptor]}", *elements)
    return MAGIC + struct.pack("<H", len(header)) + header.encode() + data


def decoded(data):
    """(shape, elements) of a file in C order; ValueError for what is none."""
    if not data.startswith(MAGIC) or len(data) < 10:
        raise ValueError("it does not begin as an .npy file")
    end = 10 + struct.unpack_from("<H", data, 8)[0]
    if end % 64 != 0 or data[end - 1 : end] != b"\n":
        raise ValueError("its elements are not aligned")
    header = ast.literal_eval(data[10:end].decode("ascii").strip())
    if header.keys() != {"descr", "fortran_order", "shape"} or header["fortran_order"]:
        raise ValueError(f"its header is {header}")
    code = f"<{math.prod(header['shape'])}{CODES[header['descr']]}"
    if len(data) - end != struct.calcsize(code):
        raise ValueError(f"{len(data) - end} bytes of elements for {code}")
    return header["shape"], list(struct.unpack_from(code, data, end))
