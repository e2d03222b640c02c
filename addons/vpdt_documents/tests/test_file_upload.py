"""Uploading over HTTP: streamed, limited, with rights and CSRF; and reading through /vpdt/file."""

import http.client
import json
import os
import tempfile
import tracemalloc
import uuid

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.vpdt_base.tests.hostile_files import PROGRAM, make_pdf, make_zip

from .file_common import FileCase

MB = 1 << 20


class FileHttpCase(HttpCase, FileCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")  # the words below are the English source
        cls.users = {user.login: user for user in (cls.clerk, cls.leader, cls.specialist, cls.stranger)}
        for user in cls.users.values():
            user.write({"password": f"{user.login}-Pass1", "lang": "en_US"})

    def login(self, user):
        self.authenticate(user.login, f"{user.login}-Pass1")
        page = self.url_open("/web/health")
        self.assertEqual(page.status_code, 200)

    def token(self):
        from odoo.http import Request

        # What the web client puts into odoo.csrf_token
        page = self.url_open("/odoo").text
        start = page.index('csrf_token: "') + len('csrf_token: "')
        return page[start : page.index('"', start)] if Request else ""

    def post(self, content, name="Công văn đến.pdf", role="main", owner=None, **fields):
        owner = owner or self.incoming
        data = {"csrf_token": self.token(), "role": role, **fields}
        return self.url_open(
            f"/vpdt/upload/{owner._name}/{owner.id}",
            data={key: value for key, value in data.items() if value is not None},
            files={"file": (name, content)},
        )


@tagged("post_install", "-at_install")
class TestUpload(FileHttpCase):
    def setUp(self):
        super().setUp()
        self.login(self.clerk)

    def assert_refused(self, answer, status, words):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertIn("application/json", answer.headers["Content-Type"])
        self.assertRegex(answer.json()["error"], words)

    def test_stored_renamed_and_told(self):
        content = make_pdf(pages=2)
        answer = self.post(content, name="Công văn số 12/UBND.pdf")
        self.assertEqual(answer.status_code, 200, answer.text)
        told = answer.json()
        self.assertEqual((told["name"], told["renamed"]), ("Cong-van-so-12-UBND.pdf", True))
        file = self.env["vpdt.file"].browse(told["id"])
        self.assertEqual(file._content(), content)
        self.assertEqual((file.role, file.res_id, file.company_id), ("main", self.incoming.id, self.agency))
        (row,) = self.journal(file, "file")
        self.assertEqual(row.user_id, self.clerk)
        self.assertIn(file.sha256, row.detail)

    def test_name_as_it_came_is_kept(self):
        told = self.post(make_pdf(), name="Công văn đến số 15.pdf").json()
        self.assertEqual((told["name"], told["original_name"]), ("Cong-van-den-so-15.pdf", "Công văn đến số 15.pdf"))

    @mute_logger("odoo.http")
    def test_policy(self):
        self.assert_refused(self.post(PROGRAM, "bao-cao.pdf"), 422, "bao-cao.pdf.*\n.*program.*Quy định của hệ thống")
        self.assert_refused(self.post(make_zip({"0": bytes(60 * MB)}), "bom.zip", "annex"), 422, "unpacks")
        self.assertFalse(self.incoming.file_ids)

    @mute_logger("odoo.http")
    def test_rights(self):
        self.post(make_pdf())
        self.assert_refused(self.post(make_pdf(pages=2)), 403, "No such file can be added")
        self.assert_refused(self.post(make_pdf(), role="stamped"), 403, "No such file")
        theirs = self.make_incoming("Của nơi khác", self.stranger, self.other_agency)
        self.assert_refused(self.post(make_pdf(), owner=theirs), 404, "no such document")
        self.assert_refused(self.post(make_pdf(), owner=self.env.user), 404, "no such document")
        for user in (self.specialist, self.stranger):
            self.login(user)
            self.assert_refused(self.post(make_pdf(), role="annex"), 404, "no such document")
        self.login(self.leader)
        self.assert_refused(self.post(make_pdf(), role="annex"), 403, "No such file")

    @mute_logger("odoo.http")
    def test_csrf(self):
        self.assert_refused(self.post(make_pdf(), csrf_token=None), 400, "Reload the page")
        self.assert_refused(self.post(make_pdf(), csrf_token="x" * 40 + "o1"), 400, "Reload the page")
        self.assertFalse(self.incoming.file_ids)

    @mute_logger("odoo.http")
    def test_nobody_is_logged_in(self):
        self.logout()
        answer = self.url_open(f"/vpdt/upload/vpdt.incoming/{self.incoming.id}", files={"file": ("a.pdf", make_pdf())})
        self.assertEqual(answer.status_code, 403)
        self.assertIn("Log in again", answer.json()["error"])

    @mute_logger("odoo.http")
    def test_no_file(self):
        answer = self.url_open(
            f"/vpdt/upload/vpdt.incoming/{self.incoming.id}", data={"csrf_token": self.token(), "file": "text"}
        )
        self.assert_refused(answer, 422, "Choose a file")

    def connection(self):
        """A connection of our own, for requests that no client library would send."""
        allowed = self.allow_requests()
        allowed.__enter__()
        self.addCleanup(allowed.__exit__, None, None, None)
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port(), timeout=30)
        self.addCleanup(connection.close)
        return connection

    def headers(self, boundary):
        cookies = "; ".join(f"{name}={value}" for name, value in self.opener.cookies.items())
        return {"Cookie": cookies, "Content-Type": f"multipart/form-data; boundary={boundary}"}

    @mute_logger("odoo.http")
    def test_a_gigabyte_is_refused_by_its_length(self):
        """Before a byte of the body was sent."""
        connection = self.connection()
        connection.putrequest("POST", f"/vpdt/upload/vpdt.incoming/{self.incoming.id}")
        for name, value in self.headers("x").items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(1 << 30))
        connection.endheaders()
        answer = connection.getresponse()
        self.assert_too_large(answer)

    def assert_too_large(self, answer):
        words = answer.read().decode()
        self.assertEqual(answer.status, 413, words)
        self.assertIn("too large", words)

    @mute_logger("odoo.http")
    def test_a_gigabyte_without_length_is_refused_by_counting(self):
        boundary, sent = uuid.uuid4().hex, 0
        connection = self.connection()
        connection.putrequest("POST", f"/vpdt/upload/vpdt.incoming/{self.incoming.id}")
        for name, value in self.headers(boundary).items():
            connection.putheader(name, value)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'.encode()
        chunk = bytes(MB)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        try:
            for data in (head, *(chunk for _n in range(1024))):
                connection.send(b"%x\r\n%s\r\n" % (len(data), data))
                sent += len(data)
            connection.send(b"0\r\n\r\n")
        except OSError:
            self.assertLess(sent, 1024 * MB)  # the server has hung up
        self.assert_too_large(connection.getresponse())
        # Werkzeug reads what is left of a refused request in pieces of 10 MB and drops it.
        self.assertLess(tracemalloc.get_traced_memory()[1], 48 * MB)
        self.assertFalse(self.incoming.file_ids)

    def test_memory_is_flat(self):
        """45 MB by HTTP into the filestore; client and server share this process."""
        self.post(make_pdf())  # warm
        boundary, token, connection = uuid.uuid4().hex, self.token(), self.connection()
        with tempfile.TemporaryFile() as body:
            for name, value in (("csrf_token", token), ("role", "annex")):
                body.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
            disposition = 'Content-Disposition: form-data; name="file"; filename="so-lieu.zip"'
            body.write(f"--{boundary}\r\n{disposition}\r\n\r\n".encode())
            body.write(make_zip({"so-lieu.bin": os.urandom(45 * MB)}, 0))
            body.write(f"\r\n--{boundary}--\r\n".encode())
            size = body.tell()
            body.seek(0)
            tracemalloc.start()
            self.addCleanup(tracemalloc.stop)
            headers = {**self.headers(boundary), "Content-Length": str(size)}
            connection.request("POST", f"/vpdt/upload/vpdt.incoming/{self.incoming.id}", body, headers)
            answer = connection.getresponse()
            told = answer.read()
            peak = tracemalloc.get_traced_memory()[1]
        self.assertEqual(answer.status, 200, told)
        self.assertLess(peak, 16 * MB)
        self.assertGreater(self.env["vpdt.file"].browse(json.loads(told)["id"]).size, 45 * MB)


@tagged("post_install", "-at_install")
class TestReadingOverHttp(FileHttpCase):
    def setUp(self):
        super().setUp()
        self.login(self.clerk)

    def test_pages_and_download_leave_rows(self):
        content = self.text_pdf("Một", "Hai")
        file = self.store(content)
        for number in (2, 1):
            page = self.url_open(f"/vpdt/file/{file.id}/page/{number}")
            self.assertEqual(page.headers["Content-Type"], "image/png")
        self.assertEqual(len(self.journal(file, "view")), 1)
        answer = self.url_open(f"/vpdt/file/{file.id}?download=1")
        self.assertEqual(answer.content, content)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertEqual(len(self.journal(file, "download")), 1)
        self.assertEqual(self.journal(file, "download").user_id, self.clerk)
        self.assertEqual(self.url_open(f"/vpdt/file/{file.id}").content, content)
        self.assertEqual(len(self.journal(file, "view")), 1)

    def test_who_may_not_see_the_document_gets_404(self):
        file = self.store()
        for user in (self.stranger, self.specialist):
            self.login(user)
            for path in ("", "?download=1", "/page/1", "?copy=ocr"):
                with self.subTest(user=user.login, path=path), mute_logger("odoo.http"):
                    self.assertEqual(self.url_open(f"/vpdt/file/{file.id}{path}").status_code, 404)
        self.assertFalse(self.journal(file, "view") + self.journal(file, "download"))

    @mute_logger("odoo.http")
    def test_shut_before_the_virus_check_and_in_quarantine(self):
        for state, words in (("waiting", "waiting"), ("failed", "could not be checked"), ("infected", "quarantined")):
            owner = self.make_incoming()
            file = self.store(owner=owner)
            file.sudo()._work_to("scan_state", state)
            self.env.flush_all()
            for path in ("", "?download=1", "/page/1", "?copy=ocr"):
                with self.subTest(state=state, path=path):
                    answer = self.url_open(f"/vpdt/file/{file.id}{path}")
                    self.assertEqual(answer.status_code, 422)
                    self.assertIn(words, answer.text)
                    self.assertNotIn("%PDF", answer.text)

    @mute_logger("odoo.http")
    def test_web_content_is_no_back_door(self):
        attachment = self.store().sudo().attachment_id
        for path in (f"/web/content/{attachment.id}", f"/web/content/ir.attachment/{attachment.id}/raw"):
            answer = self.url_open(path)
            self.assertNotIn(b"%PDF", answer.content)
            self.assertIn(answer.status_code, (403, 404))

    @mute_logger("odoo.http")
    def test_pages_that_are_not_there(self):
        file = self.store()
        for number in (0, 2, 10**9):
            self.assertEqual(self.url_open(f"/vpdt/file/{file.id}/page/{number}").status_code, 404)

    def test_download_of_damaged_bytes_is_refused(self):
        file = self.store(make_pdf(pages=9))
        path = self.env["ir.attachment"]._full_path(file.sudo().attachment_id.store_fname)
        os.chmod(path, 0o600)
        with open(path, "r+b") as stored:
            stored.write(b"X")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/vpdt/file/{file.id}?download=1").status_code, 422)
        os.unlink(path)

    def test_searchable_copy(self):
        from .pdf_common import picture

        file = self.store(picture("Giấy mời\nhọp giao ban", "PDF"), "giay-moi.pdf")
        file._prepare_reading()
        answer = self.url_open(f"/vpdt/file/{file.id}?copy=ocr&download=1")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertIn("giay-moi-ocr.pdf", answer.headers["Content-Disposition"])
        self.assertIn("ocr", self.journal(file, "download").detail)
