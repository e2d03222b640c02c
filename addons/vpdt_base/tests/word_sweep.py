"""What buttons and steps say is Vietnamese: pressed by each role in each state, with the dialogs that they open.

For each model of ours with a form, each role that may read it and each of its states, every button and step that is
offered is pressed, and what comes is read: titles, messages, reasons why not, and of a dialog its views, with all that
a pointer or a press would show, and the texts that it is filled with. All is rolled back. A new model, step or dialog
is found by itself; a dialog that nothing opens here fails the test until something does. What is English: `words`.
"""

import re
from unittest.mock import patch

from lxml import etree
from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import datetime, safe_eval, time

from .words import english_in

TEXTS = ("string", "placeholder", "help", "title", "confirm", "confirm-title", "confirm-label", "cancel-label", "alt")
TEXTS += ("aria-label", "data-tooltip", "sum", "avg", "add-label")
NOT_SHOWN = ("script", "style", "attribute")
KINDS = ("form", "list", "kanban", "search")
# People of the cast, and the words that the sweep of reading puts into rows.
MADE_HERE = re.compile(r"vpdt_test_\w+( \([\w.]+\))?|bimat\d+x")


class _Undo(Exception):
    """Ends a press, so that its savepoint is rolled back."""


class WordSweep:
    """For a test class that has `cast` (role → user) and rows of the models of its addons."""

    def word_rows(self, model):
        """Hook: records that are pressed, put into each state in turn; by default some that are there."""
        found = self.env[model].with_context(active_test=False).search([], limit=200)
        return found[:1] | found[-1:]

    def check_words(self, *addons, also=(), beside=()):
        """Press and read everything of these addons; fails with every text that has an English word.

        :param also: (role, function of an env that gives an action) for each dialog to which no button leads here
        :param beside: models of other addons, on which dialogs of these open
        :return: how many buttons and steps were pressed
        """
        self.said, self.opened, self.pressed, self.broken, self.where = {}, set(), set(), {}, ""
        names = sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith("vpdt.") and not model._abstract and model._original_module in addons
        )
        with mute_logger("odoo.sql_db", "odoo.addons", "odoo.models", "odoo.http"):
            for role in self.cast:
                for name in [*names, *beside]:
                    self._walk(name, role)
                self._read_actions(role, names)
            for role, opening in also:
                env, self.where = self._env_of(role), f"{role} · also"
                self._tried(lambda e=env, o=opening: self._read_answer(e["res.users"].browse(e.uid), o(e)))
        faults = [f"{where}: {text!r}" for text, where in self.said.items() if english_in(MADE_HERE.sub("", text))]
        dialogs = {name for name in names if self.env[name]._transient and "form" in self._kinds(name)}
        if unseen := sorted(dialogs - self.opened):
            faults += [f"{name}: nothing opens this dialog" for name in unseen]
            faults += [f"broke: {where}: {error[:200]}" for where, error in self.broken.items()]
        if faults:
            self.fail("\n".join(["not Vietnamese, or not seen:", *faults]))
        return len(self.pressed)

    # What is pressed --------------------------------------------------------------------------------------------------

    def _walk(self, name, role):
        Model = self._env_of(role)[name]
        self.where = f"{role} · {name}"
        kinds = self._kinds(name)
        if "form" not in kinds or not Model.has_access("read"):
            return
        arch, fields = self._read_views(Model, [(False, kind) for kind in KINDS if kind in kinds])
        if Model._transient:
            return
        for record in self.word_rows(name).with_env(Model.env):
            for state in self._states(record) if record.has_access("read") else ():
                self.where = f"{role} · {name} {state}"
                for method in self._tried(lambda r=record, s=state: self._offered(r, s, arch, fields)) or ():
                    if (name, method, state, role) not in self.pressed:
                        self._tried(lambda r=record, m=method, s=state: self._press(r, m, s))
                        self.pressed.add((name, method, state, role))

    def _env_of(self, role):
        user = self.cast[role]
        context = {"allowed_company_ids": user.company_ids.ids, "lang": "vi_VN", "tz": "Asia/Ho_Chi_Minh"}
        return self.env(user=user, context=context)

    def _kinds(self, name):
        return set(self.env["ir.ui.view"].search([("model", "=", name)]).mapped("type"))

    def _states(self, record):
        """Every state of a lifecycle; one without a name for what has none."""
        field = record._fields.get("state")
        if not field or field.type != "selection" or not field.store:
            return [""]
        return [value for value, _label in field._description_selection(record.env)]

    def _put_into(self, record, state):
        """Write a state past all rules: what is read are the words, not how one comes there."""
        if state and record.sudo().state != state:
            table = SQL.identifier(record._table)
            self.env.cr.execute(SQL("UPDATE %s SET state = %s WHERE id = %s", table, state, record.id))
            record.invalidate_recordset()

    def _offered(self, record, state, arch, fields):
        """Methods, and ids of actions, of the steps and buttons that this person has before him."""
        self._put_into(record, state)
        offered = []
        for step in record.next_steps or [] if "next_steps" in record._fields else []:
            self._say(step["label"], step["reason"], step["confirmation"], (step.get("asks") or {}).get("label"))
            if step["enabled"]:
                offered.append(step["action"])
        values = {name: record[name] for name in fields}
        values = {name: getattr(v, "ids" if "2many" in fields[name] else "id", v) for name, v in values.items()}
        for button in arch.iter("button", "a"):
            around = [button, *button.iterancestors()]
            if button.get("type") in ("object", "action") and not any(one.tag == "field" for one in around):
                if not any(self._holds(one.get("invisible"), values, record) for one in around):
                    offered.append(button.get("name"))
        return offered

    def _holds(self, rule, values, record):
        names = {**values, "id": record.id, "uid": record.env.uid, "context": {}, "parent": record, "time": time}
        try:
            return bool(rule) and safe_eval(rule, {**names, "datetime": datetime})
        except Exception:  # what only a browser can tell
            return False

    def _press(self, record, method, state):
        self._put_into(record, state)
        with patch.object(type(self.env.cr), "commit", lambda cursor: None):
            answer = self._action(record, int(method)) if method.isdigit() else getattr(record, method)()
        self.where += f", {method}"
        self._read_answer(record, answer)

    @staticmethod
    def _action(record, action_id):
        action = record.env["ir.actions.actions"].sudo().browse(action_id)
        return record.env[action.type].sudo().browse(action_id).read()[0]

    def _tried(self, what, keep=False):
        """Do something, keep what it says when it refuses, and roll it back unless it is to stay."""
        found = []
        try:
            with self.env.cr.savepoint():
                found.append(what())
                if keep:
                    return found[0]
                raise _Undo()
        except _Undo:
            return found[0]
        except UserError as error:
            self._say(str(error))
        except Exception as error:  # a state that only this sweep makes: nothing is said to anybody
            self.broken.setdefault(self.where, repr(error))
        finally:
            self.env.invalidate_all()

    # What is read -----------------------------------------------------------------------------------------------------

    def _say(self, *texts):
        for text in texts:
            if text and isinstance(text, str):
                self.said.setdefault(text.strip(), self.where)

    def _read_answer(self, record, answer):
        if not isinstance(answer, dict):
            return
        self._read_strings(answer)
        if answer.get("type") != "ir.actions.act_window":
            return
        context = answer.get("context") or {}
        if isinstance(context, str):
            names = {"active_id": record.id, "active_ids": record.ids, "uid": record.env.uid, "id": record.id}
            context = safe_eval(context, names)
        active = {"active_id": record.id, "active_ids": record.ids, "active_model": record._name}
        Model = record.env[answer["res_model"]].with_context(**active, **context)
        views = [tuple(view) for view in answer.get("views") or [] if view[1] in KINDS] or [(False, "form")]
        arch, fields = self._read_views(Model, views)
        self.opened.add(Model._name)
        if Model._transient and arch.tag == "form":
            dialog = Model.browse(answer["res_id"]) if answer.get("res_id") else Model.new({})
            self._read_dialog(dialog)
            dialog = dialog if dialog.id else self._tried(lambda: Model.create({}), keep=True)
            for method in self._offered(dialog, "", arch, fields) if dialog else ():
                self._tried(lambda m=method: self._press(dialog, m, ""))

    def _read_dialog(self, dialog):
        """What a dialog is filled with, where no person types it."""
        for name, field in dialog._fields.items():
            if field.type in ("char", "text", "html") and (field.compute or field.readonly) and not field.related:
                if name != "display_name":
                    self._say(str(dialog[name] or ""))

    def _read_strings(self, answer):
        """Title and help of an action, and what a client action shows."""
        for key in ("name", "help", "title", "message", "body", "label"):
            self._say(answer.get(key))
        if isinstance(answer.get("params"), dict):
            self._read_strings(answer["params"])

    def _read_views(self, Model, views):
        """Read the words of views as this person gets them, and of the fields in them.

        :return: (the first view as an element, {field of it: its type})
        """
        answer, first = Model.get_views(views, {"toolbar": True}), None
        for view in answer["views"].values():
            arch = etree.fromstring(view["arch"])
            first = arch if first is None else first
            self._read_arch(arch)
            for bound in (view.get("toolbar") or {}).values():
                self._say(*(action.get("name") for action in bound))
        for described in answer["models"].values():
            for field in described["fields"].values():
                self._say(field.get("string"), field.get("help"))
                self._say(*(label for _value, label in field.get("selection") or ()))
        fields = answer["models"][Model._name]["fields"]
        own = (node for node in first.iter("field") if not any(one.tag == "field" for one in node.iterancestors()))
        return first, {node.get("name"): fields[node.get("name")]["type"] for node in own if node.get("name") in fields}

    def _read_arch(self, arch):
        for node in arch.iter():
            if isinstance(node.tag, str) and node.tag not in NOT_SHOWN:
                self._say(*(node.get(name) for name in TEXTS), node.text, *(child.tail for child in node))

    def _read_actions(self, role, names):
        """Actions of lists that open a dialog, and of menus that open a page."""
        env = self._env_of(role)
        actions = [
            *env["ir.actions.act_window"].sudo().search([("res_model", "in", names), ("target", "=", "new")]),
            *env["ir.actions.server"]
            .sudo()
            .search([("model_id.model", "in", names), ("usage", "=", "ir_actions_server")]),
        ]
        for action in actions:
            model = action.binding_model_id.model or getattr(action, "res_model", "") or action.model_id.model
            self.where = f"{role} · {model}, {action.name}"
            if not action.group_ids or action.group_ids & env.user.all_group_ids:
                self._tried(lambda e=env, m=model, a=action: self._read_answer(*self._answer_of(a, e[m])))

    @staticmethod
    def _answer_of(action, Model):
        """(record, what its action answers), on one that this person may see."""
        record = Model.search([], limit=1) if Model.has_access("read") and not Model._transient else Model
        if action._name != "ir.actions.server":
            return record, action.read()[0]
        active = {"active_model": Model._name, "active_id": record.id, "active_ids": record.ids}
        return record, action.sudo(False).with_context(**active).run()
