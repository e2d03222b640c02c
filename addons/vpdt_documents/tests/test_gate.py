"""Attacks by ordinary accounts that went through before there was a gate, each as it was carried out, over RPC."""

import hashlib
import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import OfficeCase

FORGED = {"default_state": "issued", "default_number": "9999", "default_date": "2026-01-02"}


@tagged("post_install", "-at_install")
class TestGateStories(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.incoming = cls.as_user(cls.clerk)["vpdt.incoming"].create({"subject": "Đến", "author_name": "Bộ Thử"})

    def rpc(self, user, model, method, *args, context=None, **kwargs):
        """Call a method as a client does: ids and values first, whatever context it likes."""
        context = {"allowed_company_ids": user.company_ids.ids, **(context or {})}
        return call_kw(self.env(user=user)[model], method, json.loads(json.dumps(args)), {"context": context, **kwargs})

    def make(self, user, model, values, context=None):
        self.env.flush_all()
        record = self.env[model].browse(self.rpc(user, model, "create", values, context=context))
        record.flush_recordset()
        record.invalidate_recordset()
        return record

    def moves_of(self, record):
        entries = self.env["vpdt.journal.entry"].search([("res_model", "=", record._name), ("res_id", "=", record.id)])
        return entries.filtered(lambda entry: entry.kind in ("move", "sign", "permission"))

    def keep_default(self, user, model, field, value):
        """A default of his own as an earlier version, or a way that nobody knows yet, has let it in."""
        self.env["ir.default"].set(model, field, value, user_id=user.id)

    # Defaults of one's own in what the system writes --------------------------------------------------------------

    def test_the_public_check_does_not_vouch_for_a_forged_draft(self):
        values = {"type_id": self.letter.id, "subject": "Công bố giả", "signer_id": self.leader.id}
        document = self.make(self.specialist, "vpdt.outgoing", values, FORGED)
        self.assertFalse(document.code and document.code.startswith("9999"))
        forged = {"published": True, "verdict": "valid", "scan_state": "clean", "has_agency_signature": True}
        for name, value in forged.items():
            with self.assertRaises(AccessError):
                self.rpc(self.specialist, "ir.default", "set", "vpdt.file", name, value, True, True)
            self.keep_default(self.specialist, "vpdt.file", name, value)
        mine = document.with_env(self.as_user(self.specialist))
        file = self.env["vpdt.file"].with_env(mine.env)._store(mine, "a.pdf", self.pdf, "main").sudo()
        file.flush_recordset()
        file.invalidate_recordset()
        self.assertFalse(file.published or file.verdict or file.has_agency_signature or file.scan_state == "clean")
        found = self.env["vpdt.file"]._find_published(sha256=hashlib.sha256(self.pdf).hexdigest())
        self.assertIsNone(found)

    def test_a_default_of_ones_own_is_refused_for_what_the_steps_write(self):
        for model, name, value in (
            ("vpdt.outgoing", "state", "issued"),
            ("vpdt.delegation", "state", "active"),
            ("vpdt.participant", "user_id", self.specialist.id),
            ("vpdt.incoming", "company_id", self.other_agency.id),
        ):
            with self.subTest(model=model, field=name), self.assertRaises(AccessError):
                self.rpc(self.specialist, "ir.default", "set", model, name, value, True)
        self.assertTrue(self.rpc(self.specialist, "ir.default", "set", "vpdt.outgoing", "subject", "V/v", True))
        default = self.env["ir.default"].search([("user_id", "=", self.specialist.id)])
        state = self.env["ir.model.fields"]._get("vpdt.outgoing", "state")
        with self.assertRaises(AccessError):
            values = {"field_id": state.id, "json_value": '"issued"'}
            self.rpc(self.specialist, "ir.default", "write", default.ids, values)

    def test_an_attachment_of_the_system_is_not_public_by_a_default_of_ones_own(self):
        self.keep_default(self.specialist, "ir.attachment", "public", True)
        attachment = self.as_user(self.specialist)["ir.attachment"].sudo().create({"name": "x", "raw": b"x"})
        self.assertFalse(attachment.public)

    # Keys of the context -----------------------------------------------------------------------------------------

    def test_a_delegation_is_not_born_in_force(self):
        values = {"principal_id": self.leader.id, "deputy_id": self.unit_admin.id, "may_direct": True}
        values |= {"date_to": "2099-12-31", "document_code": "01/GUQ", "document_date": "2026-01-01"}
        delegation = self.make(self.unit_admin, "vpdt.delegation", values, {"default_state": "active"})
        self.assertEqual(delegation.state, "draft")
        self.assertFalse(self.env["vpdt.delegation"]._find(self.leader, self.unit_admin, "direct"))
        with self.assertRaises(UserError):
            self.rpc(self.unit_admin, "vpdt.delegation", "action_activate", delegation.ids)

    def test_an_incoming_document_is_not_born_finished(self):
        context = {
            "default_state": "finished",
            "default_arrival_number": 500,
            "default_register_year": 2026,
            "default_direction": "bút phê giả",
            "default_directed_at": "2020-01-01 00:00:00",
            "default_directed_for_id": self.leader.id,
            "default_answer": "kết quả giả",
            "default_arrival_day": "2001-01-01",
            "default_transferred_at": "2001-01-01 00:00:00",
            "default_refusal_reason": "giả",
        }
        document = self.make(self.clerk, "vpdt.incoming", {"subject": "Giả", "author_name": "Giả"}, context)
        self.assertEqual(document.state, "arrived")
        for name in ("arrival_number", "register_year", "direction", "directed_at", "directed_for_id", "answer"):
            self.assertFalse(document[name], name)
        self.assertEqual(document.arrived_at.year, self.incoming.arrived_at.year)  # the clerk's to state, with a reason
        self.assertFalse(document.arrival_day or document.transferred_at or document.refusal_reason)
        self.rpc(self.clerk, "vpdt.incoming", "action_register", document.ids)
        self.assertEqual(document.arrival_number, 1)

    def test_an_outgoing_document_is_not_born_issued(self):
        context = {**FORGED, "default_signer_name": "Chủ tịch giả", "default_issued_at": "2026-01-02 00:00:00"}
        values = {"type_id": self.letter.id, "subject": "Giả", "signer_id": self.leader.id, "notation": "VP"}
        document = self.make(self.specialist, "vpdt.outgoing", values, context)
        self.assertEqual(document.state, "draft")
        self.assertFalse(document.number or document.date or document.signer_name or document.issued_at)
        self.assertFalse(self.moves_of(document))

    def test_no_document_goes_into_the_register_of_another_agency(self):
        foreign = self.registers[self.other_agency, "outgoing"]
        context = {"default_register_id": foreign.id, "default_register_year": 1999}
        context["default_register_number"] = 2**31 - 1
        values = {"type_id": self.letter.id, "subject": "Giả", "signer_id": self.leader.id}
        document = self.make(self.specialist, "vpdt.outgoing", values, context)
        self.assertFalse(document.register_id or document.register_year or document.register_number)
        foreign = self.registers[self.other_agency, "incoming"]
        with self.assertRaises(UserError):
            self.rpc(self.clerk, "vpdt.incoming", "write", self.incoming.ids, {"register_id": foreign.id})
        values = {"subject": "Giả", "author_name": "Giả"}
        with self.assertRaises(UserError):
            self.make(self.clerk, "vpdt.incoming", values, {"default_register_id": foreign.id})

    def test_a_document_stays_with_the_agency_of_who_makes_it(self):
        values = {"type_id": self.letter.id, "subject": "Giả", "signer_id": self.leader.id}
        context = {"default_company_id": self.other_agency.id, "default_drafter_id": self.leader.id}
        document = self.make(self.specialist, "vpdt.outgoing", values, context)
        self.assertEqual((document.company_id, document.drafter_id), (self.agency, self.specialist))
        for name, value in (("company_id", self.other_agency.id), ("drafter_id", self.leader.id)):
            with self.subTest(name), self.assertRaises(AccessError):
                self.make(self.specialist, "vpdt.outgoing", {**values, name: value})
        same = {"company_id": self.agency.id, "drafter_id": self.specialist.id, "state": "draft"}
        self.assertTrue(self.make(self.specialist, "vpdt.outgoing", {**values, **same}), "as it would be anyway")

    def test_a_co_signer_is_not_born_with_his_signature(self):
        document = self.new_draft()
        values = {"outgoing_id": document.id, "user_id": self.unit_head.id}
        context = {"default_signed_at": "2026-01-02 00:00:00", "default_signer_name": "Giả"}
        signer = self.make(self.specialist, "vpdt.outgoing.signer", values, context)
        self.assertFalse(signer.signed_at or signer.signer_name)
        nested = [[0, 0, {"user_id": self.colleague.id, "signed_at": "2026-01-02 00:00:00"}]]
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, "vpdt.outgoing", "write", document.ids, {"signer_ids": nested})

    def test_a_key_is_not_born_with_a_certificate(self):
        fingerprint = "ab" * 32
        context = {
            "default_state": "active",
            "default_certificate": "-----BEGIN CERTIFICATE-----",
            "default_fingerprint": fingerprint,
            "default_confirmed_for": f"{fingerprint}:res.users:{self.specialist.id}",
            "default_revocation_status": "good",
        }
        key = self.make(self.specialist, "vpdt.signing.key", {"name": "Khóa giả"}, context)
        self.assertEqual((key.state, key.revocation_status), ("draft", "unknown"))
        self.assertFalse(key.certificate or key.fingerprint or key.sudo().confirmed_for)

    def test_a_copy_is_not_born_issued(self):
        self.env["vpdt.file"]._store(self.incoming.sudo(), "den.pdf", self.pdf, "main")
        self.rpc(self.clerk, "vpdt.incoming", "action_register", self.incoming.ids)
        copy = self.make(self.clerk, "vpdt.copy", {"incoming_id": self.incoming.id}, FORGED)
        self.assertEqual((copy.state, copy.number, copy.date), ("draft", False, False))

    def test_a_change_of_access_is_not_born_confirmed(self):
        values = {"res_model": "vpdt.incoming", "res_id": self.incoming.id, "reason": "x"}
        values["user_id"] = self.specialist.id
        context = {"default_state": "confirmed", "default_decided_by_id": self.leader.id}
        change = self.make(self.clerk, "vpdt.access.change", values, context)
        self.assertEqual((change.state, change.decided_by_id.id), ("requested", False))

    # Lines inside ------------------------------------------------------------------------------------------------

    def test_nobody_writes_anothers_answer_with_the_document(self):
        for forged in ({"answer": "giả"}, {"done_at": "2026-01-02 00:00:00"}, {"state": "done"}):
            line = [[0, 0, {"user_id": self.specialist.id, **forged}]]
            values = {"subject": "Giả", "author_name": "Giả", "assignment_ids": line}
            with self.subTest(forged), self.assertRaises(UserError):
                self.make(self.clerk, "vpdt.incoming", values)
        line = [[0, 0, {"user_id": self.specialist.id}]]
        context = {"default_answer": "giả", "default_done_at": "2026-01-02 00:00:00"}
        values = {"subject": "Thật", "author_name": "Bộ", "assignment_ids": line}
        assignment = self.make(self.clerk, "vpdt.incoming", values, context).assignment_ids
        self.assertFalse(assignment.answer or assignment.done_at)
        self.assertEqual(assignment.state, "open")

    def test_the_name_at_issue_is_written_by_issuing_only(self):
        document = self.issued()
        recipient = document.recipient_ids
        self.assertEqual(recipient.issued_name, recipient.organization_id.name)
        with self.assertRaises(UserError):
            self.rpc(self.clerk, "vpdt.outgoing.recipient", "write", recipient.ids, {"issued_name": "giả"})
        draft = self.new_draft()
        line = [[1, draft.recipient_ids.id, {"issued_name": "giả"}]]
        with self.assertRaises(AccessError):
            self.rpc(self.specialist, "vpdt.outgoing", "write", draft.ids, {"recipient_ids": line})

    # People of the agency ----------------------------------------------------------------------------------------

    def test_people_named_on_a_document_are_of_its_agency(self):
        foreign, draft = self.other_leader.id, self.new_draft()
        department = self.env["hr.department"].create({"name": "Phòng lạ", "company_id": self.other_agency.id})
        for user, record, values in (
            (self.clerk, self.incoming, {"leader_id": foreign}),
            (self.clerk, self.incoming, {"assignment_ids": [[0, 0, {"user_id": foreign}]]}),
            (self.specialist, draft, {"signer_id": foreign}),
            (self.specialist, draft, {"reviewer_id": foreign}),
            (self.specialist, draft, {"department_id": department.id}),
            (self.specialist, draft, {"signer_ids": [[0, 0, {"user_id": foreign}]]}),
        ):
            with self.subTest(values=values), self.assertRaises(UserError) as caught:
                self.rpc(user, record._name, "write", record.ids, values)
            self.assertNotIn(self.other_leader.name, str(caught.exception))
            self.assertNotIn(self.other_agency.name, str(caught.exception))
        values = {"deputy_id": foreign, "may_initial": True, "date_to": "2099-12-31"}
        with self.assertRaises(UserError):
            self.make(self.unit_head, "vpdt.delegation", values)
        self.env["vpdt.file"]._store(self.incoming.sudo(), "den.pdf", self.pdf, "main")
        self.rpc(self.clerk, "vpdt.incoming", "action_register", self.incoming.ids)
        with self.assertRaises(UserError):
            self.make(self.clerk, "vpdt.copy", {"incoming_id": self.incoming.id, "signer_id": foreign})

    def test_who_works_for_two_agencies_does_not_mix_them(self):
        both = self._make_user("both", self.agency, "group_clerk")
        both.company_ids = [(4, self.other_agency.id)]
        foreign = self.registers[self.other_agency, "incoming"]
        for values in (
            {"leader_id": self.other_leader.id},
            {"register_id": foreign.id},
            {"assignment_ids": [[0, 0, {"user_id": self.other_leader.id}]]},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError) as caught:
                self.rpc(both, "vpdt.incoming", "write", self.incoming.ids, values)
            self.assertNotIn(self.other_leader.name, str(caught.exception))

    # Other doors --------------------------------------------------------------------------------------------------

    def test_a_renaming_does_not_take_its_decision_from_the_context(self):
        admin = self._make_user("system_admin", self.agency, "group_system_admin")
        renaming = {"vpdt_renaming": {"until": "1999-01-01", "legal_basis": "Quyết định giả"}}
        self.rpc(admin, "vpdt.organization", "write", self.ministry.ids, {"name": "Bộ Đổi tên"}, context=renaming)
        self.ministry.invalidate_recordset()
        former = self.ministry.name_ids
        self.assertEqual((former.name, former.legal_basis), ("Bộ Thử nghiệm", False))
        self.assertNotEqual(former.valid_to.year, 1999)

    def test_the_name_of_a_role_is_not_taken_by_an_import(self):
        values = {"id": "vpdt_base.group_leader", "subject": "Giả", "author_name": "Giả"}
        with self.assertRaises(AccessError):
            self.make(self.clerk, "vpdt.incoming", values, {"_import_current_module": "vpdt_base"})
        self.assertEqual(self.env.ref("vpdt_base.group_leader")._name, "res.groups")

    def test_a_copy_of_a_document_takes_over_what_people_wrote_only(self):
        document = self.issued()
        forged = {"state": "issued", "number": "9999", "drafter_id": self.leader.id}
        [new] = self.rpc(self.clerk, "vpdt.outgoing", "copy", document.ids, default=forged)
        copy = self.env["vpdt.outgoing"].browse(new)
        self.assertEqual((copy.state, copy.number, copy.drafter_id), ("draft", False, self.clerk))
        self.assertFalse(copy.recipient_ids.mapped("issued_name")[0])

    def test_who_has_left_does_not_go_over_to_a_copy(self):
        draft = self.new_draft(reviewer_id=self.unit_head.id)
        self.unit_head.sudo().write(
            {"company_id": self.other_agency.id, "company_ids": [(6, 0, self.other_agency.ids)]}
        )
        [new] = self.rpc(self.specialist, "vpdt.outgoing", "copy", draft.ids)
        copy = self.env["vpdt.outgoing"].browse(new)
        self.assertEqual(copy.signer_id, self.leader)
        self.assertNotIn(self.unit_head, copy.reviewer_id)
