"""What a check found, as sentences for people, in English and Vietnamese: for the screens and for the command line.

Codes are those of :mod:`.validation`. Every code has words: no text of a library is shown to anybody.
"""

LANGUAGES = ("en", "vi")

_CHANGED = ("The content was changed after the signature.", "Nội dung đã bị sửa sau khi ký.")
_FORM = (
    "The signature has a form that is not allowed in a PDF.",
    "Chữ ký có định dạng không được phép trong tệp PDF.",
)
_DAMAGED = ("The file is not a PDF, or it is damaged.", "Tệp không phải PDF hoặc đã hỏng.")
_TOO_MUCH = (
    "Checking the file would take too long or too much memory; it is treated as unreadable.",
    "Kiểm tra tệp tốn quá nhiều thời gian hoặc bộ nhớ; tệp được coi là không đọc được.",
)

VERDICTS = {
    "valid": (
        "The signature is right: nothing was changed since, and the certificate is trusted.",
        "Chữ ký đúng: từ khi ký không có gì thay đổi, chứng thư số được tin cậy.",
    ),
    "valid_unknown_trust": (
        "Nothing was changed since the signature, but the authority that issued the certificate is not among those "
        "trusted here. Ask the administrator to load its root certificate.",
        "Từ khi ký không có gì thay đổi, nhưng tổ chức cấp chứng thư số chưa có trong danh sách tin cậy ở đây. Hãy đề "
        "nghị quản trị viên nạp chứng thư gốc.",
    ),
    "not_checked": (
        "The signature is of a kind that cannot be checked here; that does not mean that it is wrong. Ask the sender "
        "for a file that is signed in the usual way.",
        "Chữ ký thuộc loại chưa kiểm tra được ở đây; như vậy không có nghĩa là chữ ký sai. Đề nghị nơi gửi cung cấp "
        "tệp được ký theo cách thông thường.",
    ),
    "modified": (
        "The file was changed after it was signed. Do not use it; return it to the sender (Nghị định 30/2020, Điều "
        "21).",
        "Tệp đã bị sửa sau khi ký. Không sử dụng; trả lại nơi gửi (điểm b khoản 2 Điều 21 Nghị định số 30/2020/NĐ-CP).",
    ),
    "invalid": (
        "The signature is not valid. Do not rely on this file; return it to the sender.",
        "Chữ ký không hợp lệ. Không sử dụng tệp này; trả lại nơi gửi.",
    ),
    "not_signed": ("The file carries no electronic signature.", "Tệp không có chữ ký số."),
    "unreadable": (
        "The file cannot be checked: it is damaged, protected by a password or not a PDF.",
        "Không kiểm tra được tệp: tệp bị hỏng, có mật khẩu hoặc không phải PDF.",
    ),
}

#: Short words of the verdicts, for a line of the terminal.
LABELS = {
    "valid": ("valid", "hợp lệ"),
    "valid_unknown_trust": ("valid, unknown trust", "đúng, chưa rõ tin cậy"),
    "not_checked": ("not checked", "chưa kiểm tra được"),
    "modified": ("modified", "đã bị sửa"),
    "invalid": ("invalid", "không hợp lệ"),
    "not_signed": ("not signed", "không có chữ ký"),
    "unreadable": ("unreadable", "không đọc được"),
}

PROBLEMS = {
    # what was changed
    "digest_mismatch": _CHANGED,
    "changed_after_signing": _CHANGED,
    "signature_removed": (
        "A signature that was in the file has been taken out.",
        "Một chữ ký từng có trong tệp đã bị gỡ bỏ.",
    ),
    "field_changed": (
        "The number or the date was changed after it had been filled in.",
        "Số hoặc ngày đã bị sửa sau khi điền.",
    ),
    "trailing_data": ("Something was put behind the end of the file.", "Có dữ liệu được chèn vào sau phần cuối tệp."),
    "signed_part_incomplete": (
        "What was signed is not complete in itself: it points to places behind its own end, where anybody can put "
        "something later.",
        "Phần đã ký không đầy đủ: nó trỏ đến chỗ nằm sau phần cuối của chính nó, nơi ai cũng có thể chèn nội dung về "
        "sau.",
    ),
    "signed_part_refilled": (
        "What was signed reads otherwise now: something was put where it points behind its own end.",
        "Phần đã ký nay hiển thị khác đi: có nội dung được chèn vào chỗ mà nó trỏ đến ở sau phần cuối của nó.",
    ),
    "shown_differently": (
        "The number or the date shows something else than what was filled in.",
        "Số hoặc ngày hiển thị trên văn bản khác với giá trị đã ghi vào tệp.",
    ),
    "shown_otherwise": (
        "Drawn as it was signed and as it is now, the pages differ where nothing may differ.",
        "Khi vẽ lại trang ở thời điểm ký và hiện tại, có chỗ khác nhau ngoài phạm vi cho phép.",
    ),
    "read_otherwise": (
        "What was added after signing lets other programs read something else in the file than is checked here.",
        "Phần được thêm vào tệp sau khi ký khiến phần mềm khác có thể đọc ra nội dung khác với nội dung được kiểm tra.",
    ),
    "content_hidden": (
        "A picture that came later, with another signature, hides what was printed, or is larger than a stamp.",
        "Hình ảnh của một chữ ký thêm vào sau che mất nội dung đã có, hoặc lớn hơn một con dấu.",
    ),
    "covered_by_invalid": (
        "A picture that came later lies over the document, and the signature that brought it is not valid.",
        "Có hình ảnh thêm vào sau nằm trên văn bản, và chữ ký đi kèm hình ảnh đó không hợp lệ.",
    ),
    "covered_by_unknown": (
        "A picture that came later lies over the document, and who brought it is not known for certain.",
        "Có hình ảnh thêm vào sau nằm trên văn bản, và chưa xác định chắc chắn ai đã thêm vào.",
    ),
    "drawing_too_heavy": (
        "A picture that came later lies over a page that is too heavy to draw: whether it hides something was not "
        "looked at.",
        "Có hình ảnh thêm vào sau nằm trên một trang quá nặng để vẽ lại: chưa xem được hình ảnh đó có che nội dung "
        "hay không.",
    ),
    "table_too_small": (
        "The file was put together from several ones by a program that counted its parts wrong, and was signed then; "
        "whether the signature is right was not looked at. Ask the sender to write the file anew and to sign it again.",
        "Tệp được ghép từ nhiều tệp bằng phần mềm ghi sai số lượng thành phần rồi mới ký; chưa kiểm tra được chữ ký "
        "đúng hay không. Đề nghị nơi gửi xuất lại tệp và ký lại.",
    ),
    # the signature itself
    "byte_range": ("The signature does not cover the whole file.", "Chữ ký không bao trùm toàn bộ tệp."),
    "signature_invalid": (
        "The signature was not made with the key of this certificate.",
        "Chữ ký không được tạo bằng khóa của chứng thư số này.",
    ),
    "signature_unreadable": (
        "The signature is damaged and cannot be read.",
        "Chữ ký bị hỏng, không đọc được.",
    ),
    "signature_kind_old": (
        "This is an old kind of signature (SHA-1), which is not used any longer and is not checked.",
        "Đây là kiểu chữ ký cũ (SHA-1), không còn được dùng nên không kiểm tra.",
    ),
    "algorithm_unsupported": (
        "The signature uses a method that is not checked here.",
        "Chữ ký dùng thuật toán chưa kiểm tra được ở đây.",
    ),
    "encapsulated_content": _FORM,
    "subfilter_unsupported": _FORM,
    "weak_key": (
        "The signature uses a method that is no longer safe.",
        "Chữ ký dùng thuật toán không còn an toàn.",
    ),
    "certificate_not_named": (
        "The signature does not say which certificate it was made with.",
        "Chữ ký không ghi rõ chứng thư số đã dùng để ký.",
    ),
    "check_failed": ("The check could not be finished.", "Không kiểm tra xong được."),
    # certificate and time
    "age_unproven": (
        "The certificate has run out, and nothing proves that the signature is older: it has no time stamp, and the "
        "file came here later. Ask the sender for a file with a time stamp.",
        "Chứng thư số đã hết hạn và không có gì chứng minh chữ ký có trước lúc đó: chữ ký không có dấu thời gian, tệp "
        "đến hệ thống sau ngày hết hạn. Đề nghị nơi gửi cung cấp tệp có dấu thời gian.",
    ),
    "untrusted": (
        "The certificate comes from an authority that is not trusted here.",
        "Chứng thư số do tổ chức chưa được tin cậy ở đây cấp.",
    ),
    "issuer_missing": (
        "The certificate of the authority “%s” is not in the file and not known here. Give it with --other, or load it "
        "among the intermediate authorities.",
        "Không có chứng thư của tổ chức cấp “%s” trong tệp và ở đây cũng chưa biết. Hãy nạp chứng thư đó vào danh sách "
        "tổ chức trung gian (dòng lệnh: --other).",
    ),
    "name_unreadable": (
        "The name in the certificate holds characters that may not stand there.",
        "Tên trong chứng thư số có ký tự không được phép.",
    ),
    "certificate_revoked": ("The certificate had been revoked.", "Chứng thư số đã bị thu hồi."),
    "certificate_expired": (
        "The certificate had expired when it was used to sign.",
        "Chứng thư số đã hết hạn khi ký.",
    ),
    "certificate_not_yet_valid": (
        "The certificate was not valid yet when it was used to sign.",
        "Chứng thư số chưa có hiệu lực khi ký.",
    ),
    "usage_forbidden": (
        "This certificate may not be used to sign documents.",
        "Chứng thư số này không được dùng để ký văn bản.",
    ),
    "signed_in_future": (
        "The signature says that it was made in the future.",
        "Chữ ký ghi thời gian ở tương lai.",
    ),
    "timestamp_invalid": ("The time stamp is forged or damaged.", "Dấu thời gian bị giả mạo hoặc bị hỏng."),
    # the file
    "active_content": (
        "The file contains a script, a form program or something that starts when it is opened. The signatures are "
        "judged apart from that; do not open the file in a program that runs scripts.",
        "Tệp chứa mã lệnh, biểu mẫu có lập trình hoặc tự chạy khi mở. Chữ ký được đánh giá riêng; không mở tệp bằng "
        "chương trình cho chạy mã lệnh.",
    ),
    "embedded_files": (
        "Other files are hidden in the file. The signatures are judged apart from that.",
        "Có tệp khác giấu trong tệp này. Chữ ký được đánh giá riêng.",
    ),
    "hybrid_ambiguous": (
        "The file shows other content in old programs than in new ones.",
        "Tệp hiển thị nội dung khác nhau giữa chương trình cũ và mới.",
    ),
    "not_a_pdf": _DAMAGED,
    "malformed_pdf": _DAMAGED,
    "encrypted_pdf": ("The file is protected by a password.", "Tệp có mật khẩu bảo vệ."),
    "not_found": ("The file is not there or cannot be read.", "Không có tệp hoặc không đọc được tệp."),
    "too_many_revisions": (
        "The file was saved again more than 64 times; more are not checked.",
        "Tệp được lưu lại hơn 64 lần; nhiều hơn thì không kiểm tra.",
    ),
    "too_many_signatures": (
        "The file carries more than 32 signatures; more are not checked.",
        "Tệp có hơn 32 chữ ký; nhiều hơn thì không kiểm tra.",
    ),
    "time_exceeded": _TOO_MUCH,
    "memory_exceeded": _TOO_MUCH,
    "checker_ended": (
        "The process that checked the file was ended by it; the file is treated as unreadable.",
        "Tệp làm tiến trình kiểm tra dừng giữa chừng; tệp được coi là không đọc được.",
    ),
}

#: What is worth knowing and changes no verdict.
NOTES = {
    "revocation_not_checked": (
        "Whether the certificate had been revoked was not asked.",
        "Chưa hỏi chứng thư số có bị thu hồi hay không.",
    ),
    "clock_ahead": (
        "The program that signed wrote Vietnamese time as UTC; the time shown is put right by 7 hours.",
        "Phần mềm ký ghi giờ Việt Nam thành giờ UTC; thời gian hiển thị đã được chỉnh lại 7 giờ.",
    ),
    "no_signing_time": (
        "The signature does not say when it was made.",
        "Chữ ký không ghi thời gian ký.",
    ),
    "signing_time_unreadable": (
        "The time that the signature names cannot be read.",
        "Thời gian ghi trong chữ ký không đọc được.",
    ),
    "timestamp_untrusted": (
        "A time stamp comes from a service that is not trusted here; it proves nothing.",
        "Có dấu thời gian do dịch vụ chưa được tin cậy ở đây cấp; dấu này không có giá trị chứng minh.",
    ),
    "timestamp_expired": (
        "The certificate of a time stamping service has run out, and no later stamp renews it; it proves nothing any "
        "longer.",
        "Chứng thư của dịch vụ cấp dấu thời gian đã hết hạn và không có dấu mới hơn gia hạn; dấu này không còn giá trị "
        "chứng minh.",
    ),
    "dss_ignored": (
        "Information about revoked certificates that the file brings along is wrong or about others; it was left "
        "aside.",
        "Thông tin về chứng thư bị thu hồi kèm trong tệp bị sai hoặc nói về chứng thư khác; đã bỏ qua.",
    ),
    "usage_unstated": (
        "The certificate does not say what it may be used for.",
        "Chứng thư số không ghi mục đích sử dụng.",
    ),
    "seed_values": (
        "The place for the signature asked for a certain kind of signature; whether this is one was not checked.",
        "Vị trí ký có yêu cầu riêng về loại chữ ký; chưa kiểm tra chữ ký có đáp ứng hay không.",
    ),
    "restricted_pdf": (
        "The file is encrypted so that it can be read by everybody, but changed with a password only.",
        "Tệp được mã hóa: ai cũng đọc được nhưng phải có mật khẩu mới sửa hoặc ký tiếp được.",
    ),
}


def sentence(code, language="en", detail=""):
    """Give the sentence for a code of a problem or note.

    :param str language: ``vi`` or ``vi_VN``; anything else is English
    :param str detail: of the problem; shown only where the sentence has a place for it
    """
    return _text(PROBLEMS.get(code) or NOTES.get(code) or PROBLEMS["check_failed"], language, detail)


def verdict_sentence(verdict, language="en"):
    """Give the sentence for a verdict; '' for none."""
    return _text(VERDICTS[verdict], language) if verdict in VERDICTS else ""


def label(verdict, language="en"):
    """Give the short word for a verdict."""
    return _text(LABELS[verdict], language)


def _text(pair, language, detail=""):
    text = pair[1 if str(language).startswith("vi") else 0]
    return text % detail if "%s" in text else text
