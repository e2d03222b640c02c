"""The journal in the database: rows partitioned by month, seals, and triggers that refuse any change.

Odoo's ORM works on ordinary tables and on views. It reads and adds through the view ``vpdt_journal_entry``, which
PostgreSQL passes on to the partitioned table ``vpdt_journal_row``. The primary key must hold the partition key, so it
is (id, at); ids come from one sequence. ``txn`` is the number of the transaction that wrote the row and ``origin`` the
identifier of the cluster that counted it: a seal covers all rows of finished transactions, however late they committed,
and a database restored into another cluster begins a new count.
"""

ROWS = """
CREATE SEQUENCE IF NOT EXISTS vpdt_journal_entry_id_seq AS integer;

CREATE OR REPLACE FUNCTION vpdt_journal_origin() RETURNS bigint AS $$
    SELECT system_identifier FROM pg_control_system()
$$ LANGUAGE sql STABLE;

CREATE TABLE IF NOT EXISTS vpdt_journal_row (
    id integer NOT NULL DEFAULT nextval('vpdt_journal_entry_id_seq'),
    at timestamp NOT NULL,
    user_id integer NOT NULL,
    company_id integer,
    kind varchar NOT NULL,
    res_model varchar NOT NULL,
    res_id integer NOT NULL,
    record_name varchar,
    detail text,
    origin bigint NOT NULL DEFAULT vpdt_journal_origin(),
    txn bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

CREATE INDEX IF NOT EXISTS vpdt_journal_row_by_record ON vpdt_journal_row (res_model, res_id, id);
CREATE INDEX IF NOT EXISTS vpdt_journal_row_by_user ON vpdt_journal_row (user_id, id);
CREATE INDEX IF NOT EXISTS vpdt_journal_row_by_company ON vpdt_journal_row (company_id, id);
CREATE INDEX IF NOT EXISTS vpdt_journal_row_by_txn ON vpdt_journal_row (txn, id);

CREATE OR REPLACE FUNCTION vpdt_journal_is_append_only() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'vpdt_journal_entry: rows are only ever added';
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER vpdt_journal_append_only BEFORE UPDATE OR DELETE ON vpdt_journal_row
    FOR EACH ROW EXECUTE FUNCTION vpdt_journal_is_append_only();
CREATE OR REPLACE TRIGGER vpdt_journal_no_truncate BEFORE TRUNCATE ON vpdt_journal_row
    FOR EACH STATEMENT EXECUTE FUNCTION vpdt_journal_is_append_only();

-- A month (UTC) more. ATTACH, unlike CREATE … PARTITION OF, lets others go on writing meanwhile.
CREATE OR REPLACE FUNCTION vpdt_journal_make_month(month date) RETURNS void AS $$
DECLARE
    first date := date_trunc('month', month);
    name text := 'vpdt_journal_row_' || to_char(first, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('vpdt_journal_make_month'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE vpdt_journal_row INCLUDING DEFAULTS)', name);
    EXECUTE format('ALTER TABLE vpdt_journal_row ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   name, first, first + interval '1 month');
    -- Triggers on rows come with the partition, those on statements do not.
    EXECUTE format('CREATE TRIGGER vpdt_journal_no_truncate BEFORE TRUNCATE ON %I'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION vpdt_journal_is_append_only()', name);
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE VIEW vpdt_journal_entry AS
    SELECT id, at, user_id, company_id, kind, res_model, res_id, record_name, detail FROM vpdt_journal_row;
"""

#: Of the tables that Odoo makes, as the model's fields would have made them.
FOREIGN_KEYS = """
ALTER TABLE vpdt_journal_row
    ADD CONSTRAINT vpdt_journal_row_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE RESTRICT,
    ADD CONSTRAINT vpdt_journal_row_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT
"""

SEALS = """
CREATE TABLE IF NOT EXISTS vpdt_journal_seal (
    id serial PRIMARY KEY,
    number integer NOT NULL UNIQUE,
    at timestamp NOT NULL,
    origin bigint NOT NULL,
    from_txn bigint NOT NULL,
    to_txn bigint NOT NULL,
    first_id integer NOT NULL,
    last_id integer NOT NULL,
    count integer NOT NULL,
    root varchar NOT NULL,
    previous varchar NOT NULL,
    digest varchar NOT NULL,
    key_id varchar NOT NULL,
    signature varchar NOT NULL,
    leaves bytea NOT NULL,
    time_stamp bytea,
    stamped_at timestamp,
    UNIQUE (origin, from_txn)
);

-- The time stamp comes later, from outside, and once; all else never changes.
CREATE OR REPLACE FUNCTION vpdt_journal_seal_is_append_only() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.time_stamp IS NULL AND NEW.time_stamp IS NOT NULL THEN
        OLD.time_stamp := NEW.time_stamp;
        OLD.stamped_at := NEW.stamped_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'vpdt_journal_seal: seals are only ever added';
END $$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER vpdt_journal_append_only BEFORE UPDATE OR DELETE ON vpdt_journal_seal
    FOR EACH ROW EXECUTE FUNCTION vpdt_journal_seal_is_append_only();
CREATE OR REPLACE TRIGGER vpdt_journal_no_truncate BEFORE TRUNCATE ON vpdt_journal_seal
    FOR EACH STATEMENT EXECUTE FUNCTION vpdt_journal_seal_is_append_only();
"""

#: A journal that the first version kept in one ordinary table. Its rows all count as written by this transaction.
ADOPT = """
ALTER TABLE vpdt_journal_entry RENAME TO vpdt_journal_entry_old;
ALTER INDEX IF EXISTS vpdt_journal_entry_pkey RENAME TO vpdt_journal_entry_old_pkey;
"""
ADOPTED = """
INSERT INTO vpdt_journal_row (id, at, user_id, company_id, kind, res_model, res_id, record_name, detail)
    SELECT id, at, user_id, company_id, kind, res_model, res_id, record_name, detail FROM vpdt_journal_entry_old;
ALTER SEQUENCE vpdt_journal_entry_id_seq OWNED BY NONE;
DROP TABLE vpdt_journal_entry_old;
"""


def create(cursor, foreign_keys=True):
    """Make what is not there yet; a journal in the old shape moves over with its ids.

    :param cursor: of a transaction that the caller commits
    :param foreign_keys: to Odoo's users and companies; False only in a database without Odoo
    """
    old = _kind(cursor, "vpdt_journal_entry") == "r"
    if old:
        cursor.execute(ADOPT)
    had_rows = _kind(cursor, "vpdt_journal_row")
    cursor.execute(ROWS)
    cursor.execute(SEALS)
    if foreign_keys and not had_rows:
        cursor.execute(FOREIGN_KEYS)
    make_months(cursor)
    if old:
        cursor.execute(
            "SELECT vpdt_journal_make_month(month::date)"
            " FROM (SELECT DISTINCT date_trunc('month', at) AS month FROM vpdt_journal_entry_old) AS months"
        )
        cursor.execute(ADOPTED)


def make_months(cursor, ahead=3):
    """Have the partitions of this month (UTC) and the ``ahead`` next ones."""
    cursor.execute(
        "SELECT vpdt_journal_make_month((date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month')::date)"
        " FROM generate_series(0, %s) AS n",
        [ahead],
    )


def _kind(cursor, name):
    """relkind of a relation, or None."""
    cursor.execute(
        "SELECT relkind FROM pg_class WHERE relname = %s AND relnamespace = current_schema::regnamespace", [name]
    )
    found = cursor.fetchone()
    return found and found[0]
