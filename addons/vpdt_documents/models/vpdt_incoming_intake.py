from pathlib import PurePath

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import escape_psql

from odoo.addons.vpdt_base.text import fold, shown_name
from odoo.addons.vpdt_base.vietnam import today

from ..mixins.vpdt_document_mixin_entry import Recognition
from ..recognition import Recognised, recognise

CLERK = "vpdt_base.group_clerk"

#: What is suggested from the first page, in the order of the form.
SUGGESTED_FIELDS = (
    "author_id",
    "author_name",
    "number",
    "notation",
    "date",
    "type_id",
    "subject",
    "signer_name",
    "signer_title",
    "priority",
)


class VpdtIncoming(models.Model):
    """What was scanned becomes documents to be registered, one a file, and its first page is read for the clerk.

    What a program has recognised is a suggestion: it stands only where nobody has typed, and is marked until somebody
    has looked at it (Nghị định 30/2020, Phụ lục VI, Phần II: số hóa văn bản).
    """

    _inherit = "vpdt.incoming"

    suggested = fields.Json("Recognised", readonly=True, copy=False, help="Field → value that nobody has looked at.")
    suggested_words = fields.Char("To be looked at", compute="_compute_suggested_words")
    recognised_as = fields.Selection(
        [("secret", "Stamp of a secret"), ("complaint", "Complaint or denunciation")], readonly=True, copy=False
    )
    taken_in_note = fields.Char("Why it is taken in all the same", readonly=True, copy=False)

    # Files handed in --------------------------------------------------------------------------------------------------

    @api.model
    def intake_options(self):
        """What the list needs for taking files in, for a clerk; False for everybody else.

        :return: as the ``upload`` of `file_pane`
        """
        if not self.env.user.has_group(CLERK):
            return False
        labels = dict(self.env["vpdt.file"]._fields["role"]._description_selection(self.env))
        return self._upload_rules(self.env.company, [{"value": "main", "label": labels["main"]}])

    @api.model
    def _take_in(self, name, path):
        """One file that was handed in as one document to be registered; its name is the subject until it is read.

        :param name: of the file, as it came
        :param path: where its bytes lie for the moment
        :return: (vpdt.incoming, vpdt.file)
        :raises AccessError: no clerk
        :raises UserError: the policy refuses the file; nothing is kept
        """
        if not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Documents are taken in by the clerk."))
        subject = PurePath(shown_name(name)).stem.replace("_", " ").strip() or self.env._("(no subject)")
        document = self.create({"subject": subject[: self._fields["subject"].size], "source": "paper"})
        document._by_system().suggested = {"subject": document.subject}
        return document, document._take_upload(name, path, "main")

    # Suggestions ------------------------------------------------------------------------------------------------------

    def _file_read(self, file, pages):
        result = super()._file_read(file, pages)
        for document in self:
            if document.state == "arrived" and file.role == "main" and file.current:
                document._suggest(recognise(pages), file)
        return result

    def _suggest(self, found, file):
        """Fill in what is empty, or only suggested so far.

        :param found: recognition.Recognised
        :param file: vpdt.file that it was read in
        """
        if self.source == "axis":  # what the packet says stands; what must not be taken in is looked for all the same
            found = Recognised(refusal=found.refusal)
        kept = dict(self.suggested or {})
        values = {
            name: value
            for name, value in self._suggested_values(found).items()
            if value and self._is_open_to_suggestion(name, kept)
        }
        if values.get("author_id"):
            values.pop("author_name", None)
        elif self.author_id or (self.author_name and "author_name" not in kept):
            values.pop("author_name", None)
        if values:
            recognised = Recognition(file.original_name or file.name)
            self._by_system().with_context(vpdt_recognised=recognised).write(values)
        shown = {name: self._suggestion_kept(name) for name in values}
        if shown or found.refusal:
            self._by_system().write({"suggested": {**kept, **shown}, "recognised_as": found.refusal or False})
            self._tell_screens()

    def _is_open_to_suggestion(self, name, kept):
        if name == "priority":
            return self.priority == "0" or name in kept
        if name in ("author_id", "author_name"):
            empty = not self.author_id and not self.author_name
        else:
            empty = not self[name]
        return empty or (name in kept and kept[name] == self._suggestion_kept(name))

    def _suggestion_kept(self, name):
        """The present value of a field as it is kept in ``suggested`` (JSON)."""
        value = self._fields[name].convert_to_write(self[name], self)
        return fields.Date.to_string(value) if name == "date" else value

    def _suggested_values(self, found):
        values = {
            "number": found.number,
            "notation": found.notation,
            "date": found.date if found.date and found.date <= today() else False,
            "subject": found.subject,
            "signer_name": found.signer_name,
            "signer_title": found.signer_title,
            "priority": found.priority,
            "type_id": self._type_named(found.type).id,
            "author_id": self._organization_named(found.author, found.superior).id,
            "author_name": found.author,
        }
        return {name: values[name] for name in SUGGESTED_FIELDS}

    @api.model
    def _type_named(self, name):
        types = self.env["vpdt.document.type"].search([]) if name else self.env["vpdt.document.type"]
        return types.filtered(lambda kind: fold(kind.name) == fold(name))[:1]

    @api.model
    def _organization_named(self, name, superior):
        """The organization of the directory that a head means, empty when none or several could be meant.

        :param name: of the agency
        :param superior: the name above it, or ""
        """
        Organization = self.env["vpdt.organization"]
        if not name:
            return Organization
        place = superior.partition(" ")[2] if fold(superior).startswith("ubnd ") else ""
        names = [name, f"{name} {place}".strip()]
        names += [_other_way(each) for each in names]
        found = Organization.search(Domain.OR(Domain("name", "=ilike", escape_psql(each)) for each in set(names)))
        above = {fold(superior), fold(_other_way(superior))} - {""}
        below = found.filtered(lambda org: fold(org.parent_id.name or "") in above)
        return below if len(below) == 1 else found if len(found) == 1 else Organization

    @api.depends("suggested")
    def _compute_suggested_words(self):
        for document in self:
            names = [name for name in SUGGESTED_FIELDS if name in (document.suggested or {})]
            labels = dict.fromkeys(self._fields[name]._description_string(self.env) for name in names)
            document.suggested_words = ", ".join(labels) or False

    def look_at_suggestions(self, names=None):
        """The clerk has looked at what was recognised: it is no longer marked.

        :param names: of fields; all when None
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("Documents are taken in by the clerk."))
        self._looked_at(SUGGESTED_FIELDS if names is None else names)
        return True

    def action_look_at_suggestions(self):
        """Button: all that was recognised has been looked at."""
        return self.look_at_suggestions()

    def _looked_at(self, names):
        for document in self:
            left = {name: value for name, value in (document.suggested or {}).items() if name not in names}
            if left != (document.suggested or {}):
                document._by_system().suggested = left or False


def _other_way(name):
    """“UBND tỉnh Gia Lai” for “Ủy ban nhân dân tỉnh Gia Lai”, and the other way round."""
    folded = fold(name)
    if folded.startswith("ubnd "):
        return f"Ủy ban nhân dân {name[5:]}"
    return f"UBND {name[len('Ủy ban nhân dân ') :]}" if folded.startswith("uy ban nhan dan ") else name
