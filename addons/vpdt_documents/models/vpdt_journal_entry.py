from odoo import api, models


class VpdtJournalEntry(models.Model):
    """What is entered of a document, in words: the name of each field, what it was, what it is."""

    _inherit = "vpdt.journal.entry"

    @api.model
    def _get_kinds(self):
        return [*super()._get_kinds(), ("entry", self.env._("Entry")), ("correction", self.env._("Correction"))]

    @api.model
    def _labels_of_details(self):
        own = {"cleaned": self.env._("clean copy without"), "copies": self.env._("sign copies")}
        return {
            **super()._labels_of_details(),
            **own,
            "decision": self.env._("decision"),
            "recognised": self.env._("recognised by the program in"),
            "form_checked": self.env._("form checked"),
            "step": self.env._("waits for"),
            "returned_to": self.env._("returned to"),
            "opinions": self.env._("asking for opinions closed"),
            "kept": self.env._("number kept"),
            "for": self.env._("for"),
            "note": self.env._("note"),
            "void": self.env._("number void"),
            "handed": self.env._("handed to"),
            "mailed": self.env._("sent by e-mail to"),
            "way": self.env._("way"),
            "not_a_duplicate_of": self.env._("compared, no duplicate of the document with the internal number"),
            "hidden": self.env._("hidden from everybody"),
            "taken_in": self.env._("taken in all the same"),
            "paper_original": self.env._("paper original made"),
        }

    @api.model
    def _words_of_values(self):
        return {**super()._words_of_values(), "way": self._labels("vpdt.outgoing.recipient", "way")}

    def _words_of_entry(self, detail, vocabulary):
        if "entered" in detail:
            return "; ".join(f"{label}: {value}" for label, value in self._told(detail["entered"]))
        return self._words_of_correction(detail, vocabulary)

    def _words_of_correction(self, detail, vocabulary):
        parts = [f"{label}: {' → '.join(value)}" for label, value in self._told(detail.get("changed") or {})]
        rest = {key: value for key, value in detail.items() if key not in ("changed", "entered")}
        return "; ".join(filter(None, [*parts, self._words_of_other(rest, vocabulary)]))

    def _told(self, values):
        """(label, value in words or a list of two) of each field."""
        model = self.env.get(self.res_model)
        if model is None or not isinstance(values, dict):
            return
        for name, value in values.items():
            field = model._fields.get(name)
            label = field._description_string(self.env) if field else name
            words = dict(field._description_selection(self.env)) if field and field.type == "selection" else {}
            yield label, [_word(v, words) for v in value] if isinstance(value, list) else _word(value, words)


def _word(value, words):
    if value in (None, False, ""):
        return "–"
    text = str(words.get(value, value))
    day = text.split("-")
    return "/".join(reversed(day)) if len(text) == 10 and list(map(len, day)) == [4, 2, 2] else text
