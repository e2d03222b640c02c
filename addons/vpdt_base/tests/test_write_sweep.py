from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import tagged

from ..signing import pki
from .common import TODAY
from .write_sweep import WriteSweepCase


@tagged("post_install", "-at_install")
class TestWriteSweep(WriteSweepCase):
    addon = "vpdt_base"
    made_elsewhere = ("vpdt.access.change",)  # it needs a document

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = pki.make_authority("VPDT Test Sweep").root.pem.decode()
        Organization = cls.env["vpdt.organization"]
        cls.organizations = Organization.create([{"name": f"Bộ Quét {n}", "identifier": f"G97.0{n}"} for n in (1, 2)])
        given = {"principal_id": cls.leader.id, "deputy_id": cls.clerk.id, "may_direct": True, "date_to": TODAY}
        given |= {"company_id": cls.agency.id, "document_code": "01/GUQ", "document_date": TODAY}
        Delegation = cls.env["vpdt.delegation"]
        cls.delegations = Delegation.create([{**given, "may_direct": True}, {**given, "may_sign": True}])
        cls.delegations[0]._move_to("active")
        person = {"name": "Khóa", "user_id": cls.clerk.id, "company_id": cls.agency.id}
        cls.keys = cls.env["vpdt.signing.key"].create(
            [person, {"name": "Khóa cơ quan", "holder": "agency", "user_id": False, "company_id": cls.agency.id}]
        )
        admin = cls.env(user=cls.cast["system_admin"])
        cls.opening = admin["vpdt.agency.opening"].create(cls._prepare_opening())
        cls.reorganization = admin["vpdt.organization.reorganization"].create(
            {
                "kind": "merge",
                "organization_ids": [(6, 0, cls.organizations[:1].ids)],
                "decision_number": "1",
                "decision_date": TODAY,
            }
        )
        cls.made_here = {
            "vpdt.delegation": cls.delegations,
            "vpdt.signing.key": cls.keys,
            "vpdt.organization": cls.organizations[:1],
            "vpdt.agency.opening": cls.opening,
            "vpdt.organization.reorganization": cls.reorganization,
        }

    @classmethod
    def _prepare_opening(cls):
        names = {"name": "Sở Mới", "identifier": "G97.09", "abbreviation": "SM", "place": "Gia Lai"}
        return {"organization_id": cls.organizations[0].id, **names}

    def values_of(self, model, role):
        one, two = self.organizations.ids
        return {
            "vpdt.agency.opening": self._prepare_opening(),
            "vpdt.agency.opening.department": {"opening_id": self.opening.id, "name": "Phòng"},
            "vpdt.agency.opening.person": {"opening_id": self.opening.id, "name": "A", "login": "a.quet"},
            "vpdt.allowed.host": {"name": "ocsp.example.vn"},
            "vpdt.file.policy": {
                "name": "Riêng", "company_id": self.other_agency.id,
                "type_ids": [(6, 0, self.env["vpdt.file.type"].search([], limit=1).ids)],
            },
            "vpdt.organization.name": {"organization_id": one, "name": "Tên cũ"},
            "vpdt.organization.reorganization.successor": {"reorganization_id": self.reorganization.id, "name": "B"},
            "vpdt.organization.succession": {"predecessor_id": one, "successor_id": two},
            "vpdt.signing.key.confirmation": {"key_id": self.keys[0].id, "reason": "x"},
            "vpdt.trust.anchor": {"name": "Gốc", "certificate": self.root},
            "vpdt.delegation": {
                "principal_id": self.cast[role].id,
                "deputy_id": (self.stranger if self.cast[role] != self.stranger else self.cast["strange_leader"]).id
                if self.cast[role].company_ids == self.other_agency
                else (self.leader if role != "leader" else self.clerk).id,
                "date_to": str(TODAY),
            },
        }.get(model)  # fmt: skip

    def records_of(self, model):
        return self.made_here.get(model) or super().records_of(model)

    def test_no_road_reaches_what_a_person_may_not_write(self):
        self.sweep()

    def test_every_addon_has_its_sweep(self):
        addons = {m._original_module for n, m in self.env.registry.items() if n.startswith("vpdt.") and not m._abstract}
        for addon in addons:
            sweep = Path(get_module_path(addon), "tests", "test_write_sweep.py")
            self.assertTrue(sweep.exists(), f"{addon} brings models and no {sweep.name}: see write_sweep.py")
