#!/usr/bin/env python3
"""Starts browsers once, as they will be started, and sees whether the extension in each reaches the installed host.

Usage: look.py HOST [NAME TITLE PROGRAM USER_DATA_DIR]...

NAME as `consentlog register --browser` takes it. For each browser it prints a line "NAME TAB ANSWER TAB WORDS":
  runs     the extension's message has reached the host
  hand     nothing is installed that this browser loads by itself, or it takes no such thing
  kept     the member has loaded it by hand, or removed it, and that stays
  old      it is installed, and this browser is older than the extension asks for
  silent   it is installed, and nothing arrived
  absent   there is no program to start
The profile is a scratch one, the files are the installed ones: those for everyone where they are, those of the user seen
through a link. The witness is the host itself: for the extension's first question it goes to the session bus, where this
program waits, and the kernel says who came. Nothing is resolved, so nothing leaves this computer.
"""
import contextlib
import gettext
import importlib.util
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

_ = gettext.translation("consentlog-install", os.environ.get("TEXTDOMAINDIR"), fallback=True).gettext
SECONDS = 60
GECKO = {"firefox", "librewolf", "waterfox"}
GECKO_FILE = "/usr/share/mozilla/extensions/{ec8030f7-c20a-464f-9b0e-13a3a9e97384}/consentlog@consentlog.org.xpi"
EXTERNAL, HOSTS = "External Extensions", "NativeMessagingHosts"
QUIET = [
    "--headless=new", "--no-first-run", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND", "--password-store=basic",
]
PREFERENCES = """
user_pref("network.proxy.type", 1); user_pref("network.proxy.http", "127.0.0.1"); user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1"); user_pref("network.proxy.ssl_port", 9);
user_pref("app.update.enabled", false); user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""


def script(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), pathlib.Path(__file__).resolve().parent / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CRX = script("own-crx")  # which browsers look where, and what a profile knows of extensions


def ours_in(folder):
    """Is there a file of ours among the external extensions?"""
    files = pathlib.Path(folder).glob("*.json") if os.path.isdir(folder) else []
    return any("/consentlog" in file.read_text(errors="replace") for file in files)


def kept(name, title, own, host):
    """What the member has done with it in this browser, in words; or None."""
    if name in GECKO or CRX.FOR_ALL.exists() and name == "chromium":
        return None
    if profile := CRX.loaded_by_hand(own):
        words = _("{title}: loaded by hand in the profile {profile}, and stays as it is; it was not started")
        return words.format(title=title, profile=profile)
    file = pathlib.Path(host).parents[2] / "share/consentlog/crx/id"
    if file.exists() and CRX.removed(own, file.read_text().strip()):
        return _("{title}: you have removed it there, and it stays removed; it was not started").format(title=title)
    return None


def takes_it(name, program):
    """Is it known of this browser that it loads what is installed for it? docs/install.md has the table."""
    if name in GECKO:
        return "firefox-esr" in os.path.realpath(program)
    return CRX.takes_it(name)


def installed(name, own):
    if name in GECKO:
        return name == "firefox" and os.path.exists(GECKO_FILE)
    if name == "chromium" and CRX.FOR_ALL.exists():
        return True
    return ours_in(CRX.system_folder(name)) or ours_in(os.path.join(own, EXTERNAL))


def program_of(pid):
    """The host lets nobody but root look into it, so for others the name under which it was started must do."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/exe")
    with contextlib.suppress(OSError):
        return os.path.realpath(pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode(errors="replace"))
    return ""


class Bus:
    """What stands where the session bus would: it asks the kernel who came, and sends everybody away."""

    def __init__(self, path):
        self.path = path
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(path)
        self.door.listen(16)

    def next_visitor(self, seconds):
        """The program that came, or None when the time is over."""
        self.door.settimeout(max(seconds, 0.01))
        try:
            visit, _ = self.door.accept()
        except TimeoutError:
            return None
        with visit:
            pid = struct.unpack("3i", visit.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
            return program_of(pid)

    def hears(self, host, browser):
        end = time.monotonic() + SECONDS
        while (left := end - time.monotonic()) > 0:
            if self.next_visitor(min(left, 1)) == host:
                return "runs"
            if browser.poll() is not None:
                return "ended"
        return "silent"


def chromium(program, own, scratch):
    """The command, with the user's own files seen from the scratch profile."""
    profile = scratch / "profile"
    profile.mkdir()
    for name in (EXTERNAL, HOSTS):
        if os.path.isdir(os.path.join(own, name)):
            (profile / name).symlink_to(os.path.join(own, name))
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [program, f"--user-data-dir={profile}", *QUIET, *root, "about:blank"]


def gecko(program, own, scratch):
    profile, home = scratch / "profile", scratch / "home" / os.path.basename(own)
    profile.mkdir()
    (profile / "user.js").write_text(PREFERENCES)
    hosts = os.path.join(own, "native-messaging-hosts")
    if os.path.isdir(hosts):
        home.mkdir()
        (home / "native-messaging-hosts").symlink_to(hosts)
    return [program, "--headless", "--no-remote", "--profile", str(profile), "about:blank"]


def environment(scratch):
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    places = {"HOME": "home", "XDG_RUNTIME_DIR": "run", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache"}
    for folder in places.values():
        (scratch / folder).mkdir(mode=0o700)
    return {**kept, **{name: str(scratch / folder) for name, folder in places.items()}}


def end(browser):
    """The browser and what it has started: a session of its own, which is ours to end."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browser.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            browser.wait(5)


def last_line(said):
    """The last that it said, in signs that a terminal shows: why it ended, if it did."""
    said.seek(0, os.SEEK_END)
    said.seek(max(said.tell() - 4096, 0))
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines() if line.strip()]
    return "".join(sign for sign in lines[-1] if sign.isprintable())[:300] if lines else ""


def start(name, program, own, host):
    """The answer, and what the browser said last."""
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="consentlog-", dir="/tmp"))
    try:
        bus = Bus(str(scratch / "bus"))
        given = {**environment(scratch), "DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus.path}"}
        command = (gecko if name in GECKO else chromium)(program, own, scratch)
        nothing = subprocess.DEVNULL
        with open(scratch / "said", "w+b") as said:
            browser = subprocess.Popen(command, env=given, start_new_session=True, stdin=nothing, stdout=nothing, stderr=said)
            try:
                answer = bus.hears(host, browser)
            finally:
                end(browser)
            return answer, last_line(said)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def oldest(name):
    """The oldest browser that takes the extension, as its manifest says."""
    manifest = json.loads((pathlib.Path(__file__).resolve().parent.parent / "extension/manifest.json").read_text())
    return manifest["browser_specific_settings"]["gecko"]["strict_min_version"] if name in GECKO else manifest["minimum_chrome_version"]


def version_of(program):
    """What the browser calls itself, as "140.12.0", or "" when it does not tell. Its words go into a file: nothing that it
    leaves behind can keep this program."""
    with tempfile.TemporaryFile() as said:
        asked = subprocess.Popen([program, "--version"], start_new_session=True, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.DEVNULL)
        try:
            asked.wait(20)
        except subprocess.TimeoutExpired:
            return ""
        finally:
            end(asked)
        said.seek(0)
        found = re.search(r"\b(\d+)(\.\d+)*", said.read(4096).decode(errors="replace"))
    return found.group() if found else ""


def look(host, name, title, program, own):
    """The answer, and the words for people."""
    if words := kept(name, title, own, host):
        return "kept", words
    by_hand = "hand", _("{title}: one step by hand").format(title=title)
    if not installed(name, own) or (name in GECKO and not program):
        return by_hand
    if not program:
        return "absent", _("{title}: ready; there is no program of it to start and look").format(title=title)
    answer, said = start(name, program, own, host)
    if answer == "runs":
        return "runs", _("{title}: runs").format(title=title)
    version, wanted = version_of(program), oldest(name)
    if version and int(version.split(".")[0]) < int(wanted.split(".")[0]):
        words = _("{title}: too old; this is {version}, and the extension needs {wanted} or later. Update it, and it runs from its next start on")
        return "old", words.format(title=title, version=version, wanted=wanted)
    if not takes_it(name, program):
        return by_hand
    why = _("nothing arrived in {seconds} s").format(seconds=SECONDS)
    if answer == "ended":
        why = _("it ended at once, and said last: {said}").format(said=said) if said else _("it ended at once")
    words = _("{title}: installed, but started for a look, no message of the extension reached the host ({why})")
    return "silent", words.format(title=title, why=why)


def leave(number, _):
    """A terminal that is closed, or a kill: what was started here is ended on the way out."""
    sys.exit(128 + number)


if __name__ == "__main__":
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, leave)
    if len(sys.argv) < 2 or (len(sys.argv) - 2) % 4:
        sys.exit("Usage: look.py HOST [NAME TITLE PROGRAM USER_DATA_DIR]...")
    executable, words = os.path.realpath(sys.argv[1]), iter(sys.argv[2:])
    for one in zip(words, words, words, words):
        print(one[0], *look(executable, *one), sep="\t", flush=True)
