"""Permission matrix of each model of vpdt_base."""

from odoo.tests import tagged

from ..signing import pki
from .builders import tiny_pdf
from .permission_matrix import PermissionMatrixCase
from .test_permission_matrix_more import TESTED_MORE
from .test_vpdt_delegation import prepare_delegation_vals

TESTED = {
    "vpdt.day.exception",
    "vpdt.delegation",
    "vpdt.file",
    "vpdt.journal.entry",
    "vpdt.organization",
    "vpdt.participant",
    "vpdt.signature",
    "vpdt.signing.key",
    "vpdt.signing.key.handover",
    "vpdt.trust.anchor",
} | TESTED_MORE


@tagged("post_install", "-at_install")
class TestPermissionMatrixBase(PermissionMatrixCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cast["deputy"] = cls._make_user("deputy", cls.agency, "group_unit_head")
        cls.delegation = (
            cls.env["vpdt.delegation"]
            .with_user(cls.leader)
            .with_context(allowed_company_ids=cls.agency.ids)
            .create(prepare_delegation_vals(cls.leader, cls.cast["deputy"]))
        )
        cls.file = cls.env["vpdt.file"]._store(cls.delegation.sudo(), "giay-uy-quyen.pdf", tiny_pdf(), "main")

    def test_every_model_has_a_matrix(self):
        self.assert_all_models_have_a_matrix("vpdt_base", TESTED)

    def test_organization(self):
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist             yes   no     no      no
            any    unit_admin auditor deputy                               yes   no     no      no
            any    stranger strange_leader strange_admin                   yes   no     no      no
            any    system_admin                                            yes   yes    yes     no
            """,
            {"any": self.env["vpdt.organization"].create({"name": "Bộ Thử", "identifier": "G99"})},
            {"note": "x"},
            lambda model, _role: model.create({"name": "Bộ Thử Hai"}),
        )

    def test_delegation(self):
        active = self.delegation.copy({"document_code": "06/GUQ", "document_date": "2026-01-02"})
        active.with_user(self.leader).action_activate()
        self.check_matrix(
            """
            state   role                                                read  write  create  unlink
            *       clerk unit_head specialist archivist auditor        yes   no     no      no
            *       deputy                                              yes   no     no      no
            *       stranger strange_leader strange_admin               no    no     no      no
            draft   leader                                              yes   yes    yes     yes
            draft   unit_admin system_admin                             yes   yes    yes     yes
            filed   leader unit_admin system_admin                      yes   yes    -       no
            active  leader unit_admin system_admin                      yes   no     -       no
            """,
            {"draft": self.delegation.copy(), "filed": self.delegation, "active": active},
            {"date_to": "2099-12-31"},
            lambda model, _role: model.create(prepare_delegation_vals(self.leader, self.cast["deputy"])),
        )
        self.assert_stays_in_its_agency(active, "company_id", "principal_id", "deputy_id")
        self.assert_stays_in_its_agency(self.delegation, "company_id", "principal_id", "deputy_id")

    def test_putting_a_delegation_in_force(self):
        self.delegation.write({"document_code": "06/GUQ", "document_date": "2026-01-02"})
        self.check_matrix(
            """
            state  role                                                 activate
            *      clerk unit_head specialist archivist auditor         no
            *      unit_admin system_admin deputy                       no
            *      stranger strange_leader strange_admin                no
            draft  leader                                               yes
            """,
            {"draft": self.delegation},
            operations={"activate": lambda record, _role: record.action_activate()},
        )

    def test_day_exception(self):
        Day = self.env["vpdt.day.exception"]
        own = Day.create({"name": "Ngày thử", "date": "2031-03-04", "company_id": self.agency.id})
        everybody = Day.create({"name": "Ngày thử", "date": "2031-03-05"})
        self.check_matrix(
            """
            state      role                                                 read  write  create  unlink
            *          clerk leader unit_head specialist archivist auditor  yes   no     no      no
            *          deputy                                               yes   no     no      no
            everybody  unit_admin                                           yes   no     -       no
            own        unit_admin                                           yes   yes    yes     yes
            *          system_admin                                         yes   yes    yes     yes
            own        stranger strange_leader strange_admin                no    no     -       no
            everybody  stranger strange_leader strange_admin                yes   no     -       no
            """,
            {"own": own, "everybody": everybody},
            {"source": "01/QĐ"},
            lambda model, _role: model.create({"name": "Ngày thử", "date": "2031-03-06", "company_id": self.agency.id}),
        )
        self.assert_stays_in_its_agency(own)

    def test_file(self):
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist auditor     yes   no     no      no
            any    unit_admin system_admin deputy                          yes   no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            """,
            {"any": self.file},
            {"name": "x.pdf"},
            lambda model, _role: model.create({"name": "x", "role": "main", "res_model": "vpdt.delegation"}),
        )

    def test_signature(self):
        signature = self.env["vpdt.signature"].create({"file_id": self.file.id, "verdict": "valid"})
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist auditor     yes   no     no      no
            any    unit_admin system_admin deputy                          yes   no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            """,
            {"any": signature},
            {"verdict": "invalid"},
            lambda model, _role: model.create({"file_id": self.file.id, "verdict": "valid"}),
        )

    def test_participant(self):
        participant = self.env["vpdt.participant"].create(
            {"res_model": "vpdt.delegation", "res_id": self.delegation.id, "user_id": self.cast["deputy"].id}
        )
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    unit_head specialist archivist auditor                  no    no     no      no
            any    unit_admin system_admin                                 no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    clerk leader deputy                                     yes   no     no      no
            """,
            {"any": participant},
            {"reason": "x"},
            lambda model, _role: model.create(
                {"res_model": "vpdt.delegation", "res_id": self.delegation.id, "user_id": self.clerk.id}
            ),
        )

    def test_journal_entry(self):
        entry = self.env["vpdt.journal.entry"]._record("view", self.delegation)
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist             no    no     no      no
            any    unit_admin system_admin deputy                          no    no     no      no
            any    stranger strange_leader strange_admin                   no    no     no      no
            any    auditor                                                 yes   no     no      no
            """,
            {"any": entry},
            {"detail": "x"},
            lambda model, _role: model.create({"kind": "view", "res_model": "vpdt.delegation", "res_id": 1}),
        )

    def test_signing_key(self):
        Key = self.env["vpdt.signing.key"]
        mine = Key.create({"name": "K", "holder": "person", "user_id": self.leader.id, "company_id": self.agency.id})
        seal = Key.create(
            {
                "name": "S",
                "holder": "agency",
                "clerk_ids": self.clerk.ids,
                "permission_note": "Văn bản 1",
                "company_id": self.agency.id,
                "user_id": False,
            }
        )
        self.check_matrix(
            """
            state   role                                                   read  write  create  unlink
            *       unit_head specialist archivist auditor deputy          no    no     -       no
            *       stranger strange_leader strange_admin                  no    no     -       no
            person  clerk                                                  no    no     -       no
            person  leader                                                 yes   yes    -       no
            person  unit_admin system_admin                                no    no     -       no
            agency  clerk                                                  yes   no     no      no
            agency  leader                                                 no    no     no      no
            agency  unit_admin system_admin                                yes   yes    yes     no
            """,
            {"person": mine, "agency": seal},
            {"name": "Khóa khác"},
            lambda model, _role: model.create(
                {"name": "S2", "holder": "agency", "company_id": self.agency.id, "user_id": False}
            ),
        )
        self.assert_stays_in_its_agency(mine, "company_id", "user_id")
        self.assert_stays_in_its_agency(seal, "company_id")

    def test_handing_over_of_a_key(self):
        key = self.env["vpdt.signing.key"].create(
            {"name": "S", "holder": "agency", "company_id": self.agency.id, "user_id": False}
        )
        values = {"key_id": key.id, "code": "01/BB", "giver_id": self.leader.id, "receiver_id": self.clerk.id}
        handover = self.env["vpdt.signing.key.handover"].create(values)
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist auditor     no    no     no      no
            any    deputy stranger strange_leader strange_admin            no    no     no      no
            any    unit_admin system_admin                                 yes   no     yes     no
            """,
            {"any": handover},
            {"what": "x"},
            lambda model, _role: model.create({**values, "code": "02/BB"}),
        )

    def test_trust_anchor(self):
        root = pki.shared_authority("VPDT Test Matrix").root
        other = pki.shared_authority("VPDT Test Matrix 2").root
        self.check_matrix(
            """
            state  role                                                    read  write  create  unlink
            any    clerk leader unit_head specialist archivist auditor     yes   no     no      no
            any    unit_admin deputy                                       yes   no     no      no
            any    stranger strange_leader strange_admin                   yes   no     no      no
            any    system_admin                                            yes   yes    yes     yes
            """,
            {"any": self.env["vpdt.trust.anchor"].create({"name": "Gốc", "certificate": root.pem.decode()})},
            {"name": "x"},
            lambda model, _role: model.create({"name": "Gốc 2", "certificate": other.pem.decode()}),
        )
