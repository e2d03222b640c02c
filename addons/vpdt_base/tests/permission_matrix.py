"""Who may do what, as a table that a person can read, tried out cell by cell.

A matrix is the text of a table: a row for roles in states, a column for each operation::

    state      role                read  write  create  unlink
    *          stranger            no    no     no      no
    draft      drafter clerk       yes   yes    -       no

``*`` stands for every state; several roles share a row; ``-`` is not asked. A cell says `yes` when the person gets
through (in a savepoint that is rolled back) and `no` when he is refused with an AccessError or UserError. Every role of
the cast must have a row for every state, and a row later in the table replaces an earlier one. `read` also asks that
search and read agree: what is refused is not found either.

Use :class:`PermissionMatrixCase`; a mismatch is reported as ``model · state · role · operation: expected no, got yes``.
"""

from odoo.exceptions import AccessError, UserError

from .common import VpdtCase

OPERATIONS = ("read", "write", "create", "unlink")


class _Undo(Exception):
    """Ends an attempt that went through, so that its savepoint is rolled back."""


def parse(table, states, roles):
    """Read a matrix.

    :return: ``{(state, role): {operation: "yes" | "no" | "-"}}``
    :raises ValueError: a row does not fit, names an unknown state or role, or a pair of state and role has no row
    """
    lines = [line.split("#")[0].split() for line in table.splitlines()]
    header, *rows = [line for line in lines if line]
    operations = header[2:]
    cells = {}
    for row in rows:
        state, answers = row[0], row[-len(operations) :]
        named = row[1 : -len(operations)]
        unknown = (set(named) - set(roles)) | ({state} - set(states) - {"*"}) | (set(answers) - {"yes", "no", "-"})
        if not named or unknown:
            raise ValueError(f"row {' '.join(row)!r}: unknown {sorted(unknown) or 'role'}")
        for each in states if state == "*" else [state]:
            for role in named:
                cells[each, role] = dict(zip(operations, answers, strict=True))
    missing = [f"{state} · {role}" for state in states for role in roles if (state, role) not in cells]
    if missing:
        raise ValueError(f"no row for {', '.join(missing)}")
    return cells


OWN_ROLES = ("unit_head", "specialist", "archivist", "unit_admin", "system_admin")


class PermissionMatrixCase(VpdtCase):
    """An agency with one person a role, and the clerk and leader of another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = {
            **{role: (role, cls.agency, f"group_{role}") for role in OWN_ROLES},
            "strange_leader": ("strange_leader", cls.other_agency, "group_leader"),
            "strange_admin": ("strange_admin", cls.other_agency, "group_unit_admin"),
        }
        made = dict(zip(people, cls._make_users(*people.values()), strict=True))
        cls.cast = {
            "clerk": cls.clerk,
            "leader": cls.leader,
            **{role: made[role] for role in OWN_ROLES},
            "auditor": cls.auditor,
            "stranger": cls.stranger,
            "strange_leader": made["strange_leader"],
            "strange_admin": made["strange_admin"],
        }

    def as_role(self, record, role):
        """``record`` as the person of ``role`` sees it, in his own agencies."""
        user = self.cast[role]
        return record.with_env(self.env(user=user, context={"allowed_company_ids": user.company_ids.ids}))

    def check_matrix(self, table, records, touch=None, create=None, operations=None):
        """Try every cell and fail with all that differ.

        :param table: text of the matrix, see the module
        :param records: ``{state: record}``
        :param touch: what `write` writes: a dict, or a function of the record (as the person sees it) that gives one
        :param create: function of (model as the person sees it, role) that creates a record
        :param operations: other columns: ``{name: function of (record, role)}``; one that gives False did nothing
        """
        cells = parse(table, list(records), list(self.cast))
        model = next(iter(records.values()))._name
        attempts = {**self._standard_attempts(touch, create), **(operations or {})}
        wrong = [
            f"{model} · {state} · {role} · {operation}: expected {expected}, got {found}"
            for (state, role), answers in cells.items()
            for operation, expected in answers.items()
            if expected != "-"
            and (found := self._try(attempts[operation], self.as_role(records[state], role), role)) != expected
        ]
        if wrong:
            self.fail("\n".join([f"{len(wrong)} cells of the permission matrix differ:", *wrong]))

    def _standard_attempts(self, touch, create):
        def write(record, _role):
            record.write(touch(record) if callable(touch) else touch)

        return {
            "read": self._read,
            "write": write,
            "create": lambda record, role: create(record.browse(), role),
            "unlink": lambda record, _role: record.unlink(),
        }

    def _read(self, record, role):
        found = bool(record.with_context(active_test=False).search([("id", "=", record.id)]))
        if record.has_access("read") and not found:
            raise AssertionError(f"{record._name} · {role}: can be read, but is not found by search")
        if found and not record.has_access("read"):
            raise AssertionError(f"{record._name} · {role}: is found by search, but cannot be read")
        record.read()

    def _try(self, attempt, record, role):
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint():
                if attempt(record, role) is False:
                    return "no"
                record.env.flush_all()
                raise _Undo
        except _Undo:
            return "yes"
        except (AccessError, UserError):
            return "no"
        except AssertionError as error:
            return str(error)
        finally:
            self.env.invalidate_all()

    def assert_stays_in_its_agency(self, record, *names):
        """Nobody carries a record out of its rule by writing its agency or owner.

        :param names: fields; a many2one to res.company is tried with the other agency, one to res.users with a stranger
        """
        for name in names or ("company_id",):
            target = {"res.company": self.other_agency, "res.users": self.stranger}[record._fields[name].comodel_name]
            for role in self.cast:
                with self.subTest(field=name, role=role):
                    found = self._try(
                        lambda rec, _role, name=name, target=target: rec.write({name: target.id}),
                        self.as_role(record, role),
                        role,
                    )
                    self.assertEqual(found, "no", f"{record._name} · {role} may write {name}")

    def assert_all_models_have_a_matrix(self, module, tested):
        """Fail for each model of ``module`` that no matrix asks about.

        :param tested: names of models, those of the test methods of all matrices of the addon
        """
        models = {
            name
            for name, model in self.env.registry.items()
            if model._original_module == module and not model._abstract and not model._transient
            and name.startswith("vpdt.")
        }  # fmt: skip
        self.assertEqual(models - set(tested), set(), "models without a permission matrix")
