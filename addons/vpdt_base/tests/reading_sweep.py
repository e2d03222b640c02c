"""Every way of reading, tried with every model: nobody is told anything of a record that he may not read.

Each row that a test class has made gets a word of its own in every text that it holds (see :meth:`mark`). Then each
role calls what a client can call, over the same door as RPC, with every model that it finds in the registry: a word
that comes back, in an answer or in the text of an error, must be of a row that this role may read. So a model of an
addon to come is tried without being named here; a model of ours that has no row in the test fails until it has one.
"""

import re
from collections import defaultdict
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tools import SQL, mute_logger

#: Texts that the code reads, and which therefore keep their value.
TECHNICAL = frozenset(
    {
        "active_lang", "check_code", "checksum", "color", "complete_name", "context", "db_datas", "display_name",
        "domain",
        "email_from", "fingerprint", "import_hash", "index_content", "key", "lang", "level", "message_id", "mimetype",
        "model", "name_in_url", "password", "res_model", "serial", "sha256", "sort", "state", "store_fname", "type",
        "tz",
        "url", "uuid", "certificate", "chain", "public_key", "secret", "holder", "kind", "reply_to", "email_normalized",
    }
)  # fmt: skip
#: A name of a person may stand beside what he did: it is tried by itself, and not marked.
NAMED = {"res.partner": frozenset({"name", "commercial_company_name"}), "res.users": frozenset()}
MARK = re.compile(r"bimat\d+x", re.IGNORECASE)
OTHER_MODELS = (
    "hr.department",
    "hr.employee",
    "ir.attachment",
    "ir.filters",
    "mail.activity",
    "mail.followers",
    "mail.message",
    "mail.notification",
    "res.partner",
    "res.users",
)
#: Wizards and records of Odoo in whose forms a record of any model can be named.
FORMS = (
    "mail.activity",
    "mail.activity.schedule",
    "mail.compose.message",
    "mail.followers.edit",
    "mail.message",
    "mail.scheduled.message",
    "mail.template.preview",
    "ir.attachment",
    "ir.filters",
)
BREAKS = "breaks with"  # an error that is none of ours: what comes after it was not tried
PAIRS = (("res_model", "res_id"), ("model", "res_id"), ("model", "res_ids"), ("res_model", "res_ids"))


class _Undo(Exception):
    """Ends an attempt, so that its savepoint is rolled back."""


class ReadingSweep:
    """For a test class that has `cast` (role → user), as a permission matrix has, and rows of all models."""

    @classmethod
    def office_models(cls):
        """Names of the models of this office that are kept in the database, in order."""
        return sorted(
            name
            for name, model in cls.env.registry.items()
            if name.startswith("vpdt.") and not model._abstract and not model._transient
        )

    @classmethod
    def models_of(cls, *addons):
        """Those of :meth:`office_models` that these addons bring (set): another addon has a sweep of its own."""
        return {name for name in cls.office_models() if cls.env.registry[name]._original_module in addons}

    @classmethod
    def mark(cls):
        """Give every row that this class has made a word of its own; fills ``cls.words`` {word: (model, id)}."""
        cls.env.flush_all()
        cls.words, cls.rows = {}, {}
        for model in [*cls.office_models(), *OTHER_MODELS]:
            rows = cls._rows_of_class(model)
            if rows:
                cls.rows[model] = rows
            for row in rows[:3] | rows[-2:]:
                word = f"bimat{len(cls.words) + 1}x"
                cls.words[word] = (model, row.id)
                cls._write_word(row, word)
        cls.env.invalidate_all()

    @classmethod
    def _rows_of_class(cls, model):
        records = cls.env[model].sudo().with_context(active_test=False)
        if records._log_access:
            return records.search([("create_date", ">=", cls.env.cr.now())], order="id")
        if model == "vpdt.journal.entry":
            return records.search([("at", ">=", cls.env.cr.now())], order="id")
        if "res_model" in records._fields:
            return records.search([("res_model", "like", "vpdt.")], order="id")
        return records.search([], order="id")

    @classmethod
    def _write_word(cls, row, word):
        kept = TECHNICAL | NAMED.get(row._name, frozenset())
        for field in row._fields.values():
            if field.store and field.type in ("char", "text", "html") and field.column_type and field.name not in kept:
                if field.translate:
                    continue
                name = SQL.identifier(field.name)
                query = SQL("UPDATE %s SET %s = %s WHERE id = %s", SQL.identifier(row._table), name, word, row.id)
                try:
                    with cls.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                        cls.env.cr.execute(query)
                except Exception:
                    continue

    # What a role may read ---------------------------------------------------------------------------------------------

    def as_reader(self, role):
        user = self.cast[role]
        return self.env(user=user, context={"allowed_company_ids": user.company_ids.ids, "lang": "vi_VN"})

    def closed_words(self, role):
        """``{word: (model, id)}`` of the rows that this role may not read."""
        env, closed = self.as_reader(role), {}
        for word, (model, record_id) in self.words.items():
            shown_as = "hr.employee.public" if model == "hr.employee" else model  # what everybody sees of a colleague
            if not env[shown_as].browse(record_id).has_access("read"):
                closed[word] = (model, record_id)
        return closed

    def check(self, role, attempts):
        """Make ``attempts``, [(what, function)], as ``role``; the leaks as lines of text."""
        closed = self.closed_words(role)
        leaks = []
        with patch.object(type(self.env["res.users"]), "has_group", _has_group_in_debug_mode):
            for what, attempt in attempts:
                told = self._told_by(attempt)
                for word in {found.lower() for found in MARK.findall(told)} & closed.keys():
                    leaks.append(f"{role} · {what}: tells of {closed[word][0]} {closed[word][1]}")
                if told.startswith(BREAKS) and what.startswith("vpdt."):
                    leaks.append(f"{role} · {what}: {told}")
        return leaks

    def _told_by(self, attempt):
        """All the text that comes back: answer or error, with what the error came from."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.http"):
                answer = attempt()
                raise _Undo(repr(answer))  # recordsets tell their ids only, as over RPC
        except _Undo as end:
            return str(end)
        except Exception as error:
            told = [str(error) if isinstance(error, UserError) else f"{BREAKS} {type(error).__name__}: {error}"]
            while error.__cause__:
                error = error.__cause__
                told.append(str(error))
            return " ".join(told)
        finally:
            self.env.invalidate_all()

    # The roads --------------------------------------------------------------------------------------------------------

    def attempts_by_id(self, role):
        """Rows by their ids: read, export, public methods without parameters, the conversation."""
        env = self.as_reader(role)
        for model, rows in self.rows.items():
            ids = rows[:3].ids
            calls = [
                ("read", [ids], {}),
                ("read", [ids, ["display_name"]], {}),
                ("web_read", [ids, {"display_name": {}}], {}),
                ("export_data", [ids, ["display_name"]], {}),
                ("get_metadata", [ids], {}),
                ("copy", [ids[:1]], {}),
                ("write", [ids, {"display_name": "x"}], {}),
                ("unlink", [ids], {}),
            ]
            if hasattr(env[model], "message_post"):
                calls += [
                    ("message_post", [ids[:1]], {"body": "x"}),
                    ("message_get_followers", [ids[:1]], {}),
                    ("message_subscribe", [ids[:1]], {"partner_ids": env.user.partner_id.ids}),
                    ("activity_schedule", [ids[:1], "mail.mail_activity_data_todo"], {"user_id": env.uid}),
                ]
            calls += [(name, [ids[:1]], {}) for name in self._public_methods(model)]
            for name, args, kwargs in calls:
                yield (
                    f"{model}.{name}",
                    lambda model=model, name=name, args=args, kw=kwargs: call_kw(env[model], name, [*args], dict(kw)),
                )

    def _public_methods(self, model):
        """Names of the methods that this office has written for ``model`` and that take nothing but the records."""
        found = set()
        for part in type(self.env[model]).mro():
            if not part.__module__.startswith("odoo.addons.vpdt_"):
                continue
            for name, function in vars(part).items():
                code = getattr(function, "__code__", None)
                closed = getattr(function, "_api_private", False) or getattr(function, "_api_model", False)
                if name.startswith("_") or not code or closed:
                    continue
                if code.co_argcount - len(function.__defaults__ or ()) == 1 and not code.co_kwonlyargcount:
                    found.add(name)
        return sorted(found - {"init", "name_search", "unlink", "read", "copy_data"})

    def attempts_by_search(self, role):
        """Everything that lists: search, names, groups, counts by a word one guesses."""
        env = self.as_reader(role)
        for model in [*self.office_models(), *OTHER_MODELS]:
            fields = env[model]._fields
            plain = [
                name for name, field in fields.items() if field.store and field.type in ("char", "text", "many2one")
            ]
            calls = [
                ("search_read", [[]], {}),
                ("web_search_read", [[], {"display_name": {}, **{name: {} for name in plain[:8]}}], {}),
                ("name_search", [""], {}),
                ("name_search", ["bimat"], {}),
            ]
            groups = plain[:6]
            calls += [("formatted_read_group", [[], [name], ["__count"]], {}) for name in groups]
            if "res.partner" == model:
                calls += [("get_mention_suggestions", ["bimat"], {}), ("get_mention_suggestions", ["vpdt"], {})]
            for name, args, kwargs in calls:
                yield (
                    f"{model}.{name}",
                    lambda model=model, name=name, args=args, kw=kwargs: call_kw(env[model], name, [*args], dict(kw)),
                )

    def attempts_everywhere(self, role):
        """Lists of every model that there is, also those of Odoo that nobody has thought of."""
        env = self.as_reader(role)
        for model in sorted(self.env.registry):
            if not env[model]._abstract and env[model].has_access("read"):
                yield (
                    f"{model}.search_read",
                    lambda model=model: call_kw(env[model], "search_read", [[]], {"limit": 300, "order": "id desc"}),
                )

    def attempts_by_form(self, role):
        """A new form that names rows one by one, in its fields and in the defaults of the context."""
        env = self.as_reader(role)
        for model in [*self.office_models(), *FORMS, *self._wizards()]:
            fields = env[model]._fields
            spec = {
                name: {"fields": {"display_name": {}}} if field.type == "many2one" else {}
                for name, field in fields.items()
                if field.type not in ("one2many", "many2many", "binary", "properties", "properties_definition")
                and env[model]._has_field_access(field, "read")
            }
            for named in self._named_in_form(fields):
                first = next(iter(named))
                seen = {**spec, first: spec.get(first, {})}
                defaults = {f"default_{name}": value for name, value in named.items()}
                yield (
                    f"{model}.onchange {named}",
                    lambda model=model, named=named, first=first, spec=seen: call_kw(
                        env[model], "onchange", [[], dict(named), [first], dict(spec)], {}
                    ),
                )
                if len(named) > 1:  # who names a record in two fields is tried with values only
                    continue
                yield (
                    f"{model}.onchange by default {named}",
                    lambda model=model, d=defaults, spec=spec: call_kw(
                        env[model], "onchange", [[], {}, [], dict(spec)], {"context": {**env.context, **d}}
                    ),
                )

    def check_naming(self, role, abroad=False):
        """What this role fills in on a new record names no row that it may not read: one's own would tell the name.

        :param abroad: the role belongs to another agency, for which `_check_company` stands at the fields that have it
        :return: faults, lines of text
        """
        env, rows = self.as_reader(role), {}
        for model, record_id in self.closed_words(role).values():
            rows.setdefault(model, record_id)
        faults = []
        for model in [*self.office_models(), *self._wizards()]:
            Model = env[model]
            for named in self._named_in_writing(Model, rows, abroad):
                try:
                    Model._check_named(named)
                except AccessError:
                    continue
                faults.append(f"{role} · {model}: may name {named}")
        return faults

    def _named_in_writing(self, Model, rows, abroad):
        opened = Model._first_fields()
        rows = {model: row for model, row in rows.items() if model not in ("res.users", "res.partner")}
        for name in sorted(opened & Model._fields.keys()):
            field = Model._fields[name]
            if field.type not in ("many2one", "many2many"):
                continue
            if field.comodel_name in rows and not (abroad and field.check_company):
                row = rows[field.comodel_name]
                yield {name: row if field.type == "many2one" else [(4, row)]}
        for model_field, id_field in PAIRS:
            if {model_field, id_field} <= opened:
                for model, row in rows.items():
                    yield {model_field: model, id_field: row}

    def _wizards(self):
        return sorted(
            name for name, model in self.env.registry.items()
            if name.startswith("vpdt.") and model._transient
        )  # fmt: skip

    def _named_in_form(self, fields):
        """``{field: value}`` for each way to name a marked row in a form with these fields."""
        by_model = defaultdict(list)
        for model, record_id in self.words.values():
            by_model[model].append(record_id)
        for name, field in fields.items():
            if field.type == "many2one" and field.comodel_name in by_model:
                yield {name: by_model[field.comodel_name][0]}
            elif field.type in ("one2many", "many2many") and field.comodel_name in by_model:
                yield {name: [(4, by_model[field.comodel_name][0])]}
            elif field.type == "reference":
                for model in ("vpdt.outgoing", "vpdt.incoming", "vpdt.file"):
                    if by_model.get(model):
                        yield {name: f"{model},{by_model[model][0]}"}
        for model_field, id_field in PAIRS:
            if model_field in fields and id_field in fields:
                for model, ids in by_model.items():
                    if fields[id_field].type in ("char", "text"):
                        yield {model_field: model, id_field: repr(ids[:1])}
                    else:
                        yield {model_field: model, id_field: ids[0]}


def _has_group_in_debug_mode(user, group):
    """Odoo tells more to whoever has pressed for the debug mode, which everybody can; and who may export sees more."""
    return group == "base.group_allow_export" or user._has_group(group)
