"""Run by acts.py with the project's Python: one real act with the product's own code; prints what it saw.

    python acts_worker.py ADDON ACT

It ends with 1 and the reason on the error stream when something is not as it must be.
"""

import importlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

WORDS = "Đơn vị: Sở Nội vụ, ưỡng ẵ ợ ế"
SCAN = "Kính gửi: Sở Nội vụ tỉnh Gia Lai"
TINOS = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
PIN = "123456"


class Wrong(Exception):
    """The act did not do what it should."""


def walls():
    sandbox = importlib.import_module("conversion.sandbox")
    troubles = {kind: sandbox.wall_trouble(kind) for kind in (sandbox.BUBBLEWRAP, sandbox.WARDEN)}
    held = [kind for kind, trouble in troubles.items() if trouble is None]
    if not held:
        raise Wrong("; ".join(f"{kind}: {' '.join(trouble.split())[-200:]}" for kind, trouble in troubles.items()))
    names = {"bubblewrap": "bubblewrap", "warden": "Landlock/own user with seccomp"}
    return f"converters are shut in by {names[held[0]]}" + (f" ({names[held[1]]} holds, too)" if held[1:] else "")


def _office(extension):
    conversion = importlib.import_module("conversion")
    files = importlib.import_module("tests.office_files")
    content = {
        "docx": lambda: files.make_docx(WORDS, font="Times New Roman"),
        "xlsx": lambda: files.make_xlsx([WORDS]),
        "pptx": lambda: files.make_pptx(WORDS),
    }[extension]()
    text = "".join(conversion.read_text(conversion.to_pdf(content, extension)).pages)
    if " ".join(text.split()) != WORDS:
        raise Wrong(f"the text of the PDF is “{text.strip()}” instead of “{WORDS}”: a font lacks letters")
    return f".{extension} to PDF, every Vietnamese letter in its place"


def docx():
    return _office("docx")


def xlsx():
    return _office("xlsx")


def pptx():
    return _office("pptx")


def ocr():
    from PIL import Image, ImageDraw, ImageFont

    conversion = importlib.import_module("conversion")
    picture = Image.new("L", (1500, 400), 255)
    ImageDraw.Draw(picture).text((120, 150), SCAN, fill=0, font=ImageFont.truetype(TINOS, 58))
    file = io.BytesIO()
    picture.save(file, "PNG")
    text = " ".join(conversion.read_text(conversion.to_searchable_pdf(file.getvalue(), "png")).pages).strip()
    if text != SCAN:
        raise Wrong(f"“{text}” was read instead of “{SCAN}”")
    return f"OCR reads “{SCAN}”"


def fonts():
    found = importlib.import_module("conversion.fonts")
    known = found._known()
    missing = [font for font in found.twins_of() if font not in known]
    if missing:
        raise Wrong(f"no font with the letters and widths of {', '.join(missing)}")
    return "twins of Times New Roman, Arial, Calibri and Courier New are there"


def ghostscript():
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "page.png")
        words = ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pnggray", f"-sOutputFile={target}"]
        _run([*words, _pdf(folder)])
        if target.read_bytes()[:4] != b"\x89PNG":
            raise Wrong("ghostscript drew no page")
    return "ghostscript draws a page"


def poppler():
    with tempfile.TemporaryDirectory() as folder:
        source = _pdf(folder)
        if WORDS not in _run(["pdftotext", source, "-"]):
            raise Wrong("pdftotext does not read the text")
        _run(["pdftoppm", "-png", "-r", "40", source, f"{folder}/page"])
        if not list(Path(folder).glob("page*.png")):
            raise Wrong("pdftoppm drew no page")
    return "pdftotext and pdftoppm read and draw a page"


def clamd():
    common = importlib.import_module("tests.clamd_common")
    antivirus = importlib.import_module("antivirus")
    if not common.Clamd.program():
        raise Wrong("clamd is not installed")
    server = common.Clamd()
    try:
        server.start()
        scanner = antivirus.Scanner(antivirus.parse_address(server.unix_address))
        for content, clean in ((common.EICAR, False), (WORDS.encode(), True)):
            if scanner.scan(io.BytesIO(content)).clean != clean:
                raise Wrong("clamd took the test virus for clean, or a clean file for a virus")
    finally:
        server.remove()
    return "clamd, with a database of our own, finds the test virus"


def softhsm():
    """A signature by a token in software, and (act `pdfsig`) what poppler says about it."""
    _signed(_token_signer)
    return "SoftHSM signs a PDF"


def pdfsig():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "signed.pdf")
        path.write_bytes(_signed(_file_signer))
        said = _run(["pdfsig", "-nocert", path])
    if "Signature is Valid" not in said:
        raise Wrong(f"pdfsig does not take our signature for valid: {said[-200:]}")
    return "pdfsig takes our signature for valid"


def _signed(make_signer):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, sign_pdf

    pki = importlib.import_module("signing.pki")
    with tempfile.TemporaryDirectory() as folder:
        person = pki.make_authority("VPDT doctor").issue_person("Nguyễn Văn An", organization="VPDT")
        writer = IncrementalPdfFileWriter(io.BytesIO(Path(_pdf(folder)).read_bytes()))
        with make_signer(person, folder) as signer:
            return sign_pdf(writer, PdfSignatureMetadata(field_name="Person"), signer).getvalue()


def _file_signer(person, _folder):
    from contextlib import nullcontext

    return nullcontext(importlib.import_module("signing.signers").KeptKeySigner(person.key, person.cert, person.chain))


def _token_signer(person, folder):
    modules = ("/usr/lib/softhsm/libsofthsm2.so", *map(str, Path("/usr/lib").glob("*/softhsm/libsofthsm2.so")))
    module = next((path for path in modules if Path(path).exists()), None)
    if not module:
        raise Wrong("the library of SoftHSM is not installed")
    Path(folder, "tokens").mkdir()
    Path(folder, "conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    Path(folder, "key").write_bytes(person.key_pem)
    os.environ["SOFTHSM2_CONF"] = f"{folder}/conf"
    _run(["softhsm2-util", "--init-token", "--free", "--label", "doctor", "--pin", PIN, "--so-pin", PIN])
    words = ["softhsm2-util", "--import", f"{folder}/key", "--token", "doctor", "--label", "key", "--id", "01"]
    _run([*words, "--pin", PIN])
    return importlib.import_module("signing.signers").Pkcs11Signer(
        module, "doctor", PIN, "key", cert=person.cert, chain=person.chain
    )


def _pdf(folder):
    """Path of a page with WORDS."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    path = str(Path(folder, "page.pdf"))
    pdfmetrics.registerFont(TTFont("Tinos", TINOS))
    canvas = Canvas(path)
    canvas.setFont("Tinos", 14)
    canvas.drawString(60, 700, WORDS)
    canvas.save()
    return path


def _run(words):
    words = [str(word) for word in words]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise Wrong(f"{words[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-200:]}")
    return done.stdout


def main(addon, act):
    sys.path.insert(0, addon)
    try:
        print(globals()[act]())
        return 0
    except Exception as error:  # whatever it is, it is the finding
        print(" ".join(f"{error}".split()) or type(error).__name__, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
