from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

_OPEN_CURSOR = "vpdt_register_cursor"
_LONGEST_WAIT = 60  # seconds for the counter; a clerk before has it for milliseconds

MAX_NUMBER = 9_999_999  # of a register in a year; the field that shows it has room for more


class VpdtRegister(models.Model):
    """A register of documents (sổ đăng ký văn bản), numbered from 1 each year (Nghị định 30/2020, Điều 15, Điều 22).

    One series of numbers a year for each direction; what has been numbered is not bent afterwards. Numbers of
    administrative documents run from 01 through the year as the head of the agency has decided (khoản 1 Điều 15): a
    second register of a direction needs that decision, and is not the clerk's to make.
    """

    _name = "vpdt.register"
    _description = "Register"
    _inherit = ["vpdt.text.mixin", "vpdt.isolation.mixin"]
    _order = "direction, sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    direction = fields.Selection("_get_directions", "Incoming or outgoing", required=True)
    company_id = fields.Many2one(
        "res.company", "Agency", required=True, index=True, default=lambda self: self.env.company
    )
    type_ids = fields.Many2many("vpdt.document.type", string="Only for types", help="Empty: every type.")
    volume_ids = fields.One2many(
        "vpdt.register.volume",
        "register_id",
        "Volumes",
        groups="vpdt_base.group_clerk,vpdt_base.group_leader,vpdt_base.group_archivist",
    )
    counter_ids = fields.One2many("vpdt.register.counter", "register_id", "Counters", groups="vpdt_base.group_clerk")
    active = fields.Boolean(default=True)
    decision = fields.Char(
        "Decision on a series of its own",
        help="Number and date of the decision by which the head of the agency has documents numbered in more than one "
        "register of a direction (điểm c khoản 1 Điều 15 Nghị định số 30/2020/NĐ-CP).",
    )

    _person_writes = frozenset({"name", "sequence", "direction", "type_ids", "volume_ids", "active"})

    # Closed ones count: a second register would begin a second series in the same year (mục II.1.c Phần II Phụ lục I).
    _one_for_copies = models.UniqueIndex(
        "(company_id) WHERE direction = 'copy'",
        "The agency has its register of copies already: all forms of copy share one series of numbers.",
    )

    #: What the numbers that were given stand on.
    _FIXED = ("direction", "company_id", "sequence")
    #: What decides into which of several series a document goes.
    _SERIES = frozenset({"direction", "company_id", "type_ids", "active", "decision"})

    @api.model
    def _first_fields(self):
        return super()._first_fields() | self._fields_of_decision()

    def _editable_fields(self):
        return super()._editable_fields() | self._fields_of_decision()

    @api.model
    def _fields_of_decision(self):
        return {"decision"} if self.env.user.has_group("vpdt_base.group_unit_admin") else set()

    @api.model_create_multi
    def create(self, vals_list):
        registers = super().create(vals_list)
        registers._check_series()
        return registers

    def write(self, vals):
        self._check_unused(vals)
        result = super().write(vals)
        if self._SERIES & vals.keys():
            self._check_series()
        return result

    def _check_unused(self, vals):
        """:raises UserError: a register that has given a number would be bent"""
        fixed = [name for name in self._FIXED if name in vals]
        if not fixed:
            return
        used = self.sudo().counter_ids.register_id  # that numbers were given, not which
        for register in self & used.with_env(self.env):
            bent = [name for name in fixed if register._fields[name].convert_to_write(register[name], register)
                    != vals[name]]  # fmt: skip
            if bent:
                raise UserError(
                    self.env._(
                        "The register “%(register)s” has given numbers already: this stays as it is: %(fields)s. "
                        "The unit administrator opens another one if it is needed.",
                        register=register.name,
                        fields=", ".join(self._fields[name]._description_string(self.env) for name in bent),
                    )
                )

    def _check_series(self):
        """:raises AccessError, UserError: a second series without the decision of the head of the agency"""
        if self.env.su or self.env.user.has_group("vpdt_base.group_system_admin"):
            return  # an agency that is opened comes with the registers that it keeps
        for register in self.filtered(lambda register: register.direction != "copy"):
            same = [("company_id", "=", register.company_id.id), ("direction", "=", register.direction)]
            # closed ones count: their numbers were given in the same year
            others = self.with_context(active_test=False).search([*same, ("id", "!=", register.id)])
            if not others:
                continue
            if not self.env.user.has_group("vpdt_base.group_unit_admin"):
                raise AccessError(
                    self.env._(
                        "The agency numbers these documents in “%s” already. A second series, or a change of what goes "
                        "into which, is entered by the unit administrator with the decision of the head of the agency.",
                        others[0].name,
                    )
                )
            if not (register.decision or "").strip() and not all(other.decision for other in others):
                raise UserError(
                    self.env._(
                        "The agency numbers these documents in “%s” already. Enter number and date of the decision of "
                        "the head of the agency on a second series.",
                        others[0].name,
                    )
                )

    @api.model
    def _check_registers_of(self, documents):
        """A document stands in a register of its own agency and direction, whoever put it there.

        :param documents: records of one model that has ``register_id``
        :raises ValidationError:
        """
        direction = documents._register_direction
        for document in documents.sudo():  # compares direction and agency only
            register = document.register_id
            if register and (register.direction != direction or register.company_id != document.company_id):
                raise ValidationError(self.env._("“%s” is not a register for this document.", register.display_name))

    # Numbers ---------------------------------------------------------------------------------------------------------

    @api.model
    def _get_directions(self):
        """Hook: what registers there are, ``[(code, word)]``; each addon adds its own."""
        return [
            ("incoming", self.env._("Incoming")),
            ("outgoing", self.env._("Outgoing")),
            ("copy", self.env._("Copies")),
        ]

    @api.model
    def _numbered_models(self):
        """Hook: direction → model (``vpdt.numbered.mixin``) of what its registers number; each addon adds its own."""
        return {"incoming": "vpdt.incoming", "outgoing": "vpdt.outgoing", "copy": "vpdt.copy"}

    def _numbered(self):
        """The model of what this register numbers (empty recordset)."""
        return self.env[self._numbered_models()[self.direction]]

    def _take_number(self, year):
        """The next number of this register in ``year``, without gap and without duplicate.

        Odoo's transactions are REPEATABLE READ: two of them advancing one row end in an error for one, however often
        it is tried. So the counter row is locked and advanced over a second connection in READ COMMITTED, which waits
        its turn, and which is committed or rolled back together with the transaction that uses the number. Take the
        number as the last thing: the next clerk waits until this transaction ends.

        :param year: int, in Asia/Ho_Chi_Minh
        :return: int
        :raises UserError: the register belongs to another agency or is closed, or the database was restored and waits
        """
        self.ensure_one()
        self._check_not_held()
        if not self.active:
            raise UserError(self.env._("The register “%s” is closed.", self.name))
        if self._is_new_in_transaction():
            return self._advance(self.env.cr, year)
        return self._advance(self._counter_cursor(), year)

    def _is_new_in_transaction(self):
        """True when this very transaction has made the register: nobody else can see it, no lock is needed."""
        self.flush_recordset()
        cursor = self._counter_cursor()
        cursor.execute("SELECT 1 FROM vpdt_register WHERE id = %s", [self.id])
        return not cursor.fetchone()

    def _counter_cursor(self):
        """The second connection of the present transaction, opened once and closed with it.

        Never more requests work at once than can all have their second one (`vpdt_base/serving/gate.py`); a full pool
        is waited for.
        """
        cr = self.env.cr
        held = cr.postcommit.data.get(_OPEN_CURSOR)
        if held and not held.closed:
            return held
        held = self.env.registry.cursor()
        held.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        # PostgreSQL sees no deadlock between this connection and the transaction's own: the wait ends, and Odoo tries
        # again.
        held.execute("SET LOCAL lock_timeout = %s", [f"{_LONGEST_WAIT}s"])
        cr.postcommit.data[_OPEN_CURSOR] = held

        def end(commit):
            if not held.closed:
                if commit:
                    held.commit()
                else:
                    held.rollback()
                held.close()

        cr.postcommit.add(lambda: end(True))
        cr.postrollback.add(lambda: end(False))
        return held

    def _advance(self, cr, year):
        model = self._numbered()
        table, column = model._table, model._register_number
        cr.execute(
            "INSERT INTO vpdt_register_counter (register_id, year, last_number) VALUES (%s, %s, 0)"
            " ON CONFLICT (register_id, year) DO NOTHING",
            [self.id, year],
        )
        cr.execute(
            "SELECT last_number FROM vpdt_register_counter WHERE register_id = %s AND year = %s FOR UPDATE",
            [self.id, year],
        )
        last = cr.fetchone()[0]
        # After a crash between the two commits the last number is in use and not counted. The next free one is taken,
        # not the one after the highest: a number from elsewhere, however high, moves nothing.
        cr.execute(  # names of table and column are those of the model, not from outside
            f"""
            SELECT min(n) FROM (
                SELECT %(last)s::bigint + 1 AS n
                UNION ALL
                SELECT {column}::bigint + 1 FROM {table}
                 WHERE register_id = %(register)s AND register_year = %(year)s AND {column} > %(last)s
                UNION ALL
                SELECT number::bigint + 1 FROM vpdt_register_number
                 WHERE register_id = %(register)s AND year = %(year)s AND number > %(last)s
            ) AS candidate
            WHERE NOT EXISTS (
                SELECT 1 FROM {table}
                 WHERE register_id = %(register)s AND register_year = %(year)s AND {column} = candidate.n
            ) AND NOT EXISTS (
                SELECT 1 FROM vpdt_register_number
                 WHERE register_id = %(register)s AND year = %(year)s AND number = candidate.n
            )
            """,
            {"last": last, "register": self.id, "year": year},
        )
        number = cr.fetchone()[0]
        if number > MAX_NUMBER:
            raise UserError(self.env._("The register “%s” has no number left this year.", self.name))
        cr.execute(
            "UPDATE vpdt_register_counter SET last_number = %s WHERE register_id = %s AND year = %s",
            [number, self.id, year],
        )
        return number

    @api.model
    def _next_number_hint(self, register, year):
        """The number that would be given now; shown to the clerk, promised to nobody."""
        counter = register.sudo().counter_ids.filtered(lambda c: c.year == year)  # a number, no document
        return (counter.last_number or 0) + 1


class VpdtRegisterCounter(models.Model):
    """The register's own counter row, locked for milliseconds; never written by the ORM."""

    _name = "vpdt.register.counter"
    _description = "Counter of a register"
    _log_access = False

    register_id = fields.Many2one("vpdt.register", required=True, ondelete="cascade", readonly=True)
    year = fields.Integer(required=True, readonly=True)
    last_number = fields.Integer(required=True, default=0, readonly=True)

    _year_unique = models.Constraint("UNIQUE (register_id, year)", "One counter a year.")
