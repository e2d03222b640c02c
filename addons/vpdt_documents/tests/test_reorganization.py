"""Documents when their agency ends: what has a number stays, what has none goes over, the registers are closed."""

import io
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from pypdf import PdfWriter

from odoo.addons.vpdt_base.tests.common import VpdtCase, today


def _blank_pdf():
    stream = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(stream)
    return stream.getvalue()


PDF = _blank_pdf()


class ReorganizationCase(VpdtCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._make_user("administrator", cls.agency, "group_system_admin")
        cls.specialist = cls._make_user("specialist", cls.agency, "group_specialist")
        cls.new_leader = cls._make_user("new_leader", cls.other_agency, "group_leader")
        cls.new_specialist = cls._make_user("new_specialist", cls.other_agency, "group_specialist")
        for company in (cls.agency, cls.other_agency):
            company._open_registers([])
        cls.type = cls.env["vpdt.document.type"].search([], limit=1)

    def incoming(self, subject):
        values = {"subject": subject, "author_name": "Nơi gửi", "company_id": self.agency.id}
        document = self.env["vpdt.incoming"].with_user(self.clerk).create(values)
        self.env["vpdt.file"]._store(document, "den.pdf", PDF, "main")
        return document

    def outgoing(self, subject):
        return (
            self.env["vpdt.outgoing"]
            .with_user(self.specialist)
            .create({"subject": subject, "type_id": self.type.id, "company_id": self.agency.id})
        )

    def force_state(self, document, state):
        self.env.flush_all()
        self.env.cr.execute(f"UPDATE {document._table} SET state = %s WHERE id = %s", [state, document.id])
        document.invalidate_recordset()

    def wizard(self):
        wizard = self.env["vpdt.organization.reorganization"].with_user(self.administrator)
        return wizard.create(
            {
                "kind": "merge",
                "organization_ids": [(6, 0, self.agency.organization_id.ids)],
                "decision_number": "12/QĐ-UBND",
                "decision_date": today() - timedelta(days=3),
                "successor_ids": [(0, 0, {"organization_id": self.other_agency.organization_id.id})],
            }
        )

    def merge(self):
        self.wizard().action_apply()


@tagged("post_install", "-at_install")
class TestMergedAgency(ReorganizationCase):
    def test_registered_documents_stay_and_their_people_finish_them(self):
        document = self.incoming("Đã vào sổ")
        document.action_register()
        number, register = document.arrival_number, document.register_id
        document.leader_id = self.leader
        document.action_submit()
        self.merge()
        self.assertEqual((document.company_id, document.arrival_number), (self.agency, number))
        document.with_user(self.leader).write(
            {"assignment_ids": [(0, 0, {"user_id": self.specialist.id, "part": "lead"})]}
        )
        document.with_user(self.leader).action_direct()
        document.with_user(self.specialist).write({"draft_answer": "Xong"})
        document.with_user(self.specialist).action_finish()
        self.assertEqual((document.state, document.register_id), ("finished", register))

    def test_the_successors_clerk_and_leader_see_them_and_nobody_else(self):
        document = self.incoming("Đã vào sổ")
        document.action_register()
        for user in (self.stranger, self.new_leader):
            with self.assertRaises(AccessError):
                document.with_user(user).read(["subject"])
        self.merge()
        for user in (self.stranger, self.new_leader):
            allowed = document.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            self.assertTrue(allowed.read(["subject"]))
        with self.assertRaises(AccessError):
            document.with_user(self.new_specialist).read(["subject"])

    def test_moved_people_find_their_work_without_ticking_the_former_agency(self):
        """As the browser asks: with the agencies that are ticked, which by default is one's own."""
        document = self.incoming("Đã vào sổ")
        document.action_register()
        document.leader_id = self.leader
        document.action_submit()
        document.assignment_ids = [(0, 0, {"user_id": self.specialist.id, "part": "lead"})]
        document.with_user(self.leader).action_direct()
        self.merge()
        for user in (self.specialist, self.leader, self.clerk, self.stranger):
            mine = self.env["vpdt.incoming"].with_user(user).with_context(allowed_company_ids=user.company_id.ids)
            self.assertEqual(mine.search([("id", "=", document.id)]).subject, "Đã vào sổ", user.login)
            self.assertTrue(mine.browse(document.id).file_ids)
        third = self._make_agency("Sở Ba thử", "H99.03")
        self.specialist.company_ids += third
        elsewhere = self.env["vpdt.incoming"].with_user(self.specialist).with_context(allowed_company_ids=third.ids)
        self.assertFalse(elsewhere.search([("id", "=", document.id)]), "not with an agency that does not follow it")
        mine = document.with_user(self.specialist).with_context(allowed_company_ids=self.other_agency.ids)
        mine.draft_answer = "Xong"
        mine.action_finish()
        self.assertEqual(document.state, "finished")

    def test_what_is_not_registered_goes_over_with_its_files(self):
        document = self.incoming("Chưa vào sổ")
        before = document.file_ids
        self.merge()
        self.assertEqual((document.company_id, document.state), (self.other_agency, "arrived"))
        after = document.sudo().file_ids
        self.assertEqual(
            (after.company_id, after.replaces_id, after.sha256), (self.other_agency, before, before.sha256)
        )
        self.assertEqual(after._content(), PDF)
        self.assertEqual((before.company_id, before.current), (self.agency, False), "never rewritten")
        self.assertIn(self.stranger, document.activity_ids.user_id)
        document.with_user(self.stranger).action_register()
        self.assertEqual(document.register_id.company_id, self.other_agency)
        self.assertFalse(document.activity_ids, "what was asked of the clerk is done")

    def test_no_file_holds_up_a_reorganisation(self):
        """A stricter successor, a name of the successor's rules, bytes that nobody can read, a virus."""
        document, other = self.incoming("Chưa vào sổ"), self.incoming("Có vi-rút")
        document.file_ids.sudo().write({"verdict": "valid", "checked_at": fields.Datetime.now()})
        signature = {"file_id": document.file_ids.id, "signer": "Người ký", "verdict": "valid"}
        self.env["vpdt.signature"].create(signature)
        infected = other.file_ids
        infected.sudo()._work_to("scan_state", "infected", {"virus": "Eicar"})
        # the very bytes are known as a virus by now, and nothing at all is allowed by the rules
        File = self.env.registry["vpdt.file"]
        refuse = UserError("not asked")
        with (
            patch.object(File, "_check_policy", side_effect=refuse),
            patch.object(File, "_content", side_effect=refuse),
            patch.object(File, "_refuse_known_virus", side_effect=refuse),
        ):
            self.merge()
        copied = document.sudo().file_ids
        self.assertEqual((copied.name, copied.verdict, copied.company_id), ("den.pdf", "valid", self.other_agency))
        self.assertEqual(copied.signature_ids.signer, "Người ký")
        self.assertEqual(copied.with_user(self.stranger)._content(), PDF)
        before = copied.replaces_id
        self.assertEqual(copied.attachment_id.store_fname, before.attachment_id.store_fname, "stored once")
        self.assertEqual(copied.attachment_id.res_id, copied.id)
        self.assertEqual((other.company_id, infected.company_id), (self.other_agency, self.agency))
        self.assertFalse(self.env["vpdt.file"].search_count([("replaces_id", "=", infected.id)]))
        self.assertIn("den.pdf", " ".join(other.activity_ids.mapped("summary")))
        details = self.env["vpdt.journal.entry"].search([("res_model", "=", other._name), ("res_id", "=", other.id)])
        self.assertIn("stays_in_quarantine", " ".join(details.mapped("detail")))

    def test_drafts_begin_anew_under_the_new_name(self):
        self.other_agency.abbreviation = "STC"
        draft, reviewed = self.outgoing("Dự thảo"), self.outgoing("Đang ký nháy")
        self.force_state(reviewed, "review")
        self.merge()
        for document in draft + reviewed:
            self.assertEqual((document.company_id, document.state), (self.other_agency, "draft"))
            self.assertIn("STC", document.notation)
            self.assertTrue(document.activity_ids.filtered(lambda a: a.user_id == self.specialist))

    def test_a_signed_document_hinders(self):
        signed = self.outgoing("Đã ký")
        self.force_state(signed, "signed")
        with self.assertRaisesRegex(UserError, self.agency.name):
            self.merge()
        self.assertTrue(self.agency.organization_id.active)
        self.force_state(signed, "issued")
        self.merge()
        self.assertEqual(signed.company_id, self.agency)

    def test_the_registers_are_closed(self):
        register = self.agency._register_of("incoming")
        self.merge()
        self.assertFalse(register.active)
        with self.assertRaises(UserError):
            register._take_number(today().year)
        self.assertTrue(register.volume_ids, "the volumes stay, to be printed")

    def test_the_plan_says_it_before(self):
        self.incoming("Chưa vào sổ")
        self.incoming("Đã vào sổ").action_register()
        plan = self.wizard().plan
        for words in ("1 incoming documents not yet registered", "1 registered documents", "0 drafts", "are closed"):
            self.assertIn(words, plan)

    def test_each_document_that_goes_over_is_journalled(self):
        document = self.incoming("Chưa vào sổ")
        self.merge()
        entries = self.env["vpdt.journal.entry"].search(
            [("res_model", "=", "vpdt.incoming"), ("res_id", "=", document.id)]
        )
        self.assertIn("to_agency", " ".join(entries.mapped("detail")))


@tagged("post_install", "-at_install")
class TestRenamedAgency(ReorganizationCase):
    def rename(self, organization, name):
        self.env["vpdt.organization.reorganization"].with_user(self.administrator).create(
            {
                "kind": "rename",
                "organization_ids": [(6, 0, organization.ids)],
                "decision_number": "12/QĐ-UBND",
                "decision_date": today() - timedelta(days=3),
                "new_name": name,
            }
        ).action_apply()

    def test_old_documents_keep_the_old_name_of_their_author(self):
        author = self.env["vpdt.organization"].create({"name": "Tên cũ", "identifier": "H99.50"})
        document = self.incoming("Văn bản cũ")
        document.author_id = author
        self.assertEqual(document.author_name, "Tên cũ")
        self.rename(author, "Tên mới")
        self.assertEqual((author.name, document.author_name), ("Tên mới", "Tên cũ"))
        later = self.incoming("Văn bản mới")
        later.author_id = author
        self.assertEqual(later.author_name, "Tên mới")

    def test_issued_documents_keep_the_name_of_their_recipient(self):
        organization = self.env["vpdt.organization"].create({"name": "Tên cũ", "identifier": "H99.50"})
        issued, draft = self.outgoing("Đã ban hành"), self.outgoing("Dự thảo")
        for document in issued + draft:
            document.recipient_ids = [(0, 0, {"organization_id": organization.id})]
        issued.recipient_ids._keep_names()
        self.rename(organization, "Tên mới")
        self.assertEqual(issued.recipient_ids._name_on_paper(), "Tên cũ")
        self.assertEqual(next(issued._register_rows())[4], "Tên cũ")
        self.assertEqual(draft.recipient_ids._name_on_paper(), "Tên mới")

    def test_registers_go_on_and_an_old_volume_has_the_old_name_on_its_cover(self):
        register = self.agency._register_of("incoming")
        volume = register.volume_ids
        self.rename(self.agency.organization_id, "Sở Mới")
        self.assertTrue(register.active)
        volume.write({"date_to": today() - timedelta(days=1)})
        self.assertEqual(volume.company_id._name_on(volume.date_to), "Sở Nội vụ thử")
        self.assertEqual(volume.company_id.name, "Sở Mới")
