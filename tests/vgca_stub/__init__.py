"""VGCA Sign Service as far as its contract is known: TLS and WebSocket on 127.0.0.1, one text in, one out, the file
fetched and posted by the service itself; a token in software behind it. For tests."""

from .service import VgcaStub

__all__ = ["VgcaStub"]
