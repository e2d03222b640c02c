"""Every road on which a value may come in, tried with a marked value on every field that is closed to a person.

A model of ours is found by itself and fails here until it is safe: for each model, each role of the cast and each
field that `_first_fields` or `_editable_fields` does not open to that role, no row may keep the mark. The roads are
the values of create and write, defaults of the context and of ``ir.default`` (also in what the system writes for this
person), lines inside another record, copies, imports, the quick creation by a name, and the defaults of a new form.

An addon has one test class on :class:`WriteSweepCase` that names its addon and, where the sweep cannot find them out by
itself, says with which values a record is made (:meth:`WriteSweepCase.values_of`) and hands it records in each state
(:meth:`WriteSweepCase.records_of`).
"""

import base64
import json
from contextlib import suppress

from odoo import fields
from odoo.exceptions import UserError
from odoo.models import LOG_ACCESS_COLUMNS, BaseModel
from odoo.tools import mute_logger
from psycopg2 import Error as DatabaseError

from .permission_matrix import PermissionMatrixCase

MAGIC = {"id", "parent_path", *LOG_ACCESS_COLUMNS}
REFUSED = (UserError, ValueError, TypeError, KeyError, DatabaseError)
MARK = "SWEPT"


class _Undo(Exception):
    """Rolls an attempt back."""


class WriteSweepCase(PermissionMatrixCase):
    #: The addon whose models are swept.
    addon = None
    #: Models of lower addons that can be made only with what this addon brings: they are swept here once more.
    models_of_lower_addons = ()
    #: Models of this addon that can be made only with what a higher one brings: nobody makes one here.
    made_elsewhere = ()

    # Hooks ------------------------------------------------------------------------------------------------------------

    def values_of(self, model, role):
        """Hook: with which values a person of ``role`` makes a record.

        :param model: name of the model
        :return: dict; by default something for each required field
        """
        Model = self._model(model, role)
        return self._filled(Model, Model._first_fields())

    def records_of(self, model):
        """Hook: records on which writing is tried, one in each state.

        :return: recordset; by default one that is there
        """
        return self.env[model].with_context(active_test=False).search([], limit=1)

    # The sweep --------------------------------------------------------------------------------------------------------

    def sweep(self):
        """Try every road and fail with all that let a mark through."""
        self.faults = []
        models = sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith("vpdt.") and not model._abstract
            and (model._original_module == self.addon or name in self.models_of_lower_addons)
        )  # fmt: skip
        self.assertTrue(models, f"{self.addon} has no models of its own")
        self.made = {model: {} for model in models}  # role → what is in the row that it makes
        self.refused_making = {model: {} for model in models}
        with mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_model"):
            for role in self.cast:
                for model in models:
                    self._sweep_making(model, role)
                    self._sweep_writing(model, role)
                self._sweep_own_defaults(models, role)
            for model in models:
                self._sweep_setting_defaults(model, "system_admin")
        for model, refused in self.refused_making.items():
            if refused and not self.made[model] and model not in self.made_elsewhere:
                self.faults.append(f"{model}: nobody could make one ({refused}): tell the sweep how in values_of")
        if self.faults:
            self.fail("\n".join([f"{len(self.faults)} marks came through:", *self.faults]))

    def _sweep_making(self, model, role):
        Model = self._model(model, role)
        closed = self._closed(Model, Model._first_fields())
        self._sweep_form(Model, role, closed)
        if not Model.has_access("create"):
            values = self._filled(Model.sudo(), set(Model._fields))
            self._attempt(f"{model} · {role} · create", lambda: Model.create(values), must_refuse=True)
            return
        values = self.values_of(model, role)
        plain = self._attempt(f"{model} · {role} · create", lambda: Model.create(values), read=closed)
        if plain is None:
            self.refused_making[model][role] = self.last_refusal
            return
        self.made[model][role] = plain
        marks = {name: self._mark(Model, name, plain.get(name)) for name in closed}
        for name, mark in marks.items():
            self._try_making(f"{model} · {role} · create · {name}", Model, {**values, name: mark}, {name: mark}, plain)
        shown = {name: mark for name, mark in marks.items() if Model._has_field_access(Model._fields[name], "write")}
        hostile = Model.with_context(**{f"default_{name}": mark for name, mark in shown.items()})
        self._try_making(f"{model} · {role} · default of the context", hostile, values, shown, plain)
        if Model._rec_name in Model._first_fields():
            label = f"{model} · {role} · name_create"
            self._check(label, shown, plain, lambda: Model.browse(hostile.name_create(MARK.lower())[0]))
        self._sweep_lines(Model, role, values)

    def _try_making(self, label, Model, values, marks, plain):
        self._check(label, marks, plain, lambda: Model.create(values))

    def _sweep_form(self, Model, role, closed):
        """A new form is filled in with no mark of a closed field, and no more is what the system makes."""
        marks = {name: self._mark(Model, name) for name in closed}
        hostile = Model.with_context(**{f"default_{name}": mark for name, mark in marks.items()})
        # as code does that goes over to superuser mode with a context that it was handed
        by_code = hostile.with_env(hostile.env(su=True, context=hostile.env.context))
        roads = {
            "default_get": lambda: hostile.default_get(list(marks)),
            "onchange": lambda: hostile.onchange({}, [], {name: {} for name in marks})["value"],
            "superuser": lambda: by_code.default_get(list(marks)),
        }
        clean = self._attempt("", lambda: Model.default_get(list(marks))) or {}
        for road, given in roads.items():
            found = self._attempt("", given) or {}
            for name, mark in marks.items():
                if name in found and found[name] and found[name] == mark and clean.get(name) != mark:
                    self.faults.append(f"{Model._name} · {role} · {road} · {name}")

    def _sweep_lines(self, Model, role, values):
        for name in Model._first_fields():
            field = Model._fields[name]
            if field.type != "one2many" or not field.comodel_name.startswith("vpdt."):
                continue
            Line = self._model(field.comodel_name, role)
            first = {n: v for n, v in self.values_of(Line._name, role).items() if n != field.inverse_name}
            for inner in self._closed(Line, Line._first_fields()):
                mark = self._mark(Line, inner)
                given = {**values, name: [(0, 0, {**first, inner: mark})]}
                label = f"{Model._name} · {role} · line {name} · {inner}"
                self._check(label, {inner: mark}, {}, lambda g=given, n=name: Model.create(g)[n])

    def _sweep_writing(self, model, role):
        for record in self._as_role(self.records_of(model), role):
            label = f"{model} · {role} · {self._state(record)}"
            if not record.has_access("write"):
                first = next((n for n, f in record._fields.items() if f.store and n not in MAGIC), None)
                mark = {first: self._mark(record, first)}
                self._attempt(f"{label} · write", lambda r=record, m=mark: r.write(m), must_refuse=True)
                continue
            closed = self._closed(record, record._editable_fields())
            before = self._read(record, closed)
            marks = {name: self._mark(record, name, before.get(name)) for name in closed}
            for name, mark in marks.items():
                self._attempt(
                    f"{label} · write · {name}", lambda r=record, n=name, m=mark: r.write({n: m}), must_refuse=True
                )
            if marks:
                self._attempt(f"{label} · web_save", lambda r=record, m=marks: r.web_save(m, {}), must_refuse=True)
            self._sweep_copy_and_import(record, label, marks, before)
            self._sweep_existing_lines(record, label)

    def _sweep_copy_and_import(self, record, label, marks, before):
        if record.has_access("create"):
            closed = self._closed(record, record._first_fields())
            default = {name: marks.get(name) or self._mark(record, name) for name in closed}
            self._check(f"{label} · copy", default, {}, lambda: record.copy(default))
        texts = {n: m for n, m in marks.items() if record._fields[n].type in ("char", "text", "selection", "integer")}
        if texts:
            rows = [[str(record.id), *map(str, texts.values())]]

            def load():
                record.browse().load([".id", *texts], rows)
                return record

            self._check(f"{label} · load", texts, before, load)

    def _sweep_existing_lines(self, record, label):
        for name, field in record._fields.items():
            if field.type != "one2many" or not (field.comodel_name or "").startswith("vpdt.") or not field.store:
                continue
            line = self._as_role(record.sudo()[name][:1], self.role_of(record))
            if not line:
                continue
            for inner in self._closed(line, line._editable_fields()) if line.has_access("write") else ():
                mark = self._mark(line, inner, self._read(line, [inner]).get(inner))
                self._attempt(
                    f"{label} · line {name} · {inner}",
                    lambda n=name, i=line.id, v={inner: mark}: record.write({n: [(1, i, v)]}),
                    must_refuse=True,
                )

    def _sweep_own_defaults(self, models, role):
        """Rows of ``ir.default`` that are there reach neither what this person makes nor what is made for him."""
        user, rows, wanted = self.cast[role], [], {}
        for model in models:
            Model = self._model(model, role)
            wanted[model] = {n: self._mark(Model, n) for n in self._closed(Model, Model._first_fields())}
            rows += [
                {"field_id": self.env["ir.model.fields"]._get(model, name).id, "user_id": user.id,
                 "json_value": json.dumps(mark)}
                for name, mark in wanted[model].items()
            ]  # fmt: skip
        try:
            with suppress(_Undo), self.env.cr.savepoint():
                self.env["ir.default"].create(rows)
                for model, marks in wanted.items():
                    Model = self._model(model, role)
                    clean = {n: f.default and f.default(Model) for n, f in Model._fields.items() if n in marks}
                    clean = {n: v.id if isinstance(v, BaseModel) else v for n, v in clean.items()}
                    for road, given in (("", Model), (" in superuser mode", Model.sudo())):
                        found = given.default_get(list(marks))
                        self.faults += [
                            f"{model} · {role} · ir.default{road} · {name}"
                            for name, mark in marks.items()
                            if name in found and found[name] == mark and clean.get(name) != mark
                        ]
                    if role in self.made[model]:
                        values = self.values_of(model, role)
                        label, plain = f"{model} · {role} · ir.default", self.made[model][role]
                        self._check(label, marks, plain, lambda m=Model, v=values: m.create(v))
                raise _Undo
        finally:
            self.env.invalidate_all()
            self.env.registry.clear_cache()  # what was read of the rows that are gone again

    def _sweep_setting_defaults(self, model, role):
        Model = self._model(model, role)
        Default = Model.env["ir.default"]
        for name in self._closed(Model, Model._first_fields()):
            mark = self._mark(Model, name)
            self._attempt(
                f"{model} · {role} · ir.default.set · {name}",
                lambda n=name, m=mark: Default.set(model, n, m, user_id=True), must_refuse=True,
            )  # fmt: skip

    # One attempt ------------------------------------------------------------------------------------------------------

    def _attempt(self, label, act, *, must_refuse=False, read=None):
        """Do ``act`` and take it back.

        :return: what it gave, or with ``read`` the values of these fields in the row; None when it was refused
        """
        self.env.invalidate_all()
        found = self.last_refusal = None
        try:
            with self.env.cr.savepoint():
                found = act()
                if must_refuse:
                    self.faults.append(label)
                if read is not None:
                    found = self._read(found, read)
                raise _Undo
        except _Undo:
            return found
        except REFUSED as error:
            self.last_refusal = f"{type(error).__name__}: {error}"[:200]
            return None
        finally:
            self.env.invalidate_all()

    def _check(self, label, marks, plain, act):
        """Do ``act``, which may be refused, and see that no row keeps a mark."""
        rows = self._attempt(label, lambda: [self._read(row, marks) for row in act()])
        for row in rows or ():
            for name, value in row.items():
                if value == self._stored(marks[name]) and value and value != plain.get(name):
                    self.faults.append(f"{label} · {name} keeps {value!r}")

    @staticmethod
    def _stored(mark):
        """A mark as `_read` gives it."""
        return tuple(mark[0][2]) if isinstance(mark, list) and mark and mark[0][0] == 6 else mark

    def _read(self, record, names):
        """What is stored of these fields, comparable with marks."""
        record.env.flush_all()
        record = record.sudo().with_context(bin_size=False)
        record.invalidate_recordset()
        found = {}
        for name in names:
            field = record._fields[name]
            if not field.store or (field.type == "one2many"):
                continue
            value = record[name]
            if field.type == "many2one":
                value = value.id
            elif field.type == "many2many":
                value = tuple(value.ids)
            elif field.type in ("date", "datetime"):
                value = field.to_string(value) if value else False
            found[name] = value
        return found

    # Marks ------------------------------------------------------------------------------------------------------------

    def _closed(self, Model, allowed):
        return [
            name
            for name, field in Model._fields.items()
            if name not in MAGIC and name not in allowed and (field.store or field.inverse) and not field.inherited
        ]

    def _mark(self, Model, name, present=None):
        """A value for a field that nobody else writes: other than ``present``, and such as a client sends it."""
        field = Model._fields[name]
        if field.type in ("char", "text", "html"):
            return MARK[: field.size or None] if field.type == "char" else MARK
        if field.type == "selection":
            values = field.get_values(self.env)
            return next((v for v in reversed(values) if v != present), values[-1] if values else MARK)
        if field.type == "reference":
            comodel = field.get_values(self.env)[0]
            return f"{comodel},{self._some(comodel, Model.env)}"
        if field.type in ("many2one", "many2many", "one2many"):
            some = self._some(field.comodel_name, Model.env)
            if field.type == "many2one":
                return some
            return [(6, 0, [some])] if field.type == "many2many" else [(4, some)]
        return {
            "integer": 987,
            "float": 987.0,
            "monetary": 987.0,
            "boolean": not present,
            "date": "1999-09-09",
            "datetime": "1999-09-09 09:09:09",
            "many2one_reference": 987,
            "binary": base64.b64encode(MARK.encode()).decode(),
            "json": {"swept": True},
        }.get(field.type, MARK)

    def _some(self, comodel, env):
        """Id of a record that this person has nothing to do with by himself."""
        abroad = self.other_agency not in env.user.company_ids
        if comodel == "res.company":
            return (self.other_agency if abroad else self.agency).id
        if comodel == "res.users":
            return (self.stranger if abroad else self.clerk).id
        self.known = getattr(self, "known", {})
        if comodel not in self.known:
            rows = self.env[comodel].sudo().with_context(active_test=False)
            self.known[comodel] = rows.search([], limit=1, order="id desc").id or 1
        return self.known[comodel]

    # Making -----------------------------------------------------------------------------------------------------------

    def _filled(self, Model, names):
        """Something for each required field of ``names`` that has no default."""
        values = {}
        for name in names:
            field = Model._fields[name]
            if not field.required or field.default or field.compute or field.related or name in MAGIC:
                continue
            values[name] = self._something(Model, field)
        return values

    def _something(self, Model, field):
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type in ("many2one", "many2many"):
            if field.comodel_name == "res.users":
                some = self.leader.id
            elif field.comodel_name == "res.company":
                some = self.agency.id
            else:
                found = Model.env[field.comodel_name].sudo().search([], limit=1)
                some = found.id
            return some if field.type == "many2one" else [(6, 0, [some])]
        simple = {"integer": 1, "float": 1.0, "boolean": True, "many2one_reference": 1, "json": {}}
        simple |= {"date": fields.Date.to_string(fields.Date.today()), "datetime": "2026-01-05 00:00:00"}
        simple["binary"] = base64.b64encode(b"x").decode()
        return simple.get(field.type, f"Thử {field.name}")

    def _model(self, model, role):
        return self._as_role(self.env[model], role)

    def _as_role(self, record, role):
        return self.as_role(record, role)

    def role_of(self, record):
        return next(role for role, user in self.cast.items() if user.id == record.env.uid)

    @staticmethod
    def _state(record):
        return record.sudo().state if "state" in record._fields else record.id
