"""Every method of ours without an underscore can be called over RPC: each is named, with who may, in a list.

``public_methods.txt`` beside the tests of each addon holds the list: model, method, who. A new method fails here until
somebody has thought about who calls it, or has given it an underscore.
"""

import inspect
from pathlib import Path

from odoo.models import BaseModel
from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

LIST = "tests/public_methods.txt"


@tagged("post_install", "-at_install")
class TestPublicMethods(TransactionCase):
    def test_every_method_that_can_be_called_is_named(self):
        found, named = self._found(), self._named()
        self.assertEqual(sorted(found - named.keys()), [], f"not in {LIST} of the addon: who may call it?")
        self.assertEqual(sorted(named.keys() - found), [], f"in {LIST}, and not there any more")

    def test_of_each_is_said_who_may(self):
        self.assertEqual([key for key, who in self._named().items() if not who], [])

    def _found(self):
        """{(addon, model, method)} of all models, besides those of every model (create, read …), which the rules of
        access and the gate guard."""
        found = set()
        for model in self.env.registry.values():
            for part in model.mro():
                if not part.__module__.startswith("odoo.addons.vpdt_"):
                    continue
                addon = part.__module__.split(".")[2]
                found |= {(addon, part._name, name) for name in vars(part) if self._is_callable(model, part, name)}
        return found

    def _is_callable(self, model, part, name):
        """Whether RPC calls this method (`odoo.service.model.get_public_method`)."""
        if name.startswith("_") or any(name in vars(each) for each in self._every_model()):
            return False
        function = vars(part)[name]
        function = getattr(function, "__func__", function)
        if not inspect.isfunction(function):
            return False
        return not any(getattr(getattr(each, name, None), "_api_private", False) for each in model.mro())

    def _every_model(self):
        """The classes of Odoo from which every model has its methods."""
        parts = [part for part in self.env.registry["base"].mro() if ".vpdt_" not in part.__module__]
        return [part for part in parts if issubclass(part, BaseModel)]

    def _named(self):
        """{(addon, model, method): who may}"""
        named = {}
        for addon in self.env["ir.module.module"].search([("state", "=", "installed"), ("name", "like", "vpdt_%")]):
            path = Path(get_module_path(addon.name), LIST)
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            for line in lines:
                if line and not line.startswith("#"):
                    model, method, who = (part.strip() for part in line.split("|"))
                    named[addon.name, model, method] = who
        return named
