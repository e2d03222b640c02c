"""How a test holds the simulator."""

import base64
import json
import subprocess
import sys
import urllib.request
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


class Axis:
    """A simulator of its own; a context manager."""

    def __init__(self, port=0):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "axis_simulator", "--port", str(port)],
            cwd=TESTS,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = json.loads(self._process.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.stop()

    def stop(self):
        """End the process; whoever is being served gets no answer."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def control(self, **wanted):
        """Tell it what to do: ``systems``, ``directory``, ``faults``, ``release``, ``inject``, ``held``."""
        request = urllib.request.Request(f"{self.url}/_control", json.dumps(wanted).encode())
        with urllib.request.urlopen(request, timeout=180) as answer:
            return json.load(answer)

    def faults(self, *asked, **more):
        """Let these go wrong from now on: (call, what) or (call, what, times)."""
        rows = [dict(zip(("call", "what", "times"), fault, strict=False)) for fault in asked]
        return self.control(faults={"asked": rows, **more})

    def inject(self, content, sender, recipient, kind="edoc"):
        """Put a packet on the axis, as some other system would; gives its docId."""
        packet = {"kind": kind, "sender": sender, "recipients": [recipient]}
        return self.control(inject={**packet, "content": base64.b64encode(content).decode()})["doc_id"]

    def wait_held(self, seconds=60):
        """Stay until a call is held; gives False when none was."""
        return self.control(held=seconds)["held"]

    @property
    def state(self):
        """``{"packets": […], "log": […]}``"""
        with urllib.request.urlopen(f"{self.url}/_state", timeout=30) as answer:
            return json.load(answer)

    def calls(self, name):
        """How often a call was made."""
        return len([row for row in self.state["log"] if row["call"] == name])
