"""The archive of the demo: a file plan that has been issued, twenty dossiers, a transfer under way, and old dossiers of
the archive, one of which is due for disposal. Names and documents are made up."""

import io

from odoo import Command

from odoo.addons.vpdt_base.official_pdf import heading
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import today

AGENCY = "H21.02"
LINES = (
    ("heading", "Tổ chức, cán bộ", "TCCB", None),
    ("dossier", "Hồ sơ tuyển dụng công chức", "", "retention_rule_15"),
    ("dossier", "Hồ sơ bổ nhiệm, miễn nhiệm cán bộ", "", "retention_rule_16"),
    ("dossier", "Hồ sơ đào tạo, bồi dưỡng", "", "retention_rule_24"),
    ("heading", "Hành chính, văn thư, lưu trữ", "HC", None),
    ("dossier", "Hồ sơ cải cách hành chính", "", "retention_rule_20"),
    ("dossier", "Công văn trao đổi về hành chính", "", "retention_rule_22"),
    ("dossier", "Tài liệu nội bộ phục vụ công việc ngắn hạn", "", "retention_rule_26"),
    ("heading", "Tổng hợp, kế hoạch", "TH", None),
    ("dossier", "Kế hoạch, báo cáo năm của Sở", "", "retention_rule_06"),
    ("dossier", "Kế hoạch, báo cáo quý, 6 tháng", "", "retention_rule_08"),
    ("heading", "Chính quyền địa phương", "CQĐP", None),
    ("dossier", "Hồ sơ sắp xếp đơn vị hành chính", "", "retention_rule_23"),
    ("dossier", "Hồ sơ địa giới đơn vị hành chính", "", "retention_rule_23"),
    ("heading", "Thi đua, khen thưởng", "TĐKT", None),
    ("dossier", "Hồ sơ khen thưởng đột xuất", "", "retention_rule_24"),
)
#: Dossiers of former years: years ago, notation, title, rule, state.
OLD = (
    (1, "11.TH", "Hồ sơ hội nghị tổng kết năm", "retention_rule_04", "closed"),
    (1, "12.HC", "Công văn trao đổi về văn thư", "retention_rule_22", "closed"),
    (1, "13.TCCB", "Hồ sơ nâng lương thường xuyên", "retention_rule_24", "closed"),
    (2, "01.TH", "Báo cáo năm của Sở", "retention_rule_06", "offered"),
    (2, "02.HC", "Hồ sơ kiểm tra công tác văn thư", "retention_rule_20", "offered"),
    (3, "01.TCCB", "Hồ sơ tuyển dụng viên chức", "retention_rule_15", "kept"),
    (4, "02.TH", "Hồ sơ hội nghị chuyên đề", "retention_rule_11", "kept"),
    (6, "03.HC", "Văn bản gửi để biết", "retention_rule_02", "kept"),
    (7, "04.HC", "Hồ sơ sơ kết công tác quý", "retention_rule_05", "kept"),
    (13, "05.HC", "Công văn trao đổi chung", "retention_rule_11", "kept"),
)


def load(env):
    """Make it once in Sở Nội vụ; a second call changes nothing."""
    company = env["vpdt.organization"]._find_by_identifier(AGENCY).company_ids[:1]
    if not company or env["vpdt.file.plan"].search_count([("company_id", "=", company.id)]):
        return
    people = {
        role: env["res.users"].search([("login", "=", f"{role}.snv")]) for role in ("chuyenvien", "luutru", "lanhdao")
    }
    if not all(people.values()):
        return
    envs = {role: _as(env, user, company) for role, user in people.items()}
    env["vpdt.fonds"].create(
        {"company_id": company.id, "code": "H21.02", "name": f"Phông lưu trữ {company.name}", "archive_code": "H21.90",
         "archive_name": "Trung tâm Lưu trữ lịch sử tỉnh Gia Lai", "period": f"{today().year - 13}–"}
    )  # fmt: skip
    plan = _plan(envs, people["chuyenvien"])
    _open_ones(envs["chuyenvien"], plan)
    _old_ones(envs)


def _as(env, user, company):
    return env(user=user, context=dict(env.context, allowed_company_ids=company.ids, lang="vi_VN"))


def _plan(envs, keeper):
    """The plan of this year, by its own steps."""
    rules = envs["luutru"].ref
    plan = envs["luutru"]["vpdt.file.plan"].create({"year": today().year})
    plan.line_ids = [
        Command.create(
            {
                "kind": kind,
                "name": name,
                "abbreviation": short,
                "sequence": 10 * number,
                "retention_id": rule and rules(f"vpdt_archive.{rule}").id,
                "user_id": keeper.id if rule else False,
            }
        )
        for number, (kind, name, short, rule) in enumerate(LINES, 1)
    ]
    plan.action_submit()
    plan.with_env(envs["lanhdao"]).action_approve()
    plan.decision_code = f"01/QĐ-SNV ngày 05/01/{today().year}"
    plan.action_issue()
    return plan


def _open_ones(env, plan):
    lines = plan.with_env(env).line_ids.filtered(lambda line: line.kind == "dossier")
    first = f"{today().year}-01-05"
    env["vpdt.dossier"].create([{"plan_line_id": line.id, "date_start": first} for line in lines])


def _old_ones(envs):
    """Dossiers of former years with one scanned paper each, taken as far as their row says."""
    made = {"closed": [], "offered": [], "kept": []}
    for years, notation, title, rule, state in OLD:
        made[state].append(_old_one(envs["chuyenvien"], today().year - years, notation, title, rule))
    kept = _transfer(envs, "Hồ sơ các năm trước", made["kept"])
    archive = kept.with_env(envs["luutru"])
    archive.action_accept_all()
    archive.action_accept()
    _transfer(envs, f"Hồ sơ năm {today().year - 2}", made["offered"])


def _old_one(env, year, notation, title, rule):
    dossier = env["vpdt.dossier"].create(
        {
            "title": f"{title} {year}",
            "year": year,
            "notation": notation,
            "retention_id": env.ref(f"vpdt_archive.{rule}").id,
            "date_start": f"{year}-01-10",
            "date_end": f"{year}-12-20",
        }
    )
    env["vpdt.file"]._store(dossier, f"{notation}.pdf", _paper(f"{title} năm {year}"), "annex")
    dossier.action_close()
    return dossier


def _transfer(envs, name, dossiers):
    lines = [Command.create({"dossier_id": dossier.id}) for dossier in dossiers]
    transfer = envs["chuyenvien"]["vpdt.transfer"].create({"name": name, "line_ids": lines})
    transfer.action_submit()
    return transfer


def _paper(text):
    """A PDF of one page that says what it stands for."""
    stream = io.BytesIO()
    OfficialReport(
        heading.OfficialHeading(
            agency="Sở Nội vụ", parent="UBND tỉnh Gia Lai", place="Gia Lai", type_name="Tài liệu mẫu"
        ),
        paragraphs=[text, "Tài liệu giả lập cho dữ liệu mẫu."],
    ).write_pdf(stream)
    return stream.getvalue()
