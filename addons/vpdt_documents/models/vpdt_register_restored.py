from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.vpdt_base.vietnam import today, year_of

from .vpdt_register import MAX_NUMBER


class VpdtRegister(models.Model):
    """Registers in a database that was restored: what was given after the copy was made is never given again."""

    _inherit = "vpdt.register"

    @api.model
    def _last_numbers(self):
        """The counter of each register and year, against the highest number that a document bears; in a restored
        database also where the copy knows of no number yet.

        :return: list of dicts with `agency`, `register`, `register_id`, `year`, `last`, `highest`
        """
        highest = {}
        for name in set(self._numbered_models().values()):
            query = SQL(
                "SELECT register_id, register_year, max(%(column)s) FROM %(table)s"
                " WHERE register_id IS NOT NULL AND %(column)s > 0 GROUP BY register_id, register_year",
                table=SQL.identifier(self.env[name]._table),
                column=SQL.identifier(self.env[name]._register_number),
            )
            highest |= {(register, year): number for register, year, number in self.env.execute_query(query)}
        counters = SQL("SELECT register_id, year, last_number FROM vpdt_register_counter")
        last = {(register, year): number for register, year, number in self.env.execute_query(counters)}
        known = {*last, *highest, *self._begun_since()}
        registers = self.sudo().with_context(active_test=False).browse({key[0] for key in known})  # of all
        by_id = {register.id: register for register in registers.exists()}
        return [
            {
                "agency": by_id[register].company_id.name,
                "register": by_id[register].name,
                "register_id": register,
                "year": year,
                "last": last.get((register, year), 0),
                "highest": highest.get((register, year), 0),
            }
            for register, year in sorted(known, key=lambda key: (-key[1], key[0]))
            if register in by_id
        ]

    @api.model
    def _begun_since(self):
        """(register, year) in which the first number may have been given after the copy: in the old year's last night,
        in a register that was new."""
        held = self.env["vpdt.backup"]._held()
        if not held:
            return set()
        years = range(year_of(fields.Datetime.to_datetime(held["moment"])), today().year + 1)
        registers = self.sudo().search([])  # of every agency, as above
        return {(register, year) for register in registers.ids for year in years}

    def _check_not_held(self):
        """No number is given while a restored database waits: what follows may have been given already.

        :raises UserError: it waits for the system administrator
        """
        if self.env["vpdt.backup"]._held():
            raise UserError(
                self.env._(
                    "This database was restored from a backup: no number is given before the system administrator has "
                    "entered the last ones that were really given and lets it go on (Administration › Backup)."
                )
            )

    def _skip_to(self, year, number, reason):
        """Give no number up to this one any more: it was given after the copy was made.

        :param year: int
        :param number: the last number on paper
        :param reason: of the person who says so; goes into the journal
        :raises UserError: not a number of a register
        """
        self.ensure_one()
        if not 0 < number <= MAX_NUMBER:
            raise UserError(self.env._("%s is not a number of a register.", number))
        query = SQL(
            """
            INSERT INTO vpdt_register_counter (register_id, year, last_number) VALUES (%s, %s, %s)
            ON CONFLICT (register_id, year) DO UPDATE SET last_number = excluded.last_number
            WHERE vpdt_register_counter.last_number < excluded.last_number
            RETURNING last_number
            """,
            self.id,
            year,
            number,
        )
        if self.env.execute_query(query):
            detail = {"given_up_to": f"{number}/{year}", "reason": reason}
            self.env["vpdt.journal.entry"]._record("backup", self, detail)
            self.sudo().counter_ids.invalidate_recordset()  # whoever reads them next


class VpdtBackup(models.Model):
    _inherit = "vpdt.backup"

    @api.model
    def _restored_registers(self):
        return super()._restored_registers() + self.env["vpdt.register"]._last_numbers()
