"""Every method that can be called from outside, called by those whose affair it is not: nothing comes of it.

Who may call what stands in ``public_methods.txt`` of each addon (`test_public_methods`). Here each method of each model
is called over the same door as RPC, on rows that a test class has made (see `reading_sweep`), by people who may not see
the row, by people without the role that the list names, and by those whom the table of moves does not name. They get an
error or nothing, and the database counts not one row written. A new method is tried without being named here.
"""

import inspect
from pathlib import Path

from odoo.exceptions import UserError
from odoo.modules import get_module_path
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from .test_public_methods import LIST

#: What the list calls a role, where it names one only.
ROLES = {
    "archivist": "vpdt_base.group_archivist",
    "clerk": "vpdt_base.group_clerk",
    "leader": "vpdt_base.group_leader",
    "system administrator": "vpdt_base.group_system_admin",
    "unit administrator": "vpdt_base.group_unit_admin",
}
MOVES = "whose step it is in the table of moves"
#: What is given for a parameter, by its name; “x” for all others.
VALUES = {
    "date": "2026-12-01",
    "deadline": "2026-12-01",
    "lines": [],
    "muted": True,
    "names": ["subject"],
    "notice_id": 1,
    "number": 1,
    "parts": [],
    "period": "month",
    "places": {},
    "position": 1,
    "starred": True,
}
#: Tables that keep how often somebody has tried.
COUNTERS = ("vpdt_attempt",)


class _Undo(Exception):
    """Ends an attempt, so that its savepoint is rolled back."""


class ActingSweep:
    """Beside `ReadingSweep`, whose rows and cast it takes."""

    @classmethod
    def add_outsiders(cls):
        """People without any role of the office: who has a login for a portal only, and who has none."""
        group = cls.env.ref("base.group_portal")
        portal = {"name": "Khách", "login": "khach.cong", "group_ids": [(6, 0, group.ids)]}
        cls.cast["portal"] = cls.env["res.users"].create(portal)
        cls.cast["public"] = cls.env.ref("base.public_user")

    def acting_faults(self, roles):
        """What came of steps of others: lines of text."""
        faults, tried = [], 0
        methods = self._methods_on_rows()
        for role in roles:
            env = self.as_reader(role)
            for model, rows in self.rows.items():
                for row in (rows[:1] | rows[-1:]).with_env(env):
                    seen = row.has_access("read")
                    others = [
                        name for name, who in methods.get(model, ()) if not (seen and self._is_his(row, name, who))
                    ]
                    tried += len(others)
                    for name in self._answered(row, others):
                        if written := self._written_by(row, name):
                            faults.append(f"{role} · {model}.{name}: wrote {written}")
        self.assertGreater(tried, 100)
        return sorted(set(faults))

    def acting_faults_without_rows(self, roles):
        """What came of methods that need no record, called by people without any role of the office."""
        faults = []
        for role in roles:
            env = self.as_reader(role)
            for (model, name), _who in sorted(self._who_may().items()):
                if model in env and getattr(getattr(env[model], name, None), "_api_model", False):
                    if written := self._written_by(env[model], name):
                        faults.append(f"{role} · {model}.{name}: wrote {written}")
        return faults

    def _methods_on_rows(self):
        """``{model: [(method, who may)]}`` of the methods that act on records."""
        named = self._who_may()
        found = {}
        for model in self.rows:
            for part in type(self.env[model]).mro():
                for name in vars(part):
                    who = named.get((part.__dict__.get("_name") or getattr(part, "_name", ""), name))
                    if who and not getattr(getattr(self.env[model], name), "_api_model", False):
                        found.setdefault(model, {}).setdefault(name, who)
        return {model: sorted(methods.items()) for model, methods in found.items()}

    def _who_may(self):
        """{(model, method): who may}, of all addons that are installed."""
        named = {}
        for addon in self.env["ir.module.module"].search([("state", "=", "installed"), ("name", "like", "vpdt_%")]):
            path = Path(get_module_path(addon.name), LIST)
            for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
                if line and not line.startswith("#"):
                    model, method, who = (part.strip() for part in line.split("|"))
                    named[model, method] = who
        return named

    def _is_his(self, row, name, who):
        """Whether the step may be open to the user of ``row``, who sees it, so that nothing is asked of it here."""
        user = row.env.user
        if who in ROLES:
            return user.has_group(ROLES[who])
        if who == MOVES and "state" in row._fields:
            moves = [move for move in row._get_moves() if move.action == name]
            return not moves or any(not move.groups or any(map(user.has_group, move.groups)) for move in moves)
        return True

    def _answered(self, row, names):
        """Those of these methods that end in no refusal: only of them something may come, for the server rolls back
        what ends in an error."""
        answered = []
        try:
            with self.env.cr.savepoint(), self._quietly():
                for name in names:
                    try:
                        self._call(row, name)
                    except UserError:
                        continue
                    answered.append(name)
                raise _Undo()
        except _Undo:
            return answered
        except Exception:  # what the database does not go on after: each by itself
            return names
        finally:
            self.env.invalidate_all()

    def _written_by(self, row, name):
        """How many rows of which tables a call has written: ``{table: count}``."""
        self.env.flush_all()
        before, written = self._counts(), {}
        try:
            with self.env.cr.savepoint(), self._quietly():
                self._call(row, name)
                self.env.flush_all()
                after = self._counts()
                written = {table: count - before.get(table, 0) for table, count in after.items()}
                raise _Undo()
        except _Undo:
            return {table: count for table, count in written.items() if count}
        except Exception:
            return {}
        finally:
            self.env.invalidate_all()

    def _quietly(self):
        return mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.http")

    def _call(self, row, name):
        return call_kw(row.browse(), name, [*([row.ids] if row else []), *self._values_for(row, name)], {})

    def _values_for(self, row, name):
        function = getattr(type(row), name)
        needed = [p for p in list(inspect.signature(function).parameters.values())[1:] if p.default is p.empty]
        return [VALUES.get(p.name, "x") for p in needed if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]

    def _counts(self):
        self.env.cr.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables WHERE relname <> ALL(%s)",
            [list(COUNTERS)],
        )
        return dict(self.env.cr.fetchall())
