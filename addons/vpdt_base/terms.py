"""Vietnamese of Odoo's own web client: what its catalogues lack comes from `i18n_extra/vi.po` of this addon.

Odoo reads the terms of code from the catalogue of the module that the code is in, and only from there. The same file
holds terms of records (menus, labels, views) of its modules; those Odoo loads by itself when this addon is installed.
"""

import re
from functools import cache
from pathlib import Path

import polib
from odoo import models
from odoo.tools.misc import ReadonlyDict
from odoo.tools.translate import CodeTranslations

CATALOGUE = Path(__file__).parent / "i18n_extra" / "vi.po"
LANGUAGES = frozenset({"vi", "vi_VN"})
_PLACE = re.compile(r"code:addons/(\w+)/.*\.(py|js|xml)$")


def install():
    """Let the terms of Odoo's code be looked up here as well, in this process."""
    python, web = CodeTranslations._load_python_translations, CodeTranslations._load_web_translations

    def load_python(self, module_name, lang):
        python(self, module_name, lang)
        if ours := _terms(lang).get((module_name, True)):
            terms = self.python_translations[module_name, lang]
            self.python_translations[module_name, lang] = ReadonlyDict({**terms, **ours})

    def load_web(self, module_name, lang):
        web(self, module_name, lang)
        if ours := _terms(lang).get((module_name, False)):
            messages = {term["id"]: term for term in self.web_translations[module_name, lang]["messages"]}
            messages |= {source: ReadonlyDict({"id": source, "string": words}) for source, words in ours.items()}
            self.web_translations[module_name, lang] = ReadonlyDict({"messages": tuple(messages.values())})

    CodeTranslations._load_python_translations = load_python
    CodeTranslations._load_web_translations = load_web


def _terms(lang):
    return read_catalogue() if lang in LANGUAGES else {}


@cache
def read_catalogue():
    """The terms of code in the catalogue.

    :return: {(name of the module, whether it is Python): {source: Vietnamese}}
    """
    found = {}
    for entry in polib.pofile(str(CATALOGUE)):
        for place, _line in entry.occurrences:
            if match := _PLACE.match(place):
                module, suffix = match.groups()
                found.setdefault((module, suffix == "py"), {})[entry.msgid] = entry.msgstr
    return found


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def _update_translations(self, filter_lang=None, overwrite=False):
        """Read the catalogues; then the values of a selection that a model has from a mixin of another addon, whose
        catalogue was read before the model was there, are called as they are elsewhere."""
        result = super()._update_translations(filter_lang, overwrite)
        self.env.cr.execute("""
            UPDATE ir_model_fields_selection AS here
               SET name = here.name || jsonb_build_object('vi_VN', there.name->>'vi_VN')
              FROM ir_model_fields AS field, ir_model_fields_selection AS there, ir_model_fields AS other
             WHERE field.id = here.field_id AND other.id = there.field_id AND other.name = field.name
               AND field.model LIKE 'vpdt.%' AND here.name->>'vi_VN' IS NULL AND there.name->>'vi_VN' IS NOT NULL
               AND there.value = here.value AND there.name->>'en_US' = here.name->>'en_US'
        """)
        self.env["ir.model.fields.selection"].invalidate_model(["name"])
        return result
