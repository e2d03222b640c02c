"""Run as a program by `drawing`: one page of a PDF → PNG. Imports nothing of ours."""

import sys

import pypdfium2

NO_SUCH_PAGE = 4


def draw(source, number, result, dpi, max_pixels):
    """Draw page ``number`` (from 1) of the PDF at path ``source`` to the path ``result``.

    :return: exit code
    """
    document = pypdfium2.PdfDocument(source)
    document.init_forms()
    if not 1 <= number <= len(document):
        return NO_SUCH_PAGE
    page = document[number - 1]
    scale = min(dpi / 72, (max_pixels / max(1, page.get_width() * page.get_height())) ** 0.5)
    page.render(scale=scale, may_draw_forms=True).to_pil().save(result, "PNG")
    return 0


if __name__ == "__main__":
    _program, source_path, page_number, result_path, resolution, pixels = sys.argv
    sys.exit(draw(source_path, int(page_number), result_path, float(resolution), float(pixels)))
