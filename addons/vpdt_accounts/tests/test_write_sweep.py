from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.word_sweep import WordSweep
from odoo.addons.vpdt_base.tests.write_sweep import WriteSweepCase

from .common import AccountsCase


@tagged("post_install", "-at_install")
class TestWriteSweep(WordSweep, AccountsCase, WriteSweepCase):
    addon = "vpdt_accounts"
    made_elsewhere = ("vpdt.account.roles",)  # by the step that opens it, for one account

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the marks name the other agency: the true keeper is a third one
        third = cls._make_agency("Sở Thứ ba thử", "H99.03")
        cls.policy.keeper_id = third
        cls.cast["keeper"] = cls._make_user("third_keeper", third, "group_user")
        cls.cast["keeper"].group_ids += cls.env.ref("vpdt_accounts.group_account_keeper")
        cls.draft = cls.new_request(cls.person_line("Nguyễn Văn An", "an.quet@tinh.vn"))
        cls.arrived = cls.received(cls.person_line("Nguyễn Văn Ba", "ba.quet@tinh.vn"))
        cls.sweep_requests = cls.draft.sudo() | cls.arrived.sudo()
        cls.env["vpdt.account"]._write_letters("idle", cls.account_of(cls.clerk))
        own = {"user_id": cls.leader.id, "receiver_id": cls.clerk.id}
        cls.env_of("leader")["vpdt.handover"].create(own)
        cls.env_of("keeper")["vpdt.notice"].create({"name": "Tin", "text": "x"})
        Incident = cls.env_of("clerk")["vpdt.incident"]
        Incident.report("Lộ dữ liệu", kind="personal")

    def values_of(self, model, role):
        form = self.form.id
        known = {
            "vpdt.account.request": {"form_id": form},
            "vpdt.account.request.line": {"request_id": self.draft.id, "name": "Thử", "login": "thu@tinh.vn"},
            "vpdt.account.form.column": {"form_id": form, "name": "Cột", "content": "note"},
            "vpdt.account.case": {"form_id": form, "name": "Trường hợp"},
            "vpdt.handover": {"user_id": self.cast[role].id},
            "vpdt.incident": {"name": "Lỗi"},
            "vpdt.notice": {"name": "Tin", "text": "x"},
        }
        return known.get(model) or super().values_of(model, role)

    def records_of(self, model):
        known = {
            "vpdt.account.request": self.sweep_requests,
            "vpdt.account.request.line": self.sweep_requests.line_ids,
            "vpdt.account": self.env["vpdt.account"].search([("user_id", "=", self.clerk.id)]),
        }
        return known.get(model) or super().records_of(model)

    def test_no_road_reaches_what_a_person_may_not_write(self):
        self.sweep()

    def test_what_is_said_is_vietnamese(self):
        self.assertGreater(self.check_words("vpdt_accounts"), 100)
