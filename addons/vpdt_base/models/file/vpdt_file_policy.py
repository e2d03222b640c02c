from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...text.archives import MB, ArchiveLimits
from ...text.file_types import MAX_UPLOAD_MB, Policy


class FileRules(NamedTuple):
    """A policy in force, as plain values.

    :param check: text.Policy, for `check_file`
    :param name_length: letters of a file name, extension included
    :param bases: ``{"size" | "name" | "type" | "safety": legal basis}``
    :param extensions: allowed extensions with their full stop, sorted
    :param offer_unscanned: files may be read where no scanner is configured
    :param offer_beyond: files may be read that the scanner has not looked into wholly
    """

    check: Policy
    name_length: int
    bases: dict
    extensions: tuple
    offer_unscanned: bool
    offer_beyond: bool = False


class VpdtFileType(models.Model):
    """A type of file that is known by its content; a policy allows it or not."""

    _name = "vpdt.file.type"
    _description = "File type"
    _inherit = ["vpdt.text.mixin"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    mimetype = fields.Char("Content type", required=True, readonly=True)
    extensions = fields.Char(required=True, readonly=True, help="Endings that a name may have, separated by blanks.")
    legal_basis = fields.Char()

    _person_writes = frozenset({"name", "sequence", "legal_basis"})
    _mimetype_unique = models.Constraint("UNIQUE (mimetype)", "This type exists already.")


class VpdtFilePolicy(models.Model):
    """Which files come in: size, name, type, what is inside archives; each limit with its legal basis.

    The policy without an agency holds for all; an agency that has one of its own follows that.
    """

    _name = "vpdt.file.policy"
    _description = "File policy"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "company_id NULLS FIRST, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", "Agency", index=True, help="Empty: for all agencies.")
    max_mb = fields.Integer("Largest file (MB)", required=True, default=50)
    size_basis = fields.Char("Legal basis of the size")
    name_length = fields.Integer("Letters of a name", required=True, default=50)
    name_basis = fields.Char("Legal basis of the name")
    type_ids = fields.Many2many("vpdt.file.type", string="Allowed types", required=True)
    type_basis = fields.Char("Legal basis of the types")
    max_entries = fields.Integer("Files in an archive", required=True, default=1000)
    max_unpacked_mb = fields.Integer("Unpacked size (MB)", required=True, default=500)
    max_ratio = fields.Integer("Unpacked, times its size", required=True, default=200)
    max_depth = fields.Integer("Archives in archives", required=True, default=1)
    safety_basis = fields.Char("Legal basis of safety")
    unscanned = fields.Selection(
        [("offer", "May be read, marked as not checked"), ("hold", "Wait until a scanner is there")],
        "Files while no virus scanner is set up",
        required=True,
        default="offer",
    )

    beyond = fields.Selection(
        [("hold", "Held back"), ("offer", "May be read, with a warning")],
        "Files beyond the limits of the scanner",
        required=True,
        default="hold",
        help="Too large, packed too deep, encrypted: the scanner has not looked into all of them.",
    )

    _person_writes = frozenset(
        "name active company_id max_mb size_basis name_length name_basis type_ids type_basis max_entries "
        "max_unpacked_mb max_ratio max_depth safety_basis unscanned beyond".split()
    )
    _company_unique = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE active", "There is a policy for this agency already; change that one."
    )
    _limits_sane = models.Constraint(
        f"CHECK (max_mb BETWEEN 1 AND {MAX_UPLOAD_MB} AND name_length BETWEEN 20 AND 200 AND max_entries > 0 "
        "AND max_unpacked_mb > 0 AND max_ratio > 0 AND max_depth BETWEEN 0 AND 5)",
        f"Sizes go from 1 to {MAX_UPLOAD_MB} MB, names from 20 to 200 letters, archives in archives from 0 to 5.",
    )

    @api.constrains("type_ids")
    def _check_types(self):
        for policy in self:
            if not policy.type_ids:
                raise ValidationError(self.env._("“%s” must allow at least one type of file.", policy.name))

    @api.model
    def _rules(self, company):
        """FileRules in force for an agency; the built-in ones where the administrator has deleted every policy.

        :param company: res.company
        """
        return self._rules_of(company.id)

    @api.model
    @tools.ormcache("company_id")
    def _rules_of(self, company_id):
        # The rules are known to everybody; who may change them is another question.
        policy = self.sudo().search([("company_id", "in", (company_id, False))], order="company_id NULLS LAST", limit=1)
        return policy._as_rules()

    def _as_rules(self):
        if not self:
            return FileRules(Policy(), 50, {}, (), True)
        types = self.type_ids
        limits = ArchiveLimits(self.max_entries, self.max_unpacked_mb * MB, self.max_ratio, self.max_depth)
        return FileRules(
            check=Policy(self.max_mb * MB, frozenset(types.mapped("mimetype")), limits),
            name_length=self.name_length,
            bases={
                "size": self.size_basis or "",
                "name": self.name_basis or "",
                "type": self.type_basis or "",
                "safety": self.safety_basis or "",
            },
            extensions=tuple(sorted({word for kind in types for word in (kind.extensions or "").split()})),
            offer_unscanned=self.unscanned == "offer",
            offer_beyond=self.beyond == "offer",
        )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
