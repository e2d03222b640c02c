"""A dossier to be packed, and packages that somebody has tampered with; no database.

``cd addons/vpdt_archive/tests && python -m unittest test_packages_verifying``
"""

import importlib
import sys
import tempfile
import unittest
import zipfile
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

ADDON = Path(__file__).resolve().parent.parent

if __name__.startswith("odoo.addons."):
    from odoo.tests import BaseCase as TestCase

    packages = importlib.import_module("odoo.addons.vpdt_archive.packages")
else:
    TestCase = unittest.TestCase
    sys.path.insert(0, str(ADDON))
    packages = importlib.import_module("packages")

Agency, Document, Dossier, File = packages.Agency, packages.Document, packages.Dossier, packages.File
MOMENT = datetime(2026, 12, 20, 9, 30, tzinfo=timezone(timedelta(hours=7)))
PDF = b"%PDF-1.4\n" + b"x" * 5000


class PackagesCase(TestCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def dossier(self, documents=3, content=PDF):
        """A dossier of documents with one PDF each, of 2 pages."""
        made = []
        for number in range(1, documents + 1):
            path = self.folder / f"source-{number}.pdf"
            path.write_bytes(content + str(number).encode())
            file = File(name=f"Công văn {number}.pdf", source=path, mimetype="application/pdf", pages=2)
            made.append(
                Document(
                    uid=f"vpdt.outgoing-{number}",
                    subject=f"V/v báo cáo số {number} & <khác>",
                    type_code="22",
                    type_name="Công văn",
                    number=f"{number:02d}",
                    notation="SNV-VP",
                    issued=date(2026, 2, number),
                    organ_name="Sở Nội vụ",
                    signer="Nguyễn Văn A",
                    pages=2,
                    ordinal=number,
                    files=[file],
                )
            )
        return Dossier(
            uuid="1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED",
            code="H21.02.2026.01.TCCB",
            title="Hồ sơ tuyển dụng năm 2026",
            year=2026,
            maintenance="01",
            creator=Agency("Sở Nội vụ", "H21.02"),
            archive=Agency("Trung tâm Lưu trữ lịch sử", "H21.99"),
            fonds_code="P01",
            start=date(2026, 1, 5),
            end=date(2026, 12, 20),
            pages=2 * documents,
            documents=made,
        )

    def package(self, kind="SIP", **options):
        """The path of a package that is right."""
        path = self.folder / "package.zip"
        packages.write_package(path, self.dossier(**options), kind, moment=MOMENT)
        return path

    def tampered(self, change, path=None):
        """A package whose members went through ``change``.

        :param change: function of ``[(name, bytes)]`` that gives such a list
        """
        source, target = path or self.package(), self.folder / "tampered.zip"
        with zipfile.ZipFile(source) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in change(members):
                archive.writestr(name, content)
        return target

    def codes(self, report):
        return {problem.code for problem in report.problems}
