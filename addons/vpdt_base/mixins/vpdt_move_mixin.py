from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

# Handed from _move_to to write() inside the process, as the token of the gate is.
_MOVE_TOKEN = object()


def in_move(env):
    """Whether this code runs inside `_move_to`: the one way to write a state."""
    return env.context.get("vpdt_move") is _MOVE_TOKEN


class Move(NamedTuple):
    """One allowed move of a lifecycle.

    :param sources: states it may start from
    :param target: state it leads to
    :param label: word on the button, translated; a move without a button needs no translation
    :param action: public method that the button calls, or "" for a move without a button
    :param groups: roles (xml ids) that may do it; empty: everybody who may write
    :param guard: method that raises when the record is not ready
    :param effect: method that runs after the state has changed
    :param waits_for: why the step is not possible yet, translated, shown on the greyed button
    :param danger: asks for a confirmation and is never the primary button
    :param asks: text field that the dialog of the step fills in first, as a reason
    :param confirmation: what will happen, translated, shown before a dangerous step
    """

    sources: tuple
    target: str
    label: str
    action: str = ""
    groups: tuple = ()
    guard: str = ""
    effect: str = ""
    waits_for: str = ""
    danger: bool = False
    confirmation: str = ""
    asks: str = ""


class VpdtMoveMixin(models.AbstractModel):
    """A lifecycle as one table of moves: ``_get_moves`` of the model; the state changes in no other way.

    A model names its states, ``state = fields.Selection([…])``, the first of which is the one of a new record; all else
    about the field is said here.
    """

    _name = "vpdt.move.mixin"
    _description = "Lifecycle by a table of moves"

    state = fields.Selection(
        lambda self: [],
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self._fields["state"].selection[0][0],
    )
    next_steps = fields.Json(compute="_compute_next_steps", help="Buttons of the current user, in order.")

    @api.model
    def _get_moves(self):
        """Hook: the table of moves (tuple of `Move`), in the order of the buttons; each addon adds its own to those of
        ``super()``, or changes one with ``move._replace``."""
        return ()

    @api.model_create_multi
    def create(self, vals_list):
        initial = self._initial_state()
        for vals in vals_list:
            if vals.get("state", initial) != initial and not in_move(self.env):
                raise UserError(self.env._("A new record starts as “%s”.", self._state_label(initial)))
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and not in_move(self.env):
            raise UserError(self.env._("The state changes only through its steps."))
        return super().write(vals)

    @api.model
    def _initial_state(self):
        return self._fields["state"].default(self)

    @api.model
    def _state_label(self, state):
        return dict(self._fields["state"]._description_selection(self.env)).get(state, state)

    def _move_to(self, state, values=None, *, move=None):
        """Move this record to ``state``; the only change of state.

        The row is locked first, so two clerks pressing at once are served one after the other, and the second press
        finds the work done and changes nothing.

        :param state: target state
        :param values: other fields to write with the state
        :param move: the move, where several lead from one state to another
        :return: True when the record moved, False when it was there already
        :raises UserError: no such move from the present state, or the guard refuses
        :raises AccessError: the role of the user does not allow the move
        """
        self.ensure_one()
        self._lock_row()
        if self.state == state:
            return False
        move = move or self._find_move(state)
        self._check_move_roles(move)
        values = dict(values or {})
        if move.guard:
            getattr(self, move.guard)()
        before, detail = self.state, self._move_detail(move)
        self._by_system().with_context(vpdt_move=_MOVE_TOKEN).write({**values, "state": state})
        self._journal("move", {"from": before, "to": state, **detail})
        if move.effect:
            getattr(self, move.effect)()
        return True

    def _move_by(self, action, values=None):
        """Take the move of a button, where several lead to one state; see `_move_to`."""
        self.ensure_one()
        self._lock_row()
        moves = [move for move in self._get_moves() if move.action == action]
        possible = [move for move in moves if self.state in move.sources]
        if not possible:
            return False if any(move.target == self.state for move in moves) else bool(self._find_move(moves[0].target))
        mine = [move for move in possible if self.env.su or self._has_role_for(move)]
        return self._move_to(possible[0].target, values, move=(mine or possible)[0])

    def _lock_row(self):
        self.check_access("write")
        self.flush_recordset()
        table = SQL.identifier(self._table)
        self.env.cr.execute(SQL("SELECT id FROM %s WHERE id = %s FOR UPDATE", table, self.id))
        self.invalidate_recordset(["state"])

    def _find_move(self, state):
        move = next((m for m in self._get_moves() if m.target == state and self.state in m.sources), None)
        if not move:
            raise UserError(
                self.env._(
                    "%(name)s is “%(state)s”: it cannot become “%(target)s” from there.",
                    name=self.display_name,
                    state=self._state_label(self.state),
                    target=self._state_label(state),
                )
            )
        return move

    def _check_move_roles(self, move):
        if not self.env.su and not self._has_role_for(move):
            roles = ", ".join(self.env.ref(group).sudo().name for group in move.groups)  # names of roles are public
            raise AccessError(self.env._("“%(step)s” is a step of: %(roles)s.", step=move.label, roles=roles))

    def _has_role_for(self, move):
        """Whether the current user has a role that ``move`` is a step of."""
        return not move.groups or any(self.env.user.has_group(group) for group in move.groups)

    def _move_detail(self, move):
        """Hook: what else the journal keeps about ``move`` (JSON-able dict), asked before the state changes."""
        return {}

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_next_steps(self):
        for record in self:
            record.next_steps = record._steps_of_user()

    def _steps_of_user(self):
        """``[{"action", "label", "enabled", "reason", "danger", "confirmation", "asks"}]``: the steps of this user.

        A step that is his but not possible now is greyed and says why; steps of other roles are not there.
        """
        steps, seen = [], set()
        for move in self._get_moves():
            if not move.action or move.action in seen:
                continue
            if not self._has_role_for(move):
                continue
            possible = self.state in move.sources
            if not possible and not (move.waits_for and self._is_before(move)):
                continue
            reason = self._step_hindrance(move) if possible else move.waits_for
            seen.add(move.action)
            steps.append(
                {
                    "action": move.action,
                    "label": move.label,
                    "enabled": possible and not reason,
                    "reason": reason or "",
                    "danger": move.danger,
                    "confirmation": move.confirmation,
                    "asks": move.asks
                    and {
                        "field": move.asks,
                        "label": self._fields[move.asks]._description_string(self.env),
                    },
                }
            )
        return steps

    def _step_hindrance(self, move):
        """Why a move that the state allows is not for this user now, in words, or an empty string."""
        return ""

    def _is_before(self, move):
        """True when the record has not come to the sources of ``move`` yet, in the order of the selection."""
        order = [value for value, _label in self._fields["state"].selection]
        return order.index(self.state) < min(order.index(source) for source in move.sources)

    def _journal(self, kind, detail=None):
        """Write one journal row for each record."""
        self.env["vpdt.journal.entry"]._record(kind, self, detail)
