"""An office at work: about 120 documents of the last six weeks, in every state, made by the steps themselves.

Everything is made in the name of the people of the demo province and moved back in time afterwards, so that numbers,
days and deadlines fit each other. A second call changes nothing.
"""

import base64
import io
import random
from datetime import datetime, timedelta

from odoo.addons.vpdt_base.demo import province
from odoo.addons.vpdt_base.official_pdf.heading import OfficialHeading, Signature
from odoo.addons.vpdt_base.official_pdf.reports import OfficialReport
from odoo.addons.vpdt_base.vietnam import VIETNAM, to_utc_naive, today

from . import texts

#: Agency → how many documents came to it, and how many of its own were issued, wait for a signature, are drafts.
VOLUMES = {
    "snv": (34, 4, 3, 5),
    "skhcn": (24, 2, 2, 3),
    "vp": (14, 0, 1, 2),
    "ubnd": (12, 0, 0, 2),
    "xa1": (8, 0, 0, 1),
}
DAYS_BACK, LAST_DAYS = 42, 4
#: What becomes of the documents of an agency, from the newest to the oldest: state → share of the whole.
SHARES = (("arrived", 0.12), ("registered", 0.09), ("submitted", 0.15), ("directed", 0.34), ("finished", 0.30))


def load(env):
    """Let the agencies of the demo province work for six weeks; a second call changes nothing."""
    agencies = _agencies(env)
    if not agencies or env["vpdt.incoming"].search_count([("company_id", "in", [a["company"].id for a in agencies])]):
        return
    chance = random.Random(30_2020)  # the same office each time
    for number, agency in enumerate(agencies):
        incoming, issued, to_sign, drafts = VOLUMES[agency["key"]]
        _receive(agency, incoming, chance, number)
        _write(agency, issued, to_sign, drafts, chance)
    _deliver(env)
    _one_of_each_kind(agencies[0], chance)


def _agencies(env):
    """The agencies that work, with the people of each by role: ``[{"key", "company", role: env of the person}]``."""
    found = []
    for key, name, _short, identifier, *_rest in province.AGENCIES:
        company = env["vpdt.organization"].search([("identifier", "=", identifier)]).company_ids[:1]
        if key not in VOLUMES or not company:
            continue
        agency = {"key": key, "name": name, "company": company}
        for role, *_role in province.ROLES:
            user = env["res.users"].search([("login", "=", f"{role}.{key}")])
            agency[role] = env(user=user, su=False, context={"allowed_company_ids": company.ids, "lang": "vi_VN"})
        found.append(agency)
    return sorted(found, key=lambda agency: list(VOLUMES).index(agency["key"]))


# What came ----------------------------------------------------------------------------------------------------------


def _receive(agency, count, chance, offset):
    """``count`` documents, from six weeks ago to today, each taken as far as its age lets one expect."""
    states = _states(count)
    moments = _moments(count, chance)
    for position, (state, moment) in enumerate(zip(reversed(states), moments, strict=True)):
        subject = texts.INCOMING[(position * 5 + offset * 3) % len(texts.INCOMING)]
        document = _arrive(agency, subject, position, moment, chance)
        _handle(agency, document, state, position)
        _move_back(document, moment, int(subject["days"] or 0), late=position % 4 == 3)


def _states(count):
    """States of ``count`` documents, the newest first."""
    states = [state for state, share in SHARES for _time in range(max(1, round(count * share)))]
    return (states + ["finished"] * count)[:count]


def _moments(count, chance):
    """``count`` moments of office hours of the last weeks, from the oldest to the newest (naive UTC)."""
    old = round(count * 0.62)  # what is directed or finished; the rest has come in the last days
    days = [LAST_DAYS + 1 + chance.randrange(DAYS_BACK - LAST_DAYS) for _time in range(old)]
    days += [chance.randrange(LAST_DAYS) for _time in range(count - old)]
    days.sort(reverse=True)
    moments = []
    for back in days:
        day = today() - timedelta(days=back)
        while day.weekday() > 4 and back:
            day -= timedelta(days=1)
        hour, minute = (7 + chance.randrange(9), chance.randrange(60)) if back else (7, 5 + len(moments) % 20)
        moments.append(to_utc_naive(datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)))
    now = datetime.utcnow()
    return [min(moment, now) for moment in sorted(moments)]


def _arrive(agency, subject, position, moment, chance):
    author, notation, type_name, title = (subject[name] for name in ("author", "notation", "type", "subject"))
    env = agency["vanthu"]
    kind = env["vpdt.document.type"].search([("name", "=", type_name)], limit=1)
    organization = env["vpdt.organization"].search([("name", "=", author)], limit=1)
    number = str(chance.randrange(20, 1900))
    dated = (moment - timedelta(days=1 + chance.randrange(3))).date()
    values = {
        "author_id": organization.id,
        "author_name": author,
        "number": number,
        "notation": notation,
        "date": dated,
        "type_id": kind.id,
        "subject": title,
        "signer_name": chance.choice(("Nguyễn Văn An", "Trần Thị Bình", "Lê Quang Cường", "Phạm Hữu Dũng")),
        "priority": subject["priority"],
        "leader_id": agency["lanhdao"].user.id,
        "source": "email" if position % 9 == 4 else "paper",
    }
    if position % 2 == 0:
        scan = _page(author, f"{number}/{notation}", dated, type_name, title)
        values |= {"upload": base64.b64encode(scan), "upload_name": f"{number}-{notation}.pdf"}
    return env["vpdt.incoming"].create(values)


def _page(agency, number, day, type_name, subject):
    """A page as it may have come: heading, a text, a name; not signed, as a scan is."""
    stream = io.BytesIO()
    OfficialReport(
        heading=OfficialHeading(
            agency=agency, number=number, place="Gia Lai", date=day, type_name=type_name.upper(), subject=subject
        ),
        paragraphs=(
            "Thực hiện chương trình công tác năm, đề nghị Quý cơ quan phối hợp, triển khai các nội dung nêu trên.",
            "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị phản ánh để kịp thời tháo gỡ./.",
        ),
        signature=Signature(titles=("THỦ TRƯỞNG CƠ QUAN",), name="Nguyễn Văn An"),
        recipients=("- Như trên;", "- Lưu: VT."),
    ).write_pdf(stream)
    return stream.getvalue()


def _handle(agency, document, state, position):
    """Take a document to ``state`` step by step, each by whose step it is."""
    if state == "arrived":
        return
    document.sudo().duplicate_accepted = True
    document.action_register()
    if state == "registered":
        return
    document.action_submit()
    leader = document.with_env(agency["lanhdao"])
    if state == "submitted":
        return
    lines = [
        {"kind": "user", "id": agency["truongphong"].user.id, "part": "lead"},
        {"kind": "user", "id": agency["chuyenvien"].user.id, "part": "collaborator"},
    ]
    if position % 3 == 0:
        lines.append({"kind": "user", "id": agency["vanthu"].user.id, "part": "information"})
    if position % 4 == 1:
        lines[0]["id"], lines[1]["id"] = lines[1]["id"], lines[0]["id"]
    leader.direct(lines, texts.DIRECTIONS[position % len(texts.DIRECTIONS)])
    lead = document.with_env(agency["truongphong" if lines[0]["id"] == agency["truongphong"].user.id else "chuyenvien"])
    if position % 2:
        lead._note_progress(texts.PROGRESS[position % len(texts.PROGRESS)])
    other = document.with_env(agency["chuyenvien" if lead.env.user == agency["truongphong"].user else "truongphong"])
    if state == "finished" or position % 5 == 0:
        other._own_part()._give_opinion(texts.OPINIONS[position % len(texts.OPINIONS)])
    if state == "finished":
        lead._finish(texts.RESULTS[position % len(texts.RESULTS)])


def _move_back(document, moment, days, late):
    """Give a document the times that it would have, had all been done when it came."""
    env = document.env
    env.flush_all()
    deadline = (moment + timedelta(days=days)).date() if days else None
    if deadline and not late and document.state == "directed":
        deadline = max(deadline, today() + timedelta(days=days % 5))  # most of what goes on is in time
    ends = moment + timedelta(days=min(days or 3, 4))
    env.cr.execute(
        """
        UPDATE vpdt_incoming
           SET arrived_at = %(at)s, entered_at = %(at)s, create_date = %(at)s,
               arrival_day = CASE WHEN arrival_day IS NULL THEN NULL ELSE %(day)s::date END,
               registered_day = CASE WHEN registered_day IS NULL THEN NULL ELSE %(day)s::date END,
               transferred_at = transferred_at - (now() at time zone 'UTC' - %(at)s) + interval '1 hour',
               directed_at = directed_at - (now() at time zone 'UTC' - %(at)s) + interval '3 hours',
               finished_at = CASE WHEN finished_at IS NULL THEN NULL
                                  ELSE least(%(ends)s, now() at time zone 'UTC') END,
               due_date = %(due)s
         WHERE id = %(id)s
        """,
        {"at": moment, "day": (moment + timedelta(hours=7)).date(), "ends": ends, "due": deadline, "id": document.id},
    )
    env.cr.execute("UPDATE vpdt_assignment SET deadline = %s WHERE incoming_id = %s", [deadline, document.id])
    env.cr.execute(
        "UPDATE vpdt_handling_note SET at = least(%s + (id %% 5) * interval '5 hours', now() at time zone 'UTC')"
        " WHERE incoming_id = %s",
        [moment, document.id],
    )
    env.invalidate_all(flush=False)


# What goes out ------------------------------------------------------------------------------------------------------


def _write(agency, issued, to_sign, drafts, chance):
    """Drafts, what waits for initials or a signature, and what was issued: signed with the keys of the demo."""
    for position in range(issued + to_sign):
        document = _draft(agency, position, chance)
        document.action_make_draft()
        document.action_submit()
        document.with_env(agency["truongphong"]).action_initial()
        if position < issued:
            _issue(agency, document)
    for position in range(drafts):
        document = _draft(agency, position + 3, chance)
        if position % 2:
            document.action_make_draft()
            document.action_submit()
            if position % 4 == 3:
                head = document.with_env(agency["truongphong"])
                head.draft_opinion = "Bổ sung căn cứ và số liệu, trình lại trước thứ Sáu."
                head.action_return()


def _draft(agency, position, chance):
    written = texts.OUTGOING[position % len(texts.OUTGOING)]
    env = agency["chuyenvien"]
    others = [name for key, name, *_rest in province.AGENCIES if key != agency["key"]]
    recipients = env["vpdt.organization"].search([("name", "in", chance.sample(others, 2))])
    return env["vpdt.outgoing"].create(
        {
            "type_id": env["vpdt.document.type"].search([("name", "=", written["type"])], limit=1).id,
            "subject": written["subject"],
            "body": written["body"],
            "signer_id": agency["lanhdao"].user.id,
            "reviewer_id": agency["truongphong"].user.id,
            "recipient_ids": [(0, 0, {"organization_id": organization.id}) for organization in recipients],
        }
    )


def _issue(agency, document):
    leader, clerk = document.with_env(agency["lanhdao"]), document.with_env(agency["vanthu"])
    leader.sign(_key(agency, "person"), province.PASSPHRASE)
    clerk.take_number()
    clerk.seal(_key(agency, "agency"), province.PASSPHRASE)


def _key(agency, holder):
    role = "lanhdao" if holder == "person" else "vanthu"
    return agency[role]["vpdt.signing.key"]._keys_of_user(holder)[:1].id


def _deliver(env):
    """Bring the packets to their recipients now, and not when the first job runs."""
    Message = env.get("vpdt.exchange.message")
    if Message is None:
        return
    for _round in range(2):  # the receipts of the first round go back in the second
        for message in Message.search([("state", "=", "queued")]):
            message._deliver()


def _one_of_each_kind(agency, chance):
    """What an office meets now and then: returned, void, changed after signing, an answer asked for, an extension."""
    env = agency["vanthu"]
    for position, (end, reason) in enumerate(
        (("_refuse", "Gửi nhầm nơi nhận, đề nghị gửi Sở Tài chính."), ("_void", "Vào sổ trùng với văn bản đã đến."))
    ):
        document = _arrive(agency, texts.INCOMING[position + 8], 1, datetime.utcnow() - timedelta(days=2), chance)
        document.action_register()
        getattr(document, end)(reason)
    _broken(agency, env, chance)
    directed = env["vpdt.incoming"].search([("company_id", "=", agency["company"].id), ("state", "=", "directed")])
    for document in directed[:2]:
        document.write({"needs_answer": True, "answer_by": today() + timedelta(days=6)})
        part = document.assignment_ids.filtered(lambda a: a.part == "lead" and a.deadline)
        if part:
            person = agency["truongphong" if part.user_id == agency["truongphong"].user else "chuyenvien"]
            part.with_env(person)._ask_extension(part.deadline + timedelta(days=30), "Chờ số liệu của các xã, phường.")
    directed[2:4].with_env(agency["lanhdao"])._chase("remind", "Khẩn trương báo cáo kết quả.")


def _broken(agency, env, chance):
    """A document whose bytes were changed after it was signed."""
    issued = env["vpdt.outgoing"].sudo().search(
        [("company_id", "=", agency["company"].id), ("state", "=", "issued")], limit=1
    )  # fmt: skip
    if not issued:
        return
    content = bytearray(issued._file_of_role("main")._content())
    place = content.find(b"stream", len(content) // 3)
    content[place + 12] ^= 1
    document = _arrive(agency, texts.INCOMING[2], 1, datetime.utcnow() - timedelta(days=1), chance)
    document.write({"upload": base64.b64encode(bytes(content)), "upload_name": "cong-van-ky-so.pdf"})
