from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.vpdt_base.wizards.vpdt_backup_release import ADMIN


class VpdtBackupRelease(models.TransientModel):
    """The last number of each register that was really given, before a restored database gives the next one."""

    _inherit = "vpdt.backup.release"

    register_ids = fields.One2many(
        "vpdt.backup.release.register", "release_id", "Registers", default=lambda self: self._default_registers()
    )

    def _default_registers(self):
        # defaults are told to whoever asks for them; these are of every agency
        if not self.env.user.has_group(ADMIN):
            return []
        rows = self.env["vpdt.register"]._last_numbers()
        return [
            (
                0,
                0,
                {
                    "register_number": row["register_id"],
                    "name": f"{row['agency']} · {row['register']}",
                    "year": row["year"],
                    "restored": max(row["last"], row["highest"]),
                    "given": max(row["last"], row["highest"]),
                },
            )
            for row in rows
        ]

    def _before_release(self):
        result = super()._before_release()
        last = {(row["register_id"], row["year"]): row["last"] for row in self.env["vpdt.register"]._last_numbers()}
        for line in self.register_ids:
            # of every agency; who may has been asked
            register = self.env["vpdt.register"].sudo().browse(line.register_number).exists()
            if not register:
                continue
            known = last.get((register.id, line.year), 0)
            if line.given < known:
                raise UserError(self.env._("“%(name)s” stands at %(known)s already.", name=register.name, known=known))
            if line.given > known:
                register._skip_to(line.year, line.given, self.reason)
        return result


class VpdtBackupReleaseRegister(models.TransientModel):
    _name = "vpdt.backup.release.register"
    _description = "Last number of a register before a release"
    _inherit = ["vpdt.text.mixin"]
    _order = "id"

    release_id = fields.Many2one("vpdt.backup.release", required=True, ondelete="cascade")
    # by number and name: the registers of other agencies are not the administrator's to open
    register_number = fields.Integer(required=True)
    name = fields.Char("Register")
    year = fields.Integer(required=True)
    restored = fields.Integer("Last number in the copy")
    given = fields.Integer("Last number really given", required=True)
