from collections.abc import Collection
from pathlib import Path

from lxml import etree
from odoo.modules import get_module_path
from odoo.tests import tagged

from ..signing import pki
from .common import today
from .write_sweep import WriteSweepCase


def _strings(constants):
    """The words among the constants of a function, also those in its sets and tuples, and in the values of tables."""
    found = {value for value in constants if isinstance(value, str)}
    inside = [value.values() if isinstance(value, dict) else value for value in constants]
    return found.union(
        *(_strings(each) for each in inside if not isinstance(each, str) and isinstance(each, Collection))
    )


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
        given = {"principal_id": cls.leader.id, "deputy_id": cls.clerk.id, "may_direct": True, "date_to": today()}
        given |= {"company_id": cls.agency.id, "document_code": "01/GUQ", "document_date": today()}
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
                "decision_date": today(),
            }
        )
        cls.env["vpdt.allowed.host"].create({"name": "chat.example.vn"})
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
        known = {
            "vpdt.agency.opening": self._prepare_opening(),
            "vpdt.agency.opening.department": {"opening_id": self.opening.id, "name": "Phòng"},
            "vpdt.agency.opening.person": {"opening_id": self.opening.id, "name": "A", "login": "a.quet"},
            "vpdt.allowed.host": {"name": "ocsp.example.vn"},
            "vpdt.chat.service": {"name": "Cổng nhắn tin", "url": "https://chat.example.vn"},
            "vpdt.file.policy": {
                "name": "Riêng", "company_id": self.agency.id,
                "type_ids": [(6, 0, self.env["vpdt.file.type"].search([], limit=1).ids)],
            },
            "vpdt.organization.name": {"organization_id": one, "name": "Tên cũ"},
            "vpdt.organization.reorganization.successor": {"reorganization_id": self.reorganization.id, "name": "B"},
            "vpdt.organization.succession": {"predecessor_id": one, "successor_id": two},
            "vpdt.signing.key.confirmation": {"key_id": self.keys[1].id, "reason": "x"},
            "vpdt.signing.key.handover": {
                "key_id": self.keys[1].id, "code": "01/BB", "giver_id": self.leader.id, "receiver_id": self.clerk.id,
            },
            "vpdt.trust.anchor": {"name": "Gốc", "certificate": self.root},
            "vpdt.delegation": {
                "principal_id": self.cast[role].id,
                "deputy_id": (self.stranger if self.cast[role] != self.stranger else self.cast["strange_leader"]).id
                if self.cast[role].company_ids == self.other_agency
                else (self.leader if role != "leader" else self.clerk).id,
                "date_to": str(today()),
            },
        }  # fmt: skip
        return known.get(model) or super().values_of(model, role)

    def records_of(self, model):
        return self.made_here.get(model) or super().records_of(model)

    def test_no_road_reaches_what_a_person_may_not_write(self):
        self.sweep()

    def test_no_form_offers_what_nobody_may_write(self):
        views = self.env["ir.ui.view"].search([("model", "=like", "vpdt.%"), ("type", "=", "form")])
        offered = {
            f"{view.xml_id}: {model}.{name}"
            for view in views
            for model, name in self._inputs(view.model, etree.fromstring(view.get_combined_arch()))
            if self._writable(self.env[model]) and name not in self._writable(self.env[model])
        }
        self.assertEqual(offered, set())

    def _inputs(self, model, node):
        """Pairs of model and field for each input of a view and of the lists inside it."""
        for child in node:
            field = self.env[model]._fields.get(child.get("name")) if child.tag == "field" else None
            shut = field is None or field.readonly or child.get("readonly") in ("1", "True", "id")
            if field is not None and not shut and child.get("invisible") not in ("1", "True"):
                yield model, field.name
            if child.tag == "list" and not child.get("editable"):
                continue
            inner = field.comodel_name if field is not None and field.type in ("one2many", "many2many") else model
            if child.tag not in ("search",):
                yield from self._inputs(inner, child)

    def _writable(self, Model):
        """What somebody writes in some state, as far as the model says without a record."""
        names = set(Model._first_fields())
        for method in ("_first_fields", "_editable_fields"):
            for cls in type(Model).mro()[:-1]:
                said = cls.__dict__.get(method) if cls._name != "base" else None
                if code := getattr(said, "__code__", None):
                    tables = [said.__globals__.get(name) for name in code.co_names]  # sets of fields of the module
                    names |= _strings(code.co_consts) | _strings(tables)
        return names

    def test_every_addon_has_its_sweep(self):
        addons = {m._original_module for n, m in self.env.registry.items() if n.startswith("vpdt.") and not m._abstract}
        for addon in addons:
            sweep = Path(get_module_path(addon), "tests", "test_write_sweep.py")
            self.assertTrue(sweep.exists(), f"{addon} brings models and no {sweep.name}: see write_sweep.py")
