"""Run as a program by `sandbox`: shuts itself in, then becomes the command. Imports nothing of ours.

The second wall, for containers and chroots, where nobody may make namespaces:

- Landlock (Linux 5.13 or newer): only what is named can be opened, only the folder of the work be written, nothing
  there be executed;
- a user of its own, when it is started by root: no file of ours is his, no process either;
- seccomp: no connection to anything, no leaving of the process group (which is killed at the end), nothing that looks
  into other processes or goes around the two above.

One of the first two and the third must hold, else it ends with :data:`NO_WALL` and the command never starts.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import stat
import sys

NO_WALL = 97
MAX_PROCESSES = 256  # of a user of its own

# linux/landlock.h
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE, MAKE_DIR, MAKE_REG, MAKE_FIFO, MAKE_SYM = 1 << 4 | 1 << 5, 1 << 7, 1 << 8, 1 << 10, 1 << 12
TRUNCATE = 1 << 14
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
SEEN = EXECUTE | READ_FILE | READ_DIR
# not: executing, sockets, devices, and moving or linking files in from elsewhere
WORKED_IN = READ_FILE | WRITE_FILE | READ_DIR | REMOVE | MAKE_DIR | MAKE_REG | MAKE_FIFO | MAKE_SYM | TRUNCATE
# rights that each ABI knows (index: ABI), the last also for newer ones
FS_RIGHTS = (0, (1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1)
ALL_TCP, ALL_SCOPES = 3, 3
SCOPED_SIGNALS_ABI = 6
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same numbers on every machine

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38
LAST_CAPABILITY = 63

ALLOW, NE, MASKED_EQ = 0x7FFF0000, 1, 7  # seccomp.h
NEW_NAMESPACES = 0x7E020080  # CLONE_NEW*

DENIED = (
    # whom to speak to
    *("connect", "sendmsg", "sendmmsg", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    # the group that is killed at the end
    *("setsid", "setpgid"),
    # other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_open", "pidfd_getfd", "kcmp"),
    *("shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd", "msgrcv", "msgctl"),
    *("mq_open", "mq_unlink", "migrate_pages", "move_pages"),
    # other views of the machine
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_by_handle_at", "fsopen", "fsmount"),
    *("move_mount", "open_tree", "mount_setattr", "truncate"),
    # rights and marks of files, which Landlock leaves open
    *("chmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchownat"),
    *("setxattr", "setxattrat", "lsetxattr", "removexattr", "lremovexattr", "removexattrat"),
    # the kernel
    *("bpf", "perf_event_open", "userfaultfd", "add_key", "request_key", "keyctl", "kexec_load", "kexec_file_load"),
    *("init_module", "finit_module", "delete_module", "swapon", "swapoff", "reboot", "acct", "quotactl", "syslog"),
)
# with the number of another process than the caller first
OF_OTHERS = ("prlimit64", "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")
SIGNALS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal")

libc = ctypes.CDLL(None, use_errno=True)


class Argument(ctypes.Structure):
    """What seccomp compares: argument number, comparison, mask or value, value."""

    _fields_ = [("number", ctypes.c_uint), ("how", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class Attributes(ctypes.Structure):
    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("descriptor", ctypes.c_int32)]


def _call(function, *words):
    if function(*words) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def landlock_abi():
    """Version of Landlock in this kernel; 0: none, or switched off."""
    return max(0, libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1)))


class Fence:
    """A Landlock ruleset; made while all paths can still be reached, put up later.

    :param abi: what this kernel knows
    """

    def __init__(self, abi):
        self.rights = FS_RIGHTS[min(abi, len(FS_RIGHTS) - 1)]
        attributes = Attributes(self.rights, ALL_TCP, ALL_SCOPES)
        size = 24 if abi >= SCOPED_SIGNALS_ABI else 16 if abi >= 4 else 8
        self.descriptor = libc.syscall(
            CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint(0)
        )
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "landlock_create_ruleset")

    def open(self, path, rights):
        """Allow these rights on a path and all below it; nothing happens for a path that is not there."""
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= FILE_RIGHTS
        rule = Beneath(rights & self.rights, place)
        _call(libc.syscall, ADD_RULE, self.descriptor, ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint(0))
        os.close(place)

    def shut(self):
        """Nothing else, from now on, for this process and all that it starts."""
        _call(libc.syscall, RESTRICT_SELF, self.descriptor, ctypes.c_uint(0))


class Filter:
    """A seccomp filter of libseccomp that lets pass what it does not name.

    :raises OSError: libseccomp is not installed
    """

    def __init__(self):
        self.lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self.lib.seccomp_init.restype = ctypes.c_void_p
        self.context = ctypes.c_void_p(self.lib.seccomp_init(ctypes.c_uint32(ALLOW)))

    def deny(self, name, *arguments, error=errno.EPERM):
        """Let a call fail, always or for these :class:`Argument`; one that this machine has not is passed over."""
        number = self.lib.seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            return
        action = ctypes.c_uint32(0x00050000 | error)
        compared = (Argument * len(arguments))(*arguments)
        code = self.lib.seccomp_rule_add_array(self.context, action, number, ctypes.c_uint(len(arguments)), compared)
        if code:
            raise OSError(-code, f"seccomp rule for {name}")

    def load(self):
        code = self.lib.seccomp_load(self.context)
        if code:
            raise OSError(-code, "seccomp_load")


def make_filter(*, signals):
    """The filter of this wall.

    :param signals: whether something else keeps it from sending signals to processes that are not its own
    """
    made = Filter()
    for name in DENIED if signals else DENIED + SIGNALS:
        made.deny(name)
    for name in OF_OTHERS:
        made.deny(name, Argument(0, NE, 0))
    # Local sockets only, which LibreOffice wants to have; none can be connected.
    made.deny("socket", Argument(0, NE, 1), error=errno.EACCES)
    made.deny("sendto", Argument(4, NE, 0))  # with an address
    # LibreOffice wants to listen in /tmp and gives up when it cannot: it is told that it does.
    made.deny("bind", error=0)
    made.deny("listen", error=0)
    for bit in range(32):
        if NEW_NAMESPACES & 1 << bit:
            made.deny("clone", Argument(0, MASKED_EQ, 1 << bit, 1 << bit))
    made.deny("clone3", error=errno.ENOSYS)  # its flags cannot be read; the C library then takes clone
    return made


def drop_capabilities():
    """For root who stays root: no capability, now and after exec."""
    for number in range(LAST_CAPABILITY + 1):
        libc.prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _call(libc.capset, ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def shut_in(order):
    """Put the walls up.

    :param order: dict: ``seen`` paths to read, ``folder`` to write in, ``devices``, ``user`` number or None
    :raises OSError: they do not hold here
    """
    abi = landlock_abi()
    user = order["user"]
    if not abi and user is None:
        raise OSError(errno.ENOSYS, "neither Landlock nor a user of its own")
    fence = Fence(abi) if abi else None
    if fence:
        for path in order["seen"]:
            fence.open(path, SEEN)
        for path in order["devices"]:
            fence.open(path, READ_FILE | WRITE_FILE)
        fence.open(order["folder"], WORKED_IN)
    calls = make_filter(signals=user is not None or abi >= SCOPED_SIGNALS_ABI)
    if user is not None:
        resource.setrlimit(resource.RLIMIT_NPROC, (MAX_PROCESSES,) * 2)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    elif os.geteuid() == 0:
        drop_capabilities()
    _call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call(libc.prctl, PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if fence:
        fence.shut()
    calls.load()


def main(order, command):
    try:
        shut_in(json.loads(order))
    except OSError as error:
        sys.stderr.write(f"no wall: {error}\n")
        return NO_WALL
    os.execvp(command[0], command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
