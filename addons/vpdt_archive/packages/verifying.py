"""Finding what is wrong with a package, whoever made it: structure, paths, every hash and count, XML and its schemas.

Nothing is unpacked to the disk, nothing is asked of the network, and what a package says of itself is not believed
before it has been counted.
"""

import hashlib
import re
import stat
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from .ead import read_document, read_dossier
from .errors import PackageError, Problem
from .names import CSIP, EAD, METS, PREMIS, REPRESENTATION, ROOT_EAD, ROOT_METS, XLINK
from .xml import MAX_XML_BYTES, parse

CHUNK_BYTES = 1 << 20
_HERE = Path(__file__).parent / "schemas"
_SCHEMA_OF = {METS: "mets.xsd", PREMIS: "premis.xsd", EAD: "ead.xsd"}
_DIGEST = re.compile(r"^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Limits:
    """What a package may be at most before anything in it is read."""

    entries: int = 200_000
    total_bytes: int = 1 << 42
    ratio: int = 200
    ratio_from_bytes: int = 10 << 20


@dataclass
class Report:
    """The result of a check; ``ok`` when there is no problem."""

    path: str
    kind: str = ""
    identifier: str = ""
    files: int = 0
    bytes: int = 0
    documents: int = 0
    signatures: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

    @property
    def ok(self):
        """Whether nothing was found."""
        return not self.problems

    def as_dict(self):
        """JSON-able."""
        return {
            **{name: getattr(self, name) for name in ("path", "ok", "kind", "identifier", "files", "bytes",
                                                      "documents", "signatures")},
            "problems": [vars(problem) for problem in self.problems],
        }  # fmt: skip


def root_of(names):
    """The one folder that all members lie in.

    :raises PackageError: ``structure``
    """
    roots = {name.partition("/")[0] for name in names}
    if len(roots) != 1 or any("/" not in name for name in names):
        raise PackageError("structure", ", ".join(sorted(roots)[:5]), "one folder holds the whole package")
    return roots.pop()


def verify(path, limits=None, check_signatures=None):
    """Check a package.

    :param path: of the ZIP
    :param limits: :class:`Limits`
    :param check_signatures: called with (open binary stream, name) of each PDF, gives a verdict (str)
    :return: :class:`Report`
    """
    report = Report(str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            _Check(archive, report, limits or Limits(), check_signatures).run()
    except PackageError as error:
        report.problems.append(Problem(error.code, error.where, str(error)))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        report.problems.append(Problem("unreadable", "", str(error)))
    return report


class _Check:
    def __init__(self, archive, report, limits, check_signatures):
        self.archive, self.report, self.limits = archive, report, limits
        self.check_signatures = check_signatures
        self.told = {}  # name inside the package → (sha256, size) as METS tells
        self.schemas = {}

    def found(self, code, where="", detail=""):
        self.report.problems.append(Problem(code, where, str(detail)))

    def run(self):
        infos = [info for info in self.archive.infolist() if not info.is_dir()]
        self._check_entries(infos)
        if self.report.problems:
            return  # nothing of it is read
        self.root = root_of([info.filename for info in infos])
        self.members = {info.filename.partition("/")[2]: info for info in infos}
        self._read_mets(ROOT_METS, "")
        self._read_mets(f"{REPRESENTATION}/{ROOT_METS}", f"{REPRESENTATION}/")
        self._compare_names()
        self._check_bytes()
        if not self.report.problems:
            self._check_metadata()

    # Before anything is read ------------------------------------------------------------------------------------------

    def _check_entries(self, infos):
        if len(infos) > self.limits.entries:
            return self.found("too_many_entries", "", len(infos))
        seen, total, packed = set(), 0, 0
        for info in self.archive.infolist():
            name = info.filename
            if _is_unsafe(name) or _is_unsafe(info.orig_filename):
                self.found("unsafe_path", name)
            if name.casefold() in seen:
                self.found("duplicate", name)
            seen.add(name.casefold())
            mode = info.external_attr >> 16
            if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                self.found("not_a_file", name)
            if info.flag_bits & 0x1:
                self.found("encrypted", name)
            if (
                info.file_size > self.limits.ratio_from_bytes
                and info.file_size > self.limits.ratio * info.compress_size
            ):
                self.found("bomb", name, f"{info.compress_size} → {info.file_size}")
            total, packed = total + info.file_size, packed + info.compress_size
        if total > self.limits.total_bytes or (
            total > self.limits.ratio_from_bytes and total > self.limits.ratio * max(packed, 1)
        ):
            self.found("bomb", "", total)
        return None

    # What is told -----------------------------------------------------------------------------------------------------

    def _xml(self, name):
        info = self.members.get(name)
        if info is None:
            raise PackageError("no_mets" if name.endswith(ROOT_METS) else "missing_file", name)
        if info.file_size > MAX_XML_BYTES:
            raise PackageError("not_xml", name, "too large")
        return parse(self.archive.read(info), name)

    def _read_mets(self, name, folder):
        root = self._xml(name)
        self._check_schema(root, name)
        if root.tag != f"{{{METS}}}mets":
            raise PackageError("structure", name, "not METS")
        if not folder:
            header = root.find(f"{{{METS}}}metsHdr")
            self.report.kind = "" if header is None else header.get(f"{{{CSIP}}}OAISPACKAGETYPE") or ""
            self.report.identifier = root.get("OBJID") or ""
            if self.report.identifier.replace(":", "_") != self.root:
                self.found("identifier", self.root, self.report.identifier)
            if self.report.kind not in ("SIP", "AIP", "DIP"):
                self.found("structure", name, "OAISPACKAGETYPE")
        for element in root.iter(f"{{{METS}}}mdRef", f"{{{METS}}}file"):
            place = element if element.tag.endswith("mdRef") else element.find(f"{{{METS}}}FLocat")
            href = unquote((place.get(f"{{{XLINK}}}href") if place is not None else "") or "")
            target = folder + href
            if not href or _is_unsafe(href):
                self.found("unsafe_path", name, href)
                continue
            digest = element.get("CHECKSUM") or ""
            if element.get("CHECKSUMTYPE") != "SHA-256" or not _DIGEST.match(digest.lower()):
                self.found("no_checksum", target)
                continue
            if target in self.told and self.told[target][0] != digest.lower():
                self.found("checksum", target, "told twice, differently")
            self.told[target] = (digest.lower(), int(element.get("SIZE") or -1))

    def _check_schema(self, root, name):
        namespace = etree.QName(root).namespace
        file = _SCHEMA_OF.get(namespace)
        if not file:
            return self.found("schema", name, f"namespace {namespace}")
        if file not in self.schemas:
            self.schemas[file] = etree.XMLSchema(etree.parse(str(_HERE / file)))
        schema = self.schemas[file]
        if not schema.validate(root):
            self.found("schema", name, schema.error_log.last_error.message if schema.error_log else "")
        return None

    def _compare_names(self):
        for name in sorted(self.told.keys() - self.members.keys()):
            self.found("missing_file", name)
        for name in sorted(self.members.keys() - self.told.keys() - {ROOT_METS}):
            self.found("extra_file", name)

    # Bytes ------------------------------------------------------------------------------------------------------------

    def _check_bytes(self):
        for name, (expected, size) in self.told.items():
            info = self.members.get(name)
            if info is None:
                continue
            digest, count = hashlib.sha256(), 0
            try:
                with self.archive.open(info) as stream:
                    while chunk := stream.read(CHUNK_BYTES):
                        digest.update(chunk)
                        count += len(chunk)
                        if count > info.file_size:
                            break
            except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
                self.found("checksum", name, error)
                continue
            self.report.files += 1
            self.report.bytes += count
            if size >= 0 and count != size:
                self.found("size", name, f"{size} ≠ {count}")
            if digest.hexdigest() != expected:
                self.found("checksum", name, digest.hexdigest())

    # Metadata ---------------------------------------------------------------------------------------------------------

    def _check_metadata(self):
        documents = self._documents()
        self.report.documents = len(documents)
        root = self._xml(ROOT_EAD)
        self._check_schema(root, ROOT_EAD)
        if self.report.problems:
            return
        dossier, count = read_dossier(root)
        if count != len(documents):
            self.found("count", ROOT_EAD, f"totalDoc {count} ≠ {len(documents)}")
        if not documents:
            self.found("count", ROOT_EAD, "no document")
        if dossier.pages != sum(document.pages for document in documents):
            self.found("count", ROOT_EAD, f"numberOfPage {dossier.pages}")
        ordinals = sorted(document.ordinal for document in documents)
        if ordinals != list(range(1, len(ordinals) + 1)):
            self.found("count", REPRESENTATION, f"docOrdinal {ordinals[:10]}")
        self._check_files_of(documents)
        self._check_premis()

    def _documents(self):
        folder, documents = f"{REPRESENTATION}/metadata/descriptive/", []
        for name in sorted(name for name in self.members if name.startswith(folder)):
            root = self._xml(name)
            self._check_schema(root, name)
            if not self.report.problems:
                documents.append(read_document(root))
        return documents

    def _check_files_of(self, documents):
        named = [file.source for document in documents for file in document.files]
        data = {name for name in self.members if name.startswith(f"{REPRESENTATION}/data/")}
        if set(named) != data or len(named) != len(set(named)):
            for name in sorted(set(named) ^ data):
                self.found("count", name, "in one of the files and the metadata only")
        if not self.check_signatures:
            return
        for document in documents:
            for file in document.files:
                if file.source.lower().endswith(".pdf"):
                    with self.archive.open(self.members[file.source]) as stream:
                        verdict = self.check_signatures(stream, file.source)
                    self.report.signatures[file.source] = verdict
                    if verdict in ("modified", "invalid", "unreadable"):
                        self.found("signature", file.source, verdict)

    def _check_premis(self):
        """What PREMIS tells of a file is what METS tells of it."""
        for name in sorted(name for name in self.members if "/preservation/" in f"/{name}"):
            root = self._xml(name)
            self._check_schema(root, name)
            for element in root.iter(f"{{{PREMIS}}}object"):
                digest = element.findtext(f".//{{{PREMIS}}}messageDigest")
                if digest is None:
                    continue
                told = element.findtext(f"{{{PREMIS}}}objectIdentifier/{{{PREMIS}}}objectIdentifierValue")
                if self.told.get(told, ("",))[0] != digest:
                    self.found("checksum", name, told)


def _is_unsafe(name):
    """Whether a name leads out of its folder, or is none on some system."""
    if not name or name.startswith(("/", "\\")) or "\\" in name or "\0" in name or re.match(r"^[A-Za-z]:", name):
        return True
    return any(part in ("..", ".") for part in name.split("/"))
