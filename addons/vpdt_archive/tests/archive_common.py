"""An agency with a file plan, dossiers and an archive, made by the steps themselves."""

from odoo.addons.vpdt_documents.tests.matrix_common import DocumentsCase


class ArchiveCase(DocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.permanent = cls.env.ref("vpdt_archive.retention_rule_03")
        cls.ten_years = cls.env.ref("vpdt_archive.retention_rule_09")
        cls.two_years = cls.env["vpdt.retention.rule"].search([("years", "=", 2)], limit=1)
        department = {"name": "Văn phòng", "abbreviation": "VP", "company_id": cls.agency.id}
        cls.department = cls.env["hr.department"].create(department)
        employees = cls.env["hr.employee"].create(
            [
                {"name": role, "user_id": cls.cast[role].id, "company_id": cls.agency.id,
                 "department_id": cls.department.id}
                for role in ("drafter", "lead", "specialist", "archivist")
            ]
        )  # fmt: skip
        cls.employees = dict(zip(("drafter", "lead", "specialist", "archivist"), employees, strict=True))
        fonds = {"code": "P01", "name": "Phông thử", "archive_code": "LT9", "company_id": cls.agency.id}
        cls.fonds = cls.env["vpdt.fonds"].create(fonds)

    @classmethod
    def make_plan(cls, year=2026, state="issued"):
        """A plan of two headings and three dossiers, in the environment of the archivist."""
        plan = cls.env_of("archivist")["vpdt.file.plan"].create({"year": year})
        lines = (
            ("heading", "Tổ chức cán bộ", "TCCB", False),
            ("subheading", "Tuyển dụng", False, False),
            ("dossier", "Hồ sơ tuyển dụng năm", False, cls.permanent),
            ("dossier", "Hồ sơ đào tạo", False, cls.ten_years),
            ("heading", "Hành chính", "HC", False),
            ("dossier", "Công văn trao đổi", False, cls.two_years),
        )
        plan.line_ids = [
            (0, 0, {"kind": kind, "name": name, "abbreviation": short, "retention_id": rule and rule.id,
                    "sequence": 10 * number, "department_id": cls.department.id,
                    "user_id": cls.cast["drafter"].id if kind == "dossier" else False})
            for number, (kind, name, short, rule) in enumerate(lines, 1)
        ]  # fmt: skip
        for step, role in (("submitted", "archivist"), ("approved", "leader"), ("issued", "archivist")):
            if plan.state == state:
                break
            acting = plan.with_env(cls.env_of(role))
            if step == "issued":
                acting.decision_code = "15/QĐ-SNV ngày 05/01/2026"
            acting._move_to(step)
        return plan

    @classmethod
    def make_dossier(cls, state="open", documents=None, notation="01.TT", **values):
        """A dossier of the drafter with an outgoing document in it, taken to ``state`` step by step."""
        env = cls.env_of("drafter")
        dossier = env["vpdt.dossier"].create(
            {
                "title": "Hồ sơ thử",
                "notation": notation,
                "year": 2026,
                "retention_id": cls.ten_years.id,
                "date_start": "2026-01-05",
                **values,
            }
        )
        if documents is None:
            documents = [cls.make_issued(notation).with_env(env)]
        if documents:
            dossier._file_documents(documents)
        if state != "open":
            dossier.date_end = "2026-12-20"
            dossier.action_close()
        if state in ("offered", "kept"):
            cls.make_transfer(dossier, "submitted" if state == "offered" else "accepted")
        return dossier

    @classmethod
    def make_issued(cls, word, **values):
        """An issued document of the drafter, numbered apart from the others."""
        document = cls.make_outgoing("signed", subject=f"Về việc {word}", **values)
        cls.issued_number = getattr(cls, "issued_number", 0) + 1
        number = {"number": f"{cls.issued_number:02d}", "register_number": cls.issued_number, "date": "2026-02-05",
                  "register_id": cls.registers["outgoing"].id, "register_year": 2026}  # fmt: skip
        for step, vals in (("numbered", number), ("issued", {})):
            document.with_env(cls.env_of("clerk"))._move_to(step, vals)
        return document

    @classmethod
    def make_transfer(cls, dossiers, state="draft"):
        """A transfer of the drafter."""
        transfer = cls.env_of("drafter")["vpdt.transfer"].create(
            {"name": "Tài liệu năm 2026", "line_ids": [(0, 0, {"dossier_id": dossier.id}) for dossier in dossiers]}
        )
        if state != "draft":
            transfer.action_submit()
        if state == "accepted":
            acting = transfer.with_env(cls.env_of("archivist"))
            acting.action_accept_all()
            acting.action_accept()
        return transfer

    @classmethod
    def make_reading(cls, state="granted", role="specialist", dossiers=None, **values):
        """A request of the reading room, taken to ``state`` step by step."""
        reading = cls.env_of(role)["vpdt.reading"].create({"purpose": "Nghiên cứu", "wanted": "Năm 2026", **values})
        found = dossiers if dossiers is not None else cls.kept_dossier
        for step, acting in (("requested", role), ("laid", "archivist"), ("granted", "leader"), ("lent", "archivist")):
            if reading.state == state:
                break
            if step == "laid":
                reading.with_env(cls.env_of("archivist")).dossier_ids = found
            reading.with_env(cls.env_of(acting))._move_to(
                step, {"number": 7, "year": 2026} if step == "requested" else {}
            )
        return reading

    @classmethod
    def make_places(cls):
        """A store, a shelf and a box of the agency: the box."""
        place = cls.env_of("archivist")["vpdt.archive.place"]
        for kind, code in (("store", "K1"), ("shelf", "G02"), ("box", "H015")):
            place = place.create({"kind": kind, "code": code, "parent_id": place.id, "name": "tầng 2"})
        return place

    @classmethod
    def make_everything(cls):
        """A row of each model, in the states that make a difference: ``{model: records}``."""
        cls.plan = cls.make_plan().sudo().with_env(cls.env)
        cls.draft_plan = cls.make_plan(2027, "draft").sudo().with_env(cls.env)
        made = {
            name: cls.make_dossier(state, notation=notation).sudo().with_env(cls.env)
            for name, state, notation in (
                ("open_dossier", "open", "01.A"),
                ("closed_dossier", "closed", "02.A"),
                ("kept_dossier", "kept", "03.A"),
                ("offered_dossier", "offered", "04.A"),
            )
        }
        for name, dossier in made.items():
            setattr(cls, name, dossier)
        drafter = cls.env_of("drafter")
        cls.draft_transfer = cls.make_transfer(cls.closed_dossier.with_env(drafter)).sudo().with_env(cls.env)
        Line = cls.env["vpdt.transfer.line"]
        cls.offered = Line.search([("dossier_id", "=", cls.offered_dossier.id)]).transfer_id
        cls.accepted = Line.search([("dossier_id", "=", cls.kept_dossier.id)]).transfer_id
        cls.package = cls.env["vpdt.package"].create({"dossier_id": cls.kept_dossier.id, "kind": "AIP"})
        cls.disposal = cls.env_of("archivist")["vpdt.disposal"].create(
            {"name": "Hủy năm 2026", "line_ids": [(0, 0, {"dossier_id": cls.kept_dossier.id})]}
        )
        cls.disposal = cls.disposal.sudo().with_env(cls.env)
        cls.draft_reading = cls.make_reading("draft").sudo().with_env(cls.env)
        cls.reading = cls.make_reading("granted").sudo().with_env(cls.env)
        cls.reading._note_use("lent")
        cls.box = cls.make_places().sudo().with_env(cls.env)
        cls.night = cls.env["vpdt.integrity.run"]._begin(cls.agency)
        cls.night._go_on()
        change = {"dossier_id": cls.kept_dossier.id, "company_id": cls.agency.id, "at": "2026-01-01 00:00:00"}
        cls.change = cls.env["vpdt.retention.change"].create(change)
        listed = [(0, 0, {"dossier_id": cls.closed_dossier.id})]
        cls.keeping = cls.env_of("drafter")["vpdt.keeping"].create(
            {"reason": "Cần dùng", "date_until": "2028-12-31", "line_ids": listed}
        )
        cls.keeping = cls.keeping.sudo().with_env(cls.env)
        dossiers = cls.env["vpdt.dossier"].union(*made.values())
        return {
            "vpdt.dossier": dossiers,
            "vpdt.dossier.item": dossiers.item_ids,
            "vpdt.file.plan": cls.plan | cls.draft_plan,
            "vpdt.file.plan.line": cls.plan.line_ids[2:4] | cls.draft_plan.line_ids[2:4],
            "vpdt.disposal": cls.disposal,
            "vpdt.disposal.line": cls.disposal.line_ids,
            "vpdt.fonds": cls.fonds,
            "vpdt.integrity.check": cls.night.check_ids,
            "vpdt.integrity.run": cls.night,
            "vpdt.keeping": cls.keeping,
            "vpdt.keeping.line": cls.keeping.line_ids,
            "vpdt.package": cls.package,
            "vpdt.archive.place": cls.box,
            "vpdt.reading": cls.draft_reading | cls.reading,
            "vpdt.reading.use": cls.reading.use_ids,
            "vpdt.retention.change": cls.change,
            "vpdt.transfer": cls.draft_transfer | cls.offered | cls.accepted,
            "vpdt.transfer.line": (cls.draft_transfer | cls.offered | cls.accepted).line_ids,
        }
