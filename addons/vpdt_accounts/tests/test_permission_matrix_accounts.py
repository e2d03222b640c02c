"""Permission matrix of each model of vpdt_accounts."""

from odoo.tests import tagged

from .common import AccountsCase
from .test_permission_matrix_service import TESTED as TESTED_OF_SERVICE

TESTED = {
    "vpdt.account",
    "vpdt.account.case",
    "vpdt.account.form",
    "vpdt.account.form.column",
    "vpdt.account.link",
    "vpdt.account.policy",
    "vpdt.account.request",
    "vpdt.account.request.line",
    "vpdt.account.role",
} | TESTED_OF_SERVICE
SETTINGS = """
state  role                                                                         read  write  create  unlink
any    clerk leader unit_head specialist archivist unit_admin auditor keeper        yes   no     no      no
any    stranger strange_leader strange_admin                                        yes   no     no      no
any    system_admin                                                                 yes   yes    {own}   {own}
"""


@tagged("post_install", "-at_install")
class TestPermissionMatrixAccounts(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.new_request(cls.person_line("Nguyễn Văn An", "an.mt@tinh.vn"))
        cls.at_keeper = cls.checked(cls.person_line("Nguyễn Văn Ba", "ba.mt@tinh.vn"))

    def test_every_model_has_a_matrix(self):
        self.assert_all_models_have_a_matrix("vpdt_accounts", TESTED)

    def test_request(self):
        self.check_matrix(
            """
            state    role                                                  read  write  create  unlink  check
            *        clerk unit_head specialist archivist auditor          no    no     no      no      no
            *        stranger strange_leader                               no    no     no      no      no
            *        strange_admin                                         no    no     -       no      no
            draft    keeper                                                no    no     no      no      no
            draft    unit_admin system_admin                               yes   yes    yes     yes     no
            draft    leader                                                yes   no     no      no      no
            checked  keeper                                                yes   no     no      no      no
            checked  unit_admin leader system_admin                        yes   no     -       no      no
            received keeper                                                yes   no     no      no      yes
            received unit_admin leader system_admin                        yes   no     -       no      no
            """,
            {"draft": self.draft, "checked": self.at_keeper,
             "received": self.received(self.person_line("Nguyễn Văn Tư", "tu.mt@tinh.vn"))},
            {"note": "x"},
            lambda model, _role: model.create({"form_id": self.form.id}),
            {"check": lambda record, _role: record.action_check()},
        )  # fmt: skip

    def test_line(self):
        self.check_matrix(
            """
            state    role                                                  read  write  create  unlink  do
            *        clerk unit_head specialist archivist auditor          no    no     no      no      no
            *        stranger strange_leader strange_admin                 no    no     no      no      no
            draft    keeper                                                no    no     no      no      no
            draft    unit_admin system_admin                               yes   yes    yes     yes     no
            draft    leader                                                yes   no     no      no      no
            checked  keeper                                                yes   no     no      no      yes
            checked  unit_admin system_admin                               yes   no     -       no      no
            checked  leader                                                yes   no     no      no      no
            """,
            {"draft": self.draft.line_ids, "checked": self.at_keeper.line_ids},
            {"note": "x"},
            lambda model, role: model.create(
                {
                    "request_id": (self.draft if role != "keeper" else self.at_keeper).id,
                    **self.person_line("Lê Văn Năm", "nam.mt@tinh.vn"),
                }
            ),
            {"do": lambda record, _role: record.action_do()},
        )

    def test_account(self):
        account = self.account_of(self.clerk)
        self.clerk.login = "van.thu@tinh.vn"
        self.check_matrix(
            """
            state  role                                                 read  write  create  unlink  suspend  link
            any    unit_head specialist archivist auditor               no    no     no      no      no       no
            any    leader                                               yes   no     no      no      no       no
            any    stranger strange_leader strange_admin                no    no     no      no      no       no
            any    clerk                                                yes   no     no      no      no       no
            any    unit_admin system_admin                              yes   yes    no      no      no       yes
            any    keeper                                               yes   yes    no      no      yes      yes
            """,
            {"any": account},
            {"next_reason": "x"},
            lambda model, _role: model.create({"user_id": self.clerk.id, "company_id": self.agency.id}),
            {
                "suspend": lambda record, _role: self._suspend(record),
                "link": lambda record, _role: record.action_send_link(),
            },
        )

    def _suspend(self, account):
        account.sudo()._by_system().next_reason = "Vi phạm"
        account.action_suspend()

    def test_settings(self):
        records = {
            "vpdt.account.role": (self.env["vpdt.account.role"].search([], limit=1), "no", {}),
            "vpdt.account.policy": (self.policy, "no", {}),
            "vpdt.account.form": (self.form, "no", {}),
            "vpdt.account.form.column": (
                self.form.column_ids[0], "yes", {"form_id": self.form.id, "name": "C", "content": "note"},
            ),
            "vpdt.account.case": (self.form.case_ids[-1], "yes", {"form_id": self.form.id, "name": "T"}),
        }  # fmt: skip
        for model, (record, own, values) in records.items():
            with self.subTest(model=model):
                self.check_matrix(
                    SETTINGS.format(own=own),
                    {"any": record},
                    {"name": "x"},
                    lambda model, _role, values=values: model.create(values),
                )

    def test_link(self):
        link = self.env["vpdt.account.link"].create(
            {
                "account_id": self.account_of(self.clerk).id,
                "purpose": "reset",
                "digest": "x",
                "valid_until": "2099-01-01",
            }
        )
        self.check_matrix(
            """
            state  role                                                                   read  write  create  unlink
            any    clerk leader unit_head specialist archivist unit_admin auditor keeper  no    no     no      no
            any    stranger strange_leader strange_admin system_admin                     no    no     no      no
            """,
            {"any": link},
            {"digest": "y"},
            lambda model, _role: model.create({"account_id": link.account_id.id, "purpose": "first", "digest": "z"}),
        )
