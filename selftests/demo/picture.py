#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Draws a picture that could be a slice of something, as a BMP file.

    picture.py FILE NUMBER
"""

import math
import struct
import sys

SIZE = 256


def shade(x, y, number):
    """Ellipses within an ellipse, and a little texture."""
    if (x / 0.9) ** 2 + (y / 0.95) ** 2 > 1:
        return 0
    for i in range(3):
        angle = number + i * 2.1
        dx = x - 0.45 * math.cos(angle)
        dy = y - 0.45 * math.sin(angle)
        if (dx / 0.2) ** 2 + (dy / 0.3) ** 2 < 1:
            return 200 - 40 * i
    return 90 + int(20 * math.sin(17 * x + number) * math.cos(13 * y))


def main(path, number):
    pixels = bytearray()
    for row in range(SIZE):
        for column in range(SIZE):
            grey = shade(2 * column / SIZE - 1, 2 * row / SIZE - 1, number)
            pixels += bytes((grey, grey, grey))
    header = struct.pack("<2sIHHI", b"BM", 54 + len(pixels), 0, 0, 54)
    header += struct.pack("<IiiHHIIiiII", 40, SIZE, SIZE, 1, 24, 0,
                          len(pixels), 2835, 2835, 0, 0)
    with open(path, "wb") as file:
        file.write(header + pixels)


main(sys.argv[1], int(sys.argv[2]))
