"""Sign and check PDFs from the command line, without a database: ``./vpdt pdf verify`` and ``./vpdt pdf sign``.

Exit status: 0 all is valid (or the file was signed), 1 something is not (or signing was refused), 2 a file, a list or a
certificate is unreadable. What comes out of a file is printed with its control characters escaped: it must not write on
the terminal.
"""

import argparse
import datetime
import getpass
import json
import os
import sys
import tempfile
from pathlib import Path

from . import isolation, verdicts, words
from .errors import SigningError

OK, NOT_VALID, FAILED = 0, 1, 2
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
UNREADABLE_CODES = {"not_a_pdf", "encrypted_pdf"}


class _Refused(Exception):
    """The command ends here: a stable code, words, the exit status."""

    def __init__(self, code, message, status):
        super().__init__(message)
        self.code, self.status = code, status


def printable(text):
    """Give a text with everything escaped that a terminal would obey or hide: control characters, line ends, marks of
    direction."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in str(text))


def json_text(value):
    """Give JSON that a person can read in Vietnamese, without what a terminal would obey."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(char if char < "\x7f" or char.isprintable() else json.dumps(char)[1:-1] for char in text)


def report(path, result, language="en"):
    """Give the object that stands for a file in the output."""
    return {
        "file": str(path),
        "sha256": result.sha256 or None,
        "verdict": result.verdict,
        "signatures": [
            {
                "field": check.field,
                "signer": check.signer,
                "kind": check.kind,
                "signed_at": check.signed_at and check.signed_at.isoformat(),
                "timestamp": check.timestamp and check.timestamp.isoformat(),
                "verdict": check.verdict,
                "modification": check.modification,
                "findings": _findings(check, language),
            }
            for check in result.signatures
        ],
        "findings": _findings(result, language),
    }


def _findings(checked, language):
    """What is wrong, then what is worth knowing; only the first changes the verdict."""
    found = [(item, False) for item in checked.problems] + [(item, True) for item in checked.notes]
    return [
        {
            "code": item.code,
            "words": words.sentence(item.code, language, item.detail),
            "detail": item.detail,
            "note": note,
        }
        for item, note in found
    ]


def check_file(path, roots, crls, at, others=()):
    """Check one file in a process of its own; a file that cannot be read gives ``unreadable`` too."""
    try:
        pdf = Path(path).read_bytes()
    except OSError as error:
        problem = verdicts.Problem("not_found", error.strerror or "")
        return verdicts.Verification("", verdicts.UNREADABLE, problems=[problem])
    return isolation.verify_isolated(pdf, trust_roots=roots, crls=crls, at=at, other_certs=others)


def print_text(path, result, language="en"):
    """Print what a person reads: the verdicts, and a sentence for each finding."""
    print(f"{printable(path)}: {_verdict(result, language)}")
    for check in result.signatures:
        when = check.signed_at.strftime("%d/%m/%Y %H:%M:%S %z") if check.signed_at else "?"
        stamped = {"vi": " (dấu thời gian)"}.get(language, " (time stamp)") if check.timestamp else ""
        kind = _KINDS.get(check.kind, check.kind) if language == "vi" else check.kind
        who = f"{printable(check.signer)} ({kind}), {when}{stamped}"
        print(f"  {printable(check.field)}: {_verdict(check, language)} - {who}")
        _print_findings(check, language, "    ")
    _print_findings(result, language, "  ")


_KINDS = {"person": "cá nhân", "agency": "cơ quan", "unknown": "chưa rõ"}


def _verdict(checked, language):
    return words.label(checked.verdict, language) if language == "vi" else checked.verdict


def _print_findings(checked, language, indent):
    for item in _findings(checked, language):
        detail = f" [{printable(item['detail'])}]" if item["detail"] and language != "vi" else ""
        print(f"{indent}{item['code']}: {printable(item['words'])}{detail}")


def exit_status(results):
    """Give the exit status for the verdicts of all files."""
    found = {result.verdict for result in results}
    if verdicts.UNREADABLE in found:
        return FAILED
    return OK if found == {verdicts.VALID} else NOT_VALID


def _print(paths, results, options):
    if options.json:
        print(json_text([report(*pair, options.lang) for pair in zip(paths, results, strict=True)]))
        return
    for path, result in zip(paths, results, strict=True):
        print_text(path, result, options.lang)


#: What a file is not, in the languages of the command.
_NO_CERTIFICATE = {"en": "no certificate (PEM or DER)", "vi": "không phải chứng thư số (PEM hoặc DER)"}
_NO_LIST = {"en": "no revocation list (CRL)", "vi": "không phải danh sách thu hồi (CRL)"}


def _read_all(paths, read, sentence):
    """Read files that must be certificates, or lists: what is none is refused, by its name.

    :param read: what reads the bytes and raises ValueError
    :param str sentence: what is said of a file that is none
    :return: list of what it gives
    """
    found = []
    for path in paths:
        try:
            found += read(Path(path).read_bytes())
        except ValueError as error:
            raise ValueError(f"{path}: {sentence}") from error
    return found


def verify(options):
    """``verify FILE… [--trust PEM]… [--other PEM]… [--crl CRL]… [--json]``"""
    isolation.fork_here()
    from . import pki, revocation

    no_certificate, no_list = _NO_CERTIFICATE[options.lang], _NO_LIST[options.lang]
    roots = _read_all(options.trust, pki.load_certificates, no_certificate)
    others = _read_all(options.other, pki.load_certificates, no_certificate)
    crls = _read_all(options.crl, revocation.load_lists, no_list) if options.crl else []
    results = [check_file(path, roots, crls, options.at, others) for path in options.files]
    _print(options.files, results, options)
    return exit_status(results)


def read_passphrase(path):
    """Read the passphrase from a file, from the environment, or from the terminal; never from the arguments, which
    every user of the machine can see."""
    if path:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    if "VPDT_PASSPHRASE" in os.environ:
        return os.environ["VPDT_PASSPHRASE"]
    return getpass.getpass("Passphrase: ")


def sign_file(pdf, signer, field=None, picture=None, **details):
    """Sign in the first empty field that fits the kind of certificate, or in a new one.

    :return: bytes
    """
    from . import pades, pki

    fields = pades.form_fields(pades.open_reader(pdf))
    empty = [name for name, (_ref, item) in fields.items() if item.get("/FT") == "/Sig" and "/V" not in item]
    if field and field not in empty:
        code = "field_already_signed" if field in fields else "field_missing"
        raise SigningError(code, field=field)
    if not empty:
        return pades.sign_plain(pdf, signer, **details)
    if field is None:
        agency = pki.certificate_kind(signer.signing_cert) == pki.AGENCY
        fitting = [name for name in empty if name.startswith(pades.AGENCY) == agency]
        if not fitting:
            raise SigningError("field_missing", kind=pki.certificate_kind(signer.signing_cert))
        field = fitting[0]
    if field.startswith(pades.AGENCY):
        return pades.sign_agency(pdf, signer, field=field, seal_png=picture, **details)
    return pades.sign_person(pdf, signer, field=field, image_png=picture, **details)


def write_whole(path, data):
    """Write a file so that it is there complete or not at all."""
    path = Path(path)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as target:
        target.write(data)
    os.chmod(target.name, 0o644)
    os.replace(target.name, path)


def sign(options):
    """``sign FILE --p12 KEY [--passphrase-file FILE] [--out FILE]``"""
    from . import pki, signers

    source = Path(options.file)
    signer = signers.load_pkcs12(Path(options.p12).read_bytes(), read_passphrase(options.passphrase_file))
    roots, pdf = _read_all(options.trust, pki.load_certificates, _NO_CERTIFICATE["en"]), source.read_bytes()
    require_sound(isolation.verify_isolated(pdf, trust_roots=roots), "The file is not signed:")
    signed = sign_file(
        pdf,
        signer,
        options.field,
        options.picture and Path(options.picture).read_bytes(),
        reason=options.reason,
        location=options.location,
        trust_roots=roots or None,
    )
    result = isolation.verify_isolated(signed, trust_roots=roots)
    require_sound(result, "Nothing was written:")
    target = Path(options.out) if options.out else source.with_name(f"{source.stem}.signed.pdf")
    write_whole(target, signed)
    if options.json:
        print(json_text(report(target, result)))
    else:
        print(printable(target))
    # without roots nobody asked whom the signatures lead to
    return exit_status([result]) if roots else OK


def require_sound(result, why):
    """Refuse to put another signature under what is broken already.

    :raises _Refused:
    """
    if result.verdict not in (verdicts.MODIFIED, verdicts.INVALID, verdicts.UNREADABLE):
        return
    problems = [*result.problems, *(problem for check in result.signatures for problem in check.problems)]
    told = ", ".join(dict.fromkeys(problem.code for problem in problems))
    said = " ".join(dict.fromkeys(words.sentence(problem.code, detail=problem.detail) for problem in problems))
    status = FAILED if result.verdict == verdicts.UNREADABLE else NOT_VALID
    raise _Refused(result.verdict, f"{why} it is {result.verdict} ({told}). {said} Ask for an intact file.", status)


def _moment(text):
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


def parser():
    """Make the parser of the command line."""
    main = argparse.ArgumentParser(prog="vpdt pdf", description=__doc__.splitlines()[0])
    commands = main.add_subparsers(dest="command", required=True)
    check = commands.add_parser(
        "verify",
        help="check the signatures of PDF files",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Verdicts, the worst last:\n"
        + "\n".join(f"  {name:20} {words.VERDICTS[name][0]}" for name in verdicts.VERDICTS),
        epilog="Exit status: 0 every file is valid; 1 one is not; 2 one cannot be read, or an option is no certificate "
        "or list. The output of --json is a list with one object a file.",
    )
    check.add_argument("files", nargs="+", metavar="FILE")
    check.add_argument("--trust", action="append", default=[], metavar="PEM", help="trusted root certificates")
    check.add_argument("--crl", action="append", default=[], metavar="CRL", help="revocation list (DER or PEM)")
    check.add_argument(
        "--other",
        action="append",
        default=[],
        metavar="PEM",
        help="intermediate certificates, not trusted by themselves",
    )
    check.add_argument("--lang", choices=words.LANGUAGES, default="en", help="language of the words, default en")
    check.add_argument("--at", type=_moment, metavar="TIME", help="check as of this time (ISO 8601), default now")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=verify)
    make = commands.add_parser("sign", help="sign a PDF file")
    make.add_argument("file", metavar="FILE")
    make.add_argument("--p12", required=True, metavar="KEY", help="PKCS#12 file with key and certificate")
    make.add_argument("--passphrase-file", metavar="FILE", help="else VPDT_PASSPHRASE, else asked for")
    make.add_argument("--out", metavar="FILE", help="default FILE.signed.pdf")
    make.add_argument("--field", help="signature field; default the first empty one that fits")
    make.add_argument("--picture", metavar="PNG", help="picture of the signature or seal")
    make.add_argument("--reason")
    make.add_argument("--location")
    make.add_argument("--trust", action="append", default=[], metavar="PEM", help="refuse a key without chain to these")
    make.add_argument("--json", action="store_true")
    make.set_defaults(run=sign)
    return main


def main(arguments=None):
    """Run the command line; gives the exit status."""
    options = parser().parse_args(arguments)
    try:
        status = options.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # who read the output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except _Refused as error:
        return _fail(options, error.code, error, error.status)
    except SigningError as error:
        return _fail(options, error.code, error, FAILED if error.code in UNREADABLE_CODES else NOT_VALID)
    except OSError as error:
        return _fail(options, "not_found" if isinstance(error, FileNotFoundError) else "not_readable", error, FAILED)
    except ValueError as error:  # a trust or CRL file that is not one
        return _fail(options, "not_understood", error, FAILED)


def _fail(options, code, error, status):
    """Say what went wrong, on the error output, or as an object where objects are expected."""
    file = getattr(options, "file", None)
    if options.json:
        print(json_text({"file": file, "error": code, "message": str(error)}))
    else:
        print(printable(f"{file}: {code}: {error}" if file else f"{code}: {error}"), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
