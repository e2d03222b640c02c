"""``./vpdt sign-agent --module LIBRARY --origin https://office.example.vn``"""

import argparse
import getpass
import os
import sys
from pathlib import Path

from .pairing import Pairings
from .server import DEFAULT_PORT, Agent
from .tokens import TokenError, Tokens


def _home():
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "vpdt-sign-agent" / "pairings.json"


def _parser():
    parser = argparse.ArgumentParser(
        prog="vpdt sign-agent",
        description="Lets the office's page in the browser sign with the token plugged into this machine.",
    )
    parser.add_argument("--module", required=True, help="PKCS#11 library of the token's vendor (.so, .dll)")
    parser.add_argument(
        "--origin", action="append", required=True, help="address of the office, https://office.example.vn; repeatable"
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="%(default)s")
    parser.add_argument("--ask-pin", action="store_true", help="ask for the PIN here, not in the page")
    parser.add_argument("--pairings", type=Path, default=_home(), help="%(default)s")
    return parser


def _show_code(code, wait):
    if wait:
        minutes = -(-wait // 60)
        print(f"Too many wrong codes. Pairing is shut for {minutes} min; then the new code works.", flush=True)
    print(f"Pairing code: {code}  (type it in the signing window of the office)", flush=True)


def _ask_pin(document, subject, count):
    files = "1 signature" if count == 1 else f"{count} signatures"
    print(f"\nSign “{_printable(document)}” as {_printable(subject)}? {files}.", flush=True)
    return getpass.getpass("PIN (empty: do not sign): ")


def _printable(text):
    """What a page sends, on one line and without anything that moves the cursor or turns the direction of writing."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def main(words=None):
    """Serve until Ctrl-C; gives an exit status."""
    options = _parser().parse_args(words)
    try:
        tokens = Tokens(options.module)
    except TokenError:
        print(f"The PKCS#11 library {options.module} cannot be loaded.", file=sys.stderr)
        return 2
    origins = [origin.rstrip("/") for origin in options.origin]
    pairings = Pairings(options.pairings, _show_code)
    try:
        agent = Agent(tokens, pairings, origins, options.port, _ask_pin if options.ask_pin else None)
    except OSError as error:
        print(f"Port {options.port} cannot be used: {error.strerror}. Is the agent running already?", file=sys.stderr)
        return 2
    names = ", ".join(origins)
    print(f"Signing agent on http://127.0.0.1:{agent.server_port} for {names}. Ctrl-C ends it.", flush=True)
    try:
        agent.serve_forever()
    except KeyboardInterrupt:
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
