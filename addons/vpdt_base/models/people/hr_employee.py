from odoo import api, fields, models
from odoo.exceptions import ValidationError

COMPETENCES = [
    ("TM.", "TM. (on behalf of a collective)"),
    ("Q.", "Q. (acting head)"),
    ("KT.", "KT. (deputy for the head)"),
    ("TL.", "TL. (by order)"),
    ("TUQ.", "TUQ. (by authorisation)"),
]

# The forms that are passed on to the deputy, who then signs KT. below them (khoản 1, 2 và 4 Điều 13 Nghị định
# 30/2020).
PASSED_TO_DEPUTY = ("TM.", "TL.")


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
    signing_preview = fields.Char(
        "Printed above the signature", compute="_compute_signing_preview", groups="base.group_user"
    )

    @api.depends("competence", "competence_title", "deputy_of", "signing_title")
    def _compute_signing_preview(self):
        for employee in self:
            employee.signing_preview = " / ".join(employee._signing_lines())

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
        """The office this person holds, upper case: ``"GIÁM ĐỐC"``, ``"Q. GIÁM ĐỐC"``; his deputy signs TUQ. for it."""
        self.ensure_one()
        if self.competence == "Q.":
            return f"Q. {self.competence_title or self.signing_title or ''}".strip().upper()
        return (self.signing_title or "").upper()

    def _signing_form_of_deputy(self):
        """What shows that this person does not sign as the head, ``"KT."`` or ``"TM. / KT."``, or an empty string."""
        if self.deputy_of:
            return f"{self.competence} / KT."
        return self.competence if self.competence in ("KT.", "TL.", "TUQ.") else ""

    def write(self, vals):
        if not {"active", "company_id", "user_id", "competence", "deputy_of"} & vals.keys():
            return super().write(vals)
        before = self.user_id
        result = super().write(vals)
        self.env["vpdt.delegation"]._end_lost(before | self.user_id)
        return result
