"""Files handed in on the list: one draft a file; what is read on its first page is suggested, never put over words."""

import tempfile

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.builders import tiny_pdf

from .common import OfficeCase
from .test_file_upload import FileHttpCase
from .test_recognition import DECISION, LETTER


class IntakeCase(OfficeCase):
    def take_in(self, name="so-quet 12.pdf", content=None, user=None):
        with tempfile.NamedTemporaryFile() as file:
            file.write(content or tiny_pdf(name))
            file.flush()
            document, _stored = self.as_user(user or self.clerk)["vpdt.incoming"]._take_in(name, file.name)
        return document

    def read_by_program(self, document, text=LETTER):
        """What the job does when it knows the text of the file."""
        file = document.sudo()._file_of_role("main")
        file._owner()._file_read(file, [text])
        document.invalidate_recordset()
        return document


@tagged("post_install", "-at_install")
class TestIntake(IntakeCase):
    def test_one_draft_a_file_with_its_name(self):
        first, second = self.take_in("Giấy mời_họp.pdf"), self.take_in("b.pdf")
        self.assertEqual((first.state, first.subject, first.source), ("arrived", "Giấy mời họp", "paper"))
        self.assertEqual(first.main_file_id.original_name, "Giấy mời_họp.pdf")
        self.assertEqual(second.subject, "b")
        self.assertIn("subject", first.suggested)

    def test_a_refused_file_leaves_no_draft(self):
        before = self.env["vpdt.incoming"].search_count([])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.take_in("virus.exe", b"MZ" + b"\0" * 100)
        self.assertEqual(self.env["vpdt.incoming"].search_count([]), before)

    def test_by_the_clerk_only(self):
        self.assertFalse(self.as_user(self.specialist)["vpdt.incoming"].intake_options())
        self.assertTrue(self.as_user(self.clerk)["vpdt.incoming"].intake_options()["extensions"])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.take_in(user=self.specialist)

    def test_the_first_page_fills_what_is_empty(self):
        document = self.read_by_program(self.take_in())
        self.assertEqual((document.number, document.notation), ("123", "SNV-VP"))
        self.assertEqual(str(document.date), "2026-11-05")
        self.assertEqual(document.author_name, "Sở Nội vụ")
        self.assertEqual(document.type_id, self.letter)
        self.assertEqual(document.subject, "V/v báo cáo kết quả thực hiện công tác văn thư, lưu trữ năm 2026")
        self.assertEqual((document.signer_name, document.signer_title), ("Nguyễn Thị Thanh Hà", "Phó Giám đốc"))
        marked = {"number", "notation", "date", "author_name", "type_id", "subject", "signer_name", "signer_title"}
        self.assertEqual(set(document.suggested), marked)
        self.assertIn("Ký hiệu", document.suggested_words)

    def test_what_the_clerk_has_typed_stays(self):
        document = self.take_in()
        document.write({"number": "99", "subject": "Của văn thư", "author_id": self.ministry.id})
        self.read_by_program(document)
        self.assertEqual((document.number, document.subject), ("99", "Của văn thư"))
        self.assertEqual(document.author_name, self.ministry.name)
        self.assertEqual(document.notation, "SNV-VP")
        self.assertFalse({"number", "subject", "author_id", "author_name"} & set(document.suggested))
        # what has been corrected stays, however often the file is read again
        document.notation = "SNV-TCCB"
        self.read_by_program(document)
        self.assertEqual(document.notation, "SNV-TCCB")

    def test_the_author_is_found_in_the_directory(self):
        Organization = self.env["vpdt.organization"]
        province = Organization.create({"name": "UBND tỉnh Gia Lai Thử"})
        office = Organization.create({"name": "Sở Nội vụ Thử", "parent_id": province.id})
        Organization.create({"name": "Sở Nội vụ Thử", "parent_id": self.ministry.id})
        text = LETTER.replace("SỞ NỘI VỤ", "SỞ NỘI VỤ THỬ").replace("TỈNH GIA LAI", "TỈNH GIA LAI THỬ")
        document = self.read_by_program(self.take_in(), text)
        self.assertEqual(document.author_id, office)
        self.assertIn("author_id", document.suggested)
        self.assertNotIn("author_name", document.suggested)

    def test_marked_until_looked_at(self):
        document = self.read_by_program(self.take_in(), DECISION)
        document.look_at_suggestions(["number"])
        self.assertNotIn("number", document.suggested)
        self.assertIn("subject", document.suggested)
        document.subject = "Quyết định khác"
        self.assertNotIn("subject", document.suggested)
        document.action_look_at_suggestions()
        self.assertFalse(document.suggested)
        with self.assertRaises(AccessError):
            document.with_env(self.as_user(self.leader)).look_at_suggestions()

    def test_a_person_marks_nothing_and_the_journal_names_the_file(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.take_in().suggested = {"subject": "x"}
        document = self.read_by_program(self.take_in("quet-7.pdf"))
        rows = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.incoming"), ("res_id", "=", document.id), ("kind", "=", "entry")]
        )
        self.assertTrue(any("quet-7.pdf" in (row.detail or "") for row in rows))

    def test_only_before_it_is_registered_and_not_over_a_packet(self):
        document = self.take_in()
        document.author_name = "Bộ"
        document.action_register()
        self.read_by_program(document)
        self.assertFalse(document.number)
        packet = self.take_in()
        packet.sudo().source = "axis"
        self.read_by_program(packet)
        self.assertFalse(packet.number)

    def test_a_secret_is_not_registered_until_somebody_says_that_it_is_none(self):
        document = self.read_by_program(self.take_in(), "TỐI MẬT\n" + LETTER)
        self.assertEqual(document.recognised_as, "secret")
        question = document.action_register()
        self.assertEqual((document.state, document.arrival_number), ("arrived", 0))
        dialog = self.as_user(self.clerk)[question["res_model"]].browse(question["res_id"])
        self.assertEqual(dialog.step, "taken_in")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            dialog.action_confirm()
        dialog.text = "Chữ “MẬT” là tên riêng, không phải dấu độ mật"
        dialog.action_confirm()
        self.assertEqual((document.state, document.taken_in_note), ("registered", dialog.text))
        row = self.env["vpdt.journal.entry"].search([("res_model", "=", document._name), ("res_id", "=", document.id)])
        self.assertTrue(any("không phải dấu độ mật" in (detail or "") for detail in row.mapped("detail")))

    def test_one_question_leads_to_the_next(self):
        self.arrived(number="123", notation="SNV-VP", date="2026-11-05", author_id=False, author_name="Sở Nội vụ")
        document = self.read_by_program(self.take_in(), "MẬT\n" + LETTER)
        self.assertTrue(document.duplicate_id)
        dialog = self.as_user(self.clerk)["vpdt.handling.dialog"].browse(document.action_register()["res_id"])
        dialog.text = "Không phải dấu độ mật"
        self.assertEqual(dialog.action_confirm()["res_model"], "vpdt.duplicate.dialog")
        self.assertEqual(document.state, "arrived")

    def test_what_is_read_after_the_number_was_given_is_told_to_the_clerks(self):
        document = self.take_in()
        document.author_name = "Bộ"
        document.action_register()
        self.read_by_program(document, "MẬT\n" + LETTER)
        self.assertEqual((document.recognised_as, document.number), ("secret", False))
        told = document.sudo().activity_ids.filtered(lambda each: each.user_id == self.clerk)
        self.assertEqual(len(told), 1)
        self.read_by_program(document, "MẬT\n" + LETTER)
        self.assertEqual(document.sudo().activity_ids, told)
        number = document.arrival_number
        for user in (self.leader, self.specialist, self.stranger):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                document.with_env(self.as_user(user))._keep_taken_in("Không mật")
        dialog = self.as_user(self.clerk)["vpdt.handling.dialog"].browse(document.action_open_taken_in()["res_id"])
        dialog.text = "Không phải dấu độ mật"
        dialog.action_confirm()
        self.assertEqual((document.taken_in_note, document.arrival_number), (dialog.text, number))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            document._keep_taken_in("lần nữa")

    def test_a_secret_that_came_by_the_exchange_is_stopped_too_and_nothing_else_is_suggested(self):
        packet = self.take_in()
        packet.sudo().source = "axis"
        self.read_by_program(packet, "MẬT\n" + LETTER)
        self.assertEqual((packet.recognised_as, packet.number), ("secret", False))
        packet.author_name = "Bộ"
        self.assertIsInstance(packet.action_register(), dict)
        self.assertEqual(packet.state, "arrived")

    def test_the_job_that_reads_a_pdf_with_text_suggests(self):
        content = self.pdf
        document = self.take_in("cong-van.pdf", content)
        document._file_of_role("main")._prepare_reading()
        document.invalidate_recordset()
        self.assertEqual(document.author_name.lower(), self.agency.name.lower())
        self.assertIn("thử nghiệm", document.subject)

    def test_last_values_are_offered_and_the_next_number_is_shown(self):
        document = self.arrived(type_id=self.decision.id)
        self.assertEqual(document.next_number, 1)
        document.action_register()
        Incoming = self.as_user(self.clerk)["vpdt.incoming"]
        names = ["type_id", "leader_id", "subject"]
        self.assertFalse(Incoming.default_get(names).get("leader_id"))
        offered = Incoming.with_context(vpdt_offer=1).default_get(names)
        self.assertEqual((offered["type_id"], offered["leader_id"]), (self.decision.id, self.leader.id))
        self.env.invalidate_all()  # the counter is no field that the ORM has written
        new = Incoming.with_context(vpdt_offer=1).new({"state": "arrived"})
        self.assertEqual(new.next_number, 2)
        waiting = self.arrived()
        self.assertEqual(Incoming.next_to_register([document.id, waiting.id]), waiting.id)
        self.assertFalse(Incoming.next_to_register([document.id]))


@tagged("post_install", "-at_install")
class TestIntakeOverHttp(FileHttpCase):
    def test_a_file_over_http(self):
        self.login(self.clerk)
        answer = self.url_open(
            "/vpdt/intake", data={"csrf_token": self.token()}, files={"file": ("Quét 1.pdf", tiny_pdf("x"))}
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        document = self.env["vpdt.incoming"].browse(answer.json()["document"])
        self.assertEqual(document.subject, "Quét 1")
        refused = self.url_open(
            "/vpdt/intake", data={"csrf_token": self.token()}, files={"file": ("x.exe", b"MZ" + b"\0" * 64)}
        )
        self.assertEqual(refused.status_code, 422)
        self.login(self.specialist)
        denied = self.url_open(
            "/vpdt/intake", data={"csrf_token": self.token()}, files={"file": ("a.pdf", tiny_pdf("x"))}
        )
        self.assertEqual(denied.status_code, 403)
