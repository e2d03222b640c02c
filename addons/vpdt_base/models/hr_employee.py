from odoo import api, fields, models

COMPETENCES = [
    ("TM.", "TM. (on behalf of a collective)"),
    ("Q.", "Q. (acting head)"),
    ("KT.", "KT. (deputy for the head)"),
    ("TL.", "TL. (by order)"),
    ("TUQ.", "TUQ. (by authorisation)"),
]


class HrEmployee(models.Model):
    """How a person signs: quyền hạn, chức vụ (Nghị định 30/2020, Điều 13; Phụ lục I, II.7)."""

    _inherit = "hr.employee"

    competence = fields.Selection(COMPETENCES, groups="base.group_user", tracking=True)
    competence_title = fields.Char(
        "Title signed for", groups="base.group_user", help="The line after KT., TM. …, for example GIÁM ĐỐC."
    )
    signing_title = fields.Char("Signing title", groups="base.group_user", help="For example Phó Giám đốc.")
    signing_preview = fields.Char(
        "Printed above the signature", compute="_compute_signing_preview", groups="base.group_user"
    )

    @api.depends("competence", "competence_title", "signing_title")
    def _compute_signing_preview(self):
        for employee in self:
            employee.signing_preview = " / ".join(employee._signing_lines())

    def _signing_lines(self):
        """Lines printed above the signature, upper case: ``["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]``."""
        self.ensure_one()
        lines = []
        if self.competence:
            lines.append(f"{self.competence} {self.competence_title or ''}".strip())
        if self.signing_title and self.competence != "Q.":
            lines.append(self.signing_title)
        return [line.upper() for line in lines]
