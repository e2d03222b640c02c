"""What could not be made of a file for reading is said in words and tried again: by itself, then by a person."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.conversion import ConversionError, office
from odoo.addons.vpdt_base.models.file import vpdt_file_reading
from odoo.addons.vpdt_base.models.file.vpdt_file_reading import LATE
from odoo.addons.vpdt_base.tests.hostile_files import make_ooxml
from odoo.addons.vpdt_base.tests.office_files import make_docx, make_pptx, make_xlsx

from .file_common import FileCase
from .pdf_common import picture

RETRY_SECONDS = (60, 300, 1800)  # of the job function


@tagged("post_install", "-at_install")
class TestReadingAgain(FileCase):
    def setUp(self):
        super().setUp()
        self.file = self.store(make_docx("Kế hoạch số 5"), "ke-hoach.docx", "annex")

    def rendition(self, file=None, kind="preview"):
        return self.env["vpdt.file.rendition"]._of((file or self.file).sha256, kind)

    def jobs(self, file=None):
        found = [("model_name", "=", "vpdt.file"), ("method_name", "=", "_prepare_reading"), ("state", "=", "pending")]
        return self.env["queue.job"].search(found).filtered(lambda job: (file or self.file).id in job.records.ids)

    def tab(self, file=None):
        file = file or self.file
        return next(tab for tab in self.incoming.file_tabs() if tab["id"] == file.id)

    def too_slow(self):
        return patch.object(office, "TIMEOUT_SECONDS", 0.05)

    def come_due(self, rendition):
        rendition.due = fields.Datetime.now() - timedelta(seconds=1)

    def test_spreadsheet_and_slides_have_previews(self):
        for content, name, pages, words in (
            (make_xlsx(["Sở Nội vụ", 1234]), "bang.xlsx", 1, "Sở Nội vụ"),
            (make_pptx("Trang đầu", "Trang hai"), "trinh-chieu.pptx", 2, "Trang hai"),
        ):
            with self.subTest(name):
                file = self.store(content, name, "annex")
                file._prepare_reading()
                self.assertEqual(file._shown(), ("rendition", pages))
                text = self.env["vpdt.file.text"].search([("file_id", "=", file.id)]).content
                self.assertIn(words, text)
                self.assertIsNone(self.tab(file)["trouble"])

    def test_a_slow_machine_is_given_a_finite_number_of_attempts(self):
        self.jobs().state = "done"  # the one of the upload
        with self.too_slow():
            self.file._prepare_reading()
            first = self.rendition()
            self.assertEqual((first.state, first.error_code, first.attempts), ("retrying", "timeout", 1))
            self.assertEqual(self.jobs().eta, first.due)
            tab = self.tab()
            self.assertEqual((tab["shown"], tab["trouble"]["retry"]), ("retrying", False))
            self.assertIn("It is tried again by itself", tab["trouble"]["words"])
            self.file._prepare_reading()
            self.assertEqual(first.attempts, 1, "not before it is due")
            for attempt in range(1, len(RETRY_SECONDS) + 1):
                self.assertEqual((first.state, first.attempts), ("retrying", attempt))
                self.come_due(first)
                self.file._prepare_reading()
        self.assertEqual((first.state, first.attempts), ("failed", len(RETRY_SECONDS) + 1))
        self.assertEqual(len(self.jobs()), 1, "no further one")
        tab = self.tab()
        self.assertEqual((tab["shown"], tab["trouble"]["retry"]), ("failed", True))
        self.assertIn("took too long", tab["trouble"]["words"])

    def test_the_next_attempt_goes_through(self):
        with self.too_slow():
            self.file._prepare_reading()
        self.come_due(self.rendition())
        self.file._prepare_reading()
        made = self.rendition()
        self.assertEqual((made.state, made.error, made.attempts, made.due), ("done", False, 0, False))
        self.assertEqual(self.file._shown(), ("rendition", 1))
        self.assertIsNone(self.tab()["trouble"])

    def failed(self):
        self.env["vpdt.file.rendition"]._keep_failure(self.file.sha256, "preview", ConversionError("missing", "x"))
        self.jobs().state = "done"

    def test_a_person_tries_again(self):
        self.failed()
        self.assertIn("not installed", self.tab()["trouble"]["words"])
        self.file.with_user(self.clerk).retry_reading()
        self.assertEqual(len(self.jobs()), 1)
        self.assertEqual((self.file._shown()[0], self.tab()["trouble"]), ("waiting", None))
        self.file._prepare_reading()
        self.assertEqual(self.rendition().state, "done")
        self.assertIn("Kế hoạch số 5", self.env["vpdt.file.text"].search([("file_id", "=", self.file.id)]).content)

    def test_a_failure_of_an_earlier_version_can_be_tried_again(self):
        self.env["vpdt.file.rendition"].create({"sha256": self.file.sha256, "kind": "preview", "state": "failed"})
        self.assertTrue(self.tab()["trouble"]["retry"])

    def test_two_presses_are_one_attempt(self):
        self.failed()
        self.file.retry_reading()
        with self.assertRaisesRegex(UserError, "Nothing is to be tried again"):
            self.file.retry_reading()
        self.assertEqual(len(self.jobs()), 1)

    def test_a_damaged_file_is_not_tried_by_itself_but_may_be_by_a_person(self):
        file = self.store(make_ooxml("docx"), "hong.docx", "annex")
        self.jobs(file).state = "done"
        file._prepare_reading()
        self.assertEqual((self.rendition(file).state, file._shown()), ("failed", ("failed", 0)))
        self.assertFalse(self.jobs(file))
        self.assertIn("may be damaged", self.tab(file)["trouble"]["words"])
        file.retry_reading()
        file._prepare_reading()
        self.assertEqual((self.rendition(file).state, self.rendition(file).attempts), ("failed", 1))

    def test_files_with_the_same_bytes_get_their_text_as_well(self):
        self.failed()
        theirs = self.make_incoming("Khác", self.stranger, self.other_agency)
        twin = self.store(self.file._content(), "b.docx", "annex", theirs)
        self.jobs(twin).state = "done"
        self.file.retry_reading()
        self.assertEqual(len(self.jobs(twin)), 1)

    def test_only_who_may_see_the_file(self):
        self.failed()
        for user in (self.stranger, self.specialist):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.file.with_user(user).retry_reading()
        self.assertFalse(self.jobs())

    def test_not_while_it_waits_for_the_virus_check(self):
        self.failed()
        self.env.ref("vpdt_base.file_policy_general").unscanned = "hold"
        with self.assertRaises(UserError):
            self.file.retry_reading()

    def test_a_lost_job_can_be_asked_for_again(self):
        self.jobs().unlink()
        with self.assertRaises(UserError):
            self.file.retry_reading()
        with freeze_time(fields.Datetime.now() + LATE + timedelta(minutes=1)):
            self.assertTrue(self.tab()["trouble"]["retry"])
            self.file.retry_reading()
        self.assertEqual(len(self.jobs()), 1)

    def test_a_scan_stays_readable_without_its_searchable_copy(self):
        scan = self.store(picture("QUYẾT ĐỊNH", "PDF"), "ban-quet.pdf")
        with patch.object(vpdt_file_reading, "to_searchable_pdf", side_effect=ConversionError("crashed", "x")):
            scan._prepare_reading()
        tab = self.tab(scan)
        self.assertEqual((tab["shown"], tab["pages"], tab["has_copy"]), ("own", 1, False))
        self.assertIn("writing in the scan", tab["trouble"]["words"])

    def test_text_that_could_not_be_read_is_read_later(self):
        file = self.store(self.text_pdf("Công văn có chữ"))
        self.jobs(file).state = "done"
        with patch.object(vpdt_file_reading, "read_text", side_effect=ConversionError("timeout", "x")):
            file._prepare_reading()
        failure = self.rendition(file, "text")
        self.assertEqual((failure.state, len(self.jobs(file))), ("retrying", 1))
        failure.due = False
        file._prepare_reading()
        self.assertIn("Công văn", self.env["vpdt.file.text"].search([("file_id", "=", file.id)]).content)
        self.assertEqual(failure.state, "done")

    def test_tabs_ask_once_for_all_files(self):
        self.incoming.file_tabs()
        for number in range(5):
            self.store(make_docx(f"Tệp {number}"), f"tep-{number}.docx", "annex")
        self.env.flush_all()

        def queries():
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.incoming.file_tabs()
            return self.env.cr.sql_log_count - start

        few = queries()
        for number in range(5, 15):
            self.store(make_docx(f"Tệp {number}"), f"tep-{number}.docx", "annex")
        self.env.flush_all()
        self.assertLessEqual(queries(), few)
