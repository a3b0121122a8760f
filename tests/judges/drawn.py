"""What three renderers draw of files of one page: drawn.py FILE...

The answer is a JSON list of objects: of each renderer the boxes around what hangs together, as left, bottom, width, height in
points from the page's lower left; null where it draws no page."""

import json
import sys
import tempfile
from pathlib import Path

import renderers

# Two pixels in a point.
SCALE = 2
# A pixel is drawn where a colour is darker than this.
LIGHT = 200
# Pixels that are no farther apart than this hang together; what hangs together and isn't longer than a point is a speck.
NEAR = 3


def drawn_pixels(width, height, pixels):
    white = bytes([255]) * width * 3
    found = set()
    for row in range(height):
        line = pixels[row * width * 3 : (row + 1) * width * 3]
        if line != white:
            found.update((place // 3, row) for place, value in enumerate(line) if value < LIGHT)
    return found


def boxes(width, height, pixels):
    left = drawn_pixels(width, height, pixels)
    found = []
    while left:
        waiting, columns, rows = [left.pop()], [], []
        while waiting:
            column, row = waiting.pop()
            columns.append(column)
            rows.append(row)
            for across in range(-NEAR, NEAR + 1):
                for down in range(-NEAR, NEAR + 1):
                    near = (column + across, row + down)
                    if near in left:
                        left.remove(near)
                        waiting.append(near)
        box = (min(columns), height - 1 - max(rows), max(columns) - min(columns) + 1, max(rows) - min(rows) + 1)
        if max(box[2:]) > SCALE:
            found.append([side / SCALE for side in box])
    return sorted(found)


def drawn(renderer, pdf):
    with tempfile.TemporaryDirectory() as folder:
        pages = renderer(pdf, Path(folder), 72 * SCALE, check=False)
        return boxes(*pages[0]) if pages else None


def main():
    files = sys.argv[1:]
    print(json.dumps([{name: drawn(how, pdf) for name, how in renderers.ON_SCREEN.items()} for pdf in files]))


main()
