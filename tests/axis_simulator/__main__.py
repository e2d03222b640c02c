"""The process: HTTP of the axis at the top, ``/_control`` and ``/_state`` for the test."""

import argparse
import base64
import email.parser
import email.policy
import hashlib
import hmac
import json
import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .faults import Faults
from .store import Store

PREFIX = "XroadVnpt-"
STORE, FAULTS = Store(), Faults()


class Refusal(Exception):
    """An answer of the axis that says no: HTTP status, or a code of the axis with status 200."""

    def __init__(self, status=200, code="", words=""):
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_parts):
        """Silence: what was asked is in the state."""

    def do_GET(self):
        self._serve()

    def do_POST(self):
        self._serve()

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = self.path.split("?")[0].strip("/").rsplit("/", 1)[-1]
        if call.startswith("_"):
            return self._answer(200, self._control(call, body))
        fault = FAULTS.of(call)
        STORE.log.append({"at": time.time(), "call": call, "fault": fault})
        if fault in ("500", "503"):
            return self._answer(int(fault), "<html>error</html>", "text/html")
        if fault == "401":
            return self._answer(401, "Unauthorized", "text/plain")
        if fault == "drop":
            return self._drop()
        if fault == "hold_before":
            FAULTS.wait()
            return self._drop()
        try:
            status, said, kind = self._do(call, body, fault)
        except Refusal as refusal:
            answer = {"status": "FAIL", "ErrorCode": refusal.code, "ErrorDesc": refusal.words}
            status, said, kind = refusal.status, json.dumps(answer), "application/json"
        if fault == "hold_after":
            FAULTS.wait()
            return self._drop()
        if fault == "drop_after":
            return self._drop()
        if fault == "garbage":
            return self._answer(200, "<html>proxy</html>", "text/html")
        return self._answer(status, said, kind, fault)

    def _control(self, call, body):
        if call == "_state":
            return STORE.report()
        wanted = json.loads(body or b"{}")
        if "systems" in wanted:
            STORE.systems = wanted["systems"]
        if "directory" in wanted:
            STORE.directory = wanted["directory"]
        FAULTS.set(wanted.get("faults", {}))
        if wanted.get("release"):
            FAULTS.release.set()
        if "held" in wanted:  # wait until a call is held
            return json.dumps({"held": FAULTS.held.acquire(timeout=wanted["held"])})
        if "inject" in wanted:
            packet = wanted["inject"]
            content = base64.b64decode(packet.pop("content"))
            return json.dumps({"doc_id": STORE.add(content=content, **packet)})
        return "{}"

    # The calls -------------------------------------------------------------------------------------------------------

    def _do(self, call, body, fault):
        system = self._login()
        method = getattr(self, f"_call_{call}", None)
        if not method:
            raise Refusal(404, "404", "no such call")
        given = method(system, body, fault)
        if isinstance(given, bytes):
            return 200, given, "application/octet-stream"
        return 200, json.dumps({"status": "OK", "ErrorCode": "0", "ErrorDesc": "", **given}), "application/json"

    def _login(self):
        """Check the signature as the axis is understood to; gives the name of the system."""
        name = self._parameter("systemid")
        system = STORE.systems.get(name)
        signed = self.headers.get(f"{PREFIX}sign-header") or ""
        if not system:
            raise Refusal(401, "15", "unknown system")
        digest = hmac.new(system["secret"].encode(), signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(digest, self.headers.get(f"{PREFIX}hash-header") or ""):
            raise Refusal(401, "15", "wrong signature")
        said = json.loads(signed)
        names = (self.headers.get(f"{PREFIX}sign-header-key") or "").split(";")
        if list(said) != names or any(self.headers.get(key) != value for key, value in said.items()):
            raise Refusal(401, "15", "the signed headers are not those of the request")
        return name

    def _parameter(self, name):
        return self.headers.get(f"{PREFIX}{name}") or ""

    def _call_sendEdoc(self, system, body, _fault):
        sender, recipients = self._parameter("from"), json.loads(self._parameter("to") or "[]")
        content = self._file_of(body)
        digest = hashlib.sha256(content).digest()
        if self._parameter("hash-file") not in (digest.hex(), "".join(f"{byte:x}" for byte in digest)):
            raise Refusal(200, "21", "hash-file is not that of the file")
        if sender not in STORE.systems[system]["agencies"]:
            raise Refusal(200, "19", f"sender {sender} is not registered")
        for recipient in recipients:
            if recipient in FAULTS.refuse:
                raise Refusal(200, *FAULTS.refuse[recipient])
            if not STORE.system_of(recipient):
                raise Refusal(200, "18", f"recipient {recipient} is unknown")
        return {"DocId": STORE.add(self._parameter("messagetype"), sender, recipients, content, FAULTS.delay)}

    def _file_of(self, body):
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parsed = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
        for part in parsed.iter_parts():
            if part.get_param("name", header="content-disposition") == "file_doc":
                return part.get_payload(decode=True)
        raise Refusal(200, "10", "no file_doc")

    def _call_getReceivedEdocList(self, system, _body, _fault):
        rows = [
            {
                "docId": packet.doc_id,
                "serviceType": "eDoc",
                "messageType": packet.kind,
                "created_time": time.strftime("%Y/%m/%d %H:%M:%S", time.localtime(packet.at)),
                "from": packet.sender,
                "to": packet.recipient,
                "status": packet.status.upper(),
                "status_desc": "",
            }
            for packet in STORE.for_system(system, self._parameter("messagetype"))
            if packet.status not in ("done", "fail") or FAULTS.duplicate
        ]
        return {"data": FAULTS.shuffled(rows)}

    def _mine(self, system, doc_id):
        packet = STORE.find(doc_id)
        if not packet or packet.recipient not in STORE.systems[system]["agencies"]:
            raise Refusal(200, "18", f"no packet {doc_id}")
        return packet

    def _call_downloadEdoc(self, system, _body, _fault):
        packet = self._mine(system, self._parameter("docId"))
        packet.fetched += 1
        return packet.content

    def _call_getEdoc(self, system, _body, _fault):
        packet = self._mine(system, self._parameter("docId"))
        packet.fetched += 1
        return {"data": base64.b64encode(packet.content).decode()}

    def _call_updateStatus(self, system, _body, _fault):
        packet = self._mine(system, self._parameter("docid"))
        packet.status = self._parameter("status")
        packet.said.append(packet.status)
        return {}

    def _call_getSentEdocList(self, _system, _body, _fault):
        packet = STORE.find(self._parameter("docId"))
        if not packet:
            return {"data": []}
        row = {"senderDocId": packet.doc_id, "fromCode": packet.sender, "toCode": packet.recipient}
        return {"data": [{**row, "sendStatus": "DONE", "receiveStatus": packet.status.upper()}]}

    def _count(self, system, kind):
        waiting = [p for p in STORE.for_system(system, kind) if p.status not in ("done", "fail")]
        return {"count": len(waiting)}

    def _call_countReceiveEdoc(self, system, _body, _fault):
        return self._count(system, "edoc")

    def _call_countReceiveStatus(self, system, _body, _fault):
        return self._count(system, "status")

    def _call_getAgenciesList(self, _system, _body, _fault):
        return {"data": STORE.directory}

    def _call_getAgenciesListQD20(self, _system, _body, _fault):
        return {"data": [row for row in STORE.directory if row.get("code102")]}

    def _call_getSynchronizeUnit(self, _system, _body, _fault):
        return {"data": STORE.directory}

    # Answers ---------------------------------------------------------------------------------------------------------

    def _answer(self, status, said, kind="application/json", fault=""):
        content = said.encode() if isinstance(said, str) else said
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if kind == "application/octet-stream":
            digest = hashlib.sha256(content).hexdigest()
            self.send_header("hash-file", digest[::-1] if fault == "wrong_hash" else digest)
        self.end_headers()
        if fault == "cut":
            self.wfile.write(content[: len(content) // 2])
            return self._drop()
        self.wfile.write(content)
        return None

    def _drop(self):
        """End the connection without a word."""
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="axis_simulator")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Handler)
    server.daemon_threads = True
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
