from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.common import today
from odoo.addons.vpdt_base.tests.write_sweep import WriteSweepCase

from .matrix_common import DocumentsCase
from .test_draft_template import GOOD, docx


def template_bytes():
    """An own template that is in order, as a client sends it."""
    return docx(*GOOD).decode()


@tagged("post_install", "-at_install")
class TestWriteSweep(DocumentsCase, WriteSweepCase):
    addon = "vpdt_documents"
    models_of_lower_addons = ("vpdt.access.change", "vpdt.file", "vpdt.participant")

    made_elsewhere = (
        "vpdt.duplicate.dialog",
        "vpdt.handling.dialog",
        "vpdt.incoming.correction",
    )  # by the step, with the document

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Outgoing, Incoming = cls.env["vpdt.outgoing"], cls.env["vpdt.incoming"]
        states = ("arrived", "registered", "submitted", "directed", "finished")
        cls.incoming = Incoming.union(*(cls.make_incoming(state).sudo() for state in states)).with_env(cls.env)
        cls.outgoing = Outgoing.union(
            *(cls.make_outgoing(state, type_id=cls.type.id).sudo() for state in ("draft", "to_sign", "issued"))
        ).with_env(cls.env)
        cls.copies = cls.make_copy("draft", incoming_id=cls.incoming[1].id).with_env(cls.env)
        cls.signer = cls.env["vpdt.outgoing.signer"].create(
            {"outgoing_id": cls.outgoing[0].id, "user_id": cls.cast["unit_head"].id}
        )
        opening = {"name": "Sở Mới", "identifier": "G97.09", "abbreviation": "SM", "place": "Gia Lai"}
        opening["organization_id"] = cls.env["vpdt.organization"].create({"name": "Sở Mới"}).id
        cls.opening = cls.env_of("system_admin")["vpdt.agency.opening"].create(opening)
        change = cls.env_of("clerk")["vpdt.access.change"].create(
            {
                "res_model": "vpdt.incoming",
                "res_id": cls.incoming[1].id,
                "user_id": cls.cast["auditor"].id,
                "reason": "x",
            }
        )
        dialog = cls.incoming[1].with_env(cls.env_of("clerk")).action_correct()["res_id"]
        said = cls.incoming[3].with_env(cls.env_of("lead")).action_open_progress()["res_id"]
        compared = {"incoming_id": cls.incoming[0].id, "other_id": cls.incoming[1].id}
        secret = cls.make_incoming("registered", number="99")
        secret.with_env(cls.env_of("clerk")).action_report_secret()
        kept = cls.env_of("clerk")["vpdt.register.number"].create(
            {"register_id": cls.registers["outgoing"].id, "user_id": cls.cast["drafter"].id}
        )
        volume = cls.env["vpdt.register.volume"].create({"register_id": cls.registers["incoming"].id})
        volume._journal_printed({"report": "register"})
        printed = volume.print_ids
        use = cls.env["vpdt.kept.copy.use"].create(
            {"outgoing_id": cls.outgoing[2].id, "person": "Người đọc", "permitted_by_id": cls.leader.id}
        )
        route = {"name": "Luồng", "line_ids": [(0, 0, {"kind": "unit_head"})], "company_id": cls.agency.id}
        cls.route = cls.env["vpdt.route"].create(route)
        bulk = cls.env["vpdt.bulk.intake"].create({"name": "Quét", "company_id": cls.agency.id})
        cls.env["vpdt.bulk.intake.line"].create({"intake_id": bulk.id, "row": 2, "result": "ready"})
        task = cls.env_of("leader")["vpdt.task"].create({"subject": "Quét"})
        task.direct([{"kind": "user", "id": cls.cast["lead"].id, "part": "lead", "deadline": ""}])
        cls.release = cls.env_of("system_admin")["vpdt.backup.release"].create({"reason": "x"})
        cls.made_here = {
            "vpdt.task": task.with_env(cls.env),
            "vpdt.bulk.intake": bulk,
            "vpdt.bulk.intake.line": bulk.line_ids,
            "vpdt.backup.release.register": cls.release.register_ids[:1].with_env(cls.env),
            "vpdt.spill": cls.env["vpdt.spill"].search([("res_id", "=", secret.id)]),
            "vpdt.duplicate.dialog": cls.env["vpdt.duplicate.dialog"].create(compared),
            "vpdt.handling.dialog": cls.env["vpdt.handling.dialog"].browse(said),
            "vpdt.handling.note": cls.incoming.note_ids[:1],
            "vpdt.incoming.correction": cls.env["vpdt.incoming.correction"].browse(dialog),
            "vpdt.incoming": cls.incoming,
            "vpdt.outgoing": cls.outgoing,
            "vpdt.copy": cls.copies,
            "vpdt.outgoing.signer": cls.signer,
            "vpdt.outgoing.recipient": cls.outgoing.recipient_ids,
            "vpdt.assignment": cls.incoming.assignment_ids[:1],
            "vpdt.access.change": change.with_env(cls.env),
            "vpdt.register": cls.registers["incoming"],
            "vpdt.register.number": kept,
            "vpdt.route": cls.route,
            "vpdt.route.line": cls.route.line_ids,
            "vpdt.outgoing.step": cls.outgoing[1].step_ids,
            "vpdt.register.print": printed,
            "vpdt.kept.copy.use": use,
            "vpdt.file": cls.incoming.file_ids[:1],
            "vpdt.participant": cls.incoming.participant_ids[:1],
            "vpdt.review": cls.outgoing.review_ids[:1],
        }
        # What waits for the commit cannot be copied for each test.
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls.env.cr.postcommit.clear()

    def values_of(self, model, role):
        person = self.cast["archivist" if role != "archivist" else "specialist"].id
        known = {
            "vpdt.access.change": {
                "res_model": "vpdt.incoming", "res_id": self.incoming[1].id, "user_id": person, "reason": "x",
            },
            "vpdt.assignment": {"incoming_id": self.incoming[0].id, "user_id": person},
            "vpdt.copy": {"incoming_id": self.incoming[2].id, "signer_id": self.leader.id},
            "vpdt.document.type": {"name": "Loại quét"},
            "vpdt.incoming": {"subject": "Quét", "author_name": "Bộ Quét"},
            "vpdt.handling.period": {"days": 3, "company_id": self.agency.id},
            "vpdt.quick.text": {"text": "Quét"},
            "vpdt.task": {"subject": "Quét"},
            "vpdt.bulk.intake": {"name": "Quét"},
            "vpdt.bulk.intake.line": {"intake_id": self.made_here["vpdt.bulk.intake"].id, "row": 9, "result": "ready"},
            "vpdt.incoming.correction": {"incoming_id": self.incoming[1].id, "reason": "x"},
            "vpdt.outgoing": {"subject": "Quét", "type_id": self.type.id},
            "vpdt.outgoing.recipient": {
                "outgoing_id": self.outgoing[0].id,
                "organization_id": self.other_agency.organization_id.id,
            },
            "vpdt.opinion": {"outgoing_id": self.outgoing[0].id, "user_id": person},
            "vpdt.outgoing.signer": {"outgoing_id": self.outgoing[0].id, "user_id": self.cast["reviewer"].id},
            "vpdt.backup.release.register": {
                "release_id": self.release.id, "register_number": 1, "year": today().year, "given": 1,
            },
            "vpdt.register": {"name": "Sổ quét", "direction": "incoming"},
            "vpdt.outgoing.step": {
                "outgoing_id": self.outgoing[0].id, "kind": "person", "user_id": self.cast["unit_head"].id,
            },
            "vpdt.route": {"name": "Luồng quét", "line_ids": [(0, 0, {"kind": "unit_head"})]},
            "vpdt.route.line": {"route_id": self.route.id, "kind": "form"},
            "vpdt.draft.template": {"name": "Mẫu quét", "type_id": self.type.id, "content": template_bytes()},
            "vpdt.register.number": {"register_id": self.registers["outgoing"].id, "user_id": person},
            "vpdt.kept.copy.use": {
                "outgoing_id": self.outgoing[2].id, "person": "Người đọc", "permitted_by_id": self.leader.id,
            },
            "vpdt.register.volume": {"register_id": self.registers["incoming"].id, "year": today().year + 5},
            "vpdt.agency.opening.register": {"opening_id": self.opening.id, "name": "Sổ", "direction": "incoming"},
        }  # fmt: skip
        return known.get(model) or super().values_of(model, role)

    def records_of(self, model):
        return self.made_here.get(model) or super().records_of(model)

    def test_no_road_reaches_what_a_person_may_not_write(self):
        self.sweep()
