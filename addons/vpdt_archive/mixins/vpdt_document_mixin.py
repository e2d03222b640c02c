from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.freeze import FROZEN, LIVE, archiving, is_archiving

ARCHIVIST = "vpdt_base.group_archivist"

# Said in nearly every document: they tell nothing of its matter.
_COMMON = {"bao", "cao", "cong", "quyet", "dinh", "van", "viec", "thong", "nam", "so"}


def _words(text):
    """The words of a folded text that tell something of its matter (set)."""
    return {word for word in (text or "").split() if len(word) > 2 and word not in _COMMON}


class VpdtDocumentMixin(models.AbstractModel):
    """Documents and their dossiers: in which they are, how they come there, and that the archive's change no more."""

    _inherit = "vpdt.document.mixin"

    archive_state = fields.Selection(
        [("offered", "Handed in"), ("kept", "In the archive"), ("destroyed", "Destroyed")],
        "Archive",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    dossier_ids = fields.Many2many("vpdt.dossier", string="Dossiers", compute="_compute_dossier_ids")
    dossier_count = fields.Integer("Number of dossiers", compute="_compute_dossier_ids")
    in_dossier = fields.Boolean(compute="_compute_dossier_ids", search="_search_in_dossier")

    def _compute_dossier_ids(self):
        # bare of the rules of documents, which are asked of the documents themselves; those of dossiers hold
        Item = self.env["vpdt.dossier.item"].sudo()
        found = Item._read_group(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], ["res_id"], ["dossier_id:recordset"]
        )
        dossiers = dict(found)
        for document in self:
            mine = dossiers.get(document.id, self.env["vpdt.dossier"]).with_env(self.env)
            document.in_dossier = bool(mine)
            document.dossier_ids = mine._filtered_access("read")
            document.dossier_count = len(document.dossier_ids)

    @api.model
    def _search_in_dossier(self, operator, value):
        if operator != "in":
            return NotImplemented
        items = self.env["vpdt.dossier.item"].sudo()._search([("res_model", "=", self._name)])  # whether, not where
        filed = Domain("id", "in", items.subselect("res_id"))
        return filed if True in value else ~filed

    @api.model
    def _visible_domain(self):
        """The archivist sees what has been handed in to the archive, and what it keeps."""
        domain = super()._visible_domain()
        if not domain.is_true() and self.env.user.has_group(ARCHIVIST):
            domain |= Domain("archive_state", "in", ("offered", *FROZEN))
        return domain

    def _seen_by(self, user):
        """Those of these documents that ``user`` takes part in, also when he has left, or may see by his role.

        :return: records of this model in superuser mode
        """
        documents = self.sudo()  # who takes part in what, nothing else
        took_part = documents.filtered(lambda document: user in document.participant_ids.user_id)
        own = self.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        return took_part | own._filtered_access("read").sudo()

    # Into a dossier --------------------------------------------------------------------------------------------------

    def action_add_to_dossier(self):
        """Open the dialog that files these documents, with a suggestion; for one or many at once."""
        self.check_access("read")
        filing = self.env["vpdt.filing"].create({"res_model": self._name, "document_ids": self.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to a dossier"),
            "res_model": "vpdt.filing",
            "res_id": filing.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_dossiers(self):
        """Open the dossiers that this document is in."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("vpdt_archive.vpdt_dossier_action")
        return {**action, "domain": [("id", "in", self.dossier_ids.ids)], "context": {}}

    def _chain(self):
        """Hook: what belongs to the same matter and would go into the same dossier: list of recordsets."""
        return [self]

    def _suggested_dossiers(self, limit=5):
        """Open dossiers of the current user in which these documents probably belong, the likeliest first.

        Those that hold a document of the same matter, then of the same author with words of the same subject, then the
        ones used last.

        :return: vpdt.dossier
        """
        Dossier = self.env["vpdt.dossier"]
        mine = Domain("state", "=", "open") & (
            Domain("holder_id", "=", self.env.uid) | Domain("editor_ids", "in", self.env.uid)
        )
        found = Dossier.search(mine, order="write_date DESC", limit=200)
        points = self._likeness_to(found)
        ranked = sorted(found, key=lambda dossier: -points[dossier.id])
        return Dossier.concat(*ranked[:limit])

    def _likeness_to(self, dossiers):
        """``{id: how probably these documents belong there}``; what is filed there weighs more than its title."""
        related = {(part._name, record.id) for part in self._chain() for record in part}
        words = set().union(*(_words(document.search_text) for document in self))
        points = {dossier.id: len(words & _words(dossier.search_text)) for dossier in dossiers}
        # of one's own dossiers: which documents, and how like these they are; nothing of them is shown
        items = self.env["vpdt.dossier.item"].sudo().search([("dossier_id", "in", dossiers.ids)], limit=2000)
        for model, alike in items.grouped("res_model").items():
            documents = self.env[model].sudo().browse(alike.mapped("res_id"))
            texts = {document.id: document.search_text for document in documents.exists()}
            for item in alike:
                there = _words(texts.get(item.res_id))
                like = 10 * len(words & there) / (len(words | there) or 1)
                like += 100 if (model, item.res_id) in related else 0
                points[item.dossier_id.id] += like
        return points

    # As a row of a dossier -------------------------------------------------------------------------------------------

    def _data_in_dossier(self):
        """Row of form IV of Phụ lục V: JSON-able dict of code, date, title, author, pages, file_count."""
        self.ensure_one()
        return {
            "code": self.code or "",
            "date": fields.Date.to_string(self.date) if self.date else False,
            "title": self._title_in_register(),
            "author": self._author_in_dossier(),
            "pages": sum(self.file_ids.filtered(lambda f: f.role in ("main", "annex")).mapped("pages")),
            "file_count": len(self.file_ids),
        }

    def _author_in_dossier(self):
        """Hook: who issued the document (str)."""
        return self.company_id.name

    def _is_draft_in_dossier(self):
        """Hook: whether this is no finished document yet."""
        return False

    def _lacks_answer_in_dossier(self):
        """Hook: whether it asks for an answer that is not there."""
        return False

    # Frozen ----------------------------------------------------------------------------------------------------------

    def write(self, vals):
        if not is_archiving(self.env) and vals.keys() - set(LIVE):
            self._check_not_frozen()
        return super().write(vals)

    def unlink(self):
        self._check_not_frozen()
        return super().unlink()

    def _check_not_frozen(self):
        """:raises UserError: one of them is in the archive; also in superuser mode"""
        frozen = self.filtered(lambda document: document.archive_state in FROZEN)
        if frozen:
            raise UserError(
                self.env._(
                    "“%s” is in the archive and changes no more. A copy of it can be asked for in the reading room.",
                    frozen[0].display_name,
                )
            )

    def _destroy_words(self):
        """What the archive has stays as it is written, and hidden; only that its content is gone is noted."""
        frozen = self.filtered(lambda document: document.archive_state in FROZEN)
        for document in frozen:
            body = {"body": False} if "body" in document._fields else {}
            archiving(document).write({"archive_state": "destroyed", **body})
        return super(VpdtDocumentMixin, self - frozen)._destroy_words()

    def _destroy_traces(self):
        """The packages of the dossiers that hold such a document go as well; they are made anew without it."""
        result = super()._destroy_traces()
        items = self.env["vpdt.dossier.item"].search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        items.dossier_id._destroy_packages()
        return result

    def _held_by_others(self, dossier):
        """Whether another dossier that has not been destroyed holds this document (bool)."""
        items = self.env["vpdt.dossier.item"].sudo()  # whether there is one, nothing of it
        named = [("res_model", "=", self._name), ("res_id", "=", self.id), ("dossier_id", "!=", dossier.id)]
        return bool(items.search_count([*named, ("dossier_id.state", "!=", "destroyed")], limit=1))

    def _steps_of_user(self):
        return [] if self.archive_state in FROZEN else super()._steps_of_user()
