from odoo import fields, models

from ..models.people.hr_employee import COMPETENCES

_ROLES = ("clerk", "leader", "unit_head", "specialist", "archivist", "unit_admin", "auditor")


class VpdtAgencyOpeningDepartment(models.TransientModel):
    _name = "vpdt.agency.opening.department"
    _description = "Department of an agency to be opened"
    _order = "id"

    opening_id = fields.Many2one("vpdt.agency.opening", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    abbreviation = fields.Char()


class VpdtAgencyOpeningPerson(models.TransientModel):
    _name = "vpdt.agency.opening.person"
    _description = "Person of an agency to be opened"
    _order = "id"

    opening_id = fields.Many2one("vpdt.agency.opening", required=True, ondelete="cascade")
    name = fields.Char("Full name", required=True)
    login = fields.Char(required=True)
    email = fields.Char()
    title = fields.Char("Position")
    competence = fields.Selection(COMPETENCES, help="How he signs; empty for the head himself.")
    competence_title = fields.Char("Title signed for")
    deputy_of = fields.Char("Deputy of", help="The title after a KT. below TM. or TL., for example CHỦ TỊCH.")
    department = fields.Char(help="One of the departments of this screen.")
    clerk = fields.Boolean()
    leader = fields.Boolean()
    unit_head = fields.Boolean()
    specialist = fields.Boolean()
    archivist = fields.Boolean()
    unit_admin = fields.Boolean("Unit administrator")
    auditor = fields.Boolean()

    def _prepare_person(self):
        """This line as a person of `directory.AgencyBook`."""
        return {
            "name": self.name.strip(),
            "login": self.login.strip().lower(),
            "email": self.email or "",
            "title": self.title or "",
            "competence": self.competence or "",
            "competence_title": self.competence_title or "",
            "deputy_of": self.deputy_of or "",
            "department": self.department or "",
            "roles": [role for role in _ROLES if self[role]],
        }
