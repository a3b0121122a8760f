"""Three renderers, on screen and in print: each gives the pages of a file as width, height and RGB pixels.

Some end with an error where they complain of a file that they draw: that's none without `check`, and a page that isn't drawn
isn't there. `last` is the last page that is drawn."""

import subprocess

import pypdfium2
import pypdfium2.raw as pdfium


def run(*command, check):
    subprocess.run(command, check=check, capture_output=True, timeout=300)


def read_ppm(path):
    """Width, height and RGB pixels of a binary PPM."""
    data = path.read_bytes()
    kind, width, height, most = data.split(maxsplit=4)[:4]
    assert (kind, most) == (b"P6", b"255"), path
    width, height = int(width), int(height)
    return width, height, data[-width * height * 3 :]


def ppm_pages(folder):
    paths = sorted(folder.glob("page*.ppm"), key=lambda path: int(path.stem[4:].lstrip("-")))
    return [read_ppm(path) for path in paths if path.stat().st_size]


def poppler(pdf, folder, dpi, check=True, last=None):
    pages = ("-l", str(last)) if last else ()
    run("pdftoppm", "-r", str(dpi), "-cropbox", *pages, pdf, folder / "page", check=check)
    return ppm_pages(folder)


def poppler_print(pdf, folder, dpi, check=True):
    run("pdftocairo", "-pdf", pdf, folder / "printed.pdf", check=check)
    return poppler(folder / "printed.pdf", folder, dpi, check)


def mupdf(pdf, folder, dpi, check=True, last=None):
    pages = (f"1-{last}",) if last else ()
    run("mutool", "draw", "-q", "-r", str(dpi), "-c", "rgb", "-o", folder / "page%d.ppm", pdf, *pages, check=check)
    return ppm_pages(folder)


def by_pdfium(pdf, dpi, flags):
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    pages = []
    for index in range(len(document)):
        page = document[index]
        width, height = (round(side * dpi / 72) for side in page.get_size())
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        # Widgets belong to the form.
        pdfium.FPDF_FFLDraw(document.formenv, bitmap, page, 0, 0, width, height, 0, flags)
        stride, buffer = bitmap.stride, bytes(bitmap.buffer)
        rows = (buffer[row * stride : row * stride + width * 3] for row in range(height))
        pages.append((width, height, b"".join(rows)))
    return pages


def pdfium_screen(pdf, _folder, dpi, check=True):
    return by_pdfium(pdf, dpi, pdfium.FPDF_ANNOT)


def pdfium_print(pdf, _folder, dpi, check=True):
    return by_pdfium(pdf, dpi, pdfium.FPDF_ANNOT | pdfium.FPDF_PRINTING)


ON_SCREEN = {"poppler": poppler, "MuPDF": mupdf, "PDFium": pdfium_screen}
ALL = ON_SCREEN | {"poppler, printing": poppler_print, "PDFium, printing": pdfium_print}
