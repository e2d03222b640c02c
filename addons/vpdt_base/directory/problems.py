"""What is wrong with a file of organizations, or with one of its rows, for a program and for a person."""


def _(source):
    """Mark source words for the translation files; the ORM layer translates them when it shows them."""
    return source


# Code → English source words, to be translated; `%(…)s` are the params of the problem.
MESSAGES = {
    # rows that are not imported
    "name_missing": _("The name is missing."),
    "code_missing": _("There is neither an identifier nor an old code: without one the row cannot be found again."),
    "code_too_long": _("The code “%(code)s” has %(length)s characters; at most 35 are allowed (QĐ 20/2020)."),
    "too_long": _("The value in “%(field)s” has %(length)s characters; at most %(limit)s are allowed."),
    "formula": _("The cell “%(field)s” holds a formula: %(text)s. Paste its value instead."),
    "number_code": _(
        "The code in “%(field)s” is stored as a number (%(value)s), which loses zeros. Format the column as "
        "text and type the code again."
    ),
    "control_characters": _("The value in “%(field)s” contains control characters."),
    "legacy_text": _(
        "“%(text)s” is written in %(encoding)s, not Unicode. Tick “Convert TCVN3 and VNI text” to read it "
        "as “%(converted)s”."
    ),
    "duplicate_identifier": _("The identifier %(code)s is on row %(row)s already."),
    "duplicate_legacy": _("The old code %(code)s is on row %(row)s already."),
    "two_organizations": _("The identifier belongs to “%(first)s”, the old code to “%(second)s”."),
    "same_organization": _("This is the organization of row %(row)s again, under its other code."),
    "ambiguous_legacy": _("Several organizations carry the old code %(code)s; give the identifier."),
    "cycle": _("The parents go in a circle: %(path)s."),
    # rows that are imported all the same
    "converted": _("Converted from %(encoding)s: “%(text)s” → “%(converted)s”."),
    "identifier_form": _("The identifier does not have the form of QĐ 20/2020; it is kept as it is."),
    "date_unreadable": _("The date “%(text)s” in “%(field)s” is not understood; write dd/mm/yyyy. It is left out."),
    "level_unreadable": _("The level “%(text)s” is not one of 1 to 5; it is left out."),
    "replaced_code": _("This code was replaced by %(code)s; the row is left out."),
    "parent_unknown": _("The parent %(code)s is neither in the file nor in the directory; no parent is set."),
    "identifier_changes": _("The identifier changes from %(old)s to %(new)s; the old one stays findable."),
    "legacy_changes": _("The old code changes from %(old)s to %(new)s; the former one stays findable."),
    "stays_archived": _("This organization has ended on %(date)s; it stays archived."),
    "agency_keeps_name": _(
        "It is served here as “%(name)s” and prints this name until it is renamed with “Reorganise” or on its form."
    ),
    "served_here": _("This organization is not in the file, but it is served here: it is not archived."),
    # files that are not read
    "file_empty": _("The file is empty."),
    "file_too_large": _("The file has %(size)s MB; at most %(limit)s MB are read."),
    "type_unknown": _("The file is none of CSV, XLSX and JSON."),
    "old_excel": _(
        "The file is in the old .xls format or protected by a password. Save it as .xlsx without a password."
    ),
    "unpacked_too_large": _("Unpacked, the workbook has more than %(limit)s MB."),
    "damaged": _(
        "The file is damaged and cannot be read. Open it in the program it came from, save it again without a "
        "password, and try once more."
    ),
    "json_damaged": _("The JSON is damaged at line %(line)s, column %(column)s. Ask for the file once more."),
    "quote_open": _(
        "A quotation mark is opened in row %(row)s, or before it, and never closed. Close it, or save the list as "
        ".xlsx."
    ),
    "no_rows": _("The file holds headings, but no row below them."),
    "nul_characters": _("The file holds characters that no text has (NUL). Save it as “CSV UTF-8”, or as .xlsx."),
    "encoding_unknown": _(
        "The letters of the file cannot be told: it is neither Unicode nor Windows-1258, TCVN3 or VNI. In Excel choose "
        "“Save as”, “CSV UTF-8 (Comma delimited)”, or .xlsx."
    ),
    "web_page": _(
        "This is a web page that was given the name of a workbook. Open it in Excel and save it as “Excel Workbook "
        "(.xlsx)”."
    ),
    "xml_workbook": _("This is Excel's XML format of 2003. Open it in Excel and save it as “Excel Workbook (.xlsx)”."),
    "not_a_workbook": _(
        "This is not an .xlsx workbook but another kind of file. Open it in Excel and save it as “Excel Workbook "
        "(.xlsx)”."
    ),
    "part_twice": _("The workbook holds a part twice under names that differ in form only. Save it again in Excel."),
    "no_sheet": _(
        "The workbook holds no sheet that can be read. Open it in Excel and save it as “Excel Workbook (.xlsx)”."
    ),
    "too_many_merged": _("More than %(limit)s cells are merged over several rows. Unmerge them, then import again."),
    "doctype": _("The workbook contains a document type declaration, as no spreadsheet program writes it."),
    "too_many_rows": _("The file has more than %(limit)s rows."),
    "columns_missing": _(
        "No row with headings was found among the first %(rows)s: the columns “Tên cơ quan” and “Mã "
        "định danh” (or “Mã định danh cũ”) are needed. Found: %(found)s"
    ),
    "heading_twice": _("Two columns say the same: “%(first)s” and “%(second)s”."),
    "no_list": _("The JSON holds no list of organizations (objects with “code” and “name”)."),
    "sheet_missing": _("The sheet “%(sheet)s” is missing. ./vpdt agency template writes an empty workbook."),
    # rows of the workbook of agencies
    "value_missing": _("“%(field)s” is empty."),
    "text_not_unicode": _("“%(field)s” is written in %(encoding)s, not Unicode: “%(text)s”. Convert it first."),
    "agency_unknown": _("The agency %(code)s is not on the sheet “Cơ quan”, or its row there has an error."),
    "said_twice": _("“%(text)s” is on row %(row)s already."),
    "direction_unknown": _("“%(text)s”: there are no registers of this kind; write đến or đi."),
    "login_form": _("“%(text)s” cannot be a login: letters without marks, digits, dot, hyphen and @ only, 2 to 64."),
    "department_unknown": _("The department “%(text)s” is not on the sheet “Phòng ban” of this agency."),
    "competence_unknown": _("“%(text)s” is none of %(known)s"),
    "deputy_without_form": _("“%(text)s”: “Cấp phó của” goes with TM. or TL. only; for the head's deputy write KT."),
    "role_unknown": _("“%(text)s” is not a role. Roles: %(known)s."),
    "column_missing": _("Sheet “%(sheet)s”: the column “%(column)s” is missing."),
}

# Row problems that keep the row out; the others only warn.
ERRORS = frozenset(
    {
        "name_missing",
        "code_missing",
        "code_too_long",
        "too_long",
        "formula",
        "number_code",
        "control_characters",
        "legacy_text",
        "duplicate_identifier",
        "duplicate_legacy",
        "two_organizations",
        "same_organization",
        "ambiguous_legacy",
        "cycle",
    }
)


class DirectoryError(Exception):
    """A file that cannot be read as a whole; `code` is a key of `MESSAGES`, `params` fill it."""

    def __init__(self, code, **params):
        super().__init__(MESSAGES[code] % params)
        self.code = code
        self.params = params
