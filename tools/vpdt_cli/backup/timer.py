"""The copies made by themselves: systemd timers, or cron where there is no systemd."""

import os
import pwd
import shlex
import shutil
from datetime import datetime
from pathlib import Path

from .. import console, processes
from ..project import DATA, ROOT, Failure, is_root, write_atomically
from . import places

MINUTES = 3  # between two points; what a disaster may cost is this and the time that one takes
UNITS = Path("/etc/systemd/system")
CRON = Path("/etc/cron.d/vpdt-backup")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

NIGHT = datetime(2026, 1, 4, 1, 15, tzinfo=places.VIETNAM)
DRILL = datetime(2026, 1, 4, 3, 30, tzinfo=places.VIETNAM)  # a Sunday

# name → (action, when for systemd, when for cron, which knows the time of the machine only)
RUNS = {
    "vpdt-backup": (
        "now",
        f"OnCalendar=*-*-* {NIGHT:%H:%M}:00 Asia/Ho_Chi_Minh\nPersistent=true",
        lambda _minutes: f"{NIGHT.astimezone():%-M %-H} * * *",
    ),
    "vpdt-backup-point": (
        "point",
        "OnBootSec={minutes}min\nOnUnitInactiveSec={minutes}min\nAccuracySec=5s",
        lambda minutes: f"*/{minutes} * * * *",
    ),
    "vpdt-backup-drill": (
        "drill",
        f"OnCalendar=Sun *-*-* {DRILL:%H:%M}:00 Asia/Ho_Chi_Minh\nPersistent=true",
        lambda _minutes: f"{DRILL.astimezone():%-M %-H * * %w}",
    ),
}

_SERVICE = """[Unit]
Description=VPĐT: backup ({action}) of {database}
After=network-online.target

[Service]
Type=oneshot
User={owner}
WorkingDirectory={root}
{variables}ExecStart="{root}/vpdt" backup {action} --db {database}
Nice=10
IOSchedulingPriority=7
{pace}"""
# of a copy of everything; that of minutes is small, and nothing may keep it waiting
_BEHIND_OTHERS = "CPUWeight=10\nIOWeight=10\n"
_TIMER = """[Unit]
Description=VPĐT: backup ({action})

[Timer]
{when}

[Install]
WantedBy=timers.target
"""
# what a run needs to know and no file of ours says
VARIABLES = ("VPDT_MASTER_KEY_FILE", "VPDT_BACKUP_KEY_FILE", "VPDT_JOURNAL_KEYS", "VPDT_JOURNAL_ANCHORS")
SECRET = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
SECRETS = Path("/etc/vpdt-backup.env")


def units(minutes, database, root=ROOT, environment=os.environ):
    """Names and texts of the units of systemd."""
    variables = "".join(
        f'Environment="{name}={_percent(environment[name])}"\n' for name in VARIABLES if environment.get(name)
    )
    variables += f"EnvironmentFile=-{SECRETS}\n"
    found = {}
    for name, (action, when, _cron) in RUNS.items():
        pace = "" if action == "point" else _BEHIND_OTHERS
        found[f"{name}.service"] = _SERVICE.format(
            pace=pace, action=action, database=database, root=_percent(root), variables=variables, owner=_owner()
        )
        found[f"{name}.timer"] = _TIMER.format(action=action, when=when.format(minutes=minutes))
    return found


def _percent(text):
    """systemd takes % for the beginning of a word of its own."""
    return str(text).replace("%", "%%")


def crontab(minutes, database, root=ROOT, environment=os.environ):
    """The text of the file for cron."""
    # cron knows /usr/bin and /bin only; runuser and the like lie in sbin
    lines = [f"PATH={PATH}"]
    lines += [f"{name}={environment[name]}" for name in VARIABLES if environment.get(name)]
    for action, _when, when in RUNS.values():
        line = f"cd {shlex.quote(str(root))} && set -a && [ ! -f {SECRETS} ] || . {SECRETS}; "
        line += f"nice ./vpdt backup {action} --db {database}"
        lines.append(f"{when(minutes)} {_owner()} {line} >/dev/null".replace("%", r"\%"))  # its end of a line
    return "\n".join(lines) + "\n"


def _owner():
    """Whose the office is: root only where root has set it up."""
    return pwd.getpwuid(DATA.stat().st_uid).pw_name


def install(minutes, database, cron=False):
    """Write the units and start the timers; or the file for cron.

    :param database: name of the one that is backed up from now on
    :raises Failure: not root; more minutes than may be lost
    """
    if not 1 <= minutes <= 5:
        raise Failure(f"{minutes} minutes: no more than 5 may be lost.", "./vpdt backup install --every 3")
    if not is_root():
        raise Failure("only root may have things done by themselves.", "sudo ./vpdt backup install")
    by_cron = cron or not Path("/run/systemd/system").is_dir()
    if by_cron and not shutil.which("cron", path=PATH):
        raise Failure("neither systemd nor cron does things by itself here.", "apt-get install cron, then again.")
    keep_secrets(SECRETS)
    if by_cron:
        write_atomically(CRON, crontab(minutes, database), 0o644)
        console.say(f"{CRON}: mỗi {minutes} phút giữ phần mới, mỗi đêm một bản, mỗi chủ nhật khôi phục thử.")
        return
    for name, text in units(minutes, database).items():
        write_atomically(UNITS / name, text, 0o644)
    processes.run(["systemctl", "daemon-reload"], failure="systemd does not take the units")
    timers = [f"{name}.timer" for name in RUNS]
    processes.run(["systemctl", "enable", "--now", *timers], failure="the timers do not start")
    console.say(f"systemd: mỗi {minutes} phút giữ phần mới, mỗi đêm một bản, mỗi chủ nhật khôi phục thử.")


def check_access(place, environment=os.environ):
    """Refuse to have done by itself what nobody could do: the words for a bucket are in no file yet, and not said now.

    :raises Failure: with the command that says them
    """
    if place.startswith("s3:") and not SECRETS.exists() and not environment.get("AWS_SECRET_ACCESS_KEY"):
        raise Failure(
            f"{SECRETS} is not there, which says how {place} is opened.",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, then: sudo -E ./vpdt backup install",
        )


def keep_secrets(path, environment=os.environ):
    """The access to S3, where only the owner of the office reads it; nothing when none is set now."""
    lines = [f"{name}={shlex.quote(environment[name])}" for name in SECRET if environment.get(name)]
    if lines:
        write_atomically(path, "\n".join(lines) + "\n", 0o600)
        places.give(path)
