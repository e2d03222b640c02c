"""Permission matrix of each model of vpdt_archive."""

from odoo.tests import tagged

from .archive_common import ArchiveCase

TESTED = {
    "vpdt.disposal",
    "vpdt.disposal.line",
    "vpdt.dossier",
    "vpdt.dossier.item",
    "vpdt.file.plan",
    "vpdt.file.plan.line",
    "vpdt.fonds",
    "vpdt.package",
    "vpdt.retention.rule",
    "vpdt.transfer",
    "vpdt.transfer.line",
}


@tagged("post_install", "-at_install")
class TestPermissionMatrixArchive(ArchiveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = cls.make_everything()

    def test_every_model_has_a_matrix(self):
        self.assert_all_models_have_a_matrix("vpdt_archive", TESTED)

    def test_dossier(self):
        self.check_matrix(
            """
            state  role                                        read  write  create  unlink
            *      unit_head specialist reviewer lead          no    no     yes     no
            *      unit_admin system_admin auditor             no    no     no      no
            *      stranger strange_leader                     no    no     no      no
            *      strange_admin                               no    no     no      no
            *      clerk leader archivist                      yes   no     yes     no
            *      drafter                                     yes   no     yes     no
            open   drafter                                     yes   yes    yes     no
            """,
            {"open": self.open_dossier, "closed": self.closed_dossier, "kept": self.kept_dossier},
            {"keywords": "x"},
            lambda model, role: self._new_dossier(model, role),
        )
        self.assert_stays_in_its_agency(self.open_dossier)

    def _new_dossier(self, model, role):
        model.create(
            {
                "title": "Mới",
                "notation": "77.M",
                "year": 2026,
                "retention_id": self.ten_years.id,
                "date_start": "2026-01-05",
                "company_id": self.agency.id,
            }
        )

    def test_document_in_a_dossier(self):
        self.check_matrix(
            """
            state  role                                               read  write  unlink
            *      unit_head specialist lead                          no    no     no
            *      unit_admin system_admin auditor                    no    no     no
            *      stranger strange_leader strange_admin              no    no     no
            *      reviewer                                           no    no     no
            *      clerk leader                                       yes   no     no
            open   archivist                                          no    no     no
            kept   archivist                                          yes   no     no
            open   drafter                                            yes   yes    yes
            kept   drafter                                            yes   no     no
            """,
            {"open": self.open_dossier.item_ids[:1], "kept": self.kept_dossier.item_ids[:1]},
            {"note": "x"},
        )

    def test_file_plan(self):
        self.check_matrix(
            """
            state   role                                              read  write  create  unlink
            *       clerk leader unit_head specialist reviewer lead   yes   no     no      no
            *       unit_admin system_admin auditor drafter           yes   no     no      no
            *       stranger strange_leader strange_admin             no    no     no      no
            draft   archivist                                         yes   yes    yes     no
            issued  archivist                                         yes   no     yes     no
            """,
            {"draft": self.draft_plan, "issued": self.plan},
            {"numbering": "continuous"},
            lambda model, _role: model.create({"year": 2050, "company_id": self.agency.id}),
        )

    def test_line_of_the_file_plan(self):
        self.check_matrix(
            """
            state   role                                              read  write  unlink
            *       clerk leader unit_head reviewer                   yes   no     no
            *       unit_admin system_admin auditor                   yes   no     no
            *       stranger strange_leader strange_admin             no    no     no
            draft   archivist drafter specialist lead                 yes   yes    yes
            issued  archivist drafter specialist lead                 yes   no     no
            """,
            {"draft": self.draft_plan.line_ids[2], "issued": self.plan.line_ids[3]},
            {"name": "Khác"},
        )

    def test_transfer(self):
        self.check_matrix(
            """
            state      role                                           read  write  create  unlink
            *          unit_head specialist reviewer lead             no    no     yes     no
            *          clerk                                          no    no     yes     no
            *          unit_admin system_admin auditor                no    no     no      no
            *          stranger strange_leader strange_admin          no    no     no      no
            *          leader                                         yes   no     no      no
            draft      archivist drafter                              yes   yes    yes     yes
            submitted  archivist                                      yes   yes    yes     no
            submitted  drafter                                        yes   no     yes     no
            accepted   archivist drafter                              yes   no     yes     no
            """,
            {"draft": self.draft_transfer, "submitted": self.offered, "accepted": self.accepted},
            {"condition": "Khá"},
            lambda model, _role: model.create({"name": "Mới", "company_id": self.agency.id}),
        )

    def test_dossier_of_a_transfer(self):
        self.check_matrix(
            """
            state      role                                           read  write  unlink
            *          unit_head specialist reviewer lead clerk       no    no     no
            *          unit_admin system_admin auditor                no    no     no
            *          stranger strange_leader strange_admin          no    no     no
            *          leader                                         yes   no     no
            draft      archivist drafter                              yes   no     yes
            submitted  archivist                                      yes   yes    no
            submitted  drafter                                        yes   no     no
            """,
            {"draft": self.draft_transfer.line_ids, "submitted": self.offered.line_ids},
            {"reason": "x"},
        )

    def test_package(self):
        self.check_matrix(
            """
            state  role                                               read  write  create  unlink
            any    unit_head specialist reviewer lead clerk drafter   no    no     no      no
            any    unit_admin system_admin auditor                    no    no     no      no
            any    stranger strange_leader strange_admin              no    no     no      no
            any    leader                                             yes   no     no      no
            any    archivist                                          yes   no     yes     no
            """,
            {"any": self.package},
            {"message": "x"},
            lambda model, _role: model.create({"dossier_id": self.kept_dossier.id}),
        )

    def test_disposal(self):
        self.check_matrix(
            """
            state  role                                               read  write  create  unlink
            any    unit_head specialist reviewer lead clerk drafter   no    no     no      no
            any    unit_admin system_admin auditor                    no    no     no      no
            any    stranger strange_leader strange_admin              no    no     no      no
            any    leader                                             yes   no     no      no
            any    archivist                                          yes   yes    yes     no
            """,
            {"any": self.disposal},
            {"origin": "x"},
            lambda model, _role: model.create({"name": "Mới", "company_id": self.agency.id}),
        )

    def test_dossier_of_a_disposal(self):
        self.check_matrix(
            """
            state  role                                               read  write  unlink
            any    unit_head specialist reviewer lead clerk drafter   no    no     no
            any    unit_admin system_admin auditor                    no    no     no
            any    stranger strange_leader strange_admin              no    no     no
            any    leader                                             yes   no     no
            any    archivist                                          yes   yes    yes
            """,
            {"any": self.disposal.line_ids},
            {"note": "x"},
        )

    def test_fonds(self):
        self.check_matrix(
            """
            state  role                                               read  write  create  unlink
            any    clerk leader unit_head specialist reviewer lead    yes   no     no      no
            any    unit_admin system_admin auditor drafter            yes   no     no      no
            any    stranger strange_leader strange_admin              no    no     no      no
            any    archivist                                          yes   yes    yes     no
            """,
            {"any": self.fonds},
            {"name": "x"},
            lambda model, _role: model.create({"code": "M", "name": "M", "company_id": self.agency.id}),
        )

    def test_retention(self):
        self.check_matrix(
            """
            state  role                                                         read  write  create  unlink
            any    clerk leader unit_head specialist archivist reviewer lead    yes   no     no      no
            any    unit_admin auditor drafter                                   yes   no     no      no
            any    stranger strange_leader strange_admin                        yes   no     no      no
            any    system_admin                                                 yes   yes    yes     no
            """,
            {"any": self.ten_years},
            {"note": "x"},
            lambda model, _role: model.create({"name": "M", "term": "permanent"}),
        )
