from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...directory.agencies import PASSED_TO_DEPUTY
from ...vietnam import title_before

COMPETENCES = [
    ("TM.", "TM. (on behalf of a collective)"),
    ("Q.", "Q. (acting head)"),
    ("KT.", "KT. (deputy for the head)"),
    ("TL.", "TL. (by order)"),
    ("TUQ.", "TUQ. (by authorisation)"),
]


class HrEmployee(models.Model):
    """How a person signs: quyền hạn, chức vụ (Nghị định 30/2020, Điều 13; Phụ lục I, II.7)."""

    _name = "hr.employee"
    _inherit = ["hr.employee", "vpdt.text.mixin"]

    competence = fields.Selection(COMPETENCES, groups="base.group_user", tracking=True)
    competence_title = fields.Char(
        "Title signed for", groups="base.group_user", help="The line after KT., TM. …, for example GIÁM ĐỐC."
    )
    deputy_of = fields.Char(
        "Deputy of",
        groups="base.group_user",
        tracking=True,
        help="A deputy who signs below TM. or TL.: the title after the second line's KT., for example CHỦ TỊCH below "
        "TM. ỦY BAN NHÂN DÂN, or CHÁNH VĂN PHÒNG below TL. CHỦ TỊCH.",
    )
    signing_title = fields.Char("Signing title", groups="base.group_user", help="For example Phó Giám đốc.")
    order_regulation = fields.Char(
        "By order laid down in",
        groups="base.group_user",
        tracking=True,
        help="The working or records regulation of the agency that says who signs “TL.” and what (khoản 4 Điều 13 Nghị "
        "định số 30/2020/NĐ-CP), with number and date.",
    )
    signing_doubts = fields.Text(
        "To be looked at", compute="_compute_signing_preview", groups="base.group_user", help="Stops nothing."
    )
    signing_preview = fields.Char(
        "Printed above the signature", compute="_compute_signing_preview", groups="base.group_user"
    )

    @api.depends("name", "competence", "competence_title", "deputy_of", "signing_title", "order_regulation")
    def _compute_signing_preview(self):
        for employee in self:
            employee.signing_preview = " / ".join(employee._signing_lines())
            employee.signing_doubts = "\n".join(employee._signing_form_doubts())

    def _signing_form_doubts(self):
        """What the decree would not have in how this person signs, though it may be right here; a list of sentences."""
        self.ensure_one()
        doubts = []
        if title := title_before(self.name):
            doubts.append(
                self.env._(
                    "The name begins with “%s”: no academic title stands before the name of who signs, except where "
                    "the rules of the sector say so (mục II.7 Phụ lục I Nghị định số 30/2020/NĐ-CP).",
                    title,
                )
            )
        if self.competence == "TL." and not self.order_regulation:
            doubts.append(
                self.env._(
                    "“TL.” is laid down in the working or records regulation of the agency (khoản 4 Điều 13 Nghị định "
                    "số 30/2020/NĐ-CP): name it."
                )
            )
        if self.competence in ("TM.", "KT.", "TL.") and not self.competence_title:
            doubts.append(self.env._("After “%s” comes in whose place he signs: fill it in.", self.competence))
        if not self.competence and self._is_deputy_by_title():
            title = self.signing_title.strip()
            doubts.append(self.env._("“%s” is a deputy, who signs for the head: choose “KT.”.", title))
        return doubts

    def _is_deputy_by_title(self):
        return (self.signing_title or "").strip().casefold().startswith("phó ")

    @api.constrains("competence")
    def _check_competence(self):
        for employee in self:
            if employee.competence == "TUQ.":
                raise ValidationError(
                    self.env._(
                        "%s: “TUQ.” is not of a position. It comes from a written delegation for named types of "
                        "documents and a time (khoản 3 Điều 13 Nghị định số 30/2020/NĐ-CP).",
                        employee.name,
                    )
                )

    @api.onchange("competence")
    def _onchange_competence(self):
        if self.competence not in PASSED_TO_DEPUTY:
            self.deputy_of = False

    @api.constrains("competence", "deputy_of")
    def _check_deputy_of(self):
        for employee in self:
            if employee.deputy_of and employee.competence not in PASSED_TO_DEPUTY:
                raise ValidationError(
                    self.env._(
                        "%(name)s: a second KT. line stands below TM. or TL. only (khoản 2 và 4 Điều 13 Nghị định số "
                        "30/2020/NĐ-CP). For a deputy who signs for the head himself choose KT.",
                        name=employee.name,
                    )
                )

    def _signing_lines(self):
        """Lines printed above the signature, upper case (Nghị định 30/2020, Điều 13; Phụ lục I, II.7.a).

        :return: ``["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]``, ``["Q. GIÁM ĐỐC"]`` or, of a deputy below TM. or TL.,
            ``["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"]``
        """
        self.ensure_one()
        if self.competence == "Q.":
            return [self._own_title()]
        lines = []
        if self.competence:
            lines.append(f"{self.competence} {self.competence_title or ''}".strip())
        if self.deputy_of:
            lines.append(f"KT. {self.deputy_of}")
        if self.signing_title:
            lines.append(self.signing_title)
        return [line.upper() for line in lines]

    def _own_title(self):
        """The office this person holds, upper case: ``"GIÁM ĐỐC"``, ``"Q. GIÁM ĐỐC"``."""
        self.ensure_one()
        if self.competence == "Q.":
            return f"Q. {self.competence_title or self.signing_title or ''}".strip().upper()
        return (self.signing_title or "").upper()

    def _office_of_head(self):
        """The office that stands after “TUQ.”: that of the head, without “Q.” (mục II.7.a Phụ lục I)."""
        self.ensure_one()
        return (self._own_title().removeprefix("Q. ") if self.competence == "Q." else self._own_title()).strip()

    def _signing_form_of_deputy(self):
        """What shows that this person does not sign as the head: ``"KT."``, ``"TM. / KT."``, a title as ``"Phó Giám
        đốc"``; or an empty string."""
        if self.deputy_of:
            return f"{self.competence} / KT."
        if self.competence in ("KT.", "TL.", "TUQ."):
            return self.competence
        return self.signing_title if not self.competence and self._is_deputy_by_title() else ""

    def _heads_a_unit(self):
        """Whether one of these employees is at the head of a department of his agency, as the department says.

        Where no head is recorded for it, the role of unit head and a title that is no deputy's will do.
        """
        for employee in self:
            if self.env["hr.department"].search_count([("manager_id", "=", employee.id)], limit=1):
                return True
            recorded = employee.department_id.manager_id
            role = employee.user_id.has_group("vpdt_base.group_unit_head")
            if role and not recorded and not employee._is_deputy_by_title() and not employee.deputy_of:
                return True
        return False

    def write(self, vals):
        self._check_own_contact(vals)
        if not {"active", "company_id", "user_id", "competence", "deputy_of"} & vals.keys():
            return super().write(vals)
        before = self.user_id
        result = super().write(vals)
        self.env["vpdt.delegation"]._end_lost(before | self.user_id)
        return result
