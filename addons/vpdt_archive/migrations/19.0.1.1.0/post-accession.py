"""Since when the archive has a dossier stands on the dossier itself now; it was only in the transfer."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Write it on what was taken over before, and from it the day for the historical archive."""
    cr.execute(
        SQL(
            """
            UPDATE vpdt_dossier dossier
               SET accession_date = (transfer.accepted_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
              FROM vpdt_transfer_line line JOIN vpdt_transfer transfer ON transfer.id = line.transfer_id
             WHERE line.dossier_id = dossier.id AND line.verdict = 'accepted' AND transfer.state = 'accepted'
               AND dossier.accession_date IS NULL AND dossier.state IN ('kept', 'sent', 'destroyed')
         RETURNING dossier.id
            """
        )
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    dossiers = env["vpdt.dossier"].browse([row[0] for row in cr.fetchall()])
    env.add_to_compute(dossiers._fields["historical_due"], dossiers)
    env.flush_all()
