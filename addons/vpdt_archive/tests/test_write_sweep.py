from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.write_sweep import WriteSweepCase

from .archive_common import ArchiveCase


@tagged("post_install", "-at_install")
class TestWriteSweep(ArchiveCase, WriteSweepCase):
    addon = "vpdt_archive"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made_here = cls.make_everything()
        cls.free = cls.make_issued("rời")  # in no dossier
        cls.closed = cls.make_dossier("closed", notation="09.QT")
        cls.swept = cls.make_dossier("kept", notation="10.QT")
        # who sweeps a line works on what it belongs to
        cls.open_dossier.sudo().editor_ids |= (
            cls.env["res.users"].union(*cls.cast.values()).filtered(lambda user: cls.agency in user.company_ids)
        )
        cls.free._add_participants(cls.open_dossier.editor_ids, "Dossier")
        cls.draft_transfer._add_participants(cls.open_dossier.editor_ids, "Transfer")

    def values_of(self, model, role):
        dossier = {"title": "Quét", "notation": f"Q.{role}"[:20], "retention_id": self.ten_years.id,
                   "holder_id": self.cast[role].id, "date_start": "2026-02-01", "year": 2026}  # fmt: skip
        known = {
            "vpdt.dossier": dossier,
            "vpdt.dossier.item": {
                "dossier_id": self.open_dossier.id, "res_model": "vpdt.outgoing", "res_id": self.free.id,
            },
            "vpdt.disposal": {"name": "Quét"},
            "vpdt.disposal.line": {"disposal_id": self.disposal.id, "dossier_id": self.swept.id},
            "vpdt.file.plan": {"year": 2040},
            "vpdt.hold": {"dossier_id": self.closed.id, "reason": "x"},
            "vpdt.file.plan.line": {"plan_id": self.draft_plan.id, "name": "Quét", "kind": "dossier"},
            "vpdt.filing": {"res_model": "vpdt.outgoing", "document_ids": self.free.ids},
            "vpdt.fonds": {"code": "Q", "name": "Quét"},
            "vpdt.package": {"dossier_id": self.swept.id, "kind": "AIP"},
            "vpdt.archive.place": {"kind": "store", "code": f"Q{role}"[:20]},
            "vpdt.handing.over": {
                "user_id": self.cast[role].id, "receiver_id": self.cast["lead"].id, "reason": "x",
            },
            "vpdt.integrity.check": {
                "company_id": self.agency.id, "run_id": self.night.id, "checked_at": "2026-01-01 00:00:00",
                "result": "intact",
            },
            "vpdt.integrity.run": {"company_id": self.agency.id, "started_at": "2026-01-01 00:00:00"},
            "vpdt.keeping": {"reason": "Quét", "date_until": "2028-01-01"},
            "vpdt.keeping.line": {"keeping_id": self.keeping.id, "dossier_id": self.closed.id},
            "vpdt.plan.import": {"plan_id": self.draft_plan.id},
            "vpdt.retention.change": {
                "dossier_id": self.kept_dossier.id, "company_id": self.agency.id, "at": "2026-01-01 00:00:00",
            },
            "vpdt.reading": {"purpose": "Quét", "wanted": "Quét"},
            "vpdt.reading.use": {
                "reading_id": self.reading.id, "dossier_id": self.kept_dossier.id, "kind": "viewed",
                "at": "2026-01-01 00:00:00", "user_id": self.cast[role].id, "reader_name": "x",
            },
            "vpdt.retention.rule": {"name": "Quét", "term": "years", "years": 7},
            "vpdt.transfer": {"name": "Quét", "year": 2026},
            "vpdt.transfer.line": {"transfer_id": self.draft_transfer.id, "dossier_id": self.closed.id},
        }  # fmt: skip
        return known.get(model) or super().values_of(model, role)

    def records_of(self, model):
        return self.made_here.get(model) or super().records_of(model)

    def test_no_road_reaches_what_a_person_may_not_write(self):
        self.sweep()
