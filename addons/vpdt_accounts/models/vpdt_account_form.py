from odoo import api, fields, models

PERSON, AGENCY = "person", "agency"
SUBJECTS = [(PERSON, "People"), (AGENCY, "Agency")]

#: What a column of a form can show: key → label. How each is written: `vpdt.account.request.line._printed`.
CONTENTS = [
    ("index", "Number"),
    ("name", "Name"),
    ("birth_date", "Date of birth"),
    ("citizen_id", "Citizen number"),
    ("job_title", "Position"),
    ("department", "Department"),
    ("login", "Official mailbox"),
    ("account", "Account"),
    ("phone", "Phone"),
    ("roles", "Roles"),
    ("basis", "Basis"),
    ("note", "Remarks"),
    ("before", "What it is"),
    ("after", "What it becomes"),
    ("place", "Position and unit"),
    ("case", "Case"),
    ("end_date", "Day of revocation"),
    ("handover", "Who takes over"),
    ("identifier", "Identifier"),
    ("parent", "Parent agency"),
    ("address", "Address"),
    ("contact", "Contact person"),
    ("granted", "Day of issue"),
    ("last_login", "Last login"),
    ("account_state", "State of the account"),
]


class VpdtAccountForm(models.Model):
    """A form of the regulation (Mẫu 01–04): its words and columns are data, so that another one can take its place."""

    _name = "vpdt.account.form"
    _description = "Form of a request"
    _inherit = "vpdt.text.mixin"
    _order = "sequence, code"

    name = fields.Char(required=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("new", "New accounts"),
            ("change", "Change of information"),
            ("revoke", "Revocation"),
            ("list", "Yearly list"),
            ("identifier", "Identifier"),
            ("structure", "Change of structure"),
        ],
        required=True,
        readonly=True,
    )
    subject = fields.Char(required=True, help="After “V/v” in the letter.")
    opening = fields.Text(required=True, help="The paragraph before the table.")
    closing = fields.Text(help="The paragraph after the table.")
    legal_basis = fields.Char()
    column_ids = fields.One2many("vpdt.account.form.column", "form_id", "Columns")
    case_ids = fields.One2many("vpdt.account.case", "form_id", "Cases")

    _code_unique = models.UniqueIndex("(code)", "This code is taken.")
    _person_writes = frozenset(
        {"name", "sequence", "subject", "opening", "closing", "legal_basis", "column_ids", "case_ids"}
    )

    def _columns(self, subject):
        """The columns for people or for agencies (vpdt.account.form.column, in order)."""
        return self.column_ids.filtered(lambda column: column.subject == subject)


class VpdtAccountFormColumn(models.Model):
    _name = "vpdt.account.form.column"
    _description = "Column of a form"
    _inherit = "vpdt.text.mixin"
    _order = "sequence, id"

    form_id = fields.Many2one("vpdt.account.form", required=True, index=True, ondelete="cascade")
    subject = fields.Selection(SUBJECTS, required=True, default=PERSON)
    sequence = fields.Integer(default=10)
    name = fields.Char("Heading", required=True)
    content = fields.Selection(CONTENTS, "Shows", required=True)
    width = fields.Float("Width (mm)", required=True, default=25)

    _person_writes = frozenset({"form_id", "subject", "sequence", "name", "content", "width"})


class VpdtAccountCase(models.Model):
    """When a form is used (Đồng Tháp, Quy chế, Điều 5): for whom, and what evidence it takes."""

    _name = "vpdt.account.case"
    _description = "Case of a request"
    _inherit = "vpdt.text.mixin"
    _order = "sequence, id"

    form_id = fields.Many2one("vpdt.account.form", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True)
    subject = fields.Selection(SUBJECTS, required=True, default=PERSON)
    sequence = fields.Integer(default=10)
    needs_basis = fields.Boolean("Takes a decision", help="Its number and date are asked for.")
    evidence = fields.Char(help="What is enclosed.")
    legal_basis = fields.Char()

    _person_writes = frozenset({"form_id", "name", "subject", "sequence", "needs_basis", "evidence", "legal_basis"})

    @api.depends("name", "legal_basis")
    def _compute_display_name(self):
        for case in self:
            case.display_name = case.name
