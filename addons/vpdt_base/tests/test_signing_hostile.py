"""Hostile variants of our own signed documents: none is ever valid, none crashes, none hangs.

The table :data:`VARIANTS` is the specification: name → what is done → verdict. A new attack is one more line. How each
is made: ``hostile_pdfs``, ``hostile_later`` and ``hostile_heavy``.
"""

import re

from cryptography.x509.oid import ExtendedKeyUsageOID

try:
    from . import hostile_heavy as heavy
    from . import hostile_later as later
    from . import hostile_pdfs as make
    from . import signing_common as common
except ImportError:
    import hostile_heavy as heavy
    import hostile_later as later
    import hostile_pdfs as make
    import signing_common as common

pki = common.pki
MODIFIED, INVALID, UNREADABLE = "modified", "invalid", "unreadable"
UNKNOWN_TRUST, NOT_SIGNED = "valid_unknown_trust", "not_signed"


def hour(value):
    return common.DAY / 24 * value


PROFILE = pki.LeafProfile
PATCH = (140, 740, 200, 760)  # over the number of the numbered draft


def expired_agency():
    profile = PROFILE(not_before=make.now() - 2 * common.DAY, not_after=make.now() - hour(1))
    return common.authority().issue_agency("UBND", identifier="H21", profile=profile)


#: name: (how the file is made, verdict, options of the check)
VARIANTS = {
    # changes in a later revision
    "page added": (lambda: make.changed(make.add_page), MODIFIED),
    "annotation over text": (lambda: make.changed(make.annotate), MODIFIED),
    "text box over text": (lambda: make.changed(lambda writer: make.annotate(writer, "/FreeText")), MODIFIED),
    "page content replaced": (lambda: make.changed(make.replace_page_content), MODIFIED),
    "shadow replace, content": (lambda: make.changed(make.overwrite_content_in_place), MODIFIED),
    "shadow replace, font": (lambda: make.changed(make.replace_font), MODIFIED),
    "shadow hide, page": (lambda: make.changed(make.hide_below), MODIFIED),
    "catalog with other pages": (lambda: make.changed(make.swap_catalog), MODIFIED),
    "number changed after the agency": (lambda: make.changed(make.set_text("number", "99")), MODIFIED),
    "number repainted after the agency": (lambda: make.changed(make.set_text("number", "99", value=False)), MODIFIED),
    "number painted without value": (
        lambda: make.changed(make.set_text("number", "99", value=False), "signed_by_person"),
        MODIFIED,
    ),
    "number filled in twice": (make.refilled_number, MODIFIED),
    "text field added": (lambda: make.changed(make.add_text_field), MODIFIED),
    "second signature removed": (lambda: make.changed(make.drop_signature), MODIFIED),
    "second signature removed with its field": (lambda: make.changed(make.drop_field), MODIFIED),
    "certification removed": (lambda: make.changed(make.drop_certification), MODIFIED),
    "seal repainted": (lambda: make.changed(make.repaint_seal), MODIFIED),
    "seal moved over the text": (lambda: make.changed(make.move_field), MODIFIED),
    "sneaky extra signature": (make.extra_signature(visible=False), MODIFIED),
    "visible extra signature": (make.extra_signature(visible=True), MODIFIED),
    "script added later": (lambda: make.changed(make.add_script_later), INVALID),
    "text after the end": (lambda: common.issued() + b"%PDF-1.4\nanother document\n", MODIFIED),
    # what later fields and signatures lie over the page
    "unsigned field over the text": (lambda: later.unsigned_field(later.plain), MODIFIED),
    "unsigned field over a sealed annex": (lambda: later.unsigned_field(later.sealed_annex), MODIFIED),
    "unsigned field after certification": (lambda: later.unsigned_field(common.issued), MODIFIED),
    "unsigned field of references": (later.unsigned_field_by_reference, MODIFIED),
    "unsigned field of five numbers": (lambda: later.unsigned_field(later.plain, *later.PAGE, 0), MODIFIED),
    "unsigned field without a picture": (lambda: later.unsigned_field(later.plain, shown=False), MODIFIED),
    "unsigned field without an area": (lambda: later.unsigned_field(later.plain, 0, 0, 0, 0), MODIFIED),
    "form to be painted anew": (later.ask_for_new_pictures, MODIFIED),
    "time stamp over the text": (later.visible_timestamp, MODIFIED),
    "time stamp with a rectangle of references": (later.visible_timestamp_by_reference, MODIFIED),
    "time stamp in place of the seal": (later.timestamp_as_seal, MODIFIED),
    "time stamp together with a number": (later.timestamp_with_number, MODIFIED),
    "sheet of a stranger": (lambda: later.countersigned(later.stranger(), later.SHEET, later.PAGE), MODIFIED),
    "stamp of a stranger": (lambda: later.countersigned(later.stranger()), UNKNOWN_TRUST),
    "sheet of a trusted person": (lambda: later.countersigned(None, later.SHEET, later.PAGE), MODIFIED),
    "white patch over a word": (lambda: later.countersigned(None, b"1 g 0 0 60 20 re f", PATCH), MODIFIED),
    "dark patch over a word": (lambda: later.countersigned(None, b"0 0 .5 rg 0 0 60 20 re f", PATCH), MODIFIED),
    "dark sheet with white text": (lambda: later.countersigned(None, later.NIGHT, later.PAGE), MODIFIED),
    "stamp of an expired certificate": (lambda: later.countersigned(expired_agency()), INVALID),
    "stamp with a broken signature": (later.broken_countersignature, INVALID),
    "sheet of a stranger in an empty field": (
        lambda: later.countersigned(later.stranger(), later.SHEET, later.PAGE, later.with_empty_field),
        MODIFIED,
    ),
    "number that shows anything": (later.misleading_number, MODIFIED),
    "number in other shapes": (later.number_in_other_shapes, MODIFIED),
    # changes in place
    "byte of the text flipped": (
        lambda: common.issued()[:5000] + bytes([common.issued()[5000] ^ 1]) + common.issued()[5001:],
        MODIFIED,
    ),
    "byte range of nothing": (lambda: make.byte_range(lambda _old, _size: (0, 0, 0, 0)), INVALID),
    "byte range overlapping": (lambda: make.byte_range(lambda old, _size: (0, old[1], old[1] - 9, old[3])), INVALID),
    "byte range past the end": (lambda: make.byte_range(lambda old, _size: (0, old[1], old[2], old[3] + 9)), INVALID),
    "byte range not from the start": (
        lambda: make.byte_range(lambda old, _size: (9, old[1] - 9, old[2], old[3])),
        INVALID,
    ),
    "byte range of two numbers": (lambda: make.byte_range(lambda old, _size: (0, old[1])), INVALID),
    "byte range leaving out the tail": (lambda: make.byte_range(lambda old, _size: (0, old[1], old[2], 9)), INVALID),
    "contents zeroed": (lambda: make.contents(lambda old: b"0" * len(old)), INVALID),
    "contents of another document": (make.swapped_contents, MODIFIED),
    "contents with something behind": (make.hidden_behind_container, INVALID),
    "signature value flipped": (make.flipped_signature_value, INVALID),
    # certificates
    "unknown authority": (lambda: make.signed_with(authority=pki.make_authority("Stranger")), UNKNOWN_TRUST),
    "authority with our names": (lambda: make.signed_with(authority=make.fake_authority()), UNKNOWN_TRUST),
    "expired": (
        lambda: make.signed_with(PROFILE(not_before=make.now() - 2 * common.DAY, not_after=make.now() - hour(1))),
        INVALID,
    ),
    "not yet valid": (lambda: make.signed_with(PROFILE(not_before=make.now() + hour(1))), INVALID),
    "revoked": (lambda: common.issued(), INVALID, {"crls": "revoked"}),
    "key stolen later, no time stamp": (lambda: common.issued(), INVALID, {"crls": "stolen", "at": "later"}),
    "authority certificate as signer": (lambda: make.signed_with(PROFILE(is_ca=True)), INVALID),
    "issuing authority itself as signer": (
        lambda: make.signed_unchecked(common.prepared(), common.authority().issuing),
        INVALID,
    ),
    "no usage for signatures": (
        lambda: make.signed_with(PROFILE(digital_signature=False, non_repudiation=False)),
        INVALID,
    ),
    "web server certificate": (
        lambda: make.signed_with(PROFILE(extended_usage=(ExtendedKeyUsageOID.SERVER_AUTH,))),
        INVALID,
    ),
    "RSA with 1024 bits": (lambda: make.signed_with(PROFILE(key_size=1024)), INVALID),
    "SHA-1": (lambda: make.signed_unchecked(common.prepared(), common.person(), digest="sha1"), INVALID),
    "signed in the future": (
        lambda: make.signed_unchecked(common.prepared(), common.person(), moment=make.now() + hour(8)),
        INVALID,
    ),
    "SHA-1 under the signature value": (later.sha1_signature, INVALID),
    "SHA-1 in the mask of PSS": (later.sha1_mask, INVALID),
    "two hashes in one signature": (later.other_hash, INVALID),
    "certificate not named in the signature": (later.unnamed_certificate, INVALID),
    # times that nobody proves
    "backdated, revoked": (later.backdated, INVALID, {"crls": "withdrawn"}),
    "backdated, key stolen": (later.backdated, INVALID, {"crls": "lost"}),
    "backdated, authority revoked": (later.backdated, INVALID, {"crls": "authority withdrawn"}),
    "backdated, arrived after the revocation": (
        later.backdated,
        INVALID,
        {"crls": "withdrawn", "at": "later", "proven_at": "an hour ago"},
    ),
    "backdated, expired": (later.backdated_expired, UNKNOWN_TRUST, {"trust_roots": "old too"}),
    # time stamps and revocation information
    "time stamp signed by way of SHA-1": (later.sha1_timestamp, INVALID),
    "time stamp of another signature": (make.forged_timestamp, INVALID),
    "time stamp by a person": (make.timestamp_by_person, INVALID),
    "OCSP answer: revoked": (make.ocsp_says_revoked, INVALID),
    # traps in the original
    "script": (lambda: make.with_original(make.script), INVALID),
    "launch behind a reference": (lambda: make.with_original(make.hidden_launch), INVALID),
    "launch": (lambda: make.with_original(make.launch), INVALID),
    "form sent away": (lambda: make.with_original(make.submit), INVALID),
    "embedded file": (lambda: make.with_original(make.attachment), INVALID),
    # unreadable
    "encrypted": (lambda: common.encrypted(), UNREADABLE),
    "cut in half": (lambda: common.issued()[: len(common.issued()) // 2], UNREADABLE),
    "cut by ten bytes": (lambda: common.issued()[:-10], UNREADABLE),
    "no PDF": (lambda: b"PK\x03\x04", UNREADABLE),
    "empty": (lambda: b"", UNREADABLE),
    "ten thousand revisions": (heavy.ten_thousand_revisions, UNREADABLE),
    "revisions in a circle": (heavy.looping_revisions, UNREADABLE),
    "not signed": (lambda: common.prepared(), NOT_SIGNED),
}

#: What anybody can add to a signed file and what proves nothing spoils nothing either. name: (how, code of the note)
HARMLESS = {
    "time stamp of an unknown service": (make.timestamp_of_stranger, "timestamp_untrusted"),
    "OCSP answer by a stranger": (make.ocsp_of_stranger, "dss_ignored"),
    "OCSP answer about another certificate": (make.ocsp_about_another, "dss_ignored"),
    "garbage for OCSP": (lambda: make.with_store(OCSPs=[b"garbage"]), "dss_ignored"),
    "garbage for a revocation list": (lambda: make.with_store(CRLs=[b"garbage"]), "dss_ignored"),
    "garbage for a certificate": (lambda: make.with_store(Certs=[b"garbage"]), None),
}

#: Too heavy for this process: checked in one of their own.
HEAVY_VARIANTS = {
    "deep nesting": heavy.deep_nesting,
    "inflating stream": heavy.inflating_object_stream,
    "no end mark": lambda: b"%PDF-1.7\n" + b"x" * 30_000_000,
    "ten thousand revisions": heavy.ten_thousand_revisions,
}


def check_options(names):
    """Values that depend on the clock are made when the test runs."""
    made = {
        "revoked": lambda: [
            common.authority().crl(
                [(common.person().cert, make.now() - common.DAY / 2)], this_update=make.now() - common.DAY / 4
            )
        ],
        "stolen": lambda: [
            common.authority().crl(
                [(common.person().cert, make.now() + common.DAY)], this_update=make.now() + 2 * common.DAY
            )
        ],
        "later": lambda: make.now() + 3 * common.DAY,
        "an hour ago": lambda: make.now() - hour(1),
        "withdrawn": lambda: [later.withdrawn()],
        "lost": lambda: [later.withdrawn("key_compromise")],
        "authority withdrawn": lambda: [later.authority_withdrawn()],
        "old too": later.roots,
    }
    return {key: made[name]() for key, name in names.items()}


class TestHostile(common.Case):
    def test_table(self):
        self.assertGreaterEqual(len(VARIANTS), 25)
        for name, (build, expected, *options) in VARIANTS.items():
            with self.subTest(name):
                pdf = build()
                result = common.verdict(pdf, **check_options(options[0] if options else {}))
                self.assertNotEqual(result.verdict, "valid")
                self.assertEqual(result.verdict, expected, result)

    def test_what_proves_nothing_spoils_nothing(self):
        for name, (build, code) in HARMLESS.items():
            with self.subTest(name):
                result = common.verdict(build())
                self.assertEqual(result.verdict, "valid", result)
                notes = [*result.notes, *(note for check in result.signatures for note in check.notes)]
                self.assertTrue(code is None or code in {note.code for note in notes}, notes)

    def test_what_others_lie_over_is_not_valid_by_itself(self):
        """Who looks at the first signature alone is warned as well."""
        for name in VARIANTS:
            if name.startswith(("unsigned field over", "sheet", "stamp of", "stamp with", "white", "dark")):
                with self.subTest(name):
                    self.assertNotEqual(common.verdict(VARIANTS[name][0]()).signatures[0].verdict, "valid")

    def test_heavy_ones_are_capped(self):
        for name, build in HEAVY_VARIANTS.items():
            with self.subTest(name):
                result = common.isolation.verify_isolated(
                    build(), trust_roots=common.roots(), timeout=30, memory=200 * 1024**2
                )
                self.assertNotIn(result.verdict, ("valid", "valid_unknown_trust"), result)

    def test_genuine_document_is_valid(self):
        """The other side of the table: the same checks let the real one pass."""
        self.assertEqual(common.verdict(common.issued()).verdict, "valid")
        crl = common.authority().crl()
        self.assertEqual(common.verdict(common.issued(), crls=[crl]).verdict, "valid")

    def test_store_of_genuine_answers_is_valid(self):
        store = make.with_store(
            OCSPs=[common.authority().ocsp(common.person().cert)],
            CRLs=[common.authority().crl()],
            Certs=[common.authority().issuing.der],
        )
        self.assertEqual(common.verdict(store).verdict, "valid", common.verdict(store))

    def test_random_damage_is_never_valid(self):
        pdf, step = common.issued(), len(common.issued()) // 60
        container = list(re.finditer(rb"/Contents ?<([0-9A-Fa-f]+)>", pdf))
        for offset in range(20, len(pdf), step):
            damaged = pdf[:offset] + bytes([pdf[offset] ^ 0x15]) + pdf[offset + 1 :]
            with self.subTest(offset=offset, inside=any(m.start(1) <= offset < m.end(1) for m in container)):
                self.assertNotEqual(common.verdict(damaged).verdict, "valid")
