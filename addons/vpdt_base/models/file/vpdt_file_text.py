from odoo import api, fields, models
from odoo.tools import SQL

from ...text import indexed_text
from ...text.content import PAGE_END


class VpdtFileText(models.Model):
    """The text of a file, apart from it: found by folded words, shown in snippets (Nghị định 30/2020, Phụ lục VI).

    Only the system reads this model; people search documents, and see snippets of those they may see.
    """

    _name = "vpdt.file.text"
    _description = "Text of a file"

    file_id = fields.Many2one("vpdt.file", required=True, ondelete="cascade", readonly=True)
    content = fields.Text(readonly=True, prefetch=False, help="Pages are separated by a form feed.")

    _file_unique = models.Constraint("UNIQUE (file_id)", "The text of this file is there already.")

    def init(self):
        """The words in the form that PostgreSQL searches; the ORM has no type for them."""
        self.env.cr.execute(
            """
            ALTER TABLE vpdt_file_text ADD COLUMN IF NOT EXISTS words tsvector;
            CREATE INDEX IF NOT EXISTS vpdt_file_text_words ON vpdt_file_text USING gin (words);
            """
        )

    @api.model
    def _keep(self, file, pages):
        """Keep the text of ``file``, instead of what was kept before.

        :param pages: list of str, one a page
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO vpdt_file_text (file_id, content, words, create_uid, create_date, write_uid, write_date)
                VALUES (%(file)s, %(content)s, to_tsvector('simple', %(words)s), %(uid)s, now(), %(uid)s, now())
                ON CONFLICT (file_id) DO UPDATE
                    SET content = EXCLUDED.content, words = EXCLUDED.words, write_date = EXCLUDED.write_date
                """,
                file=file.id,
                content=PAGE_END.join(page.replace(PAGE_END, " ").replace("\0", "") for page in pages),
                words=indexed_text(pages),
                uid=self.env.uid,
            )
        )
        self.invalidate_model()

    @api.model
    def _owners_query(self, model, tsquery):
        """SQL for the ids of the owners of ``model`` whose current files hold the words.

        :param tsquery: from `text.content_query`, not empty
        """
        self.env["vpdt.file"].flush_model(["res_model", "res_id", "current", "scan_state"])
        return SQL(
            """
            (SELECT file.res_id
               FROM vpdt_file_text AS found JOIN vpdt_file AS file ON file.id = found.file_id
              WHERE found.words @@ to_tsquery('simple', %s)
                AND file.res_model = %s AND file.current AND file.scan_state IN ('clean', 'unscanned'))
            """,
            tsquery,
            model,
        )

    @api.model
    def _texts(self, model, ids, letters):
        """Texts of the current files of records: rows of (owner id, file id, text), at most ``letters`` of each.

        The caller has checked that the user may read the records.
        """
        self.env["vpdt.file"].flush_model(["res_model", "res_id", "current", "scan_state", "sequence"])
        return self.env.execute_query(
            SQL(
                """
                SELECT file.res_id, file.id, left(found.content, %s)
                  FROM vpdt_file_text AS found JOIN vpdt_file AS file ON file.id = found.file_id
                 WHERE file.res_model = %s AND file.res_id = ANY(%s) AND file.current
                   AND file.scan_state IN ('clean', 'unscanned')
                 ORDER BY file.res_id, (file.role != 'main'), file.sequence, file.id
                """,
                letters,
                model,
                list(ids),
            )
        )
