from odoo import api, fields, models


class VpdtFileOwnerMixin(models.AbstractModel):
    """A record that has files."""

    _name = "vpdt.file.owner.mixin"
    _description = "Owner of files"

    file_ids = fields.One2many(
        "vpdt.file",
        "res_id",
        "Files",
        domain=lambda self: [("res_model", "=", self._name), ("current", "=", True)],
        copy=False,
    )
    main_file_id = fields.Many2one("vpdt.file", "Main file", compute="_compute_main_file")
    main_verdict = fields.Selection(related="main_file_id.verdict", string="Signature check")

    @api.depends("file_ids.role", "file_ids.current")
    def _compute_main_file(self):
        for record in self:
            record.main_file_id = record.file_ids.filtered(lambda f: f.role == "main")[:1]

    def _file_of_role(self, role):
        """The current file of ``role`` (vpdt.file, possibly empty)."""
        self.ensure_one()
        return self.file_ids.filtered(lambda f: f.role == role)[:1]

    def file_tabs(self):
        """What the reading pane shows: one tab a file, main document first.

        :return: ``[{"id", "name", "role", "label", "mimetype", "pages", "size", "verdict", "verdict_label",
            "level_state", "level_label"}]``
        """
        self.ensure_one()
        self.check_access("read")
        roles = dict(self.env["vpdt.file"]._fields["role"]._description_selection(self.env))
        verdicts = dict(self.env["vpdt.file"]._fields["verdict"]._description_selection(self.env))
        levels = dict(self.env["vpdt.file"]._fields["level_state"]._description_selection(self.env))
        order = list(roles)
        return [
            {
                "id": file.id,
                "name": file.name,
                "role": file.role,
                "label": roles[file.role],
                "mimetype": file.mimetype,
                "pages": file.pages,
                "size": file.size,
                "verdict": file.verdict,
                "verdict_label": verdicts.get(file.verdict, ""),
                "level_state": file.level_state,
                "level_label": levels.get(file.level_state, ""),
            }
            for file in self.file_ids.sorted(lambda f: (order.index(f.role), f.sequence, f.id))
        ]
