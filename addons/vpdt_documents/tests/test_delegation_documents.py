"""A deputy signs, initials and directs in the place of the principal while the delegation holds, and not otherwise."""

import base64
import io
import json
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from pypdf import PdfReader

from odoo.addons.vpdt_base.signing import pki
from odoo.addons.vpdt_base.signing.pictures import make_demo_signature
from odoo.addons.vpdt_base.tests.test_vpdt_delegation import prepare_delegation_vals

from .matrix_common import DocumentsCase

PASSPHRASE = "mật khẩu"


@tagged("post_install", "-at_install")
class TestDelegationDocuments(DocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        master_key = Path(folder.name) / "master.key"
        cls.startClassPatcher(patch.dict(os.environ, {"VPDT_MASTER_KEY_FILE": str(master_key)}))
        cls.deputy = cls.cast["unit_head"]
        cls.after = cls.env["vpdt.delegation"]._today() + timedelta(days=11)

    def delegate(self, **values):
        Delegation = self.env_of("leader")["vpdt.delegation"]
        delegation = Delegation.create(
            prepare_delegation_vals(self.leader, self.deputy, **{"may_sign": False, **values})
        )
        delegation.action_activate()
        return delegation

    def entry(self, record, kind):
        domain = [("res_model", "=", record._name), ("res_id", "=", record.id), ("kind", "=", kind)]
        return json.loads(self.env["vpdt.journal.entry"].search(domain, limit=1).detail)

    # Directing -------------------------------------------------------------------------------------------------

    def test_the_deputy_directs_in_the_leaders_place(self):
        incoming = self.make_incoming("submitted")
        mine = self.as_role(incoming, "unit_head")
        self.assertFalse(mine.search([("id", "=", incoming.id)]))
        self.delegate(may_direct=True)
        self.assertEqual(mine.search([("id", "=", incoming.id)]), mine)
        self.assertEqual(mine.acting_for_id, self.leader)
        self.assertTrue(any(step["action"] == "action_direct" and step["enabled"] for step in mine.next_steps))
        mine.write(
            {
                "draft_direction": "Giao xử lý",
                "assignment_ids": [(0, 0, {"user_id": self.cast["lead"].id, "part": "lead"})],
            }
        )
        self.assertTrue(mine.action_direct())
        self.assertEqual((incoming.state, incoming.directed_for_id), ("directed", self.leader))
        self.assertEqual(self.entry(incoming, "move")["on_behalf_of"], self.leader.login)
        self.assertEqual(self.entry(incoming, "move")["delegation"], "05/GUQ-SNV")

    def test_what_he_dealt_with_stays_visible_what_he_did_not_does_not(self):
        mine, other = self.make_incoming("submitted"), self.make_incoming("submitted", subject="Khác")
        delegation = self.delegate(may_direct=True)
        acting = self.as_role(mine, "unit_head")
        acting.assignment_ids = [(0, 0, {"user_id": self.cast["lead"].id, "part": "lead"})]
        acting.action_direct()
        delegation.action_revoke()
        seen = acting.search([("id", "in", (mine | other).ids)])
        self.assertEqual(seen, acting)

    def test_not_before_not_after_and_not_for_something_else(self):
        incoming = self.as_role(self.make_incoming("submitted"), "unit_head")
        self.delegate(may_sign=True)
        with self.assertRaises(AccessError):
            incoming.action_direct()
        self.delegate(may_direct=True)
        with freeze_time(self.after):
            self.env.invalidate_all()
            with self.assertRaises(AccessError):
                incoming.action_direct()

    # Initialling and signing ------------------------------------------------------------------------------------

    def test_the_deputy_initials(self):
        outgoing = self.make_outgoing("review")
        head = self.env_of("reviewer")["vpdt.delegation"]
        values = prepare_delegation_vals(self.cast["reviewer"], self.cast["specialist"], may_sign=False)
        head.create({**values, "may_initial": True}).action_activate()
        acting = self.as_role(outgoing, "specialist")
        acting.action_initial()
        review = outgoing.sudo().review_ids[-1]
        self.assertEqual((outgoing.state, review.principal_id), ("to_sign", self.cast["reviewer"]))

    def test_the_signing_deputy_is_settled_with_the_draft(self):
        outgoing = self.make_outgoing("draft")
        with self.assertRaisesRegex(UserError, "no delegation to sign this document"), self.env.cr.savepoint():
            self.as_role(outgoing, "drafter").deputy_id = self.deputy
        self.delegate(may_sign=True)
        self.env.invalidate_all()
        outgoing = self.as_role(outgoing, "drafter")
        self.assertEqual(outgoing.possible_deputy_ids, self.deputy)
        outgoing.deputy_id = self.deputy
        self.assertEqual(outgoing._printed_signing_lines(), ["TUQ. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"])
        context = outgoing._template_context()
        self.assertEqual(context["competence_lines"], ["TUQ. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"])
        self.assertEqual(context["signer_name"], "Unit_Head")

    def test_a_delegation_for_some_types_is_for_those(self):
        outgoing = self.make_outgoing("draft")
        other = self.env["vpdt.document.type"].search([("id", "!=", self.type.id)], limit=1)
        self.delegate(may_sign=True, type_ids=[(6, 0, other.ids)])
        self.assertFalse(self.as_role(outgoing, "drafter").possible_deputy_ids)
        self.delegate(may_sign=True, type_ids=[(6, 0, self.type.ids)])  # other types: no overlap
        self.env.invalidate_all()
        self.assertEqual(self.as_role(outgoing, "drafter").possible_deputy_ids, self.deputy)
        with self.assertRaisesRegex(UserError, "delegated already"):
            self.delegate(may_sign=True)

    def test_signing_is_delegated_for_named_types_only(self):
        """“Limited in content”, Nghị định 30/2020, khoản 3 Điều 13."""
        with self.assertRaisesRegex(UserError, "limited in content"):
            self.delegate(may_sign=True, type_ids=False)
        self.delegate(may_initial=False, may_direct=True, type_ids=False)
        old = self.delegate(may_sign=True)
        self.env.cr.execute("DELETE FROM vpdt_delegation_vpdt_document_type_rel WHERE vpdt_delegation_id = %s", old.ids)
        self.env.invalidate_all()
        outgoing = self.as_role(self.make_outgoing("to_sign"), "unit_head")
        self.assertFalse(outgoing.sudo().possible_deputy_ids, "one of before that names no type covers nothing")
        self.assertFalse(outgoing._delegation_of_step("action_sign"))

    def test_the_deputy_of_one_agency_is_none_in_the_other(self):
        """The principal and the deputy work for both; what is delegated is the authority in one."""
        both = self.leader | self.deputy
        both.sudo().company_ids |= self.other_agency
        self.delegate(may_direct=True)
        Incoming = self.env["vpdt.incoming"].with_user(self.deputy)
        for agency, seen in ((self.agency, True), (self.other_agency, False)):
            waiting = {"company_id": agency.id, "leader_id": self.leader.id, "state": "submitted"}
            document = Incoming.sudo().new(waiting)
            self.assertEqual(bool(document.filtered_domain(Incoming._visible_domain())), seen)

    def test_a_draft_printed_for_the_principal_is_not_signed_by_the_deputy(self):
        outgoing = self.make_outgoing("to_sign")
        self.delegate(may_sign=True)
        acting = self.as_role(outgoing, "unit_head")
        self.assertEqual(acting.acting_for_id, self.leader)
        with self.assertRaisesRegex(UserError, "printed for the signature of"):
            acting.action_sign()
        acting.draft_opinion = "Ký thay, in lại."
        acting.action_return()
        self.assertEqual(outgoing.state, "draft")

    def test_nobody_else_signs_what_is_printed_for_the_deputy(self):
        self.delegate(may_sign=True)
        outgoing = self.make_outgoing("to_sign", deputy_id=self.deputy.id)
        with self.assertRaisesRegex(UserError, "The signature is asked of"):
            self.as_role(outgoing, "leader").action_sign()
        with freeze_time(self.after):
            self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, "does not hold today"):
                self.as_role(outgoing, "unit_head").action_sign()

    def test_the_deputy_signs_with_his_own_key(self):
        self.delegate(may_sign=True)
        self.agency.organization_id.write({"place": "Gia Lai", "abbreviation": "SNV"})
        outgoing = self.env_of("drafter")["vpdt.outgoing"].create(
            {
                "type_id": self.type.id,
                "subject": "Về việc thử ủy quyền",
                "body": "Căn cứ Nghị định số 30/2020/NĐ-CP;\nĐiều 1. Nội dung thử.",
                "reviewer_id": self.cast["reviewer"].id,
                "signer_id": self.leader.id,
                "deputy_id": self.deputy.id,
                "recipient_ids": [(0, 0, {"organization_id": self.recipient.id})],
            }
        )
        outgoing.action_make_draft()
        printed = PdfReader(io.BytesIO(outgoing.main_file_id._content())).pages[-1].extract_text()
        self.assertIn("TUQ. GIÁM ĐỐC", printed)
        self.assertIn("CHÁNH VĂN PHÒNG", printed)
        outgoing.action_submit()
        self.as_role(outgoing, "reviewer").action_initial()
        key = self._make_key()
        acting = self.as_role(outgoing, "unit_head")
        self.assertEqual(acting.action_sign()["tag"], "vpdt_sign")
        self.assertTrue(acting.sign(key.id, PASSPHRASE))
        self.assertEqual(outgoing.state, "signed")
        self.assertEqual(outgoing.signer_title, "TUQ. GIÁM ĐỐC CHÁNH VĂN PHÒNG")
        self.assertEqual(outgoing.signer_name, "Unit_Head")
        self.assertEqual(self.entry(outgoing, "sign")["on_behalf_of"], self.leader.login)
        self.assertEqual(self.entry(outgoing, "move")["on_behalf_of"], self.leader.login)
        self.assertEqual(outgoing.sudo().review_ids[-1].principal_id, self.leader)
        outgoing.main_file_id._check_signatures()
        self.assertEqual(outgoing.main_file_id.signature_ids.filtered("signed_at").signer, "Unit_Head")

    def _make_key(self):
        authority = pki.shared_authority("VPDT Test Delegation")
        root = {"name": "VPDT Test Delegation", "certificate": authority.root.pem.decode()}
        self.env["vpdt.trust.anchor"].create(root)
        identity = authority.issue_person("Unit_Head", organization=self.agency.name)
        key = self.env_of("unit_head")["vpdt.signing.key"].create(
            {
                "name": "Khóa",
                "holder": "person",
                "user_id": self.deputy.id,
                "picture": base64.b64encode(make_demo_signature("Unit_Head")),
            }
        )
        key.load_pkcs12(base64.b64encode(identity.pkcs12(PASSPHRASE)).decode(), PASSPHRASE)
        return key
