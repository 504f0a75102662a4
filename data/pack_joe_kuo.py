"""Packs the Joe-Kuo D6 direction numbers into data/joe_kuo_d6_21201.bin.

Usage: python data/pack_joe_kuo.py      (needs NumPy and SciPy; the input is SciPy's own copy of the table)

Format, little endian: magic "KBJKD6\\0\\1", uint32 count of dimensions, uint32 bytes of payload, uint64 checksum, payload.
The payload is a stream of bits, least significant bit of each byte first, and per dimension:
5 bits degree s of the primitive polynomial (0 for the first dimension, which has no polynomial and takes no more bits),
s - 1 bits interior coefficients a_1 .. a_{s-1} (a_1 is the highest bit of that number),
then for i = 2 .. s the i - 1 bits (m_i - 1) / 2 (m_1 = 1 is not stored).
It is padded with zeros to a multiple of 8 bytes. Checksum: FNV-1a over the payload taken as 64-bit words.
"""

import importlib.util
import pathlib
import struct

import numpy as np


def pack(poly, vinit):
    bits = []

    def put(value, width):
        if value >> width:
            raise ValueError(f"{value} does not fit {width} bits")
        bits.extend((value >> k) & 1 for k in range(width))

    put(0, 5)
    for p, m in zip(poly[1:], vinit[1:]):
        s = int(p).bit_length() - 1
        put(s, 5)
        put((int(p) >> 1) & ((1 << (s - 1)) - 1), s - 1)
        if m[0] != 1 or any(int(v) % 2 == 0 for v in m[:s]):
            raise ValueError("initial direction numbers must be odd")
        for i in range(2, s + 1):
            put((int(m[i - 1]) - 1) // 2, i - 1)
    bits.extend([0] * (-len(bits) % 64))
    return np.packbits(np.array(bits, dtype=np.uint8), bitorder="little").tobytes()


def main():
    scipy = pathlib.Path(importlib.util.find_spec("scipy").origin).parent
    with np.load(scipy / "stats" / "_sobol_direction_numbers.npz") as table:
        poly, vinit = table["poly"], table["vinit"]
    payload = pack(poly, vinit)
    checksum = 0xCBF29CE484222325
    for (word,) in struct.iter_unpack("<Q", payload):
        checksum = ((checksum ^ word) * 0x100000001B3) % 2**64
    header = struct.pack("<8sIIQ", b"KBJKD6\0\1", len(poly), len(payload), checksum)
    out = pathlib.Path(__file__).with_name("joe_kuo_d6_21201.bin")
    out.write_bytes(header + payload)
    print(f"{out.name}: {len(poly)} dimensions, {len(header) + len(payload)} bytes")


if __name__ == "__main__":
    main()
