from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from ...signing import SigningError

# Only these tell something about the secret.
_WRONG = ("wrong_passphrase", "wrong_pin")


class VpdtSigningKey(models.Model):
    """Wrong passphrases and PINs are counted for each key, on whatever road they come, and cost a wait that doubles."""

    _inherit = "vpdt.signing.key"  # pylint: disable=consider-merging-classes-inherited

    @contextmanager
    def _counted_try(self):
        """Try a passphrase or PIN of this key in the block.

        :raises UserError: too many were wrong; nothing was tried
        """
        attempts = self.env["vpdt.attempt"].sudo()  # counted for everybody
        with attempts._trying(self._try_subject(), self._locked_words, _is_wrong) as count:
            try:
                yield
            except SigningError as error:
                if _is_wrong(error):
                    self._note_wrong_try(count)
                raise

    def _begin_try(self):
        """As :meth:`_counted_try` where the answer comes later, from a service: see :meth:`_end_try`.

        :raises UserError: too many were wrong
        """
        self.env["vpdt.attempt"].sudo()._reserve(self._try_subject(), self._locked_words)  # counted for everybody

    def _end_try(self, refused=False, learned=True):
        """
        :param refused: the service refused the PIN or code
        :param learned: False: it did not answer, so nothing was learned
        """
        attempts = self.env["vpdt.attempt"].sudo()  # counted for everybody
        if refused:
            self._note_wrong_try(None)
        elif learned:
            attempts._forget(self._try_subject())
        else:
            attempts._take_back(self._try_subject())

    def _try_subject(self):
        self.ensure_one()
        return f"key:{self.id}"

    def _locked_words(self, minutes):
        return UserError(
            self.env._(
                "Too many wrong passphrases for the key “%(key)s”: wait %(minutes)s minutes, then try again. Nothing "
                "was signed. If it was not you who tried, suspend the key and tell the unit administrator.",
                key=self.name,
                minutes=minutes,
            )
        )

    def _note_wrong_try(self, count):
        """A row in the journal that stays, though the request is rolled back."""
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            # not there yet when this very request has made it
            key = self.with_env(env).sudo().exists()  # whoever may try may be written down
            detail = {"wrong_passphrase": True, **({"wrong": count} if count else {})}
            env["vpdt.journal.entry"]._record("sign", key, detail)


def _is_wrong(error):
    return isinstance(error, SigningError) and error.code in _WRONG
