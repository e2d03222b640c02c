import math
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import psycopg2.errors
from odoo import api, fields, models

# After so many wrong tries each further one costs a wait that doubles, up to the longest; a day later all is forgotten.
FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT, MEMORY = 60, 3600, 86400  # seconds
_RACES = 20

_RESERVE = """
    INSERT INTO vpdt_attempt AS known (subject, wrong, last_at)
         VALUES (%(subject)s, 1, clock_timestamp() AT TIME ZONE 'UTC')
    ON CONFLICT (subject) DO UPDATE
            SET wrong = CASE WHEN known.last_at < now() AT TIME ZONE 'UTC' - %(memory)s * interval '1 second'
                             THEN 1 ELSE known.wrong + 1 END,
                last_at = excluded.last_at,
                locked_until = CASE WHEN known.last_at < now() AT TIME ZONE 'UTC' - %(memory)s * interval '1 second'
                                      OR known.wrong + 1 < %(free)s
                                    THEN NULL
                                    ELSE excluded.last_at + interval '1 second' * least(
                                        %(longest)s, %(first)s * power(2, least(known.wrong + 1 - %(free)s, 20)))
                                    END
          WHERE known.locked_until IS NULL OR known.locked_until <= excluded.last_at
      RETURNING wrong
"""


class VpdtAttempt(models.Model):
    """Wrong tries of a password or a passphrase, by what was tried; one row for it, in all workers.

    A try is counted, and committed, before it is made: hundred at the same moment are counted as hundred, and neither
    a rolled back transaction nor a new start of the server undoes it. Nobody reads or writes these rows.
    """

    _name = "vpdt.attempt"
    _inherit = "vpdt.text.mixin"
    _description = "Wrong tries of a secret"
    _log_access = False

    subject = fields.Char(required=True, help="What was tried: of an account the hash of its name, of a key its id.")
    wrong = fields.Integer("Wrong tries", required=True, default=lambda self: 0)
    last_at = fields.Datetime(required=True)
    locked_until = fields.Datetime()

    _subject_unique = models.UniqueIndex("(subject)")

    @api.model
    @contextmanager
    def _trying(self, subject, refused, is_wrong):
        """Make one try in this block.

        :param str subject:
        :param refused: function of minutes that gives the exception to be raised while there is a wait
        :param is_wrong: function of an exception: whether it says that the secret was wrong
        :return: (of the context) how many tries were wrong if this one is
        """
        count = self._reserve(subject, refused)
        try:
            yield count
        except Exception as error:
            if not is_wrong(error):
                self._take_back(subject)  # nothing was learned about the secret
            raise
        else:
            self._forget(subject)

    @api.model
    def _reserve(self, subject, refused):
        """Count one try as wrong until it turns out to be right.

        :return: number of tries counted
        :raises Exception: ``refused(minutes)``, when there is a wait
        """
        values = {
            "subject": subject,
            "free": FREE_TRIES,
            "first": FIRST_WAIT,
            "longest": LONGEST_WAIT,
            "memory": MEMORY,
        }
        row = self._at_once(_RESERVE, values)
        if row:
            return row[0]
        raise refused(self._minutes_left(subject))

    @api.model
    def _minutes_left(self, subject):
        """How long nothing can be tried (int, minutes, rounded up; 0: no wait)."""
        question = "SELECT locked_until FROM vpdt_attempt WHERE subject = %(subject)s"
        until = (self._at_once(question, {"subject": subject}) or [None])[0]
        return _minutes_to(until) if until else 0

    @api.model
    def _forget(self, subject):
        """:return: (number of wrong tries,) or None when there was none"""
        statement = "DELETE FROM vpdt_attempt WHERE subject = %(subject)s RETURNING wrong"
        return self._at_once(statement, {"subject": subject})

    @api.model
    def _take_back(self, subject):
        change = "UPDATE vpdt_attempt SET wrong = greatest(wrong - 1, 0), locked_until = NULL"
        self._at_once(f"{change} WHERE subject = %(subject)s RETURNING wrong", {"subject": subject})

    @api.model
    def _at_once(self, statement, values):
        """Run one statement in a transaction of its own; the first row it gives."""
        for race in range(_RACES):
            try:
                with self.env.registry.cursor() as cr:
                    cr.execute(statement, values, log_exceptions=False)
                    return cr.fetchone()
            except psycopg2.errors.SerializationFailure:  # somebody else tries the same at the same moment
                if race == _RACES - 1:
                    raise

    @api.model
    def _waits(self, subjects):
        """Which of these are locked: dict of subject to minutes."""
        locked = self.search([("subject", "in", list(subjects)), ("locked_until", ">", fields.Datetime.now())])
        return {row.subject: _minutes_to(row.locked_until) for row in locked}

    @api.autovacuum
    def _gc_old(self):
        """What is forgotten anyway; names typed by strangers fill no table."""
        self.search([("last_at", "<", fields.Datetime.now() - timedelta(seconds=MEMORY))]).unlink()


def _minutes_to(moment):
    """Whole minutes from now to a naive moment in UTC, rounded up."""
    left = moment - datetime.now(timezone.utc).replace(tzinfo=None)
    return max(0, math.ceil(left.total_seconds() / 60))
