"""One gate for all models of ours: which fields a person may write, on whatever road the value comes.

A check of the values handed in is not enough: Odoo fills in the defaults of the context, those of ``ir.default`` and
those of a form afterwards, and writes what is nested in one2many commands on the models of the lines. So the gate
stands below all of that, in ``base``, for every model whose name begins with ``vpdt.``: a new model has it without
asking, and nobody writes anything on it before the model says what people may write.
"""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# Handed to create() and write() inside the process. A client can put any JSON into the context, never this object.
_SYSTEM = object()
_KEY = "vpdt_system"

#: Letters of a text that a person hands in. Each list carries them to everybody, and a document is never deleted.
MOST_LETTERS = {"char": 5_000, "text": 200_000, "html": 200_000}

# Columns of Odoo's own, which it fills in itself whatever is handed in.
_MAGIC = frozenset({"id", "parent_path", *models.LOG_ACCESS_COLUMNS})


def by_system(env):
    """Whether code of ours, and not a person, says what is written: in superuser mode, or past `_by_system`."""
    return env.su or env.context.get(_KEY) is _SYSTEM


class Base(models.AbstractModel):
    """What a person may write is said field by field; all else is written by steps and code, which names it in full."""

    _inherit = "base"

    #: Fields that people fill in and change at any time: all that a model without a lifecycle needs. An addon that
    #: adds a field extends the two methods below instead, so that two addons can.
    _person_writes = frozenset()

    @api.model
    def _is_gated(self):
        return self._name.startswith("vpdt.")

    @api.model
    def _first_fields(self):
        """Hook: names of the fields that the current user fills in on a new record.

        :return: set; a context, an ``ir.default`` and a copy reach these only
        """
        return set(self._person_writes) | self._dialog_fields()

    def _editable_fields(self):
        """Hook: names of the fields that the current user may change in the present state of this record (set)."""
        return set(self._person_writes) | self._dialog_fields()

    @api.model
    def _dialog_fields(self):
        """A dialog belongs to the person who fills it in; nothing of it is trusted before its step has looked."""
        return {name for name, field in self._fields.items() if not field.readonly} if self._transient else set()

    def _by_system(self):
        """These records for writing what only steps and code may write, with the rights of the current user.

        For a value that code has made: nothing that a person has handed in may be among what is written through it.
        """
        return self.with_context(**{_KEY: _SYSTEM})

    # Writing ----------------------------------------------------------------------------------------------------------

    @api.model
    def _prepare_create_values(self, vals_list):
        # Below every create() of a model and of its mixins: what comes here is what is stored.
        for vals in vals_list:
            self._check_named(vals)
            self._check_length(vals)
        if self._is_gated() and not by_system(self.env):
            allowed = self._first_fields()
            vals_list = [self._without_closed(vals, allowed) for vals in vals_list]
        return super()._prepare_create_values(vals_list)

    def write(self, vals):
        self._check_named(vals)
        self._check_length(vals)
        if self._is_gated() and not by_system(self.env):
            names = vals.keys() - _MAGIC
            for record in self:
                record._check_fields(names, record._editable_fields())
        return super().write(vals)

    @api.model
    def _check_length(self, vals):
        """:raises UserError: a person hands in a text without end"""
        if by_system(self.env):
            return
        for name, value in vals.items():
            field = self._fields.get(name)
            if field and isinstance(value, str) and len(value) > MOST_LETTERS.get(field.type, len(value)):
                raise UserError(
                    self.env._(
                        "“%(field)s” is too long: %(count)s letters. At most %(most)s are kept; add what is longer as "
                        "a file.",
                        field=field._description_string(self.env),
                        count=len(value),
                        most=MOST_LETTERS[field.type],
                    )
                )

    @api.model
    def _without_closed(self, vals, allowed):
        """``vals`` without what is said of closed fields, where that is nothing or what would be there anyway.

        A form sends its empty fields and those of its defaults as well.

        :raises AccessError: something else is said of a closed field
        """
        closed = [name for name in vals if name not in allowed and name in self._fields]
        self._check_fields({n for n in closed if n not in _MAGIC and vals[n] and not self._is_default(n, vals[n])}, ())
        return {name: value for name, value in vals.items() if name not in closed}

    @api.model
    def _is_default(self, name, value):
        field = self._fields[name]
        if not field.default:
            return False
        default, said = (field.convert_to_cache(v, self, validate=False) for v in (field.default(self), value))
        return default == said

    @api.model
    def _closed_message(self, names):
        labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(names))
        return self.env._(
            "%(document)s: you cannot change this at the present step: %(fields)s.",
            document=(len(self) == 1 and self.display_name) or self._kind_in_words(),
            fields=labels,
        )

    @api.model
    def _kind_in_words(self):
        return self.env["ir.model"]._get(self._name).sudo().name  # what a kind of record is called is no secret

    def _check_fields(self, names, allowed):
        """:raises AccessError: when ``names`` has a field of this model that is not among ``allowed``"""
        closed = (set(names) - set(allowed)) & self._fields.keys()
        if closed:
            raise AccessError(self._closed_message(closed))

    def copy_data(self, default=None):
        """A copy begins anew: what the steps have written stays with the first, and so do people who have left."""
        found = super().copy_data(default)
        if not self._is_gated() or by_system(self.env):
            return found
        kept, chosen = self._first_fields(), default or {}
        copies = (
            {
                name: value
                for name, value in vals.items()
                if name in kept and (name in chosen or not record._of_other_agency([name]))
            }
            for record, vals in zip(self, found, strict=True)
        )
        # what the first one names and this person may not read does not come along
        return [self.browse()._only_readable(vals) for vals in copies]

    # Defaults ---------------------------------------------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """The defaults of the context are the person's word: they reach what he may fill in, and nothing by the way of
        a step or of superuser mode."""
        if not self._is_gated():
            return self._readable_defaults(super().default_get(fields))
        given = [key for key in self.env.context if key.startswith("default_")]
        allowed = self._first_fields() if given and not by_system(self.env) else ()
        closed = [key for key in given if key.removeprefix("default_") not in allowed]
        if closed:
            context = {key: value for key, value in self.env.context.items() if key not in closed}
            self = self.with_env(self.env(context=context))
        return self._readable_defaults(super().default_get(fields))

    # Agencies ---------------------------------------------------------------------------------------------------------

    def _check_company(self, fnames=None):
        """People, units and registers named on a record are of its agency (fields with ``check_company``).

        In Odoo's place, whose words name the record of the other agency. A reorganisation carries a document over with
        the people who are named on it.
        """
        if not self._is_gated():
            return self._check_company_of_others(fnames)
        if self.env.su and fnames is not None and "company_id" in fnames:
            return None
        if name := self._of_other_agency(self._fields if fnames is None or "company_id" in fnames else fnames):
            raise ValidationError(self._other_agency_message(name))
        return None

    def _of_other_agency(self, names):
        """The first of these fields in which something of another agency is named, or an empty string."""
        for name in names:
            if self._fields[name].relational and self._fields[name].check_company:
                try:
                    models.BaseModel._check_company(self, [name])  # Odoo's own, which compares
                except UserError:
                    return name
        return ""

    def _other_agency_message(self, name):
        return self.env._(
            "%(document)s: what is chosen under “%(field)s” does not belong to %(agency)s. Choose again.",
            document=self._kind_in_words(),
            field=self._fields[name]._description_string(self.env),
            agency=", ".join(self.sudo().company_id.mapped("name")),  # the agency of one's own record
        )


class IrDefault(models.Model):
    """Everybody may set defaults of his own, and Odoo reads them in superuser mode as well."""

    _inherit = "ir.default"

    @api.model
    def _get_model_defaults(self, model_name, condition=False):
        """What the system writes is not a person's to fill in: in superuser mode only what holds for everybody counts,
        and on models of ours nothing."""
        model = self.env.get(model_name)
        if model is not None and model._is_gated():
            if by_system(self.env):
                return {}
            found = super()._get_model_defaults(model_name, condition)
            allowed = model._first_fields() if found else ()
            return {name: value for name, value in found.items() if name in allowed}
        if self.env.su and self.env.uid != SUPERUSER_ID:
            everybody = self.with_user(SUPERUSER_ID).with_company(self.env.company)
            return everybody._get_model_defaults(model_name, condition)
        return super()._get_model_defaults(model_name, condition)

    @api.model_create_multi
    def create(self, vals_list):
        defaults = super().create(vals_list)
        defaults._check_open()
        return defaults

    def write(self, vals):
        result = super().write(vals)
        self._check_open()
        return result

    def _check_open(self):
        """:raises AccessError: a default for a field that the current user does not fill in"""
        if self.env.su:
            return
        for field in self.sudo().field_id:  # which field it is, nothing else
            model = self.env.get(field.model)
            if model is not None and model._is_gated() and field.name not in model._first_fields():
                raise AccessError(model._closed_message({field.name}))


class IrModelData(models.Model):
    _inherit = "ir.model.data"

    @api.model
    def _update_xmlids(self, data_list, update=False):
        """Odoo gives a new record the XML id that the lines of an import name, also one that is taken: whoever may
        create anything could take the name of a role or of a type of document away.

        :raises AccessError: the XML id is that of another record
        """
        if not self.env.su and data_list:
            wanted = {tuple(data["xml_id"].split(".", 1)): data["record"] for data in data_list}
            named = Domain.OR(Domain([("module", "=", module), ("name", "=", name)]) for module, name in wanted)
            for row in self.sudo().search(named):  # which record has the name, nothing else
                record = wanted[row.module, row.name]
                if (row.model, row.res_id) != (record._name, record.id):
                    raise AccessError(self.env._("The external ID “%s” belongs to another record.", row.name))
        return super()._update_xmlids(data_list, update)
