from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.write_sweep import WriteSweepCase


@tagged("post_install", "-at_install")
class TestWriteSweep(WriteSweepCase):
    addon = "vpdt_interop"

    def test_no_road_reaches_what_a_person_may_not_write(self):
        self.sweep()
