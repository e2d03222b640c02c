"""The faults of a packet: a code for machines, clear words for people."""

# code: (English, Vietnamese). The placeholders are the keyword arguments of PacketError.
MESSAGES = {
    # The file as XML
    "empty": ("The file is empty", "Tệp rỗng"),
    "junk_before_declaration": (
        "Stray text {junk} stands before the beginning of the XML",
        "Có ký tự thừa {junk} trước phần mở đầu XML",
    ),
    "wrong_encoding": (
        "The file is not UTF-8: {found}",
        "Tệp không dùng bảng mã UTF-8: {found}",
    ),
    "not_well_formed": ("The XML is damaged: {detail}", "Tệp XML bị lỗi cú pháp: {detail}"),
    "truncated": (
        "The file ends before the packet does (element {element} is still open)",
        "Tệp bị cắt cụt (thẻ {element} chưa đóng)",
    ),
    "unbound_prefix": (
        "A namespace prefix is used but not declared, in or after element {element}",
        "Tiền tố không gian tên chưa được khai báo, tại hoặc ngay sau thẻ {element}",
    ),
    "doctype_forbidden": (
        "A DOCTYPE is not allowed in a packet",
        "Gói tin không được chứa khai báo DOCTYPE",
    ),
    "entity_forbidden": (
        "An entity of its own is not allowed in a packet",
        "Gói tin không được dùng thực thể (entity) tự định nghĩa",
    ),
    "wrong_root": (
        "This is not an edXML packet: the root element is {found}",
        "Đây không phải gói tin edXML: thẻ gốc là {found}",
    ),
    "wrong_namespace": (
        "Element {element} is in the namespace {found} instead of {expected}",
        "Thẻ {element} thuộc không gian tên {found}, không phải {expected}",
    ),
    "wrong_layout": (
        "Element {element} stands in the wrong place; it belongs in {expected}",
        "Thẻ {element} đặt sai chỗ; phải nằm trong {expected}",
    ),
    "too_large": (
        "{what} is larger than the limit of {limit}",
        "{what} vượt quá giới hạn {limit}",
    ),
    "too_deep": (
        "Elements are nested more than {limit} deep",
        "Các thẻ lồng nhau quá {limit} cấp",
    ),
    "too_many": (
        "There are more than {limit} of {what}",
        "Có quá {limit} {what}",
    ),
    # The fields
    "missing_element": (
        "The required element {element} is missing or empty",
        "Thiếu (hoặc để trống) thẻ bắt buộc {element}",
    ),
    "repeated_element": (
        "Element {element} occurs more than once",
        "Thẻ {element} xuất hiện nhiều hơn một lần",
    ),
    "bad_date": (
        "{element} is not a date in the form {expected}: {found}",
        "{element} không phải thời gian đúng dạng {expected}: {found}",
    ),
    "future_date": (
        "{element} {found} is in the future",
        "{element} {found} là ngày trong tương lai",
    ),
    "duplicate_recipient": (
        "The recipient {found} is named more than once",
        "Nơi nhận {found} bị lặp lại",
    ),
    "unknown_business_type": (
        "The business type {found} is unknown (0 new, 1 recall, 2 update, 3 replace)",
        "Không rõ loại nghiệp vụ {found} (0 mới, 1 thu hồi, 2 cập nhật, 3 thay thế)",
    ),
    "unknown_status": ("The status code {found} is unknown", "Không rõ mã trạng thái {found}"),
    # The attachments
    "bad_base64": (
        "The content of attachment {name} is not base64: {detail}",
        "Nội dung tệp đính kèm {name} không phải base64: {detail}",
    ),
    "bad_zip": (
        "The zip of attachment {name} is damaged: {detail}",
        "Tệp nén của tệp đính kèm {name} bị hỏng: {detail}",
    ),
    "zip_entries": (
        "The zip of attachment {name} must hold exactly one file, it holds {found}",
        "Tệp nén của tệp đính kèm {name} phải chứa đúng một tệp, đang chứa {found}",
    ),
    "zip_encrypted": (
        "The zip of attachment {name} is protected by a password",
        "Tệp nén của tệp đính kèm {name} có đặt mật khẩu",
    ),
    "zip_bomb": (
        "The zip of attachment {name} expands more than {limit} times",
        "Tệp nén của tệp đính kèm {name} có tỷ lệ giải nén vượt quá {limit} lần",
    ),
    "attachment_missing": (
        "The packet announces attachment {name} but does not contain it",
        "Gói tin khai báo tệp đính kèm {name} nhưng không chứa nội dung",
    ),
    "duplicate_attachment": (
        "The attachment identifier {found} is used more than once",
        "Mã tệp đính kèm {found} bị dùng nhiều lần",
    ),
    "compressed": (
        "The file is a {found} file and not a packet: unpack it first",
        "Tệp là tệp nén {found}, không phải gói tin: hãy giải nén trước",
    ),
    "wrong_sender": (
        "The packet names {found} as its sender, but {expected} handed it in",
        "Gói tin ghi bên gửi là {found}, nhưng bên chuyển đến là {expected}",
    ),
    # Only the writer
    "too_long": (
        "{element} is {found} characters long, {limit} are allowed",
        "{element} dài {found} ký tự, chỉ cho phép {limit}",
    ),
    "bad_character": (
        "{element} contains the character {found}, which XML cannot carry",
        "{element} chứa ký tự {found} không dùng được trong XML",
    ),
    "bad_value": (
        "{element} cannot be {found}; expected {expected}",
        "{element} không thể là {found}; phải là {expected}",
    ),
    "bad_document_id": (
        "The identifier {found} is not the canonical one, {expected}",
        "Mã định danh văn bản {found} không đúng dạng chuẩn {expected}",
    ),
}


# What a lenient read lets pass and notes: code: (English, Vietnamese), as above.
NOTES = {
    "attachments_ignored": (
        "a status packet carries no attachments",
        "gói tin trạng thái không được mang tệp đính kèm; đã bỏ qua",
    ),
    "attachment_misplaced": (
        "attachment {name} stands in {found} and not in AttachmentEncoded; it was read",
        "tệp đính kèm {name} nằm trong {found}, không phải AttachmentEncoded; vẫn đã đọc",
    ),
    "bad_date": ("{element} is {found}, not {expected}", "{element} là {found}, không đúng dạng {expected}"),
    "bad_number": ("{element} is {found}, not a number", "{element} là {found}, không phải số"),
    "bad_value": ("{element} is {found}", "{element} có giá trị lạ {found}"),
    "corrupt_pdf": ("{name} was damaged by its sender", "{name} đã bị hỏng từ nơi gửi"),
    "element_ignored": ("{element} has no known meaning", "không rõ ý nghĩa của {element}; đã bỏ qua"),
    "name_differs": (
        "the list of contents calls {name} {found}",
        "tệp {name} được ghi là {found} trong danh mục của gói tin",
    ),
    "name_missing": ("{found} does not say its name", "cơ quan {found} không ghi tên"),
    "not_a_pdf": ("{name} does not begin like a PDF", "{name} không phải tệp PDF"),
    "not_announced": ("{found} is not in the manifest", "{found} không có trong danh mục của gói tin"),
    "odd_date": ("{element} {found} is not in the form {expected}", "{element} {found} không đúng dạng {expected}"),
    "odd_priority": ("Priority {found} is not 0 to 4, taken as 0", "độ khẩn {found} không thuộc 0–4, coi là 0"),
    "odd_status": ("status {found} is taken as {expected}", "mã trạng thái {found} được hiểu là {expected}"),
    "odd_steering_type": ("SteeringType is {found}, not 0 to 2", "SteeringType là {found}, không thuộc 0–2"),
    "odd_type": ("Type is {found}, not a number", "Type là {found}, không phải số"),
    "path_in_name": (
        "the name of {name} came with a folder of the sender's machine, which was left out",
        "tên tệp {name} kèm đường dẫn trên máy nơi gửi; đã bỏ đường dẫn",
    ),
    "repeated_replacement": ("the same replacement stands twice", "một thông tin thay thế bị ghi hai lần"),
    "replacement_missing": ("no replaced document is named", "không ghi văn bản bị thay thế"),
    "unread_element": (
        "element {element} is not known and was not read ({found} characters)",
        "thẻ {element} không rõ, không đọc ({found} ký tự)",
    ),
    "wrong_encoding": (
        "the file says it is {found}, but it is UTF-8",
        "tệp khai báo bảng mã {found} nhưng thực tế là UTF-8",
    ),
    "zip_kept": ("{name} is kept as a zip", "{name} được giữ nguyên dạng tệp nén"),
}


class PacketError(ValueError):
    """A packet that cannot be read or written as it is.

    ``code`` is a key of :data:`MESSAGES`; ``message`` and ``message_vi`` name the fault in English
    and Vietnamese without the place; ``path`` is the element (``/edXML/…/To[2]/OrganId``) and
    ``line`` the line of the file (1-based), each None when unknown. ``str()`` gives it all.
    A value that is a pair is taken as (English, Vietnamese).
    """

    def __init__(self, code, path=None, line=None, **values):
        english, vietnamese = MESSAGES[code]
        self.code = code
        self.message = english.format(**in_language(values, 0))
        self.message_vi = vietnamese.format(**in_language(values, 1))
        self.path = path
        self.line = line
        self.values = values
        super().__init__(self.message)

    def __str__(self):
        return self._with_place(self.message, "line", "at")

    def in_vietnamese(self):
        """Return the whole sentence in Vietnamese, with the line and the element."""
        return self._with_place(self.message_vi, "dòng", "tại")

    def _with_place(self, message, line_word, path_word):
        places = []
        if self.line:
            places.append(f"{line_word} {self.line}")
        if self.path:
            places.append(f"{path_word} {self.path}")
        return f"{message} ({', '.join(places)})" if places else message


def in_language(values, index):
    """Return ``values`` with the pairs (English, Vietnamese) reduced to one of the two (0 or 1)."""
    return {key: v[index] if isinstance(v, tuple) else v for key, v in values.items()}
