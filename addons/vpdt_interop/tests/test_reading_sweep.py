"""Nobody is told anything of a record that he may not read, by whatever road; see vpdt_base/tests/reading_sweep.py."""

import base64
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.vpdt_base.signing import pki
from odoo.addons.vpdt_base.tests.acting_sweep import ActingSweep
from odoo.addons.vpdt_base.tests.builders import tiny_pdf
from odoo.addons.vpdt_base.tests.common import today
from odoo.addons.vpdt_base.tests.reading_sweep import ReadingSweep
from odoo.addons.vpdt_base.tests.word_sweep import WordSweep
from odoo.addons.vpdt_documents.tests.matrix_common import DocumentsCase
from odoo.addons.vpdt_documents.tests.test_draft_template import GOOD, docx

#: Directories and settings that everybody of the province reads, or that the system keeps for itself: no row is needed.
OPEN_OR_CLOSED = {
    "vpdt.account.case",
    "vpdt.account.form",
    "vpdt.account.form.column",
    "vpdt.account.link",
    "vpdt.account.policy",
    "vpdt.account.role",
    "vpdt.alert.choice",  # one's own ticks, no words
    "vpdt.incident.step.template",
    "vpdt.allowed.host",
    "vpdt.backup",
    "vpdt.attempt",
    "vpdt.chat.service",
    "vpdt.document.type",
    "vpdt.exchange.channel",
    "vpdt.file.policy",
    "vpdt.file.rendition",
    "vpdt.file.text",
    "vpdt.file.type",
    "vpdt.journal.seal",
    "vpdt.organization",
    "vpdt.organization.group",
    "vpdt.organization.import",
    "vpdt.organization.import.line",
    "vpdt.organization.name",
    "vpdt.organization.succession",
    "vpdt.organization.use",
    "vpdt.revocation.cache",
    "vpdt.signing.service",
    "vpdt.signing.session",
    "vpdt.signing.session.part",
    "vpdt.trust.anchor",
}
STRANGERS = ("stranger", "strange_admin")  # between them they may do all that people of another agency may
INSIDERS = ("specialist", "archivist", "unit_admin", "auditor")  # none of them takes part in any of the documents


@tagged("post_install", "-at_install")
class TestReadingSweep(ReadingSweep, ActingSweep, WordSweep, DocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        drafter = cls.env.ref("vpdt_base.group_specialist")
        cls.stranger.write({"group_ids": [(4, drafter.id)]})  # who may make more is told more
        cls._make_rows()
        cls.mark()
        cls.add_outsiders()
        # What waits for the commit cannot be copied for each test.
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.cr.postcommit.clear()

    @classmethod
    def _make_rows(cls):
        issued = cls.make_outgoing("issued", subject="Mật một")
        draft = cls.make_outgoing("draft", signer_ids=[(0, 0, {"user_id": cls.cast["unit_head"].id})])
        incoming = cls.make_incoming("directed", subject="Mật hai", number="77")
        copy = cls.make_copy("issued", incoming_id=incoming.id)
        department = cls.env["hr.department"].create({"name": "Phòng kín", "company_id": cls.agency.id})
        department.manager_id = cls.reviewer_employee()
        cls.env["vpdt.register.volume"].create({"register_id": cls.registers["incoming"].id})
        cls.env["vpdt.register.volume"].search([], limit=1)._journal_printed({"report": "register"})
        kept = {"register_id": cls.registers["outgoing"].id, "user_id": cls.leader.id, "note": "Số kín"}
        cls.env_of("clerk")["vpdt.register.number"].create(kept)
        route = {"name": "Luồng kín", "line_ids": [(0, 0, {"kind": "unit_head"})], "company_id": cls.agency.id}
        cls.env["vpdt.route"].create(route)
        own = {"name": "Mẫu kín", "type_id": cls.type.id, "content": docx(*GOOD), "company_id": cls.agency.id}
        cls.env["vpdt.draft.template"].create(own)
        draft.action_lay_out_route()
        use = {"outgoing_id": issued.id, "person": "Người đọc kín", "permitted_by_id": cls.leader.id}
        cls.env["vpdt.kept.copy.use"].create(use)
        cls.env["vpdt.register.counter"].create({"register_id": cls.registers["incoming"].id, "year": 2026})
        file = issued._file_of_role("main")
        cls.env["vpdt.signature"].create({"file_id": file.id, "verdict": "valid"})
        cls.env["vpdt.virus.check"]._report(file, "failed", "x")
        cls.env["vpdt.day.exception"].create({"date": "2026-05-02", "company_id": cls.agency.id, "name": "Nghỉ bù"})
        key = {"name": "Khóa kín", "company_id": cls.agency.id}
        cls.env["vpdt.signing.key"].create({**key, "user_id": cls.leader.id})
        key = cls.env["vpdt.signing.key"].create({**key, "holder": "agency", "user_id": False})
        people = {"giver_id": cls.leader.id, "receiver_id": cls.clerk.id}
        cls.env["vpdt.signing.key.handover"].create({"key_id": key.id, "code": "01/BB-kín", **people})
        cls.env["vpdt.recipient.list"].create({"name": "Nơi nhận kín", "company_id": cls.agency.id})
        cls.env["vpdt.opinion"].create({"outgoing_id": draft.id, "user_id": cls.cast["reviewer"].id})
        cls._make_requests(draft)
        cls._make_exchange(issued, incoming)
        if "vpdt.account.request" in cls.env:
            cls._make_account_rows()
        issued.with_env(cls.env_of("clerk")).message_post(body="Ghi chú kín")
        incoming.with_env(cls.env_of("clerk")).set_private_note("Ghi chú kín")
        incoming.with_env(cls.env_of("lead"))._note_progress("Diễn biến kín")
        secret = cls.make_incoming("registered", subject="Mật ba", number="78")
        secret.with_env(cls.env_of("clerk")).action_report_secret()
        cls.env_of("leader")["vpdt.quick.text"].create({"text": "Bút phê kín"})
        cls.env["vpdt.handling.period"].create({"days": 5, "company_id": cls.agency.id, "legal_basis": "Căn cứ kín"})
        task = cls.env_of("leader")["vpdt.task"].create({"subject": "Việc kín"})
        task.direct([{"kind": "user", "id": cls.cast["lead"].id, "part": "lead", "deadline": ""}], "Lời giao kín")
        bulk = cls.env_of("clerk")["vpdt.bulk.intake"].create({"name": "Đợt kín"})
        cls.env["vpdt.bulk.intake.line"].create({"intake_id": bulk.id, "row": 2, "result": "ready", "subject": "kín"})
        return copy

    @classmethod
    def reviewer_employee(cls):
        return cls.env["hr.employee"].search([("user_id", "=", cls.cast["reviewer"].id)])

    @classmethod
    def _make_requests(cls, draft):
        change = {"res_model": draft._name, "res_id": draft.id, "user_id": cls.cast["lead"].id, "reason": "Cần"}
        cls.env_of("drafter")["vpdt.access.change"].create(change)
        cls.env_of("leader")["vpdt.delegation"].create(
            {
                "principal_id": cls.leader.id,
                "deputy_id": cls.cast["reviewer"].id,
                "may_direct": True,
                "date_to": str(today() + timedelta(days=30)),
                "document_code": "01/QĐ",
                "document_date": "2026-01-01",
            }
        )

    @classmethod
    def _make_account_rows(cls):
        line = {"name": "Người kín", "login": "kin@tinh.vn", "note": "kín"}
        cls.env_of("unit_admin")["vpdt.account.request"].create({"note": "kín", "line_ids": [(0, 0, line)]})
        account = cls.env["vpdt.account"].search([("user_id", "=", cls.clerk.id)])
        cls.env["vpdt.account"]._write_letters("idle", account)
        key = {"name": "Khóa", "holder": "agency", "user_id": False, "company_id": cls.agency.id}
        key |= {"clerk_ids": [(6, 0, cls.clerk.ids)], "permission_note": "QĐ"}
        cls.env["vpdt.signing.key"].create(key)
        cls.env["vpdt.handover"].create({"user_id": cls.clerk.id, "company_id": cls.agency.id, "note": "kín"})
        notice = cls.env["vpdt.notice"].create({"name": "Tin kín", "text": "kín", "keeper_id": cls.agency.id})
        cls.env["vpdt.notice.reading"].create({"notice_id": notice.id, "user_id": cls.clerk.id, "at": "2026-01-01"})
        cls.env_of("clerk")["vpdt.incident"].report("Sự cố kín", kind="personal")
        use = {"user_id": cls.clerk.id, "company_id": cls.agency.id, "day": "2026-01-05"}
        cls.env["vpdt.usage.day"].create(use)

    @classmethod
    def _make_exchange(cls, issued, incoming):
        common = {"company_id": cls.agency.id, "kind": "document", "document_code": "01"}
        packet = base64.b64encode(tiny_pdf())
        message = cls.env["vpdt.exchange.message"].create({**common, "direction": "out", "outgoing_id": issued.id})
        cls.env["ir.attachment"].create(
            {"name": "goi.edxml", "datas": packet, "res_model": message._name, "res_id": message.id}
        )
        cls.env["vpdt.exchange.message"].create(
            {**common, "direction": "in", "incoming_id": incoming.id, "sha256": "0" * 64}
        )
        request = {"company_id": cls.agency.id, "kind": "recall", "reason": "Lý do kín"}
        cls.env["vpdt.exchange.request"].create({**request, "direction": "in", "incoming_id": incoming.id})
        cls.env["vpdt.exchange.status"].create(
            {"recipient_id": issued.recipient_ids.id, "code": "01", "at": "2026-01-01", "description": "x"}
        )

    def test_every_model_has_a_row(self):
        models = self.models_of("vpdt_base", "vpdt_documents", "vpdt_interop")
        missing = models - self.rows.keys() - OPEN_OR_CLOSED
        self.assertEqual(missing, set(), "models without a row in the sweep of reading")
        self.assertGreater(len(self.words), 60)

    def _check_all(self, roles, road):
        leaks = [leak for role in roles for leak in self.check(role, list(getattr(self, road)(role)))]
        if leaks:
            self.fail("\n".join(["told to who may not read it:", *sorted(set(leaks))]))

    def test_rows_by_their_ids(self):
        self._check_all((*STRANGERS, "specialist", "auditor"), "attempts_by_id")

    def test_lists_and_names(self):
        self._check_all(STRANGERS + INSIDERS, "attempts_by_search")

    def test_every_list_of_the_database(self):
        self._check_all(STRANGERS, "attempts_everywhere")

    def test_new_forms(self):
        self._check_all(STRANGERS, "attempts_by_form")

    def test_names_told_by_ones_own_record(self):
        faults = [fault for role in ("specialist", "archivist", "unit_admin") for fault in self.check_naming(role)]
        faults += [fault for role in STRANGERS for fault in self.check_naming(role, abroad=True)]
        self.assertEqual(faults, [])

    def test_steps_of_others(self):
        self.assertEqual(self.acting_faults((*STRANGERS, *INSIDERS, "portal", "public")), [])

    def test_steps_of_nobody_in_the_office(self):
        self.assertEqual(self.acting_faults_without_rows(("portal", "public")), [])

    def test_a_step_that_asks_nothing_is_found(self):
        Document = type(self.env["vpdt.outgoing"])
        with patch.object(Document, "action_versions", lambda document: document.sudo().write({"note": "x"})):
            self.assertIn("stranger · vpdt.outgoing.action_versions: wrote", str(self.acting_faults(("stranger",))))

    def test_what_is_said_is_vietnamese(self):
        compared = self._same_document_again()
        key = self.env["vpdt.signing.key"].search([("user_id", "=", self.leader.id)], limit=1)
        person = pki.shared_authority("VPDT Test ORM").issue_person("Người khác", organization="Sở Nội vụ")
        key.certificate = person.pem.decode()
        self._put_into(key, "unconfirmed")
        also = [
            ("system_admin", self._open_release),
            ("clerk", lambda env: compared.with_env(env).action_register()),
            ("unit_admin", lambda env: key.with_env(env).action_confirm_holder()),
        ]
        pressed = self.check_words("vpdt_base", "vpdt_documents", "vpdt_interop", also=also)
        self.assertGreater(pressed, 500)

    def _same_document_again(self):
        values = {"number": "9", "date": "2026-01-05"}
        return (self.make_incoming(**values) | self.make_incoming(**values))[1]

    def _open_release(self, env):
        with patch.object(type(env["vpdt.backup"]), "_held", lambda backup: {"moment": "2026-01-05 01:00:00"}):
            return env["vpdt.backup.release"].action_open()
