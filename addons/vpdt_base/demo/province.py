"""The demo province: agencies, one person a role, a small certificate authority.

Every person is named after his role, every sub-code of H21 is made up for the demo, and the certificates come from an
authority made on the spot: nothing here stands for a real person or a real key.
"""

import base64
import secrets

from odoo import Command

from ..signing import pki
from ..signing.pictures import make_demo_seal, make_demo_signature

PASSWORD = "Vpdt@2026demo"  # of the demo only; printed by ./vpdt run
PASSPHRASE = "123456"  # of the demo's keys

AGENCIES = (
    # key, name, abbreviation, identifier, parent agency as printed, place, title of the head
    ("ubnd", "UBND tỉnh Gia Lai", "UBND", "H21", "", "Gia Lai", "Chủ tịch"),
    ("vp", "Văn phòng UBND tỉnh Gia Lai", "VP", "H21.01", "UBND tỉnh Gia Lai", "Gia Lai", "Chánh Văn phòng"),
    ("snv", "Sở Nội vụ", "SNV", "H21.02", "UBND tỉnh Gia Lai", "Gia Lai", "Giám đốc"),
    ("skhcn", "Sở Khoa học và Công nghệ", "SKHCN", "H21.03", "UBND tỉnh Gia Lai", "Gia Lai", "Giám đốc"),
    ("xa1", "UBND xã Ví dụ Một", "UBND", "H21.31", "UBND tỉnh Gia Lai", "Ví dụ Một", "Chủ tịch"),
    ("xa2", "UBND xã Ví dụ Hai", "UBND", "H21.32", "UBND tỉnh Gia Lai", "Ví dụ Hai", "Chủ tịch"),
)

# Roles that sign, or seal with the agency's key
SIGNING = ("lanhdao", "truongphong", "vanthu")

ROLES = (
    # key, name of the role, groups, department
    ("vanthu", "Văn thư", ("clerk",), "vp"),
    ("lanhdao", "Lãnh đạo", ("leader", "auditor"), None),  # he sees all documents: the journal tells him no more names
    ("truongphong", "Trưởng phòng", ("unit_head",), "vp"),
    ("chuyenvien", "Chuyên viên", ("specialist",), "vp"),
    ("luutru", "Lưu trữ", ("archivist",), "vp"),
    ("quantri", "Quản trị", ("unit_admin",), None),
)


#: Names as people bear them, by agency and in the order of ROLES; made up, for the office at work.
NAMES = {
    "ubnd": ("Trần Thị Mai", "Rơ Châm Hùng", "Nguyễn Quốc Việt", "Lê Thị Thu Hà", "Võ Thị Lan", "Phạm Minh Tuấn"),
    "vp": ("Nguyễn Thị Hồng", "Đặng Văn Thành", "Hoàng Thị Yến", "Bùi Đức Anh", "Trịnh Thị Loan", "Ngô Quang Huy"),
    "snv": ("Phan Thị Kim Chi", "Đỗ Hữu Phước", "Huỳnh Ngọc Sơn", "Siu H'Linh", "Tạ Thị Bích", "Lương Văn Khánh"),
    "skhcn": ("Vũ Thị Hạnh", "Trương Công Định", "Cao Thị Thanh", "Kpă Thuận", "Đinh Thị Nga", "Hồ Sĩ Nguyên"),
    "xa1": ("Rah Lan H'Đao", "Nguyễn Văn Lợi", "Lê Hữu Tài", "Ksor Phương", "Phùng Thị Tâm", "Mai Xuân Bình"),
    "xa2": ("Đoàn Thị Hiền", "Y Blô Niê", "Trần Đình Khôi", "Nay H'Rin", "Lý Thị Cúc", "Dương Văn Hải"),
}
#: Key of the context under which the people get these names.
REAL_NAMES = "vpdt_demo_real_names"


def accounts(env):
    """One dict an account: role, login, password, agency, and passphrase for who signs; for who tries the demo."""
    return [
        {
            "role": role_name,
            "login": f"{role}.{agency}",
            "password": PASSWORD,
            "agency": agency_name,
            **({"passphrase": PASSPHRASE} if role in SIGNING else {}),
        }
        for agency, agency_name, *_rest in AGENCIES
        for role, role_name, _groups, _department in ROLES
    ]


def administrator(env):
    """Give the system administrator a new password; his dict as those of :func:`accounts`."""
    password = secrets.token_urlsafe(16)
    env.ref("base.user_admin").password = password
    return {"role": "Quản trị hệ thống", "login": "admin", "password": password, "agency": ""}


def load(env):
    """Make the province once; a second call changes nothing."""
    if env["vpdt.organization"].search_count([("identifier", "=", "H21.02")]):
        return
    env = env(context=dict(env.context, no_reset_password=True, tracking_disable=True, lang="vi_VN"))
    authority = pki.make_authority("VPĐT Demo")
    env["vpdt.trust.anchor"].create(
        {"name": "VPĐT Demo Root CA", "certificate": authority.root.pem.decode()},
    )
    organizations = _organizations(env)
    for agency in AGENCIES:
        _agency(env, agency, organizations[agency[0]], authority)
    _set_passwords(env)


def _set_passwords(env):
    """Give every account the demo's one password, hashed once: half a second each was half of the demo's time.

    That the accounts share a salt gives nothing away, the password itself is public.
    """
    hashed = env["res.users"]._crypt_context().hash(PASSWORD)
    logins = [account["login"] for account in accounts(env)]
    for user in env["res.users"].search([("login", "in", logins)]):
        user._set_encrypted_password(user.id, hashed)


def _organizations(env):
    Organization = env["vpdt.organization"]
    made, top = {}, Organization
    for key, name, abbreviation, identifier, _parent, place, _title in AGENCIES:
        values = {
            "name": name,
            "abbreviation": abbreviation,
            "identifier": identifier,
            "parent_id": top.id,
            "level": "2" if top else "1",
            "place": place,
            "address": "Địa chỉ thử nghiệm",
            "note": "Mã thử nghiệm" if top else False,
        }
        # The province itself is in the directory from the start; what is below it is made up.
        made[key] = Organization._find_by_identifier(identifier) or Organization.create(values)
        made[key].write(values)
        top = top or made[key]
    return made


def _agency(env, agency, organization, authority):
    key, name, _abbreviation, identifier, parent, _place, title = agency
    first = not env["res.company"].search_count([("organization_id", "!=", False)])
    values = {"name": name, "organization_id": organization.id, "parent_agency_name": parent}
    company = env.company if first else env["res.company"].create(values)
    company.write(values)
    env = env(context=dict(env.context, allowed_company_ids=company.ids))
    env.user.company_ids |= company
    departments = {
        "vp": env["hr.department"].create({"name": "Văn phòng", "abbreviation": "VP", "company_id": company.id}),
    }
    users = _people(env, company, key, title, departments)
    departments["vp"].manager_id = users["truongphong"].employee_id
    _keys(env, company, identifier, name, users, authority)


def _people(env, company, agency, title, departments):
    """The people of one agency by role key; made in one go, as each create() of a user costs as much as ten."""
    users = env["res.users"].create([_prepare_user_vals(env, company, agency, role) for role in ROLES])
    env["hr.employee"].create(
        [
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": company.id,
                "department_id": departments[department].id if department else False,
                "job_title": role_name,
                "signing_title": title if key == "lanhdao" else role_name,
            }
            for user, (key, role_name, _groups, department) in zip(users, ROLES, strict=True)
        ]
    )
    return {role[0]: user for user, role in zip(users, ROLES, strict=True)}


def _prepare_user_vals(env, company, agency, role):
    key, role_name, groups, _department = role
    named = env.context.get(REAL_NAMES)
    return {
        "name": NAMES[agency][ROLES.index(role)] if named else f"{role_name} {company.name}",
        "login": f"{key}.{agency}",
        "email": f"{key}.{agency}@example.vn",
        "lang": "vi_VN",
        "tz": "Asia/Ho_Chi_Minh",
        "company_id": company.id,
        "company_ids": [Command.set(company.ids)],
        "group_ids": [Command.set([env.ref(f"vpdt_base.group_{group}").id for group in groups])],
    }


def _keys(env, company, identifier, name, users, authority):
    for role in ("lanhdao", "truongphong"):
        user = users[role]
        person = authority.issue_person(user.name[:60], organization=company.name)
        picture = make_demo_signature(user.name)
        values = {"name": f"Khóa của {user.name}", "holder": "person", "user_id": user.id}
        _key(env(user=user), company, values, picture, person.pkcs12(PASSPHRASE))
    agency = authority.issue_agency(name, identifier=identifier)
    values = {
        "name": f"Con dấu số {name}",
        "holder": "agency",
        "user_id": False,
        "clerk_ids": [Command.set(users["vanthu"].ids)],
        "permission_note": "Văn bản giao quản lý khóa (thử nghiệm)",
    }
    _key(env(user=users["quantri"]), company, values, make_demo_seal("TỈNH GIA LAI", name), agency.pkcs12(PASSPHRASE))


def _key(env, company, values, picture, pkcs12):
    key = env["vpdt.signing.key"].create(
        {**values, "company_id": company.id, "picture": base64.b64encode(picture)},
    )
    key.load_pkcs12(base64.b64encode(pkcs12).decode(), PASSPHRASE)
