import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ...mixins.gate import by_system
from ..conversation.mail_thread import is_office_model

# Known inside the process only: a client can put any JSON into the context, never this object.
_FORM = object()

#: Fields that name a record of any model besides Many2oneReference: where its model is → where its ids are.
_PAIRS = (("res_model", "res_id"), ("model", "res_id"), ("res_model", "res_ids"), ("model", "res_ids"))

#: Days without anything that are filled in between groups; a person may ask for all since the year 1.
_MOST_GROUPS = 2000
_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}

#: Names of these are no secret, and people may not read the models themselves.
_TECHNICAL = frozenset({"ir.model", "ir.model.fields"})

#: Whether somebody belongs to the agency is asked by the records themselves, in words that say so.
_PEOPLE = frozenset({"res.users", "res.partner"})


class Base(models.AbstractModel):
    """What a form is told about a record depends on what the person may read.

    A form that is not saved yet is computed in superuser mode: whatever record it names gives its name, number and
    subject away. So what the person may not read himself is taken out of the form before it is computed.
    """

    _inherit = "base"

    def _web_read_group_fill_temporal(self, groups, groupby, aggregates, fill_from=False, fill_to=False, min_groups=0):
        """See there; what would take more than `_MOST_GROUPS` is left as it is."""
        found = [group[0] for group in groups if group[0]]
        if not _fit_to_fill(found, groupby[0], fill_from, fill_to, min_groups):
            return groups
        return super()._web_read_group_fill_temporal(
            groups, groupby, aggregates, fill_from=fill_from, fill_to=fill_to, min_groups=min_groups
        )

    def _read_group_fill_temporal(
        self, data, groupby, annoted_aggregates, fill_from=False, fill_to=False, min_groups=0
    ):
        """See `_web_read_group_fill_temporal`."""
        found = [row[groupby[0]] for row in data if row[groupby[0]]]
        if not _fit_to_fill(found, groupby[0], fill_from, fill_to, min_groups):
            return data
        return super()._read_group_fill_temporal(
            data, groupby, annoted_aggregates, fill_from=fill_from, fill_to=fill_to, min_groups=min_groups
        )

    def onchange(self, values, field_names, fields_spec):
        if self.env.su:
            return super().onchange(values, field_names, fields_spec)
        readable = self._only_readable(values)
        return super(Base, self.with_context(vpdt_form=_FORM)).onchange(readable, field_names, fields_spec)

    @api.model
    def _readable_defaults(self, defaults):
        """In a form, a default that names what the person may not read is none.

        :param dict defaults: of `default_get`
        """
        if self.env.context.get("vpdt_form") is not _FORM:
            return defaults
        person = self.sudo(False)  # lines of a form are computed in superuser mode
        readable = person._only_readable(defaults)
        return {name: readable[name] for name in defaults if readable[name] or not defaults[name]}

    @api.model
    def _shows_names(self):
        """Whether a person who writes here can read the names of what he has written from his own record."""
        return not by_system(self.env) and (is_office_model(self._name) or self._name.startswith("hr."))

    def _check_named(self, vals):
        """:raises AccessError: ``vals`` names a record that the current user may not read, and that is not there yet"""
        if not self._shows_names():
            return
        # What must be of the same agency is asked by `_check_company`, in words that say so.
        of_agency = {name for name in vals if is_office_model(self._name) and _is_of_agency(self._fields.get(name))}
        found, found_here = {}, {}
        self._collect_named({name: value for name, value in vals.items() if name not in of_agency}, found)
        self._collect_named({name: vals[name] for name in of_agency}, found_here)
        for model, ids in found.items():
            self._check_named_open(self.env[model].browse(ids), vals)
        for model, ids in found_here.items():
            records = self.env[model].browse(ids)
            if not records.has_access("read"):
                self._check_named_open(records._of_these_agencies(), vals)

    def _check_named_open(self, records, vals):
        """:raises AccessError: these rows begin to name one of ``records`` that the current user may not read"""
        if records._name in _PEOPLE or records.has_access("read"):
            return
        closed = set(records._ids) - set(records.exists()._filtered_access("read")._ids)
        mine = self.sudo()  # what these records name already
        for name, field in self._fields.items() if closed and self else ():
            if name in vals and field.relational and field.comodel_name == records._name:
                closed -= set(mine.mapped(name).ids)
        if closed:
            kind = self.env["ir.model"]._get(records._name).name
            raise AccessError(self.env._("%s: what was chosen is not open to you. Choose again.", kind))

    def _of_these_agencies(self):
        """Those of these records that belong to an agency of the current user, or to none."""
        found = self.exists()
        if "company_id" not in self._fields:
            return found
        agencies = self.env.user.company_ids
        return found.sudo().filtered(lambda each: not each.company_id or each.company_id in agencies).sudo(False)

    def _only_readable(self, values):
        """``values`` of a form without the records that the current user may not read.

        :param dict values: as `onchange` takes them, lines of x2many fields included
        :return: a new dict with the same keys
        """
        found = {}
        self._collect_named(values, found)
        readable = {}
        for model, ids in found.items():
            records = self.env[model].browse(ids).exists()
            readable[model] = set(records._filtered_access("read")._ids)
        return self._keep_readable(values, readable)

    def _collect_named(self, values, found):
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not value:
                continue
            if field.type in ("one2many", "many2many"):
                comodel = self.env[field.comodel_name]
                for command in value if isinstance(value, (list, tuple)) else ():
                    found.setdefault(comodel._name, set()).update(_ids_of(command))
                    if (nested := _vals_of(command)) is not None:
                        comodel._collect_named(nested, found)
            elif named := self._named_by(field, value, values):
                found.setdefault(named[0], set()).update(named[1])

    def _keep_readable(self, values, readable):
        kept = dict(values)
        for name, value in values.items():
            field = self._fields.get(name)
            if not field or not value:
                continue
            if field.type in ("one2many", "many2many"):
                comodel = self.env[field.comodel_name]
                allowed = readable.get(comodel._name, set()) | (set(self[name].ids) if self else set())
                commands = value if isinstance(value, (list, tuple)) else ()
                safe = (comodel._command_of_readable(command, allowed, readable) for command in commands)
                kept[name] = [command for command in safe if command is not None]
            elif named := self._named_by(field, value, values):
                unchanged = field.type == "many2one" and self and self[name].ids == named[1]
                if not unchanged and not set(named[1]) <= readable.get(named[0], set()):
                    kept[name] = False
        return kept

    def _command_of_readable(self, command, allowed, readable):
        """One command of an x2many field, with readable records only; None when nothing of it is left."""
        if not set(_ids_of(command)) <= allowed:
            if isinstance(command, int) or command[0] != Command.SET:
                return None
            return Command.set([id_ for id_ in command[2] if id_ in allowed])
        if (nested := _vals_of(command)) is not None:
            return (command[0], command[1], self._keep_readable(nested, readable))
        return command

    def _named_by(self, field, value, values):
        """(model, ids) of the records that ``value`` of ``field`` names, or None."""
        if field.type == "many2one":
            if field.comodel_name in _TECHNICAL:
                return None
            return field.comodel_name, _whole_numbers([value.get("id") if isinstance(value, dict) else value])
        if field.type == "reference" and isinstance(value, str):
            model, _comma, record_id = value.partition(",")
            return (model, _whole_numbers([record_id])) if model in self.env else ("ir.model", [0])
        if field.type == "many2one_reference":
            return self._named_in(field.model_field, value, values)
        for model_field, ids_field in _PAIRS:
            if field.name == ids_field and model_field in self._fields:
                return self._named_in(model_field, value, values)
        return None

    def _named_in(self, model_field, value, values):
        model = (
            values.get(model_field) or self.env.context.get(f"default_{model_field}") or (self and self[model_field])
        )
        if not model and (by_id := self._fields.get(f"{model_field}_id")) and by_id.comodel_name == "ir.model":
            model_id = values.get(by_id.name) or self.env.context.get(f"default_{by_id.name}")
            ids = _whole_numbers([model_id.get("id") if isinstance(model_id, dict) else model_id])
            model = self.env["ir.model"].sudo().browse(ids).exists().model  # what a model is called is no secret
        if not isinstance(model, str) or model not in self.env or self.env[model]._abstract:
            return ("ir.model", [0])  # of an unknown kind: nobody may read it
        return model, _whole_numbers(_listed(value))

    def _check_company_of_others(self, fnames=None):
        """`_check_company` elsewhere. Odoo's words name the record of the other agency; these do not."""
        if self.env.su:
            return models.BaseModel._check_company(self, fnames)
        try:
            return models.BaseModel._check_company(self, fnames)
        except UserError:
            agency = self.env.company.name
        raise UserError(
            self.env._("Something of another agency was chosen here. Choose what belongs to %s, then save.", agency)
        )


def _fit_to_fill(found, groupby, fill_from, fill_to, min_groups):
    """Whether the groups from the first to the last one are few enough to be filled in.

    :param found: dates, or datetimes, of the groups that are there
    :param groupby: "date:day"
    :param fill_from, fill_to, min_groups: as a client has handed them in
    """
    if not isinstance(min_groups, int) or min_groups > _MOST_GROUPS:
        return False
    try:
        ends = [fields.Date.to_date(day) for day in (fill_from, fill_to, *found) if day]
    except (ValueError, TypeError):
        return False
    days = (max(ends) - min(ends)).days if ends else 0
    return days / _DAYS.get(groupby.partition(":")[2] or "month", 1) <= _MOST_GROUPS


def _is_of_agency(field):
    return bool(field and field.relational and field.check_company)


def _ids_of(command):
    """Ids that one command of an x2many field names."""
    if isinstance(command, int):
        return _whole_numbers([command])
    if command[0] in (Command.UPDATE, Command.LINK):
        return _whole_numbers([command[1]])
    return _whole_numbers(command[2]) if command[0] == Command.SET else []


def _vals_of(command):
    """Values of a line that one command of an x2many field writes, or None."""
    if isinstance(command, (list, tuple)) and command[0] in (Command.CREATE, Command.UPDATE) and len(command) > 2:
        return command[2] if isinstance(command[2], dict) else None
    return None


def _listed(value):
    """Ids in a field: a number, a list, or the text of a list."""
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return []
    return value if isinstance(value, (list, tuple, set)) else [value]


def _whole_numbers(values):
    """Those of ``values`` that may be ids of records; ids of lines that are not saved yet are texts."""
    found = []
    for value in values or ():
        if isinstance(value, str) and value.isdecimal():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31:
            found.append(value)
    return found
