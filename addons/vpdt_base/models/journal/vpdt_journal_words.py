import re

from odoo import api, models

from ..people.rights import names_of_roles

_DAY = re.compile(r"^\d{4}-\d\d-\d\d$")


class VpdtJournalEntry(models.Model):
    """The details of a row in the words of the office; addons add theirs to the two tables below."""

    # Apart from how rows are read, on purpose.
    _inherit = "vpdt.journal.entry"

    #: Details that are evidence for machines: they stay in the row, and say nothing to a person.
    _SILENT = frozenset(
        {"sha256", "packet", "field", "replaces", "copy", "stored", "kind", "first", "last", "message", "spill"}
    )

    #: Details that are told when they are false, too.
    _YES_OR_NO = frozenset({"active", "hidden"})

    @api.model
    def _labels_of_details(self):
        """What the keys of the details are called, in the order in which they are told."""
        return {
            "added": self.env._("given to"),
            "removed": self.env._("taken from"),
            "given_to": self.env._("given to"),
            "taken_from": self.env._("taken from"),
            "roles": self.env._("roles given"),
            "roles_added": self.env._("roles given"),
            "roles_removed": self.env._("roles taken away"),
            "agencies_added": self.env._("agencies added"),
            "agencies_removed": self.env._("agencies taken away"),
            "accounts_added": self.env._("accounts added"),
            "accounts_removed": self.env._("accounts taken away"),
            "implied_added": self.env._("roles added to it"),
            "implied_removed": self.env._("roles taken out of it"),
            "active": self.env._("account open"),
            "account": self.env._("account"),
            "agency": self.env._("agency"),
            "loaded": self.env._("certificate loaded"),
            "trusted": self.env._("trusted from now on"),
            "permission": self.env._("written permission"),
            "picture": self.env._("picture of the signature"),
            "from": self.env._("from"),
            "to": self.env._("to"),
            "from_agency": self.env._("from"),
            "to_agency": self.env._("to"),
            "purposes": self.env._("for"),
            "days": self.env._("days"),
            "document": self.env._("document"),
            "delegation": self.env._("document of delegation"),
            "on_behalf_of": self.env._("on behalf of"),
            "reason": self.env._("reason"),
            "ended": self.env._("delegation"),
            "role": self.env._("stored as"),
            "virus": self.env._("virus found"),
            "check_again": self.env._("checked for viruses again; before"),
            "not_checked": self.env._("not checked for viruses"),
            "checked": self.env._("signatures checked"),
            "before": self.env._("before"),
            "level": self.env._("signature level"),
            "sees_agency": self.env._("sees the documents of"),
            "why": self.env._("because"),
            "opened": self.env._("agency opened"),
            "rows": self.env._("rows"),
            "source": self.env._("source"),
            "imported": self.env._("imported"),
            "dry_run": self.env._("dry run"),
            "delivered": self.env._("delivered to"),
            "status": self.env._("status"),
            "renamed": self.env._("formerly"),
            "now": self.env._("from now on"),
            "name": self.env._("name"),
            "abbreviation": self.env._("abbreviation"),
            "identifier": self.env._("identifier"),
            "identifier_legacy": self.env._("legacy identifier"),
            "reorganised": self.env._("reorganised"),
            "decision": self.env._("decision"),
            "backup": self.env._("what was done"),
            "result": self.env._("result"),
            "words": self.env._("what happened"),
            "released": self.env._("restored database let go"),
            "mails_sent": self.env._("e-mails of the copy sent"),
            "given_up_to": self.env._("numbers given after the copy, up to"),
            "stays_in_quarantine": self.env._("stays behind in quarantine"),
            "confirmed": self.env._("certificate confirmed"),
            "wrong_passphrase": self.env._("wrong passphrase"),
            "wrong": self.env._("wrong tries one after the other"),
            "destroyed": self.env._("content destroyed"),
            "record": self.env._("record of the handing over"),
            "what": self.env._("what is handed over"),
            "day": self.env._("date"),
        }

    @api.model
    def _words_of_values(self):
        """Key of a detail → ``{value: in words}``."""
        verdicts, roles = self._labels("vpdt.file", "verdict"), self._names_of_roles()
        delegations = self.env["vpdt.delegation"]
        return {
            "role": self._labels("vpdt.file", "role"),
            **dict.fromkeys(("roles", "roles_added", "roles_removed", "implied_added", "implied_removed"), roles),
            "checked": verdicts,
            "before": verdicts,
            "check_again": self._labels("vpdt.file", "scan_state"),
            "not_checked": {
                "too_large": self.env._("larger than the scanner takes"),
                "limits": self.env._("the scanner does not look into all of it"),
                "closed": self.env._("encrypted"),
            },
            "ended": self._labels("vpdt.delegation", "state"),
            "backup": self._labels("vpdt.backup", "kind"),
            "result": self._labels("vpdt.backup", "state"),
            "purposes": {purpose: delegations._purpose_label(purpose) for purpose in delegations._PURPOSES},
            "account": {"opened": self.env._("opened"), "locked": self.env._("locked")},
            "why": {"successor": self.env._("its own agency succeeds that one")},
            "reorganised": self._labels("vpdt.organization.reorganization", "kind"),
            "reason": {
                "Author": self.env._("who made it"),
                "Clerk": self.env._("Clerk"),
                "Confirmed request": self.env._("Confirmed request"),
                "Deputy": self.env._("Deputy"),
                "Initials": self.env._("Initials"),
                "Leader": self.env._("Leader"),
                "Signature": self.env._("who signs"),
                "Opinion": self.env._("asked for an opinion"),
                "Successor": self.env._("Successor"),
                "Lead": self.env._("Lead"),
                "lead": self.env._("Lead"),
                "collaborator": self.env._("Collaborator"),
                "information": self.env._("For information"),
            },
        }

    @api.model
    def _names_of_roles(self):
        """Name of a role as the journal keeps it (English) → as it is called on the screen."""
        groups = self.env["res.groups"].sudo().search([])  # what a role is called is no secret
        kept = {group.id: name for group in groups.with_context(lang=None) for name in names_of_roles(group)}
        return {kept[group.id]: name for group in groups for name in names_of_roles(group)}

    @api.model
    def _labels(self, model, field):
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    def _words_of_other(self, detail, vocabulary):
        parts = []
        told = [key for key in vocabulary.labels if key in detail]
        for key in told + [key for key in detail if key not in vocabulary.labels]:
            value = detail[key]
            text = "" if key in self._SILENT else self._value_in_words(key, value, vocabulary)
            if text:
                parts.append(f"{vocabulary.labels.get(key, key)}: {text}")
        return "; ".join(parts)

    def _value_in_words(self, key, value, vocabulary):
        if isinstance(value, list):
            between = " – " if key == "days" else ", "
            return between.join(self._value_in_words(key, item, vocabulary) for item in value)
        if isinstance(value, dict):
            counts = ((vocabulary.labels.get(name, name), number) for name, number in value.items() if number)
            return ", ".join(f"{name} {number}" for name, number in counts)
        if isinstance(value, bool):
            words = {True: self.env._("yes"), False: self.env._("no") if key in self._YES_OR_NO else ""}
            return words[value]
        if key in ("added", "removed"):
            return vocabulary.people.get(value, str(value))
        if isinstance(value, str) and _DAY.match(value):
            year, month, day = value.split("-")
            return f"{day}/{month}/{year}"
        return vocabulary.values.get(key, {}).get(value, "" if value is None else str(value))

    def _words_of_permission(self, detail, vocabulary):
        return self._words_of_request(detail) if detail.get("request") else self._words_of_other(detail, vocabulary)

    def _words_of_request(self, detail):
        Change = self.env["vpdt.access.change"]
        change = self._labels("vpdt.access.change", "change").get(detail.get("change"), "")
        return f"{change}: {detail.get('person')} ({Change._state_label(detail.get('step'))})"

    def _words_of_move(self, detail, vocabulary):
        model = self.env.get(self.res_model)
        label = model._state_label if hasattr(model, "_state_label") else str
        states = [label(detail[key]) for key in ("from", "to") if detail.get(key)]
        more = self._words_of_other({key: detail[key] for key in detail if key not in ("from", "to")}, vocabulary)
        return "; ".join(part for part in (" → ".join(states), more) if part)

    def _words_of_print(self, detail, vocabulary):
        technical = detail.get("report") or ""
        name = vocabulary.reports.get(technical, technical)
        if "entries" in detail:
            return self.env._("%(report)s, %(count)s rows", report=name, count=detail["entries"])
        return name

    def _words_of_sign(self, detail, vocabulary):
        """With which key; the rest as for any other row."""
        rest = {key: value for key, value in detail.items() if key not in ("key", "agency")}
        with_key = ""
        if detail.get("key"):
            template = self.env._("seal of the agency, key %s") if detail.get("agency") else self.env._("key %s")
            with_key = template % detail["key"]
        return "; ".join(part for part in (with_key, self._words_of_other(rest, vocabulary)) if part)
