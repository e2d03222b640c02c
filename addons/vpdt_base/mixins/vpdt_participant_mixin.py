from odoo import api, fields, models
from odoo.fields import Domain


class VpdtParticipantMixin(models.AbstractModel):
    """Who may see a record: its participants, and the roles that see all of their agency; the same in every model.

    This is the one place that says so. Record rules only ask for it, of a document (``[("visible", "=", True)]``) as of
    what belongs to one (``[("outgoing_id.visible", "=", True)]``); the isolation of agencies is a rule of its own.
    """

    _name = "vpdt.participant.mixin"
    _description = "Participants"
    _inherit = ["vpdt.history.mixin"]

    participant_ids = fields.One2many(
        "vpdt.participant",
        "res_id",
        "Participants",
        domain=lambda self: [("res_model", "=", self._name)],
        bypass_search_access=True,
        copy=False,
        groups="base.group_user",
    )
    visible = fields.Boolean(
        compute="_compute_visible", search="_search_visible", help="Whether you may see this record."
    )

    #: Roles that see every record of their agency.
    _roles_that_see_all = ("vpdt_base.group_clerk", "vpdt_base.group_leader")

    @api.model
    def _visible_domain(self):
        """The records that the current user may see inside his agencies (odoo.fields.Domain).

        ``env.user`` is asked also in superuser mode: Odoo evaluates record rules there.
        """
        if any(self.env.user.has_group(role) for role in self._roles_that_see_all):
            return Domain.TRUE
        return Domain("participant_ids.user_id", "=", self.env.uid)

    @api.depends("participant_ids.user_id")
    @api.depends_context("uid")
    def _compute_visible(self):
        seen = self.sudo().filtered_domain(
            self._visible_domain() & self._shown_domain()
        )  # answers whether, shows nothing
        for record in self:
            record.visible = record.id in seen._ids

    @api.model
    def _search_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        whole = self._visible_domain() & self._shown_domain()
        return whole if True in value else ~whole

    @api.model
    def _shown_domain(self):
        """Hook: the records that are shown to anybody at all (odoo.fields.Domain); the others are hidden from all."""
        return Domain.TRUE

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for record in records:
            record._add_participants(self.env.user, "Author")
        return records

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self._participants_of_all().write({"company_id": vals["company_id"]})
        return result

    def unlink(self):
        self._participants_of_all().unlink()
        return super().unlink()

    def _participants_of_all(self):
        """The list of these records, past its rules: it goes with the record, and nobody else may touch it."""
        Participant = self.env["vpdt.participant"].sudo()
        return Participant.search([("res_model", "=", self._name), ("res_id", "in", self.ids)])

    def _add_participants(self, users, reason):
        """Let ``users`` see these records from now on; who is there already stays as he is.

        :param users: res.users; those of other agencies are left out, they have their own copy of the document
        :param reason: short English word kept for the auditor
        """
        # The list is closed to everybody: it changes only through the moves of a document.
        Participant = self.env["vpdt.participant"].sudo()
        for record in self:
            known = record.sudo().participant_ids.user_id
            agency = record.sudo().company_id
            new = users.sudo().filtered(lambda user, agency=agency: agency in user.company_ids) - known
            Participant.create(
                [{"res_model": self._name, "res_id": record.id, "user_id": u.id, "reason": reason} for u in new]
            )
            if new:
                record.invalidate_recordset(["participant_ids", "visible"])

    def action_share(self):
        """Ask for a change of who may see this record; it waits for the leader (Phụ lục VI: P6-3)."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change of access"),
            "res_model": "vpdt.access.change",
            "view_mode": "form",
            "views": [(self.env.ref("vpdt_base.vpdt_access_change_view_form_request").id, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def _remove_participants(self, users, reason):
        """Close these records to ``users`` who took part; roles that see everything still see it.

        :param users: res.users
        :param reason: short English word kept for the auditor
        """
        Participant = self.env["vpdt.participant"].sudo()  # the list changes only through moves, as when adding
        found = Participant.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("user_id", "in", users.ids)]
        )
        found.write({"reason": reason})
        found.unlink()
        self.invalidate_recordset(["participant_ids"])
