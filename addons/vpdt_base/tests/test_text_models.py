"""Text in models: normal form C on every write, SQL and Python that agree about marks, old encodings."""

import io
import unicodedata
import zipfile

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..mixins.vpdt_text_mixin import TEXT_TYPES
from ..text.signatures import XLSX
from .common import VpdtCase

# Written by machines alone: ASCII codes, names that come from a record, verdicts of the checker, JSON.
WITHOUT_PEOPLES_TEXT = {
    "vpdt.duplicate.dialog",  # a sentence of the system
    "vpdt.exchange.event",  # a view of the database
    "vpdt.exchange.message",
    "vpdt.exchange.status",
    "vpdt.health.line",  # what the checks of the system say
    "vpdt.journal.entry",
    "vpdt.package",  # hashes, identifiers, what the validator said
    "vpdt.participant",
    "vpdt.register.counter",
    "vpdt.register.print",  # hashes
    "vpdt.register.volume",
    "vpdt.outgoing.signer",  # the name comes from the employee
    "vpdt.file.rendition",  # hashes, errors of the converter
    "vpdt.file.text",  # what stands in a file, as it stands there; its words are folded beside it
    "vpdt.journal.seal",  # hashes
    "vpdt.organization.import.line",  # staging rows: normalized by directory/reading.py before the COPY
    "vpdt.revocation.cache",  # answers of OCSP responders
    "vpdt.signing.session",  # sealed state of a signature, errors of a service
    "vpdt.signing.session.part",  # sealed state, bytes
    "vpdt.virus.check",  # hashes, what the scanner said
}

# Screens of a wizard: what is written there ends in models that normalize (organization, company, department,
# employee, register, succession).
WIZARDS_OF_NORMALIZING_MODELS = {
    "vpdt.agency.opening",
    "vpdt.agency.opening.department",
    "vpdt.agency.opening.person",
    "vpdt.agency.opening.register",
    "vpdt.organization.reorganization",
    "vpdt.organization.reorganization.successor",
}

TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam"
UNICODE = "Cộng hòa xã hội chủ nghĩa Việt Nam"

SYLLABLES = ("Đặng", "Đồng Tháp", "Nguyễn", "ĐẶNG", "Trương", "Ỷ Lan", "Gia Lai", "Thừa Thiên Huế", "ước", "Ðức")
letters = st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ àảãáạằẳẵắặầẩẫấậèéẹềếệìíịòóọồốộờớợùúụừứựỳýỵỶỸ0_%.ñüßœ")
names = st.one_of(st.sampled_from(SYLLABLES), st.text(letters, min_size=1, max_size=12))
words = st.one_of(names, st.text(letters, min_size=1, max_size=3))


@tagged("post_install", "-at_install")
class TestTextModels(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Organization = cls.env["vpdt.organization"]

    def test_every_model_of_ours_normalizes(self):
        exempt = WITHOUT_PEOPLES_TEXT | WIZARDS_OF_NORMALIZING_MODELS
        for name, model in self.env.registry.items():
            if not name.startswith("vpdt.") or model._abstract or name in exempt:
                continue
            texts = [f.name for f in self.env[name]._fields.values() if f.store and f.type in TEXT_TYPES]
            with self.subTest(model=name):
                self.assertTrue(not texts or hasattr(self.env[name], "_normalize_text"), texts)

    def test_nfc_on_create_and_write(self):
        decomposed = unicodedata.normalize("NFD", UNICODE)
        organization = self.Organization.create({"name": decomposed})
        self.assertEqual(organization.name, UNICODE)
        organization.write({"note": decomposed})
        self.assertEqual(organization.note, UNICODE)

    def test_nfc_in_models_of_the_core_too(self):
        decomposed = unicodedata.normalize("NFD", "Trưởng phòng Đối ngoại")
        department = self.env["hr.department"].create({"name": decomposed})
        self.assertEqual(department.name, "Trưởng phòng Đối ngoại")
        employee = self.env["hr.employee"].create({"name": "X", "signing_title": decomposed})
        self.assertEqual(employee.signing_title, "Trưởng phòng Đối ngoại")

    # SQL and Python agree ------------------------------------------------------------------------------------------

    def test_python_takes_marks_away_as_the_database_does(self):
        take_away = self.env.registry.unaccent_python
        sample = "".join(chr(code) for code in (*range(32, 0x250), *range(0x300, 0x370), *range(0x1E00, 0x1F00)))
        self.env.cr.execute("SELECT unaccent(%s)", [sample])
        self.assertEqual(take_away(sample), self.env.cr.fetchone()[0])
        self.assertEqual(take_away("Đồng Tháp đường ĐẶNG"), "Dong Thap duong DANG")
        self.assertEqual((take_away(""), take_away(False)), ("", False))

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(name=names, word=words, operator=st.sampled_from(["ilike", "not ilike", "=ilike", "like", "="]))
    def test_search_and_filtered_domain_give_the_same_rows(self, name, word, operator):
        with self.env.cr.savepoint() as savepoint:
            organization = self.Organization.create({"name": name})
            domain = [("id", "=", organization.id), ("name", operator, word)]
            found = self.Organization.search(domain)
            self.assertEqual(found, organization.filtered_domain(domain), domain)
            savepoint.rollback()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(name=names, query=st.lists(words, min_size=1, max_size=3))
    def test_words_in_any_order_too(self, name, query):
        with self.env.cr.savepoint() as savepoint:
            organization = self.Organization.create({"name": name})
            domain = [("id", "=", organization.id), ("search_text", "ilike", " ".join(query))]
            self.assertEqual(self.Organization.search(domain), organization.filtered_domain(domain), domain)
            savepoint.rollback()

    # TCVN3 and VNI -----------------------------------------------------------------------------------------------

    def test_old_text_is_offered_for_conversion(self):
        offer = self.env["vpdt.text"].with_user(self.clerk).offer_conversion
        for encoding, text in (("tcvn3", TCVN3), ("vni", VNI)):
            with self.subTest(encoding=encoding):
                self.assertEqual(offer(text), {"encoding": encoding, "before": text, "after": UNICODE})
        for text in (UNICODE, "", False, "plain ASCII", "Straße nach Köln"):
            with self.subTest(text=text):
                self.assertFalse(offer(text))
        with self.assertRaisesRegex(UserError, "too long"):
            offer("é" * 300_000)

    def test_strangers_do_not_ask(self):
        outsider = new_test_user(self.env, "vpdt_test_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["vpdt.text"].with_user(outsider).offer_conversion(TCVN3)

    def _import(self, **options):
        content = f"name;note\n{TCVN3};x\n{UNICODE};{VNI}\n".encode()
        options = {"separator": ";", "quoting": '"', "encoding": "utf-8", "has_headers": True, **options}
        importer = self.env["base_import.import"].create(
            {"res_model": "vpdt.organization", "file": content, "file_type": "text/csv", "file_name": "x.csv"}
        )
        preview = importer.parse_preview(dict(options))
        result = importer.execute_import(["name", "note"], ["name", "note"], dict(options))
        self.assertEqual(result["messages"], [])
        return preview, self.Organization.browse(result["ids"])

    def test_an_import_shows_old_text_and_leaves_it(self):
        preview, imported = self._import()
        samples = [(sample["encoding"], sample["before"], sample["after"]) for sample in preview["vpdt_legacy"]]
        self.assertEqual(samples, [("tcvn3", TCVN3, UNICODE), ("vni", VNI, UNICODE)])
        self.assertEqual(imported.mapped("name"), [TCVN3, UNICODE])

    def test_an_import_converts_when_asked(self):
        preview, imported = self._import(vpdt_convert_legacy=True)
        self.assertIn(UNICODE, preview["preview"][0])
        self.assertEqual(imported.mapped("name"), [UNICODE, UNICODE])
        self.assertEqual(imported[1].note, UNICODE)


@tagged("post_install", "-at_install")
class TestImportedFiles(VpdtCase):
    """Odoo's own import reads what the directory reads, or says in words why not."""

    def preview(self, content, name="x.csv", kind="text/csv"):
        importer = self.env["base_import.import"].create(
            {"res_model": "vpdt.organization", "file": content, "file_type": kind, "file_name": name}
        )
        return importer.parse_preview({"quoting": '"', "has_headers": True, "encoding": "", "separator": ""})

    def test_the_separator_is_that_of_the_headings(self):
        address = "Số 1, đường A, khóm 2, phường 3"
        for separator, text in ((";", address), ("\t", address.replace(",", ";")), ("|", address)):
            for sep_line in ("", f"sep={separator}\r\n"):
                content = f"{sep_line}name{separator}address\r\nSở A{separator}{text}\r\nSở B{separator}{text}, 4\r\n"
                preview = self.preview(content.encode())
                with self.subTest(separator=separator):
                    self.assertEqual(preview["headers"], ["name", "address"])
                    self.assertEqual(preview["options"]["separator"], separator)

    def test_code_pages_of_vietnamese(self):
        text = "name,address\r\nSơ\u0309 Nô\u0323i vu\u0323,Đươ\u0300ng Trâ\u0300n Phu\u0301\r\n"
        for encoding in ("cp1258", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"):
            with self.subTest(encoding):
                preview = self.preview(text.encode(encoding))
                self.assertNotIn("error", preview)
                self.assertEqual(preview["preview"], [["Sở Nội vụ"], ["Đường Trần Phú"]])
        old = self.preview("name,address\r\nSë Néi vô tØnh,x\r\n".encode("latin-1"))
        self.assertEqual(old["vpdt_legacy"][0]["after"], "Sở Nội vụ tỉnh")

    def test_odd_workbooks_are_read(self):
        book = openpyxl.Workbook()
        for row in (("name", "address"), ("Sở A", "Số 1")):
            book.active.append(row)
        plain, odd = io.BytesIO(), io.BytesIO()
        book.save(plain)
        with zipfile.ZipFile(plain) as source, zipfile.ZipFile(odd, "w") as target:
            for info in source.infolist():
                target.writestr(info.filename.replace("/", "\\"), source.read(info))
        for content in (plain.getvalue(), odd.getvalue()):
            preview = self.preview(content, "x.xlsx", XLSX)
            self.assertEqual((preview.get("headers"), preview.get("error")), (["name", "address"], None))

    def test_a_refusal_is_a_sentence_of_ours(self):
        page = b"<html><table><tr><td>name</td></tr></table></html>"
        for content, name, kind, words in (
            (page, "x.xls", "application/vnd.ms-excel", "web page"),
            (page, "x.xlsx", XLSX, "web page"),
            (b"PK\x03\x04" + b"x" * 200, "x.xlsx", XLSX, "damaged"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.xls", "application/vnd.ms-excel", "damaged"),
            (b'name,address\r\n"a' + b"x" * 200_000, "x.csv", "text/csv", "quotation mark"),
            (b"", "x.csv", "text/csv", "empty"),
            (b"name,address\r\n", "x.csv", "text/csv", "no row"),
        ):
            with self.subTest(name=name, words=words), mute_logger("odoo.addons.base_import.models.base_import"):
                self.assertIn(words, self.preview(content, name, kind)["error"])
