"""Client of the national axis in the dialect of its kit for Java ("SDKVXP"), as read from the kit of version 2.0.1.

Every parameter travels in a header of its own, and the headers are signed with HMAC-SHA256; the body is protected by
the hash of the file alone. Nothing is pushed: what has come is asked for. A packet may be delivered twice, since the
kit itself repeats requests whose answer was lost.
"""

import base64
import binascii
import hashlib
import hmac
import json
import uuid
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .calling import Body, as_json, call, save
from .errors import LOGIN, NOT_NOW, REFUSED, WireError

PREFIX = "XroadVnpt-"
VERSION = "3.0.201608"
AGENT = "JAVASDKAgent/1.0.0 XRoad/VPCP"
EDOC, STATUS = "edoc", "status"
DONE, FAIL, PROCESSING = "done", "fail", "processing"

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Codes beside "0" are not published. These are of the façade of a province over the same axis.
_KINDS = {"15": LOGIN, "20": NOT_NOW, "23": NOT_NOW}


class Entry(NamedTuple):
    """A packet in a list of the axis. ``sender``, ``recipient``: codes of agencies; ``kind``: edoc or status."""

    doc_id: str
    kind: str
    sender: str
    recipient: str
    status: str


class VxpClient:
    """The calls of the axis for one system; a system may speak for many agencies.

    :param endpoint: address before ``/sendEdoc``
    :param system_id: the system's name on the axis
    :param secret: text
    :param now: gives the aware present
    """

    def __init__(self, endpoint, system_id, secret, now=lambda: datetime.now(_ZONE)):
        self._endpoint = endpoint.rstrip("/")
        self._system_id = system_id
        self._secret = secret
        self._now = now

    # Documents and statuses ------------------------------------------------------------------------------------------

    def send(self, parts, sender, recipients, kind, sha256):
        """Hand a packet to the axis.

        :param parts: edxml.PacketParts
        :param sender: code of the sending agency
        :param recipients: list of codes
        :param kind: EDOC or STATUS
        :param sha256: of the packet, hexadecimal
        :return: docId, the name that the axis gives it
        :raise WireError: not taken, or nobody knows
        """
        boundary = uuid.uuid4().hex
        head = (
            f"--{boundary}\r\n"
            'Content-Disposition: form-data; name="file_doc"; filename="packet.edxml"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        headers = self._headers(
            **{
                "from": sender,
                "servicetype": "eDoc",
                "messagetype": kind,
                "to": json.dumps(recipients),
                "hash-file": short_hash(sha256),
            }
        )
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"

        def pieces():
            yield head
            yield from parts.chunks()
            yield tail

        body = Body(pieces(), len(head) + parts.size + len(tail))
        answer = _checked(call("POST", f"{self._endpoint}/sendEdoc", data=body, headers=headers))
        doc_id = str(answer.get("DocId") or "")
        if not doc_id:
            raise WireError(NOT_NOW, "the axis gave no docId")
        return doc_id

    def received(self, kind, since):
        """What the axis holds for this system.

        :param since: date
        :return: list of Entry, as the axis orders it; the same packet may stand in it twice
        """
        answer = self._post("getReceivedEdocList", servicetype="eDoc", messagetype=kind, fromDate=f"{since:%Y/%m/%d}")
        return [
            Entry(
                str(row.get("docId") or ""),
                str(row.get("messageType") or kind),
                str(row.get("from") or ""),
                str(row.get("to") or ""),
                str(row.get("status") or "").lower(),
            )
            for row in answer.get("data") or []
            if row.get("docId")
        ]

    def fetch(self, doc_id, stream):
        """Write a packet to a binary file.

        :raise WireError: it was cut, or is not what the axis says it is
        """
        answer = call("GET", f"{self._endpoint}/downloadEdoc", headers=self._headers(docId=doc_id), stream=True)
        if answer.headers.get("Content-Type", "").startswith("application/json"):
            self._save_text(_checked(answer), stream)
            return
        said, length = answer.headers.get("hash-file", ""), answer.headers.get("Content-Length")
        save(answer, stream)
        if length is not None and stream.tell() != int(length):
            raise WireError(NOT_NOW, f"{stream.tell()} of {length} bytes came")
        if said and not same_hash(said, _sha256_of(stream)):
            raise WireError(NOT_NOW, "the file is not the one that the axis announced")

    def fetch_text(self, doc_id, stream):
        """The same by the older call, which gives the packet in base64."""
        self._save_text(self._post("getEdoc", docId=doc_id), stream)

    def _save_text(self, answer, stream):
        try:
            stream.write(base64.b64decode(answer.get("data") or "", validate=True))
        except (binascii.Error, TypeError) as error:
            raise WireError(NOT_NOW, f"the file came damaged: {error}") from error

    def update_status(self, doc_id, status):
        """Tell the axis what became of a packet: DONE, FAIL or PROCESSING."""
        self._post("updateStatus", docid=doc_id, status=status)

    def sent(self, doc_id):
        """What became of a packet of ours.

        :return: list of (code of the recipient, status in lower case), possibly empty
        """
        rows = self._post("getSentEdocList", docId=doc_id).get("data") or []
        return [(str(row.get("toCode") or ""), str(row.get("receiveStatus") or "").lower()) for row in rows]

    def count(self, kind):
        """How many documents or statuses wait."""
        name = "countReceiveStatus" if kind == STATUS else "countReceiveEdoc"
        answer = _checked(call("GET", f"{self._endpoint}/{name}", headers=self._headers()))
        return int(answer.get("count") or 0)

    # Directory -------------------------------------------------------------------------------------------------------

    def agencies(self):
        """The agencies of the axis: list of dicts ``id, pid, code, name, mail, oldCode``."""
        return self._post("getAgenciesList").get("data") or []

    def agencies_qd20(self):
        """The pairs of new and old codes: list of dicts ``id, code, name, mail, code102``."""
        return self._post("getAgenciesListQD20", level="1").get("data") or []

    def changed_agencies(self):
        """What has changed: list of dicts ``id, pid, code, name, mail, centerCode, version, deleted, modifyDate``."""
        return self._post("getSynchronizeUnit").get("data") or []

    def register_agency(self, agency):
        """Make an agency known: dict ``pcode, code, name, mail, mobile, fax``."""
        body = {"id": "", **agency}
        _checked(call("POST", f"{self._endpoint}/registerAgency", json=body, headers=self._headers()))

    def delete_agency(self, code):
        """Take an agency off the axis."""
        self._post("deleteAgency", AgencyCode=code)

    # The signature ---------------------------------------------------------------------------------------------------

    def _post(self, name, **parameters):
        return _checked(call("POST", f"{self._endpoint}/{name}", headers=self._headers(**parameters)))

    def _headers(self, **parameters):
        now = self._now().astimezone(_ZONE)
        stamp = f"{now:%d%m%YT%H%M%S}+{now.microsecond // 1000:04d}"
        return sign({"systemid": self._system_id, "timestamp": stamp, **parameters}, self._secret)


def sign(parameters, secret):
    """The headers of a request: each parameter, and the signature over all of them.

    :param parameters: dict of texts
    :return: dict of headers
    """
    named = {f"{PREFIX}{name}": value for name, value in parameters.items()}
    signed = json.dumps(named, separators=(",", ":"), ensure_ascii=False)
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return {
        **named,
        f"{PREFIX}sign-header-key": ";".join(named),
        f"{PREFIX}sign-header": signed,
        f"{PREFIX}hash-header": digest,
        f"{PREFIX}version": VERSION,
        "User-Agent": AGENT,
    }


def short_hash(digest):
    """A hash as the kit writes it, without the zero before a small byte: a hub that compares was tried with the kit.

    :param digest: hexadecimal
    """
    return "".join(f"{byte:x}" for byte in bytes.fromhex(digest))


def same_hash(said, digest):
    """Whether a hash of the axis is that of a file, in either way of writing it."""
    return said.strip().lower() in (digest, short_hash(digest))


def _sha256_of(stream):
    digest = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(1 << 18):
        digest.update(piece)
    return digest.hexdigest()


def _checked(answer):
    found = as_json(answer)
    if not isinstance(found, dict):
        raise WireError(NOT_NOW, "an answer that is no object")
    code = str(found.get("ErrorCode") or "0")
    if str(found.get("status") or "OK").upper() == "FAIL" or code != "0":
        words = str(found.get("ErrorDesc") or "no reason given")
        raise WireError(_KINDS.get(code, REFUSED), f"{words} ({code})", code)
    return found
