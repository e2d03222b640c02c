"""Names that packages are written with."""

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
PREMIS = "http://www.loc.gov/premis/v3"
#: The circular's own EAD schema has not been published; elements are those of its tables, in a namespace of ours.
EAD = "urn:vpdt:archive:ead:1"

CSIP_PROFILE = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
PROFILES = {
    "SIP": "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml",
    "AIP": CSIP_PROFILE,
    "DIP": "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml",
}

ROOT_METS = "METS.xml"
ROOT_EAD = "metadata/descriptive/EAD.xml"
ROOT_PREMIS = "metadata/preservation/PREMIS.xml"
REPRESENTATION = "representations/rep1"
READ_ME = "documentation/README.txt"

#: Schemas that go along with each package, in the order in which the check reads them.
SCHEMAS = ("mets.xsd", "xlink.xsd", "csip.xsd", "premis.xsd", "ead.xsd")

#: Name of a type of document → ``typeDoc`` (Thông tư 05/2025; records of the archive).
TYPE_CODES = {
    name: f"{number:02d}"
    for number, name in enumerate(
        (
            "Nghị quyết",
            "Quyết định",
            "Chỉ thị",
            "Quy định",
            "Thông tư",
            "Thông tư liên tịch",
            "Thông báo",
            "Hướng dẫn",
            "Chương trình",
            "Kế hoạch",
            "Phương án",
            "Đề án",
            "Dự án",
            "Báo cáo",
            "Tờ trình",
            "Giấy uỷ quyền",
            "Phiếu gửi",
            "Phiếu chuyển",
            "Phiếu báo",
            "Biên bản",
            "Hợp đồng",
            "Công văn",
            "Công điện",
            "Bản ghi nhớ",
            "Bản thỏa thuận",
            "Giấy mời",
            "Giấy giới thiệu",
            "Giấy nghỉ phép",
            "Thư công",
            "Bản đồ",
            "Bản vẽ kỹ thuật",
            "Khác",
        ),
        1,
    )
}


def retention_code(years):
    """Code of a retention (Thông tư 05/2025): 01 for ever, 02–06 for 70, 50, 30, 20, 10 years, 07 for others.

    :param years: int, or None for permanent
    """
    return {None: "01", 70: "02", 50: "03", 30: "04", 20: "05", 10: "06"}.get(years, "07")
