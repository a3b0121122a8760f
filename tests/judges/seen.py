"""What three renderers show of a file that they didn't show of another: seen.py MANIFEST.

The manifest is a JSON list of [before, after], two paths each. The answer is a JSON list of objects: of each renderer the
pages that look different, as {"page": from 1, "differs": box, "ink": box}: the boxes around all that differs, and around
the ink that wasn't there or null, as left, bottom, right, top in shares of the page as it's seen, from its lower left."""

import json
import sys
import tempfile
from pathlib import Path

import renderers

DPI = 48
# A pixel differs where a colour does by more than this.
FAR = 48


def box(columns, rows, width, height):
    """The box around pixels, in shares of the page; None where there are none."""
    if not rows:
        return None
    return [min(columns) / width, 1 - (max(rows) + 1) / height, (max(columns) + 1) / width, 1 - min(rows) / height]


def difference(before, after):
    """The boxes around the pixels that differ, and around those with ink that wasn't there."""
    (width, height, was), (now_width, now_height, now) = before, after
    assert (width, height) == (now_width, now_height), "the page has another size"
    length = width * 3
    found = {"differs": ([], []), "ink": ([], [])}
    for row in range(height):
        old, new = was[row * length : (row + 1) * length], now[row * length : (row + 1) * length]
        if old == new:
            continue
        differs = [place // 3 for place, (a, b) in enumerate(zip(old, new)) if abs(a - b) > FAR]
        ink = [place // 3 for place, (a, b) in enumerate(zip(old, new)) if a - b > FAR]
        for name, places in (("differs", differs), ("ink", ink)):
            if places:
                found[name][0].extend((places[0], places[-1]))
                found[name][1].append(row)
    return {name: box(*places, width, height) for name, places in found.items()}


def changes(renderer, before, after):
    pages = []
    for pdf in (before, after):
        with tempfile.TemporaryDirectory() as folder:
            pages.append(renderer(pdf, Path(folder), DPI))
    assert len(pages[0]) == len(pages[1]), "another number of pages"
    found = [{"page": number, **difference(*pair)} for number, pair in enumerate(zip(*pages), 1)]
    return [page for page in found if page["differs"]]


def main():
    pairs = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps([{name: changes(how, *pair) for name, how in renderers.ALL.items()} for pair in pairs]))


main()
