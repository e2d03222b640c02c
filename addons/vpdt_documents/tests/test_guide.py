""" "How to add …" of docs/architecture.md, tried: a step, a register and an owner of files in an addon of its own."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo_test_helper import FakeModelLoader

from odoo.addons.vpdt_base.tests.builders import tiny_pdf

from .common import OfficeCase


@tagged("post_install", "-at_install")
class TestGuide(OfficeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loader = FakeModelLoader(cls.env, cls.__module__)
        cls.loader.backup_registry()
        cls.addClassCleanup(cls.loader.restore_registry)
        from .fake_guide import FakeFile, FakeIncoming, FakeRegister, FakeSlip

        cls.loader.update_registry((FakeSlip, FakeRegister, FakeFile, FakeIncoming))
        cls.env["ir.model.access"].create(
            {
                "name": "fake",
                "model_id": cls.env["ir.model"]._get_id("vpdt.fake.slip"),
                "group_id": cls.env.ref("vpdt_base.group_clerk").id,
                **{f"perm_{act}": True for act in ("read", "write", "create")},
            }
        )
        cls.register = cls.env["vpdt.register"].create(
            {"name": "Sổ phiếu", "direction": "slip", "company_id": cls.agency.id}
        )

    def slip(self, name):
        Slip = self.env["vpdt.fake.slip"].with_env(self.as_user(self.clerk))
        return Slip.create({"name": name, "register_id": self.register.id})

    def test_a_register_numbers_and_prints_what_is_new(self):
        slips = [self.slip(name) for name in ("A", "B")]
        for slip in slips:
            slip.action_number()
        self.assertEqual([slip.register_number for slip in slips], [1, 2])
        day = slips[0].date
        volume = self.env["vpdt.register.volume"].create(
            {"register_id": self.register.id, "year": day.year, "date_from": day, "date_to": day}
        )
        report = volume.with_env(self.as_user(self.clerk))._official_table_register({})
        self.assertTrue(report)
        self.assertEqual([row[2] for row in slips[0]._register_rows() + slips[1]._register_rows()], ["A", "B"])

    def test_it_owns_files(self):
        slip = self.slip("A")
        file = slip._receive_upload("phieu.pdf", tiny_pdf(), "main")
        self.assertEqual(slip.file_ids, file)
        slip.action_number()
        with self.assertRaises(AccessError):
            slip._take_upload("phieu.pdf", tiny_pdf(), "main")

    def test_a_step_is_added_to_incoming_documents(self):
        incoming = self.arrived().with_env(self.as_user(self.clerk))
        self.assertIn("action_shelve", [step["action"] for step in incoming.next_steps])
        incoming.action_shelve()
        self.assertEqual(incoming.state, "shelved")
