"""A dialog, an import, a message being written is of who has opened it, in Odoo's models as well."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import VpdtCase


@tagged("post_install", "-at_install")
class TestDialogs(VpdtCase):
    def test_every_kind_of_dialog_is_ones_own(self):
        Rule = self.env["ir.rule"].with_user(self.leader)
        mine = ("create_uid", "in", [self.leader.id])
        for name, model in self.env.registry.items():
            if model._transient and not model._abstract and "create_uid" in model._fields:
                for mode in ("read", "write", "unlink"):
                    with self.subTest(model=name, mode=mode):
                        found = Rule._compute_domain(name, mode).optimize_full(self.env[name])
                        self.assertIn(
                            mine, [(c.field_expr, c.operator, list(c.value)) for c in found.iter_conditions()]
                        )

    def test_a_file_to_be_imported_is_not_read_by_others(self):
        values = {"res_model": "vpdt.organization", "file": b"bi mat", "file_name": "bimat.csv"}
        job = self.env["base_import.import"].with_user(self.clerk).create(values)
        self.assertEqual(job.file_name, "bimat.csv")
        for user in (self.leader, self.stranger):
            theirs = job.with_user(user)
            self.assertFalse(theirs.search([("id", "=", job.id)]))
            with self.assertRaises(AccessError):
                theirs.read(["file"])
            with self.assertRaises(AccessError):
                theirs.write({"file_name": "khác.csv"})
