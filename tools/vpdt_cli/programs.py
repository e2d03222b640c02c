"""Every external program that the code calls, which Debian package brings it, and what for.

A test reads the sources of addons, tools and tests and compares: a call of a program that is not here fails.
`./vpdt doctor` and `./vpdt setup` run a real act of each (acts.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """One program.

    :param package: of Debian; "" where it belongs to every Debian (essential), or is not ours to install
    :param act: name of the act in acts.py that uses it
    """

    package: str
    why: str
    act: str = ""


PROGRAMS = {
    # opening files of strangers
    "soffice": Program("libreoffice-writer-nogui", "office files to PDF", "docx"),
    "tesseract": Program("tesseract-ocr", "OCR, called by ocrmypdf", "ocr"),
    "gs": Program("ghostscript", "OCR, called by ocrmypdf", "ghostscript"),
    "bwrap": Program("bubblewrap", "closed room for converters", "walls"),
    "fc-list": Program("fontconfig", "which fonts are there", "fonts"),
    "clamd": Program("clamav-daemon", "virus scan", "clamd"),
    # looking at PDF files, in tests
    "pdfsig": Program("poppler-utils", "second opinion on signatures", "pdfsig"),
    "pdftotext": Program("poppler-utils", "second opinion on text", "poppler"),
    "pdftoppm": Program("poppler-utils", "second opinion on pages", "poppler"),
    "softhsm2-util": Program("softhsm2", "software token of the tests", "softhsm"),
    "chromium": Program("chromium", "browser tests", "chromium"),
    # the set-up itself
    "apt-get": Program("", "system packages", "machine"),
    "apt-helper": Program("", "downloads whose sum is checked", "machine"),
    "dpkg-query": Program("", "system packages", "machine"),
    "dpkg-deb": Program("", "Odoo from its package", "machine"),
    "setpriv": Program("", "ends what a killed command has started", "machine"),
    "runuser": Program("", "PostgreSQL as its own user", "machine"),
    "initdb": Program("postgresql", "database server", "postgresql"),
    "pg_ctl": Program("postgresql", "database server", "postgresql"),
    "psql": Program("postgresql", "database client", "postgresql"),
    # copies
    "restic": Program("restic", "backups: encrypted, each piece of data once", "restic"),
    "pg_basebackup": Program("postgresql", "backups: PostgreSQL's files while it runs", "postgresql"),
    "pg_verifybackup": Program("postgresql", "backups: the copy against its sums", "postgresql"),
    "pg_dump": Program("postgresql", "restore: carries a database over", "postgresql"),
    "pg_restore": Program("postgresql", "restore: carries a database over", "postgresql"),
    "git": Program("git", "lint; Odoo from its sources", "git"),
    "shellcheck": Program("shellcheck", "lint", "shellcheck"),
    "systemctl": Program("", "./vpdt backup install; cron does it where there is no systemd"),
    "cron": Program("", "./vpdt backup install where there is no systemd"),
    "systemd-analyze": Program("", "a test looks at the timer that ./vpdt backup install writes"),
    "moto_server": Program("", "S3 for a test, fetched by it"),
    "mount": Program("", "a small disk for a test"),
    "umount": Program("", "a small disk for a test"),
    # what a test compares with where it is there
    "wkhtmltopdf": Program("", "yardstick of ./vpdt bench where it is there; setup does not install it"),
    "mmdebstrap": Program("", "./vpdt test --fresh-machine; not installed by setup"),
    # what every Debian has and no act is about
    **dict.fromkeys(
        ("sh", "bash", "test", "true", "cat", "env", "python3", "nice", "ionice", "gzip", "gunzip", "sync", "mv"),
        Program("", "every Debian has it"),
    ),
}
