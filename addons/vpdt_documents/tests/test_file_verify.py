"""`./vpdt files verify`: what is missing, changed or orphaned is found, and nothing is repaired."""

import os
import time

from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.hostile_files import make_pdf

from .file_common import FileCase


@tagged("post_install", "-at_install")
class TestVerify(FileCase):
    def setUp(self):
        super().setUp()
        # Bytes of other tests may be the same; these are of this test only.
        self.file = self.store(make_pdf(attachments={"a.txt": os.urandom(20)}))
        self.path = self.env["ir.attachment"]._full_path(self.file.sudo().attachment_id.store_fname)
        self.addCleanup(lambda: os.path.exists(self.path) and os.unlink(self.path))

    def verify(self):
        return self.env["vpdt.file"]._verify_stored()

    def of_ours(self, report, kind):
        name = f"vpdt_file {self.file.id}"
        return [d for d in report[kind]["first"] if d["record"] == name or d.get("store") == self.fname()]

    def fname(self):
        return "/".join(self.path.split("/")[-2:])

    def test_all_is_well(self):
        report = self.verify()
        self.assertEqual((report["missing"]["count"], report["changed"]["count"]), (0, 0))
        self.assertGreaterEqual(report["files"], 1)
        self.assertGreaterEqual(report["bytes"], self.file.size)
        self.assertFalse(self.of_ours(report, "orphaned"))

    def test_changed(self):
        os.chmod(self.path, 0o600)
        with open(self.path, "r+b") as stored:
            stored.write(b"%pdf")
        report = self.verify()
        (found,) = self.of_ours(report, "changed")
        self.assertEqual(found["sha256"], self.file.sha256)
        self.assertNotEqual(found["actual"], self.file.sha256)
        self.assertFalse(report["ok"])
        self.assertEqual(open(self.path, "rb").read(4), b"%pdf")

    def test_cut_off(self):
        os.truncate(self.path, 10)
        self.assertTrue(self.of_ours(self.verify(), "changed"))

    def test_missing(self):
        os.unlink(self.path)
        report = self.verify()
        self.assertTrue(self.of_ours(report, "missing"))
        self.assertFalse(report["ok"])
        self.assertFalse(os.path.exists(self.path))

    def test_each_row_of_the_same_bytes_is_named(self):
        twin = self.store(self.file._content(), role="annex")
        os.unlink(self.path)
        records = {found["record"] for found in self.verify()["missing"]["first"]}
        self.assertLessEqual({f"vpdt_file {self.file.id}", f"vpdt_file {twin.id}"}, records)

    def test_renditions_are_read_too(self):
        rendition = self.env["vpdt.file.rendition"]._keep("f" * 64, "preview", make_pdf(pages=4) + os.urandom(9), 4)
        path = self.env["ir.attachment"]._full_path(rendition.attachment_id.store_fname)
        os.unlink(path)
        records = {found["record"] for found in self.verify()["missing"]["first"]}
        self.assertIn(f"vpdt_file_rendition {rendition.id}", records)

    def test_file_on_the_disk_that_nobody_names(self):
        store = self.env["ir.attachment"]._filestore()
        for fname, old, expected in (("zz/vpdt-old", True, True), ("zz/vpdt-new", False, False)):
            path = os.path.join(store, fname)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as stray:
                stray.write(b"x")
            self.addCleanup(os.unlink, path)
            if old:
                os.utime(path, (time.time() - 7200,) * 2)
            with self.subTest(fname):
                found = [d for d in self.verify()["orphaned"]["first"] if d.get("store") == fname]
                self.assertEqual(bool(found), expected)

    def test_unfinished_upload(self):
        path = os.path.join(self.env["ir.attachment"]._filestore(), "vpdt_upload", "tmpold")
        with open(path, "wb") as stray:
            stray.write(b"x")
        self.addCleanup(os.unlink, path)
        os.utime(path, (time.time() - 7200,) * 2)
        self.assertIn("vpdt_upload/tmpold", {d.get("store") for d in self.verify()["orphaned"]["first"]})

    def test_file_without_a_document(self):
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM vpdt_incoming WHERE id = %s", (self.incoming.id,))
        (found,) = self.of_ours(self.verify(), "orphaned")
        self.assertEqual(found["owner"], f"vpdt.incoming {self.incoming.id}")

    def test_attachment_without_a_file(self):
        attachment = self.env["ir.attachment"].create({"name": "x", "raw": b"x", "res_model": "vpdt.file"})
        records = {found["record"] for found in self.verify()["orphaned"]["first"]}
        self.assertIn(f"ir_attachment {attachment.id}", records)
