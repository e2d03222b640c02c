"""Whatever the model can say survives the way over the wire."""

import dataclasses
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

try:
    from .edxml_common import NOW, EdxmlCase, document, edxml, module, status
except ImportError:
    from edxml_common import NOW, EdxmlCase, document, edxml, module, status

without_path = module("names").without_path

# Text of a field: what XML can carry, stripped, with the letters that break naive writers.
_characters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
_tricky = st.sampled_from(["<", "&", "]]>", '"', "'", "đ", "Ư", "ợ", "\t", "\r\n", "\n", "🖋"])


def texts(limit, min_size=0):
    pieces = st.lists(_characters | _tricky, max_size=min(limit // 3, 12))
    return pieces.map(lambda found: "".join(found).strip()).filter(lambda t: len(t) >= min_size)


def flags():
    return st.none() | st.booleans()


organ_ids = st.from_regex(r"[0-9A-Z]{1,3}(\.[0-9A-Z]{2}){0,3}", fullmatch=True)
days = st.dates(date(1945, 9, 2), NOW.date())
moments = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(edxml.TIME_ZONE))
seconds = moments.map(lambda moment: moment.replace(microsecond=0))
numbers = st.none() | st.integers(0, 999_999_999)
organizations = st.builds(
    edxml.Organization,
    organ_id=organ_ids,
    name=texts(200, 1),
    in_charge=texts(500),
    address=texts(500),
    email=texts(100),
    telephone=texts(20),
    fax=texts(20),
    website=texts(500),
)
staff = st.none() | st.builds(
    edxml.Staff,
    name=texts(100, 1),
    department=texts(100),
    email=texts(100),
    mobile=texts(100),
    department_id=texts(100),
    staff_id=texts(100),
)
responses = st.builds(
    edxml.ResponseFor,
    organ_id=organ_ids,
    code=texts(40),
    document_id=texts(60),
    promulgation_date=st.none() | days,
)
changes = st.none() | st.builds(
    edxml.DocumentChange,
    document_info=st.booleans(),
    document_receiver=st.booleans(),
    receivers=st.lists(st.builds(edxml.ReceiverChange, organ_id=organ_ids, added=st.booleans()), max_size=3),
)
replacements = st.builds(
    edxml.Replacement,
    document_id=texts(60, 1),
    organ_ids=st.lists(organ_ids, max_size=3, unique=True),
)
attachments = st.builds(
    edxml.Attachment,
    # A folder in a name does not come back, see test_edxml_cases.
    name=(
        texts(100, 1) | st.sampled_from(["a.pdf", "b.DOCX", "c.zip", "d.odt", "e", "12/f.xlsx", "công văn.doc"])
    ).filter(lambda name: without_path(name) == name),
    content=st.binary(max_size=3000)
    | st.binary(max_size=50).map(lambda tail: b"PK\x03\x04" + tail)
    | st.just(b"PK\x05\x06" + bytes(18)),
    content_type=st.sampled_from(["application/pdf", "application/msword", "text/plain"]),
    description=texts(100),
    content_id=st.uuids().map(str),
)


@st.composite
def businesses(draw):
    kind = draw(st.sampled_from(edxml.BusinessKind))
    replacing = kind is edxml.BusinessKind.REPLACE
    recalling = kind is edxml.BusinessKind.RECALL
    return edxml.Business(
        kind=kind,
        reason=draw(texts(100, int(recalling))),
        document_id=draw(texts(60, int(kind in (1, 2)))),
        paper=draw(flags()),
        document_change=draw(changes),
        replacements=draw(
            st.lists(replacements, min_size=int(replacing), max_size=2, unique_by=lambda r: r.document_id)
        ),
        staff=draw(staff),
    )


@st.composite
def documents(draw):
    number = draw(st.from_regex(r"[0-9A-Za-z]{1,11}", fullmatch=True))
    notation = draw(texts(30, 1))
    sender = draw(organizations)
    day = draw(days)
    return edxml.DocumentPacket(
        sender=sender,
        recipients=draw(st.lists(organizations, min_size=1, max_size=3, unique_by=lambda o: o.organ_id)),
        document_id=edxml.document_id(sender.organ_id, day, number, notation),
        number=number,
        notation=notation,
        promulgation_date=day,
        type_name=draw(texts(100, 1)),
        subject=draw(texts(500, 1)),
        place=draw(texts(50)),
        type=draw(st.integers(0, 99).map(str)),
        type_detail=draw(st.just("") | st.integers(0, 99).map(str)),
        content=draw(texts(500)),
        signer_competence=draw(texts(100)),
        signer_position=draw(texts(100)),
        signer_full_name=draw(texts(100)),
        due_date=draw(st.none() | days),
        priority=draw(st.sampled_from(edxml.Priority)),
        sphere=draw(texts(100)),
        typer_notation=draw(texts(10)),
        promulgation_amount=draw(numbers),
        page_amount=draw(numbers),
        direction=draw(flags()),
        appendixes=draw(st.lists(texts(100, 1), max_size=3)),
        response_for=draw(st.lists(responses, max_size=2)),
        steering_type=draw(st.sampled_from(edxml.SteeringType)),
        to_places=draw(st.lists(texts(150, 1), max_size=3)),
        trace=draw(
            st.lists(
                st.builds(edxml.TraceHeader, organ_id=organ_ids, timestamp=seconds),
                min_size=1,
                max_size=3,
            )
        ),
        business=draw(businesses()),
        attachments=draw(st.lists(attachments, max_size=3, unique_by=lambda a: a.content_id)),
    )


class TestRoundTrip(EdxmlCase):
    maxDiff = None

    @settings(max_examples=150)
    @given(documents())
    def test_any_document_comes_back_equal(self, packet):
        found = self.read(self.write(packet, relay=True))
        self.assertEqual(found, packet)
        self.assertEqual(found.signature, edxml.SIGNATURE_ABSENT)

    @given(
        st.builds(
            edxml.StatusPacket,
            sender=organizations,
            response_for=st.builds(
                edxml.ResponseFor,
                organ_id=organ_ids,
                code=texts(40, 1),
                document_id=texts(60, 1),
                promulgation_date=st.none() | days,
            ),
            code=st.sampled_from(edxml.StatusCode),
            timestamp=seconds,
            description=texts(500, 1),
            staff=staff,
        )
    )
    def test_any_status_comes_back_equal(self, packet):
        found = self.read(self.write(packet))
        self.assertEqual(found, packet)
        self.assertEqual(found.problems, [])

    @given(st.binary(max_size=5000), st.integers(0, 3000))
    def test_content_is_the_same_in_memory_and_on_disk(self, content, memory_bytes):
        packet = document(attachments=[edxml.Attachment("a.bin", content)])
        limits = dataclasses.replace(edxml.DEFAULT_LIMITS, memory_bytes=memory_bytes)
        (found,) = self.read(self.write(packet), limits=limits).attachments
        self.assertEqual(found.read(), content)
        self.assertEqual(found.size, len(content))
        self.assertEqual(b"".join(found.chunks()), content)

    def test_moments_are_written_in_vietnamese_time(self):
        packet = status()
        packet.timestamp = datetime(2026, 11, 21, 20, 15, tzinfo=UTC)
        found = self.read(self.write(packet))
        self.assertEqual(found.timestamp, packet.timestamp)
        self.assertEqual(found.timestamp.isoformat(), "2026-11-22T03:15:00+07:00")
