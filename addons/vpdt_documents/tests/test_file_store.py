"""A stored file: once, byte for byte, under a name of the policy, reached through its document only."""

import hashlib
import io
import os
import tempfile
import tracemalloc

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger
from PIL import Image
from psycopg2.errors import RaiseException

from odoo.addons.vpdt_base.tests.hostile_files import PROGRAM, make_ooxml, make_pdf, make_zip

from .file_common import FileCase


@tagged("post_install", "-at_install")
class TestStore(FileCase):
    def test_bytes_come_back_as_they_came(self):
        content = make_pdf(pages=3)
        file = self.store(content)
        self.assertEqual(file._content(), content)
        self.assertEqual(file.sha256, hashlib.sha256(content).hexdigest())
        self.assertEqual((file.size, file.pages, file.mimetype), (len(content), 3, "application/pdf"))
        self.assertEqual(file.company_id, self.agency)

    def test_the_files_of_one_record_are_asked_of_its_model_only(self):
        """Who asks for the files of an incoming document looks through no outgoing ones."""
        self.store()
        Files = self.env["vpdt.file"].with_user(self.clerk).with_company(self.agency)
        of_one = Domain("res_model", "=", "vpdt.incoming") & Domain("res_id", "=", self.incoming.id)
        for domain, others in ((of_one, False), (Domain("res_id", "=", self.incoming.id), True)):
            with self.subTest(domain=domain):
                words = Files._search(domain).select().code
                self.assertIn('FROM "vpdt_incoming"', words)
                self.assertEqual('FROM "vpdt_outgoing"' in words, others)
        self.assertFalse(Files._search(Domain("res_model", "=", "res.partner")).get_result_ids())
        self.assertFalse(self.env["vpdt.file"].with_user(self.stranger).search(of_one))
        self.assertTrue(Files.search(of_one))

    def test_a_path_is_stored_as_bytes_are(self):
        content = make_pdf()
        with tempfile.NamedTemporaryFile() as upload:
            upload.write(content)
            upload.flush()
            file = self.store(upload.name)
            self.assertEqual(open(upload.name, "rb").read(), content)
        self.assertEqual(file._content(), content)

    def test_same_bytes_lie_on_the_disk_once(self):
        content = make_pdf(pages=2)
        first, second = self.store(content), self.store(content, role="annex")
        self.assertNotEqual(first.attachment_id, second.attachment_id)
        self.assertEqual(first.sudo().attachment_id.store_fname, second.sudo().attachment_id.store_fname)

    def test_nothing_is_left_in_the_upload_folder(self):
        self.store()
        folder = os.path.join(self.env["ir.attachment"]._filestore(), "vpdt_upload")
        self.assertEqual(os.listdir(folder), [])

    def test_a_large_scan_is_not_made_smaller(self):
        """Odoo shrinks pictures beyond 1920 pixels when they are attached; a scan must stay as it came."""
        buffer = io.BytesIO()
        Image.new("L", (2480, 3508), 255).save(buffer, "PNG", dpi=(300, 300))
        file = self.store(buffer.getvalue(), "scan.png", "scan")
        self.assertEqual(file._content(), buffer.getvalue())

    def test_storage_in_the_database(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        buffer = io.BytesIO()
        Image.new("L", (2480, 3508), 255).save(buffer, "PNG")
        file = self.store(buffer.getvalue(), "scan.png", "scan")
        self.assertFalse(file.sudo().attachment_id.store_fname)
        self.assertEqual(file._content(), buffer.getvalue())

    def test_memory_does_not_grow_with_the_file(self):
        with tempfile.NamedTemporaryFile() as upload:
            upload.write(make_zip({"so-lieu.bin": os.urandom(40 << 20)}, 0))
            upload.flush()
            self.store(name="warm-up.pdf")
            tracemalloc.start()
            self.addCleanup(tracemalloc.stop)
            file = self.store(upload.name, "so-lieu.zip", "annex")
            self.assertLess(tracemalloc.get_traced_memory()[1], 12 << 20)
        self.assertGreater(file.size, 40 << 20)

    def test_damaged_bytes_are_noticed(self):
        file = self.store(make_pdf(pages=7))
        path = self.env["ir.attachment"]._full_path(file.sudo().attachment_id.store_fname)
        os.chmod(path, 0o600)
        with open(path, "r+b") as stored:
            stored.seek(10)
            stored.write(b"!")
        with self.assertRaisesRegex(UserError, "damaged"):
            file._content()
        with self.assertRaisesRegex(UserError, "damaged"):
            file._check_bytes()
        os.unlink(path)
        with self.assertRaisesRegex(UserError, "damaged"):
            file._content()


@tagged("post_install", "-at_install")
class TestFrozen(FileCase):
    def assert_database_refuses(self, statement, *parameters):
        self.env.flush_all()
        with self.assertRaises(RaiseException), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env.cr.execute(statement, parameters)

    def test_database_refuses_to_rewrite(self):
        file = self.store()
        for column, value in (
            ("sha256", "0" * 64),
            ("name", "x.pdf"),
            ("size", 1),
            ("pages", 99),
            ("res_id", 0),
            ("replaces_id", file.id),
        ):
            with self.subTest(column):
                self.assert_database_refuses(f"UPDATE vpdt_file SET {column} = %s WHERE id = %s", value, file.id)
        attachment = file.sudo().attachment_id.id
        for column, value in (
            ("checksum", "0"),
            ("store_fname", "00/0"),
            ("db_datas", b"x"),
            ("file_size", 1),
            ("res_model", "res.partner"),
        ):
            with self.subTest(column):
                self.assert_database_refuses(f"UPDATE ir_attachment SET {column} = %s WHERE id = %s", value, attachment)

    def test_database_refuses_to_delete(self):
        file = self.store()
        self.assert_database_refuses("DELETE FROM ir_attachment WHERE id = %s", file.sudo().attachment_id.id)
        self.assert_database_refuses("DELETE FROM vpdt_file WHERE id = %s", file.id)
        self.assert_database_refuses("TRUNCATE vpdt_file CASCADE")

    def test_orm_refuses(self):
        file = self.store()
        with self.assertRaises(UserError):
            file.write({"name": "x.pdf"})
        with self.assertRaises(UserError):
            file.unlink()
        with self.assertRaises(UserError):
            file.sudo().attachment_id.write({"raw": b"x"})
        with self.assertRaises(UserError):
            file.sudo().attachment_id.unlink()


@tagged("post_install", "-at_install")
class TestAccess(FileCase):
    def test_who_sees_the_document_sees_its_files(self):
        file = self.store()
        self.assertTrue(file.with_user(self.leader).read(["name"]))
        for user in (self.specialist, self.unit_admin, self.stranger, self.auditor):
            with self.subTest(user=user.login):
                self.assertFalse(self.env["vpdt.file"].with_user(user).search([("id", "=", file.id)]))
                with self.assertRaises(AccessError):
                    file.with_user(user).read(["name"])
                with self.assertRaises(AccessError):
                    file.with_user(user)._content()

    def test_attachments_are_no_back_door(self):
        """Their bytes come through /vpdt/file only: with journal, after the virus check."""
        file = self.store()
        attachment = file.sudo().attachment_id
        admin = self._make_user("system_admin", self.agency, "group_system_admin")
        for user in (self.clerk, self.leader, self.stranger, admin):
            with self.subTest(user=user.login):
                mine = self.env["ir.attachment"].with_user(user)
                self.assertFalse(mine.search([("id", "=", attachment.id)]))
                self.assertFalse(mine.search([("res_model", "=", "vpdt.file")]))
                self.assertFalse(mine.search_read([("res_model", "in", ["vpdt.file"])], ["raw"]))
                for name in ("raw", "datas", "store_fname", "name"):
                    with self.assertRaises(AccessError):
                        mine.browse(attachment.id).read([name])
                with self.assertRaises(AccessError):
                    mine.browse(attachment.id).generate_access_token()

    def test_other_attachments_are_as_before(self):
        plain = self.env["ir.attachment"].with_user(self.clerk).create({"name": "a.txt", "raw": b"a"})
        self.assertEqual(plain.raw, b"a")
        self.assertIn(plain, plain.search([]))

    def test_renditions_and_texts_are_the_system_s(self):
        for model in ("vpdt.file.rendition", "vpdt.file.text"):
            for user in (self.clerk, self.unit_admin, self.env.ref("base.user_admin")):
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])


@tagged("post_install", "-at_install")
class TestPolicyOfNamesAndContents(FileCase):
    def test_renamed_and_the_name_as_it_came_is_kept(self):
        file = self.store(name="Quyết định số 15/QĐ-UBND (bản cuối).pdf")
        self.assertEqual(file.name, "Quyet-dinh-so-15-QD-UBND-ban-cuoi.pdf")
        self.assertEqual(file.original_name, "Quyết định số 15/QĐ-UBND (bản cuối).pdf")

    def test_names_of_a_document_are_told_apart(self):
        first = self.store(name="Phụ lục.pdf", role="annex")
        second = self.store(name="phu-luc.PDF", role="annex")
        third = self.store(name="Phụ lục.pdf", role="annex", replaces=first)
        self.assertEqual([f.name for f in (first, second, third)], ["Phu-luc.pdf", "phu-luc-2.PDF", "Phu-luc-3.pdf"])

    def test_hostile_names(self):
        for name, safe in {
            "../../../etc/passwd.pdf": "etc-passwd.pdf",
            "..\\..\\CON.pdf": "CON.pdf",
            "x" * 400 + ".pdf": "x" * 46 + ".pdf",
            "<img src=x onerror=alert(1)>.pdf": "img-src-x-onerror-alert-1.pdf",
            "\u202efdp.exe.pdf": "fdp.exe.pdf",
            "a\r\nSet-Cookie: x.pdf": "a-Set-Cookie-x.pdf",
            ".pdf": "tep.pdf",
        }.items():
            with self.subTest(name):
                owner = self.make_incoming()
                file = self.store(name=name, owner=owner)
                self.assertRegex(file.name, r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,49}\Z")
                self.assertIn(safe.split(".")[0].strip("-")[:8], file.name)

    def assert_refused(self, words, content, name, rule="Quy định của hệ thống"):
        before = self.env["vpdt.file"].search_count([])
        with self.assertRaises(UserError) as caught:
            self.store(content, name)
        for expected in (name, words, rule):
            self.assertIn(expected, str(caught.exception))
        self.assertEqual(self.env["vpdt.file"].search_count([]), before)

    def test_refusals_name_file_and_rule(self):
        self.assert_refused("program or a script", PROGRAM, "bao-cao.pdf")
        self.assert_refused("macros", make_ooxml(more={"word/vbaProject.bin": b"x"}), "bao-cao.docx")
        self.assert_refused("program or a script", make_zip({"a/setup.exe": PROGRAM}), "ho-so.zip")
        self.assert_refused("type of file is not allowed", b"GIF89a" + bytes(50), "anh.gif")
        self.assert_refused("not what its name says", make_pdf(), "anh.png")
        self.assert_refused("unpacks to far too much", make_zip({"0": bytes(60 << 20)}), "bom.zip")
        self.assert_refused("archive inside an archive", self.nested(3), "long.zip")
        self.assert_refused("password", make_pdf(owner="x", user="x"), "mat-khau.pdf")
        self.assert_refused("damaged", b"%PDF-1.7 nothing more", "hong.pdf")
        self.assert_refused("more than 1000 files", make_zip({f"{n}.txt": b"" for n in range(1001)}), "nhieu.zip")

    def nested(self, depth):
        content = make_zip({"a.txt": b"a"})
        for _level in range(depth):
            content = make_zip({"inner.zip": content})
        return content

    def test_fifty_megabytes(self):
        with tempfile.NamedTemporaryFile() as upload:
            upload.truncate((50 << 20) + 1)
            with self.assertRaisesRegex(UserError, r"larger than 50 MB.*Quy định của hệ thống"):
                self.store(upload.name, "lon.pdf")

    def test_an_agency_sets_its_own_limits(self):
        general = self.env.ref("vpdt_base.file_policy_general")
        own = general.copy({"company_id": self.agency.id, "max_mb": 1, "size_basis": "Quy chế của Sở, Điều 1"})
        with self.assertRaisesRegex(UserError, "larger than 1 MB.*Quy chế của Sở"):
            self.store(b"%PDF-1.7" + bytes(1 << 20))
        own.type_ids = self.env.ref("vpdt_base.file_type_docx")
        with self.assertRaisesRegex(UserError, r"Allowed are: \.docx"):
            self.store()
        own.active = False
        self.store()
        own.write({"active": True, "max_mb": 50, "type_ids": [(6, 0, general.type_ids.ids)], "name_length": 20})
        self.assertEqual(self.store(name="Một cái tên dài hơn hai mươi chữ.pdf").name, "Mot-cai-ten-dai.pdf"[:20])
