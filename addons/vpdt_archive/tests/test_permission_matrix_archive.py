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
    "vpdt.integrity.check",
    "vpdt.integrity.run",
    "vpdt.keeping",
    "vpdt.keeping.line",
    "vpdt.package",
    "vpdt.archive.place",
    "vpdt.reading",
    "vpdt.reading.use",
    "vpdt.retention.change",
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

    def test_request_of_the_reading_room(self):
        self.check_matrix(
            """
            state    role                                             read  write  create  unlink
            *        unit_head reviewer lead clerk drafter            no    no     yes     no
            *        unit_admin system_admin auditor                  no    no     yes     no
            *        stranger strange_leader strange_admin            no    no     no      no
            *        leader                                           yes   no     yes     no
            draft    archivist                                        yes   yes    yes     no
            draft    specialist                                       yes   yes    yes     yes
            granted  archivist specialist                             yes   no     yes     no
            """,
            {"draft": self.draft_reading, "granted": self.reading},
            {"wanted": "x"},
            lambda model, _role: model.create({"purpose": "M", "wanted": "M", "company_id": self.agency.id}),
        )
        self.assert_stays_in_its_agency(self.draft_reading)

    def test_use_of_the_archive(self):
        self.check_matrix(
            """
            state  role                                               read  write  create  unlink
            any    unit_head specialist reviewer lead clerk drafter   no    no     no      no
            any    unit_admin system_admin auditor                    no    no     no      no
            any    stranger strange_leader strange_admin              no    no     no      no
            any    leader archivist                                   yes   no     no      no
            """,
            {"any": self.reading.use_ids},
            {"title": "x"},
            lambda model, _role: model.create(
                {"reading_id": self.reading.id, "dossier_id": self.kept_dossier.id, "kind": "viewed",
                 "at": "2026-01-01", "user_id": self.leader.id, "reader_name": "x"}
            ),
        )  # fmt: skip

    def test_place(self):
        self.check_matrix(
            """
            state  role                                               read  write  create  unlink
            any    unit_head specialist reviewer lead clerk drafter   no    no     no      no
            any    unit_admin system_admin auditor                    no    no     no      no
            any    stranger strange_leader strange_admin              no    no     no      no
            any    leader                                             yes   no     no      no
            any    archivist                                          yes   yes    yes     yes
            """,
            {"any": self.box},
            {"name": "x"},
            lambda model, _role: model.create({"kind": "store", "code": "K9", "company_id": self.agency.id}),
        )

    def _check_only_read(self, record, values, new):
        """Archivist and leader read; nobody writes."""
        self.check_matrix(
            """
            state  role                                               read  write  create  unlink
            any    unit_head specialist reviewer lead clerk drafter   no    no     no      no
            any    unit_admin system_admin auditor                    no    no     no      no
            any    stranger strange_leader strange_admin              no    no     no      no
            any    leader archivist                                   yes   no     no      no
            """,
            {"any": record},
            values,
            lambda model, _role: model.create(new),
        )

    def test_integrity_of_a_night(self):
        new = {"company_id": self.agency.id, "started_at": "2026-01-01 00:00:00"}
        self._check_only_read(self.night, {"message": "x"}, new)

    def test_integrity_of_a_file(self):
        new = {"company_id": self.agency.id, "run_id": self.night.id, "checked_at": "2026-01-01", "result": "intact"}
        self._check_only_read(self.night.check_ids[:1], {"result": "missing"}, new)

    def test_changed_retention(self):
        new = {"dossier_id": self.kept_dossier.id, "company_id": self.agency.id, "at": "2026-01-01"}
        self._check_only_read(self.change, {"after_years": 1}, new)

    def test_dossiers_kept_back(self):
        self.check_matrix(
            """
            state  role                                               read  write  create  unlink
            any    unit_head specialist reviewer lead clerk           no    no     yes     no
            any    unit_admin system_admin auditor                    no    no     no      no
            any    stranger strange_leader strange_admin              no    no     no      no
            any    leader archivist                                   yes   no     yes     no
            any    drafter                                            yes   yes    yes     yes
            """,
            {"any": self.keeping},
            {"reason": "x"},
            lambda model, _role: model.create(
                {"reason": "M", "date_until": "2028-01-01", "company_id": self.agency.id}
            ),
        )

    def test_dossier_kept_back(self):
        self.check_matrix(
            """
            state  role                                               read  write  unlink
            any    unit_head specialist reviewer lead clerk           no    no     no
            any    unit_admin system_admin auditor                    no    no     no
            any    stranger strange_leader strange_admin              no    no     no
            any    leader archivist                                   yes   no     no
            any    drafter                                            yes   no     yes
            """,
            {"any": self.keeping.line_ids},
            {"dossier_id": self.kept_dossier.id},
        )
