"""Permission matrix of what runs the service: lists, handovers, notices, incidents, use."""

from freezegun import freeze_time
from odoo import fields
from odoo.tests import tagged

from .common import AccountsCase

TESTED = {
    "vpdt.account.letter",
    "vpdt.account.letter.line",
    "vpdt.handover",
    "vpdt.handover.line",
    "vpdt.incident",
    "vpdt.incident.step",
    "vpdt.incident.step.template",
    "vpdt.notice",
    "vpdt.notice.reading",
    "vpdt.usage.day",
}


@tagged("post_install", "-at_install")
class TestPermissionMatrixService(AccountsCase):
    def test_letter(self):
        Account = self.env["vpdt.account"]
        draft = Account._write_letters("idle", self.account_of(self.clerk))
        sent = Account._write_letters("idle", self.account_of(self.clerk))
        sent._move_to("sent")
        table = """
            state  role                                                   read  write  create  unlink
            *      clerk unit_head specialist archivist auditor           no    no     no      no
            *      stranger strange_leader strange_admin                  no    no     no      no
            draft  unit_admin leader system_admin                         no    no     no      no
            sent   unit_admin leader system_admin                         yes   no     no      no
            draft  keeper                                                 yes   {own}  no      no
            sent   keeper                                                 yes   no     no      no
            """
        values = {"kind": "idle", "company_id": self.agency.id, "keeper_id": self.other_agency.id, "date": "2026-01-01"}
        self.check_matrix(
            table.format(own="yes"), {"draft": draft, "sent": sent}, {"letter_number": "5"},
            lambda model, _role: model.create(values),
        )  # fmt: skip
        self.check_matrix(
            table.format(own="no"), {"draft": draft.line_ids, "sent": sent.line_ids}, {"note": "x"},
            lambda model, _role: model.create({"letter_id": draft.id}),
        )  # fmt: skip

    def test_handover(self):
        self.key = self.env["vpdt.signing.key"].create(
            {"name": "K", "holder": "agency", "user_id": False, "company_id": self.agency.id,
             "clerk_ids": [(6, 0, self.clerk.ids)], "permission_note": "QĐ"}
        )  # fmt: skip
        given = {"user_id": self.clerk.id, "receiver_id": self.cast["specialist"].id}
        draft = self.env_of("leader")["vpdt.handover"].create(given)
        self.check_matrix(
            """
            state  role                                                          read  write  create  unlink  give
            draft  unit_head archivist auditor specialist                        no    no     no      no      no
            draft  unit_admin system_admin keeper                                no    no     no      no      no
            draft  stranger strange_leader strange_admin                         no    no     no      no      no
            draft  clerk                                                         yes   yes    yes     yes     no
            draft  leader                                                        yes   yes    yes     yes     yes
            """,
            {"draft": draft.sudo()},
            {"note": "x"},
            lambda model, _role: model.create(given),
            {"give": lambda record, _role: record.action_hand_over()},
        )
        self.check_matrix(
            """
            state  role                                                          read  write  create  unlink
            draft  unit_head archivist auditor specialist                        no    no     no      no
            draft  unit_admin system_admin keeper                                no    no     no      no
            draft  stranger strange_leader strange_admin                         no    no     no      no
            draft  clerk leader                                                  yes   yes    no      no
            """,
            {"draft": draft.sudo().line_ids},
            {"receiver_id": self.leader.id},
            lambda model, _role: model.create({"handover_id": draft.id, "part": "own_key"}),
        )

    def test_notice(self):
        notice = self.env_of("keeper")["vpdt.notice"].create({"name": "Tin", "text": "x"})
        self.check_matrix(
            """
            state  role                                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist unit_admin auditor          no    no     no      no
            any    stranger strange_leader strange_admin system_admin                      no    no     no      no
            any    keeper                                                                  yes   yes    yes     yes
            """,
            {"any": notice.sudo()},
            {"text": "y"},
            lambda model, _role: model.create({"name": "Tin", "text": "x"}),
        )
        reading = self.env["vpdt.notice.reading"].create(
            {"notice_id": notice.id, "user_id": self.clerk.id, "at": fields.Datetime.now()}
        )
        self.check_matrix(
            """
            state  role                                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist unit_admin auditor          no    no     no      no
            any    stranger strange_leader strange_admin system_admin                      no    no     no      no
            any    keeper                                                                  yes   no     no      no
            """,
            {"any": reading},
            {"at": "2026-01-01"},
            lambda model, _role: model.create({"notice_id": notice.id, "user_id": self.leader.id, "at": "2026-01-01"}),
        )

    def test_incident(self):
        Incident = self.env_of("clerk")["vpdt.incident"]
        reported = Incident.browse(Incident.report("Lỗi")).sudo()
        forwarded = Incident.browse(Incident.report("Lộ dữ liệu", kind="personal")).sudo()
        self.check_matrix(
            """
            state     role                                                       read  write  create  unlink
            *         leader unit_head specialist archivist auditor              no    no     yes     no
            *         stranger strange_leader strange_admin                      no    no     yes     no
            reported  clerk                                                      yes   no     yes     no
            forwarded clerk                                                      yes   no     yes     no
            *         unit_admin system_admin                                    yes   yes    yes     no
            reported  keeper                                                     no    no     yes     no
            forwarded keeper                                                     yes   yes    yes     no
            """,
            {"reported": reported, "forwarded": forwarded},
            {"solution": "x"},
            lambda model, _role: model.create({"name": "Lỗi khác"}),
        )
        self.check_matrix(
            """
            state     role                                                       read  write  create  unlink  done
            any       leader unit_head specialist archivist auditor              no    no     no      no      no
            any       stranger strange_leader strange_admin                      no    no     no      no      no
            any       clerk                                                      yes   no     no      no      no
            any       unit_admin system_admin keeper                             yes   no     no      no      yes
            """,
            {"any": forwarded.step_ids[:1]},
            {"name": "x"},
            lambda model, _role: model.create({"incident_id": forwarded.id, "name": "x"}),
            {"done": lambda record, _role: record.action_done()},
        )
        self.check_matrix(
            """
            state     role                                                       read  write  create  unlink
            any       clerk leader unit_head specialist archivist auditor        yes   no     no      no
            any       stranger strange_leader strange_admin unit_admin keeper    yes   no     no      no
            any       system_admin                                               yes   yes    yes     yes
            """,
            {"any": self.env["vpdt.incident.step.template"].search([], limit=1)},
            {"name": "x"},
            lambda model, _role: model.create({"kind": "security", "name": "x"}),
        )

    def test_use(self):
        usage = self.env["vpdt.usage.day"].create(
            {"user_id": self.clerk.id, "company_id": self.agency.id, "day": "2026-01-05", "sittings": 3, "twice": True}
        )
        self.check_matrix(
            """
            state  role                                                       read  write  create  unlink
            any    clerk unit_head specialist archivist auditor               no    no     no      no
            any    stranger strange_leader strange_admin                      no    no     no      no
            any    leader unit_admin system_admin keeper                      yes   no     no      no
            """,
            {"any": usage},
            {"sittings": 9},
            lambda model, _role: model.create(
                {"user_id": self.leader.id, "company_id": self.agency.id, "day": "2026-01-05"}
            ),
        )

    def test_use_is_counted_from_the_journal(self):
        unit = self.env["hr.department"].create({"name": "Văn phòng", "company_id": self.agency.id})
        employee = {"name": "Văn thư", "user_id": self.clerk.id, "company_id": self.agency.id}
        self.env["hr.employee"].create({**employee, "department_id": unit.id})
        journal = self.env["vpdt.journal.entry"].with_user(self.clerk)
        for moment in ("2026-01-05 01:00:00", "2026-01-05 01:20:00", "2026-01-05 03:00:00"):
            with freeze_time(moment):
                journal._record("move", self.agency)
        for _again in range(2):
            self.env["vpdt.usage.day"]._reckon("2026-01-05", "2026-01-05")
        usage = self.env["vpdt.usage.day"].search([("user_id", "=", self.clerk.id)])
        self.assertEqual((usage.sittings, usage.actions, usage.twice), (2, 3, True))
        self.assertEqual((usage.department_id, usage.company_id), (unit, self.agency))
