"""What three renderers show of a file that they didn't show of another: seen.py MANIFEST.

The manifest is a JSON list of [before, after], two paths each. The answer is a JSON list of objects: of each renderer the
pages that look different, as {"page": from 1, "differs": box, "ink": box}: the boxes around all that differs, and around
the ink that wasn't there or null, as left, bottom, right, top in shares of the page as it's seen, from its lower left."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

DPI = 48
# A pixel differs where a colour does by more than this.
FAR = 48


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def read_ppm(path):
    """Width, height and RGB pixels of a binary PPM."""
    data = path.read_bytes()
    kind, width, height, most = data.split(maxsplit=4)[:4]
    assert (kind, most) == (b"P6", b"255"), path
    width, height = int(width), int(height)
    return width, height, data[-width * height * 3 :]


def ppm_pages(folder):
    return [read_ppm(path) for path in sorted(folder.glob("page*.ppm"), key=lambda path: int(path.stem[4:].lstrip("-")))]


def poppler(pdf, folder):
    run("pdftoppm", "-r", str(DPI), "-cropbox", pdf, folder / "page")
    return ppm_pages(folder)


def poppler_print(pdf, folder):
    run("pdftocairo", "-pdf", pdf, folder / "printed.pdf")
    return poppler(folder / "printed.pdf", folder)


def mupdf(pdf, folder):
    run("mutool", "draw", "-q", "-r", str(DPI), "-c", "rgb", "-o", folder / "page%d.ppm", pdf)
    return ppm_pages(folder)


def by_pdfium(pdf, flags):
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    pages = []
    for index in range(len(document)):
        page = document[index]
        width, height = (round(side * DPI / 72) for side in page.get_size())
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        # Widgets belong to the form.
        pdfium.FPDF_FFLDraw(document.formenv, bitmap, page, 0, 0, width, height, 0, flags)
        stride, buffer = bitmap.stride, bytes(bitmap.buffer)
        rows = (buffer[row * stride : row * stride + width * 3] for row in range(height))
        pages.append((width, height, b"".join(rows)))
    return pages


def pdfium_screen(pdf, _folder):
    return by_pdfium(pdf, pdfium.FPDF_ANNOT)


def pdfium_print(pdf, _folder):
    return by_pdfium(pdf, pdfium.FPDF_ANNOT | pdfium.FPDF_PRINTING)


RENDERERS = {
    "poppler": poppler,
    "poppler, printing": poppler_print,
    "MuPDF": mupdf,
    "PDFium": pdfium_screen,
    "PDFium, printing": pdfium_print,
}


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
            pages.append(renderer(pdf, Path(folder)))
    assert len(pages[0]) == len(pages[1]), "another number of pages"
    found = [{"page": number, **difference(*pair)} for number, pair in enumerate(zip(*pages), 1)]
    return [page for page in found if page["differs"]]


def main():
    pairs = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps([{name: changes(how, *pair) for name, how in RENDERERS.items()} for pair in pairs]))


main()
