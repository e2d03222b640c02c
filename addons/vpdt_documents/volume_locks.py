"""What a closed volume says is frozen in the database as well, for who comes with SQL (Nghị định 30/2020, Điều 16).

The triggers know no password and no setting that opens them. They lock the volume's row while they look, so that a
change and the closing of the volume wait for each other.
"""

from odoo.tools import SQL


def lock_entries(cr, model, columns=()):
    """Put the trigger on the table of a model (`vpdt.numbered.mixin`) whose records stand in volumes.

    :param columns: names of further columns that a closed volume says something of
    """
    number, suffix = model._register_number, model._register_suffix
    names = [*model._register_locked, number, *filter(None, [suffix]), model._register_day, *columns]
    _create(
        cr,
        model._table,
        list(dict.fromkeys(names)),
        place={"register": "register_id", "year": "register_year", "number": number, "suffix": suffix},
        more=SQL(
            """
            IF TG_OP <> 'DELETE' AND NEW.%(number)s > 0 AND EXISTS (
                SELECT 1 FROM vpdt_register_number AS kept
                 WHERE kept.register_id = NEW.register_id AND kept.year = NEW.register_year
                   AND kept.number = NEW.%(number)s AND COALESCE(kept.suffix, '') = %(suffix)s
                   AND kept.state <> 'used'
            ) THEN
                RAISE EXCEPTION '%(table)s %%: this number is void or kept for somebody', NEW.id;
            END IF;
            """,
            number=SQL.identifier(number),
            suffix=SQL("COALESCE(NEW.%s, '')", SQL.identifier(suffix)) if suffix else SQL("''"),
            table=SQL(model._table),
        ),
    )


def lock_numbers(cr):
    """A void number stays void, and what a closed volume says of a number stays."""
    columns = ["register_id", "year", "number", "suffix", "state", "reason", "of_document"]
    _create(
        cr,
        "vpdt_register_number",
        columns,
        place={"register": "register_id", "year": "year", "number": "number", "suffix": "suffix"},
        more=SQL(
            """
            IF TG_OP <> 'INSERT' AND OLD.state = 'void' THEN
                RAISE EXCEPTION 'vpdt_register_number %%: a void number is never given again', OLD.id;
            END IF;
            """
        ),
    )


def _create(cr, table, columns, place, more):
    old, new = (
        SQL(", ").join(SQL("%s.%s", SQL(row), SQL.identifier(name)) for name in columns) for row in ("OLD", "NEW")
    )
    looks = [
        SQL(
            """
            IF TG_OP <> %(not_op)s AND COALESCE(%(row)s.%(number)s, 0) > 0 THEN
                PERFORM 1 FROM vpdt_register_volume
                  WHERE register_id = %(row)s.%(register)s AND year = %(row)s.%(year)s AND form = 'register' FOR SHARE;
                IF EXISTS (
                    SELECT 1 FROM vpdt_register_volume
                     WHERE register_id = %(row)s.%(register)s AND year = %(row)s.%(year)s AND form = 'register'
                       AND state = 'closed' AND %(row)s.%(number)s BETWEEN number_from AND number_to
                ) THEN
                    RAISE EXCEPTION '%(table)s %%: its volume is closed', %(row)s.id;
                END IF;
            END IF;
            """,
            row=SQL(row),
            not_op=not_op,
            table=SQL(table),
            **{name: SQL.identifier(place[name]) for name in ("register", "year", "number")},
        )
        for row, not_op in (("OLD", "INSERT"), ("NEW", "DELETE"))
    ]
    _run(
        cr,
        SQL(
            """
            CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger AS $body$
            BEGIN
                IF TG_OP = 'UPDATE' AND ROW(%(old)s) IS NOT DISTINCT FROM ROW(%(new)s) THEN
                    RETURN NEW;
                END IF;
                %(more)s
                %(looks)s
                RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            END $body$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER %(trigger)s BEFORE INSERT OR UPDATE OR DELETE ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION %(function)s()
            """,
            function=SQL.identifier(f"{table}_volume_locks"),
            trigger=SQL.identifier(f"{table}_volume_locked"),
            table=SQL.identifier(table),
            old=old,
            new=new,
            more=more,
            looks=SQL(" ").join(looks),
        ),
    )


def lock_volumes(cr):
    """A closed volume never changes and is never deleted."""
    _run(
        cr,
        SQL(
            """
            CREATE OR REPLACE FUNCTION vpdt_register_volume_closed() RETURNS trigger AS $body$
            BEGIN
                IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - %(live)s::text[]
                    IS NOT DISTINCT FROM to_jsonb(OLD) - %(live)s::text[]
                THEN
                    RETURN NEW;
                END IF;
                RAISE EXCEPTION 'vpdt_register_volume %%: it is closed', OLD.id;
            END $body$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER vpdt_register_volume_locked BEFORE UPDATE OR DELETE ON vpdt_register_volume
                FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION vpdt_register_volume_closed()
            """,
            live=["write_uid", "write_date"],
        ),
    )


def lock_kept_uses(cr):
    """What a closed register of the use of kept copies says does not change; no later entry gets into it."""
    look = SQL(" ").join(
        SQL(
            """
            IF TG_OP <> %(not_op)s AND EXISTS (
                SELECT 1 FROM vpdt_register_volume
                 WHERE company_id = %(row)s.company_id AND form = 'kept' AND state = 'closed'
                   AND %(row)s.date BETWEEN date_from AND date_to
            ) THEN
                RAISE EXCEPTION 'vpdt_kept_copy_use %%: its volume is closed', %(row)s.id;
            END IF;
            """,
            row=SQL(row),
            not_op=not_op,
        )
        for row, not_op in (("OLD", "INSERT"), ("NEW", "DELETE"))
    )
    _run(
        cr,
        SQL(
            """
            CREATE OR REPLACE FUNCTION vpdt_kept_copy_use_volume_locks() RETURNS trigger AS $body$
            BEGIN
                IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - %(live)s::text[]
                    IS NOT DISTINCT FROM to_jsonb(OLD) - %(live)s::text[]
                THEN
                    RETURN NEW;
                END IF;
                %(look)s
                RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
            END $body$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER vpdt_kept_copy_use_volume_locked
                BEFORE INSERT OR UPDATE OR DELETE ON vpdt_kept_copy_use
                FOR EACH ROW EXECUTE FUNCTION vpdt_kept_copy_use_volume_locks()
            """,
            live=["write_uid", "write_date"],
            look=look,
        ),
    )


def _run(cr, query):
    # Odoo formats what it executes; the function body's own % is meant for PostgreSQL.
    cr.execute(SQL(cr.mogrify(query.code, query.params).decode().replace("%", "%%")))
