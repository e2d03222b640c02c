import base64
import io

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.vpdt_base.text.signatures import DOCX, sniff

from ..templates import LISTS, REQUIRED, TEMPLATES, TEXTS, fields_of, render

#: What every template of an agency has a place for: components of khoản 2 Điều 8 that are known when it is filled in.
_WANTED = tuple(name for name in REQUIRED if name not in ("agency", "competence_lines"))
#: Fields of which one at least is there: the agency's name as one line or broken, the text, the signer's position.
_ONE_OF = (("agency", "agency_line"), ("blocks", "body"), ("competence_lines",))
#: Made from the others when a form is filled in (`templates.prepare`).
_MADE = ("agency_line", "kept", "blocks")
_LARGEST = 5 * 1024 * 1024


class VpdtDraftTemplate(models.Model):
    """An agency's own .docx for the drafts of a type, in place of the form that comes with the system.

    It is looked at when it is saved: a field that is missing or that nobody knows is named, and a sample is made of it.
    """

    _name = "vpdt.draft.template"
    _description = "Own template of an agency"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "type_id, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, default=lambda self: self.env.company
    )
    type_id = fields.Many2one(
        "vpdt.document.type", "For the type", required=True, ondelete="restrict", domain="[('template', '!=', False)]"
    )
    content = fields.Binary("Template (.docx)", required=True, attachment=True)
    file_name = fields.Char()
    sample = fields.Binary(attachment=True, readonly=True, help="Filled in with made-up values.")
    sample_name = fields.Char(compute="_compute_sample_name")

    _person_writes = frozenset({"name", "active", "type_id", "content", "file_name"})
    _type_once = models.UniqueIndex(
        "(company_id, type_id) WHERE active", "The agency has a template for this type already: archive it first."
    )

    @api.depends("name")
    def _compute_sample_name(self):
        for template in self:
            template.sample_name = f"mau-{template.type_id.abbreviation or 'van-ban'}.docx"

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates._look_at()
        return templates

    def write(self, vals):
        result = super().write(vals)
        if {"content", "type_id"} & vals.keys():
            self._look_at()
        return result

    def _bytes(self):
        return base64.b64decode(self.with_context(bin_size=False).content or b"")

    def _look_at(self):
        """Check the template and keep a sample of it.

        :raises ValidationError: everything that is wrong with it, by name
        """
        for template in self:
            content = template._bytes()
            if sniff(content) != DOCX or len(content) > _LARGEST:
                raise ValidationError(self.env._("A template is a .docx file of at most 5 MB."))
            if template.type_id.template not in TEMPLATES:
                raise ValidationError(self.env._("The decree has no form for “%s”.", template.type_id.name))
            template._check_fields_known(content)
            try:
                sample = render(template.type_id.template, template._sample_context(), io.BytesIO(content))
            except ValueError as error:
                raise ValidationError(self.env._("No sample can be made of the template: %s", error)) from None
            template._by_system().sample = base64.b64encode(sample)

    def _check_fields_known(self, content):
        try:
            used = fields_of(content)
        except ValueError as error:
            raise ValidationError(self.env._("The template cannot be read: %s", error)) from None
        words = []
        if unknown := sorted(used - {*TEXTS, *LISTS, *_MADE}):
            known = ", ".join(sorted({*TEXTS, *LISTS, *_MADE}))
            words.append(
                self.env._("Nobody knows these fields: %(names)s. There are: %(known)s.",
                           names=", ".join(unknown), known=known)
            )  # fmt: skip
        missing = [name for name in _WANTED if name not in used]
        missing += [" / ".join(names) for names in _ONE_OF if not used & set(names)]
        if missing:
            words.append(self.env._("These fields are missing: %s.", ", ".join(missing)))
        if words:
            raise ValidationError("\n".join(words))

    def _sample_context(self):
        """Made-up values for every field."""
        company = self.company_id
        return {
            "parent_agency": company.parent_agency_name or "UBND TỈNH MẪU",
            "agency": company.name,
            "notation": f"{self.type_id.abbreviation or ''}-MẪU".strip("-"),
            "subject": "Về việc thử mẫu văn bản",
            "place": company.place or "Địa danh",
            "drafting_unit": "VP",
            "signer_name": "Nguyễn Văn Mẫu",
            "type_name": self.type_id.name,
            "competence_lines": ["GIÁM ĐỐC"],
            "recipients_main": ["Cơ quan nhận thứ nhất", "Cơ quan nhận thứ hai"],
            "recipients": ["Như trên"],
            "body": ["Căn cứ văn bản mẫu", "Điều 1. Nội dung thứ nhất", "Điều 2. Nội dung thứ hai"],
        }

    @api.model
    def _source_for(self, document):
        """The agency's own template for a draft, as a binary file; None where it has none."""
        domain = [("company_id", "=", document.company_id.id), ("type_id", "=", document.type_id.id)]
        # the template of the own agency fills the drafts of everybody there
        own = self.sudo().search(domain, limit=1)
        return io.BytesIO(own._bytes()) if own else None
