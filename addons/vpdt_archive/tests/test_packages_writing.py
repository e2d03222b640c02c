"""Writing packages: whole, again after an interruption, and back."""

import hashlib
import importlib
import importlib.util
import io
import json
import unittest
import urllib.request
import zipfile
from contextlib import redirect_stdout
from pathlib import Path
from unittest.mock import patch

try:
    from .packages_common import MOMENT, PackagesCase, packages
except ImportError:
    from packages_common import MOMENT, PackagesCase, packages

PackageError, Settings, extract_file = packages.PackageError, packages.Settings, packages.extract_file
read_package, verify, write_package = packages.read_package, packages.verify, packages.write_package
main = importlib.import_module(f"{packages.__name__}.__main__").main
Container = importlib.import_module(f"{packages.__name__}.container").Container


class TestWriting(PackagesCase):
    def test_what_was_written_is_read_back(self):
        path, dossier = self.folder / "p.zip", self.dossier()
        identifier = write_package(path, dossier, moment=MOMENT)
        read, name, kind = read_package(path)
        self.assertEqual((name, kind), (identifier, "SIP"))
        for field in ("uuid", "code", "title", "year", "maintenance", "creator", "archive", "start", "end", "pages"):
            self.assertEqual(getattr(read, field), getattr(dossier, field), field)
        for before, after in zip(dossier.documents, read.documents, strict=True):
            self.assertEqual((after.uid, after.subject, after.issued), (before.uid, before.subject, before.issued))
            extract_file(path, after.files[0].source, self.folder / "back.pdf")
            self.assertEqual((self.folder / "back.pdf").read_bytes(), Path(before.files[0].source).read_bytes())
            self.assertEqual(after.files[0].name, before.files[0].name)

    def test_the_layout_of_the_circular(self):
        with zipfile.ZipFile(self.package()) as archive:
            names = {name.partition("/")[2] for name in archive.namelist()}
            root = archive.namelist()[0].partition("/")[0]
        self.assertEqual(root, "uuid-1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED")
        for name in (
            "METS.xml",
            "metadata/descriptive/EAD.xml",
            "metadata/preservation/PREMIS.xml",
            "representations/rep1/METS.xml",
            "representations/rep1/metadata/descriptive/EAD_doc_00001.xml",
            "representations/rep1/metadata/preservation/PREMIS_00001.xml",
            "schemas/mets.xsd",
        ):
            self.assertIn(name, names)  # fmt: skip

    def test_the_points_in_which_the_sources_differ(self):
        path = self.folder / "p.zip"
        settings = Settings(mets_type="AIP", objid="fonds")
        identifier = write_package(path, self.dossier(), "AIP", settings, MOMENT)
        self.assertEqual(identifier, "urn:P01:uuid:1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED")
        with zipfile.ZipFile(path) as archive:
            self.assertTrue(archive.namelist()[0].startswith("urn_P01_uuid_1B9D6BCD"))
        self.assertTrue(verify(path).ok)
        self.assertEqual(read_package(path)[0].uuid, "1B9D6BCD-BBFD-4B2D-9B5D-AB8DFBBD4BED")

    def test_an_interrupted_run_goes_on(self):
        path, dossier = self.folder / "p.zip", self.dossier()
        before, calls = Container.add, []

        def dies(container, name, *args, **kwargs):
            if len(calls) == 4:
                raise OSError("power cut")
            calls.append(name)
            return before(container, name, *args, **kwargs)

        with patch.object(Container, "add", dies), self.assertRaises(OSError):
            write_package(path, dossier, moment=MOMENT)
        self.assertFalse(path.exists())
        with open(self.folder / "p.zip.part", "ab") as half:
            half.write(b"half a member")
        Path(dossier.documents[0].files[0].source).rename(self.folder / "gone")
        dossier.documents[0].files[0].sha256 = hashlib.sha256((self.folder / "gone").read_bytes()).hexdigest()
        write_package(path, dossier, moment=MOMENT)
        self.assertEqual([str(problem) for problem in verify(path).problems], [])
        self.assertEqual(sorted(p.name for p in self.folder.glob("p.zip*")), ["p.zip"])

    def test_bytes_that_are_not_those_that_were_stored(self):
        dossier = self.dossier()
        dossier.documents[1].files[0].sha256 = "0" * 64
        with self.assertRaises(PackageError) as caught:
            write_package(self.folder / "p.zip", dossier)
        self.assertEqual(caught.exception.code, "file_changed")

    def test_the_command(self):
        path = self.package()
        self.assertEqual(
            self._run("verify", str(path)), (0, f"ok: SIP {read_package(path)[1]}, 3 documents, 18 files\n")
        )
        code, said = self._run("verify", str(path), "--json")
        self.assertTrue(json.loads(said)["ok"])
        broken = self.tampered(lambda members: members[1:], path)
        self.assertEqual(self._run("verify", str(broken))[0], 1)
        self.assertEqual(self._run("verify", str(self.folder / "none.zip"))[0], 2)

    def test_the_command_makes_one(self):
        self.dossier()
        told = {
            "uuid": "U-1", "code": "H21.2026.01", "title": "Hồ sơ", "year": 2026, "maintenance": "06",
            "creator": {"name": "Sở", "identifier": "H21.02"},
            "documents": [{"subject": "V/v", "pages": 1, "files": [{"name": "a.pdf", "source": "source-1.pdf"}]}],
        }  # fmt: skip
        (self.folder / "d.json").write_text(json.dumps(told), encoding="utf-8")
        target = self.folder / "made.zip"
        self.assertEqual(self._run("make", str(target), str(self.folder / "d.json"))[0], 0)
        self.assertTrue(verify(target).ok)
        self.assertEqual(self._run("make", str(target), str(self.folder / "none.json"))[0], 2)

    def _run(self, *words):
        said = io.StringIO()
        with redirect_stdout(said), patch("sys.stderr", io.StringIO()):
            code = main(list(words))
        return code, said.getvalue()


class TestByAnother(PackagesCase):
    """The E-ARK Foundation's own validator (eark-validator) on our packages."""

    #: Asks for an attribute that the METS schema does not allow, where CSIP16 of the same validator asks for another.
    CONTRADICTS_ITSELF = {"SIP14"}

    def test_e_ark_csip(self):
        validate = self._validator()
        for kind in ("SIP", "AIP"):
            with self.subTest(kind=kind):
                target = self.folder / kind
                zipfile.ZipFile(self.package(kind)).extractall(target)
                report = validate(next(target.iterdir())).validation_report
                self.assertEqual(report.structure.status.value, "WellFormed")
                self.assertEqual(report.metadata.schema_results.status.value, "VALID")
                found = {m.rule_id for m in report.metadata.schematron_results.messages if m.severity.name == "ERROR"}
                self.assertEqual(found - self.CONTRADICTS_ITSELF, set())

    def _validator(self):
        spec = importlib.util.find_spec("eark_validator")
        self.assertIsNotNone(spec, "config/requirements-dev.txt names eark-validator")
        folder = Path(spec.submodule_search_locations[0]) / "ipxml/resources/vocabs"

        def local(address, *_args, **_kwargs):
            # The vocabularies that it fetches when it is imported lie beside it.
            return open(folder / str(address).rpartition("/")[2], "rb")

        with patch.object(urllib.request, "urlopen", local):
            from eark_validator.packages import PackageValidator
        return PackageValidator


if __name__ == "__main__":
    unittest.main()
