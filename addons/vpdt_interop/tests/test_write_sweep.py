from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.write_sweep import WriteSweepCase
from odoo.addons.vpdt_documents.tests.matrix_common import DocumentsCase


@tagged("post_install", "-at_install")
class TestWriteSweep(DocumentsCase, WriteSweepCase):
    addon = "vpdt_interop"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outgoing = cls.make_outgoing("issued").with_env(cls.env)
        values = {"company_id": cls.agency.id, "kind": "recall", "reason": "x"}
        incoming = cls.make_incoming("directed")
        cls.env["vpdt.exchange.request"].create({**values, "direction": "in", "incoming_id": incoming.id})

    def values_of(self, model, role):
        known = {
            "vpdt.exchange.channel": {"name": "Trục thử", "kind": "vxp"},
            "vpdt.exchange.request.dialog": {"outgoing_id": self.outgoing.id},
        }
        return known.get(model) or super().values_of(model, role)

    def test_no_road_reaches_what_a_person_may_not_write(self):
        self.sweep()
