"""The service. It runs in a thread of its own with an event loop of its own."""

import asyncio
import base64
import contextlib
import datetime
import json
import ssl
import tempfile
import threading
from pathlib import Path

import aiohttp
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

FUNCTIONS = {"SignApproved", "SignIssued", "SignIncome", "Comment", "SignAppendix", "SignCopy"}
FETCH_FAILED, POST_FAILED = "0x0023", "0x0028"


class VgcaStub:
    """A running service.

    :param sign: function (bytes of a PDF) → bytes of the signed one
    :param bytes certificate: DER, what GetCertInfo names

    ``case`` chooses what it does wrong, see the tests; ``calls`` is a list of (function, request).
    """

    def __init__(self, sign, certificate, port=0):
        self.sign, self.certificate, self.case, self.calls = sign, certificate, "", []
        self._loop, self._ready = asyncio.new_event_loop(), threading.Event()
        self._wanted_port = port
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait(30)

    @property
    def address(self):
        return f"wss://127.0.0.1:{self.port}"

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()

    async def _start(self):
        app = web.Application()
        app.router.add_get("/{function}", self._call)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._wanted_port, ssl_context=_throw_away_certificate())
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def _call(self, request):
        function = request.match_info["function"]
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        text = await socket.receive_str()
        self.calls.append((function, text))
        answer = await self._answer(function, text)
        if answer is not None:
            await socket.send_str(json.dumps(answer, ensure_ascii=False))
            with contextlib.suppress(TypeError):  # whoever called closes
                await socket.receive_str()
        await socket.close()
        return socket

    async def _answer(self, function, text):
        if function == "GetVersion":
            return {"Status": 0, "Version": "stub"}
        if function == "GetCertInfo":
            return {"Status": 0, "CertInfo": {"Subject": "", "Base64Data": base64.b64encode(self.certificate).decode()}}
        if function not in FUNCTIONS:
            return {"Status": 1, "Message": "unknown function"}
        case, request = self.case, json.loads(text)
        if any(isinstance(value, bool) for value in request.values()):
            return {"Status": 1, "Message": "a text is expected"}
        if case == "closed":
            return None
        if case == "refused":
            return {"Status": 7, "Message": "Chưa cắm thiết bị", "FileName": "", "FileServer": ""}
        return await self._sign(request, case)

    async def _sign(self, request, case):
        async with aiohttp.ClientSession() as client:
            async with client.get(request["FileName"]) as answer:
                pdf = await answer.read()
                if answer.status != 200 or answer.content_type != "application/pdf":
                    return {"Status": 1, "Message": f"{FETCH_FAILED}: không tải được tệp"}
            signed = await asyncio.get_running_loop().run_in_executor(None, self._signed, pdf, case)
            if case == "never posted once":
                self.case = ""
                return {"Status": 0, "Message": "", "FileName": "", "FileServer": ""}
            form = aiohttp.FormData()
            form.add_field("uploadfile", signed, filename="C:\\Tệp\\văn bản.pdf", content_type="application/pdf")
            async with client.post(request["FileUploadHandler"], data=form) as answer:
                return _of_handler(await answer.text())

    def _signed(self, pdf, case):
        if case == "changed":
            return self.sign(pdf.replace(b"/Producer", b"/Producex", 1) if b"/Producer" in pdf else pdf[:-1] + b" ")
        if case == "not signed":
            return pdf + b"\n% nothing\n"
        return self.sign(pdf)


def _of_handler(text):
    """As strict as the service: what it does not understand, it reports as not stored."""
    try:
        answer = json.loads(text)
        stored, where = answer["Status"], answer["FileServer"]
    except (ValueError, KeyError, TypeError):
        return {"Status": 1, "Message": POST_FAILED}
    if stored is not True:
        told = answer.get("Message") if stored is False else POST_FAILED
        return {"Status": 1, "Message": told, "FileName": "", "FileServer": ""}
    return {"Status": 0, "Message": "", "FileName": answer["FileName"], "FileServer": where}


def _throw_away_certificate():
    """A server context for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context.load_cert_chain(file.name)
    return context
