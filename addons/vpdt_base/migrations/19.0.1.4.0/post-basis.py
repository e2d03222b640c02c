"""A rule of ours was shown as the regulation of a province: what still says so says that it is ours."""

FOREIGN = ("Quy chế quản lý văn bản tỉnh Kon Tum%", "Quyết định 04/2026/QĐ-UBND tỉnh Đồng Tháp%")
OURS = "Quy định của hệ thống"


def migrate(cr, version):
    """Change the shipped texts only; what an administrator has entered stays."""
    for basis in ("size_basis", "name_basis", "type_basis", "safety_basis"):
        cr.execute(  # a name from the list above
            f"UPDATE vpdt_file_policy SET {basis} = %s WHERE {basis} LIKE ANY(%s)", (OURS, list(FOREIGN))
        )
    cr.execute("UPDATE vpdt_file_type SET legal_basis = %s WHERE legal_basis LIKE ANY(%s)", (OURS, list(FOREIGN)))
