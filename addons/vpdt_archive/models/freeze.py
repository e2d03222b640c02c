"""What the archive has taken changes no more: a guard in the ORM, for superuser mode as well, and triggers in the
database, for who comes with SQL (Luật Lưu trữ 33/2024; Nghị định 30/2020, Phụ lục VI, IV).

The triggers know no password and no setting that opens them: they allow what archiving itself does, column by column.
"""

from odoo.tools import SQL

#: States of a document in which it is frozen.
FROZEN = ("kept", "destroyed")

#: States in which a dossier is frozen, what may change on it nevertheless, and how it leaves them.
FROZEN_DOSSIER = ("kept", "sent", "destroyed")
LIVE_DOSSIER = (
    "retention_id",
    "retention_term",
    "retention_years",
    "retention_until",
    "transfer_due",
    "held",
    "hold_reason",
    "held_by_id",
    "held_at",
    "accession_date",
    "historical_due",
    "historical_receipt",
    "historical_date",
    "place_id",
)
STATE_MOVES = [("kept", "sent"), ("kept", "destroyed")]

# Handed to write() inside the process; a client can put any JSON into the context, never this object.
_TOKEN = object()
_KEY = "vpdt_archiving"

#: Columns that go on changing on a frozen row: Odoo's own, what is computed for search, and that it is hidden from all
#: because a state secret was found in it.
LIVE = ("write_uid", "write_date", "search_text", "message_main_attachment_id", "spilled")


def archiving(records):
    """These records for writing what the archive alone writes."""
    return records.with_context(**{_KEY: _TOKEN})


def is_archiving(env):
    """Whether code of the archive writes."""
    return env.context.get(_KEY) is _TOKEN


def freeze_rows(cr, table, state, frozen, live, moves, emptied=()):
    """Make the triggers of a table whose rows freeze with a state.

    :param state: column of the state
    :param frozen: states in which the row is frozen
    :param live: columns that may change nevertheless
    :param moves: allowed changes of the state from a frozen one: ``[(from, to)]``
    :param emptied: columns that may become NULL in the same statement that changes the state
    """
    allowed = SQL(" OR ").join(
        SQL("(OLD.%s = %s AND NEW.%s = %s)", SQL.identifier(state), before, SQL.identifier(state), after)
        for before, after in moves
    )
    cr.execute(
        _literal(
            cr,
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger AS $body$
                BEGIN
                    IF TG_OP = 'TRUNCATE' THEN
                        RAISE EXCEPTION '%(table)s: rows of the archive are never deleted';
                    ELSIF TG_OP = 'DELETE' THEN
                        RAISE EXCEPTION '%(table)s %%: what is in the archive is never deleted', OLD.id;
                    ELSIF NEW.%(state)s IS DISTINCT FROM OLD.%(state)s AND (%(allowed)s) IS NOT TRUE THEN
                        RAISE EXCEPTION '%(table)s %%: it does not leave the archive', OLD.id;
                    ELSIF NEW.%(state)s IS DISTINCT FROM OLD.%(state)s AND %(none_left)s
                        AND to_jsonb(NEW) - %(emptied)s::text[] IS NOT DISTINCT FROM to_jsonb(OLD) - %(emptied)s::text[]
                    THEN
                        RETURN NEW;
                    ELSIF to_jsonb(NEW) - %(live)s::text[] IS DISTINCT FROM to_jsonb(OLD) - %(live)s::text[] THEN
                        RAISE EXCEPTION '%(table)s %%: what is in the archive is never changed', OLD.id;
                    END IF;
                    RETURN NEW;
                END $body$ LANGUAGE plpgsql
                """,
                function=SQL.identifier(f"{table}_archive_freezes"),
                table=SQL(table),
                state=SQL.identifier(state),
                allowed=allowed,
                live=[state, *LIVE, *live],
                emptied=[state, *LIVE, *live, *emptied],
                none_left=SQL(" AND ").join([SQL("NEW.%s IS NULL", SQL.identifier(name)) for name in emptied])
                if emptied
                else SQL("TRUE"),
            ),
        )
    )
    cr.execute(
        _literal(
            cr,
            SQL(
                """
                CREATE OR REPLACE TRIGGER %(frozen)s BEFORE UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW WHEN (OLD.%(state)s IN %(states)s) EXECUTE FUNCTION %(function)s();
                CREATE OR REPLACE TRIGGER %(kept)s BEFORE TRUNCATE ON %(table)s
                    FOR EACH STATEMENT EXECUTE FUNCTION %(function)s()
                """,
                frozen=SQL.identifier(f"{table}_archive_frozen"),
                kept=SQL.identifier(f"{table}_archive_kept"),
                table=SQL.identifier(table),
                state=SQL.identifier(state),
                states=tuple(frozen),
                function=SQL.identifier(f"{table}_archive_freezes"),
            ),
        )
    )


def freeze_children(cr, table, parent, column, state, frozen, live=()):
    """Make the trigger of a table whose rows belong to one that freezes.

    :param parent: table of the owner
    :param column: of ``table``, that names the owner
    :param state: column of the owner's state
    """
    cr.execute(
        _literal(
            cr,
            SQL(
                """
                CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger AS $body$
                DECLARE
                    owners integer[] := ARRAY[]::integer[];
                BEGIN
                    IF TG_OP <> 'INSERT' THEN owners := owners || OLD.%(column)s; END IF;
                    IF TG_OP <> 'DELETE' THEN owners := owners || NEW.%(column)s; END IF;
                    IF TG_OP = 'UPDATE' AND
                        to_jsonb(NEW) - %(live)s::text[] IS NOT DISTINCT FROM to_jsonb(OLD) - %(live)s::text[]
                    THEN
                        RETURN NEW;
                    END IF;
                    IF EXISTS (SELECT 1 FROM %(parent)s WHERE id = ANY(owners) AND %(state)s IN %(states)s) THEN
                        RAISE EXCEPTION '%(table)s: it belongs to what is in the archive, which is never changed';
                    END IF;
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                END $body$ LANGUAGE plpgsql;
                CREATE OR REPLACE TRIGGER %(trigger)s BEFORE INSERT OR UPDATE OR DELETE ON %(table)s
                    FOR EACH ROW EXECUTE FUNCTION %(function)s()
                """,
                function=SQL.identifier(f"{table}_archive_belongs"),
                trigger=SQL.identifier(f"{table}_archive_frozen"),
                table=SQL(table),
                parent=SQL.identifier(parent),
                column=SQL.identifier(column),
                state=SQL.identifier(state),
                states=tuple(frozen),
                live=[*LIVE, *live],
            ),
        )
    )


def _literal(cr, query):
    """A statement with its values in it: CREATE FUNCTION and CREATE TRIGGER take no parameters."""
    return SQL(cr.mogrify(query.code, query.params).decode().replace("%", "%%"))
