"""Nobody is told anything of a record of the archive that he may not read; see vpdt_base/tests/reading_sweep.py."""

from odoo.tests import tagged

from odoo.addons.vpdt_base.tests.acting_sweep import ActingSweep
from odoo.addons.vpdt_base.tests.reading_sweep import ReadingSweep
from odoo.addons.vpdt_base.tests.word_sweep import WordSweep

from .archive_common import ArchiveCase

STRANGERS = ("stranger", "strange_admin")
INSIDERS = ("specialist", "unit_admin", "auditor")  # none of them takes part in any of the dossiers
#: The law, the same for all agencies.
OPEN = {"vpdt.retention.rule"}


@tagged("post_install", "-at_install")
class TestReadingSweep(ReadingSweep, ActingSweep, WordSweep, ArchiveCase):
    @classmethod
    def office_models(cls):
        """The archive's own, and the documents in it."""
        return sorted(cls.models_of_archive() | {"vpdt.outgoing"})

    @classmethod
    def models_of_archive(cls):
        return {
            name
            for name, model in cls.env.registry.items()
            if model._original_module == "vpdt_archive" and not model._abstract and not model._transient
        }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger.write({"group_ids": [(4, cls.env.ref("vpdt_base.group_specialist").id)]})
        cls.make_everything()
        cls.mark()
        cls.add_outsiders()

    def test_every_model_has_a_row(self):
        self.assertEqual(self.models_of_archive() - self.rows.keys() - OPEN, set())

    def _check_all(self, roles, road):
        leaks = [leak for role in roles for leak in self.check(role, list(getattr(self, road)(role)))]
        if leaks:
            self.fail("\n".join(["told to who may not read it:", *sorted(set(leaks))]))

    def test_rows_by_their_ids(self):
        self._check_all((*STRANGERS, "specialist"), "attempts_by_id")

    def test_lists_and_names(self):
        self._check_all(STRANGERS + INSIDERS, "attempts_by_search")

    def test_new_forms(self):
        self._check_all(STRANGERS, "attempts_by_form")

    def test_names_told_by_ones_own_record(self):
        faults = [fault for role in ("specialist", "unit_admin") for fault in self.check_naming(role)]
        faults += [fault for role in STRANGERS for fault in self.check_naming(role, abroad=True)]
        self.assertEqual(faults, [])

    def test_steps_of_others(self):
        self.assertEqual(self.acting_faults((*STRANGERS, *INSIDERS, "portal", "public")), [])

    def test_what_is_said_is_vietnamese(self):
        self.assertGreater(self.check_words("vpdt_archive", beside=["vpdt.outgoing"]), 100)
