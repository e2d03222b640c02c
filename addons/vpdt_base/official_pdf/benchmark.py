"""Time and memory of the register engine (budget P3), for ``./vpdt bench`` or by hand.

By hand: ``python -m official_pdf.benchmark 10000 100000`` with the addon's folder on the path.
"""

import datetime
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import forms

_WORDS = (
    "về việc phê duyệt kế hoạch triển khai thực hiện nhiệm vụ chuyển đổi số trong công tác văn "
    "thư, lưu trữ năm 2026 trên địa bàn tỉnh; báo cáo kết quả sáu tháng đầu năm của ủy ban nhân dân"
).split()
_TYPES = ("Quyết định", "Công văn", "Báo cáo", "Tờ trình", "Thông báo")
_AUTHORS = (
    "UBND tỉnh Gia Lai",
    "Bộ Nội vụ",
    "Sở Khoa học và Công nghệ tỉnh Gia Lai",
    "Văn phòng Chính phủ",
)


def sample_rows(count):
    """Rows (generator of tuples) as in an incoming register, the same at each run."""
    start = datetime.date(2026, 1, 1)
    for number in range(1, count + 1):
        day = start + datetime.timedelta(days=number * 364 // count)
        first = number * 7 % len(_WORDS)
        words = (_WORDS * 2)[first : first + 10 + number % 21]
        yield (
            day,
            number,
            _AUTHORS[number % len(_AUTHORS)],
            f"{number % 5000}/QĐ-UBND",
            day - datetime.timedelta(days=number % 5),
            f"{_TYPES[number % len(_TYPES)]} {' '.join(words)}",
            "Phòng Văn thư - Lưu trữ",
            day,
            None,
            "",
        )


def write_register(path, count):
    """Write an incoming register of ``count`` rows to ``path``; gives seconds (float)."""
    form = forms.INCOMING_REGISTER
    cover = form.make_cover("Sở Nội vụ", parent="Ủy ban nhân dân tỉnh", year=2026)
    start = time.perf_counter()
    with open(path, "wb") as stream:
        form.report(sample_rows(count), cover=cover).write_pdf(stream)
    return time.perf_counter() - start


def measure(count):
    """Measure in this process: dict of rows, seconds, bytes and peak memory of the process in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "register.pdf")
        seconds = write_register(path, count)
        size = path.stat().st_size
    return {"rows": count, "seconds": seconds, "bytes": size, "peak_mb": _peak_mb()}


def _peak_mb():
    """Peak resident memory of this process in MB (Linux).

    Not ``getrusage``: its maximum is inherited from the process that started this one.
    """
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def measure_apart(count):
    """Like `measure`, in a fresh process, so that peak memory is this register's alone."""
    folder = str(Path(__file__).resolve().parent.parent)
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); from official_pdf import benchmark; "
        "json.dump(benchmark.measure(int(sys.argv[2])), sys.stdout)"
    )
    command = [sys.executable, "-c", code, folder, str(count)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["10000", "100000"]:
        sys.stdout.write(json.dumps(measure_apart(int(argument))) + "\n")
