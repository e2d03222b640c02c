"""An agency that works: its people, registers, and documents in each state, made by the steps themselves."""

from odoo.addons.vpdt_base.signing import find_places, prepare
from odoo.addons.vpdt_base.tests.permission_matrix import PermissionMatrixCase

from .signing_documents import letter


class DocumentsCase(PermissionMatrixCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = cls._make_users(
            ("drafter", cls.agency, "group_specialist"),
            ("reviewer", cls.agency, "group_unit_head"),
            ("lead", cls.agency, "group_specialist"),
        )
        cls.cast |= dict(zip(("drafter", "reviewer", "lead"), people, strict=True))
        for role, title in (("leader", "Giám đốc"), ("reviewer", "Trưởng phòng"), ("unit_head", "Chánh Văn phòng")):
            user = cls.cast[role]
            cls.env["hr.employee"].create(
                {"name": role.title(), "user_id": user.id, "company_id": cls.agency.id, "signing_title": title}
            )
        Register = cls.env["vpdt.register"]
        cls.registers = {
            direction: Register.create({"name": direction, "direction": direction, "company_id": cls.agency.id})
            for direction in ("incoming", "outgoing", "copy")
        }
        plain = letter(("GIÁM ĐỐC", "Leader"))
        cls.pdf = prepare(plain, find_places(plain, position="GIÁM ĐỐC", name="Leader"))
        cls.recipient = cls.env["vpdt.organization"].create({"name": "Bộ Thử nghiệm", "identifier": "G98"})
        cls.type = cls.env["vpdt.document.type"].search([("abbreviation", "=", "QĐ")], limit=1)

    @classmethod
    def env_of(cls, role):
        user = cls.cast[role]
        return cls.env(user=user, context={"allowed_company_ids": user.company_ids.ids})

    @classmethod
    def make_outgoing(cls, state="draft", **values):
        """An outgoing document of the drafter, taken to ``state`` step by step."""
        document = cls.env_of("drafter")["vpdt.outgoing"].create(
            {
                "type_id": cls.type.id,
                "subject": "Về việc thử",
                "reviewer_id": cls.cast["reviewer"].id,
                "signer_id": cls.leader.id,
                "recipient_ids": [(0, 0, {"organization_id": cls.recipient.id})],
                **values,
            }
        )
        cls.env["vpdt.file"]._store(document.sudo(), "du-thao.pdf", cls.pdf, "main")
        number = {"number": "01", "register_number": 1, "date": "2026-01-05"}
        number |= {"register_id": cls.registers["outgoing"].id, "register_year": 2026}
        for step, role, vals in (
            ("review", "drafter", {}),
            ("to_sign", "reviewer", {}),
            ("signed", "leader", {}),
            ("numbered", "clerk", number),
            ("issued", "clerk", {}),
        ):
            if document.state == state:
                break
            document.with_env(cls.env_of(role))._move_to(step, vals)
        return document

    @classmethod
    def make_incoming(cls, state="arrived", **values):
        """An incoming document received by the clerk, taken to ``state`` step by step; the lead handles it."""
        document = cls.env_of("clerk")["vpdt.incoming"].create(
            {"author_name": "Bộ Thử nghiệm", "subject": "Về việc thử", "leader_id": cls.leader.id, **values}
        )
        cls.env["vpdt.file"]._store(document.sudo(), "van-ban.pdf", cls.pdf, "main")
        lead = {"user_id": cls.cast["lead"].id, "part": "lead"}
        for step, role, written in (
            ("registered", "clerk", {}),
            ("submitted", "clerk", {}),
            ("directed", "leader", {"draft_direction": "Xử lý", "assignment_ids": [(0, 0, lead)]}),
            ("finished", "lead", {"draft_answer": "Đã xong"}),
        ):
            if document.state == state:
                break
            acting = document.with_env(cls.env_of(role))
            if written:
                acting.write(written)
            acting._move_to(step)
        return document

    @classmethod
    def make_copy(cls, state="draft", **values):
        """A copy that the clerk makes, taken to ``state`` step by step."""
        if not values:
            values = {"incoming_id": cls.make_incoming("directed").id}
        copy = cls.env_of("clerk")["vpdt.copy"].create({"signer_id": cls.leader.id, "void_draft": "Nhầm", **values})
        for step in ("numbered", "issued", "void"):
            if copy.state == state:
                break
            copy._move_to(step)
        return copy
