"""What is wrong with a file, in a form that a program and a person can both use."""

from dataclasses import dataclass, field

# Our own rules, and called so: what a province has decided stands in its policy (vpdt.file.policy) and is shown
# instead. They follow the draft of Kon Tum (2023), khoản 4 Điều 7, and khoản 1, khoản 5 Điều 4 Quy chế kèm theo Quyết
# định 04/2026/QĐ-UBND of Đồng Tháp, which names the types of the original data file.
RULE_NAME = "Quy định của hệ thống về tên tệp: chữ, số, không dấu, tối đa 50 ký tự"
RULE_SIZE = "Quy định của hệ thống về dung lượng: mỗi tệp không quá 50 MB"
RULE_TYPE = "Quy định của hệ thống về loại tệp: word, excel, pdf, zip, rar và các loại bổ sung"
RULE_SAFETY = "Quy định của hệ thống về an toàn, an ninh thông tin"

# Code → English source words, to be translated; `%(…)s` are the params of the problem.
MESSAGES = {
    # names
    "name_empty": "The file has no name.",
    "name_too_long": "The name has %(length)s characters; at most %(limit)s are allowed.",
    "name_diacritics": "The name has letters with diacritics: %(characters)s",
    "name_characters": "The name has characters that are not allowed: %(characters)s",
    "name_start": "The name must start with a letter or a digit.",
    "name_reserved": "%(word)s is a reserved name on Windows.",
    # files
    "file_empty": "The file is empty.",
    "file_too_large": "The file has %(size)s MB; at most %(limit)s MB are allowed.",
    "type_not_allowed": "Files of this type are not allowed: %(type)s",
    "extension_mismatch": "The name ends in %(extension)s, but the content is %(type)s.",
    "pdf_header": "The file is not a PDF: the mark of one is not within its first 1,024 bytes.",
    "mail": "This is a whole e-mail or its envelope (%(type)s). Open it in the mail program, save the attachments, and "
    "hand in those.",
    "web_page": "This is a web page that was given the name of a document. Open it and save it as .xlsx or .docx.",
    "executable": "The file is a program or a script: %(type)s",
    "macro": "The document contains macros: %(entry)s",
    "encrypted": "The file is protected by a password or encrypted: %(entry)s",
    "broken": "The file is damaged and cannot be read: %(entry)s",
    "too_heavy": "Opening the file takes too much time or memory: %(entry)s",
    # archives
    "archive_executable": "The archive contains a program or a script: %(entry)s",
    "archive_unsafe_path": "The archive contains a name that leads out of its folder: %(entry)s",
    "archive_too_deep": "The archive contains an archive inside an archive: %(entry)s",
    "archive_opaque": "The archive contains an archive that cannot be looked into: %(entry)s",
    "archive_too_many": "The archive contains %(count)s entries; at most %(limit)s are allowed.",
    "archive_bomb": "Unpacked, the archive would be too large: %(size)s MB; at most %(limit)s MB are allowed.",
    "archive_ratio": "The archive unpacks to more than %(limit)s times its size, as a zip bomb does: %(entry)s",
}


@dataclass(frozen=True)
class Problem:
    """One reason to refuse a file.

    `code` is a key of `MESSAGES`, `file` the name of the file, `rule` the regulation
    that asks for the check, `params` what the message is filled with.
    """

    code: str
    file: str
    rule: str
    params: dict = field(default_factory=dict)

    @property
    def template(self):
        """The English source words, not filled in: what a translation is looked up by."""
        return MESSAGES[self.code]

    @property
    def message(self):
        """The English sentence."""
        return self.template % self.params
