#!/usr/bin/env python3
"""The extension as Chromium and its relatives take it from a file: a CRX, signed with a key that is made on this computer.

  own-crx.py make FOLDER                        key, CRX, its id and its update address, kept in FOLDER for the next time
  own-crx.py place FOLDER [TITLE USER_DATA]...  tells these browsers of one user where it is
  own-crx.py everyone FOLDER [DIRECTORY]...     the same for everyone, in directories that a browser is documented to read
  own-crx.py withdraw FOLDER [DIRECTORY]...     takes back what the two have written, for it is there by another way
  own-crx.py remove FOLDER [DIRECTORY]...       the same, and FOLDER

An external extension is a file ID.json that names the CRX. Where a browser has the extension by another way (for everyone,
or loaded by hand) nothing is placed: two copies would both record. What the member has removed stays removed.
"""
import contextlib
import gettext
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

_ = gettext.translation("consentlog-install", os.environ.get("TEXTDOMAINDIR"), fallback=True).gettext
HERE = pathlib.Path(__file__).resolve().parent
FIXED_ID = next(line for line in (HERE / "chromium-ids.txt").read_text().splitlines() if not line.startswith("#"))
FOR_ALL = pathlib.Path("/usr/share/chromium/extensions/org.consentlog.consentlog")
SYSTEM_JSON = {"google-chrome": "/usr/share/google-chrome/extensions", "microsoft-edge": "/usr/share/microsoft-edge/extensions"}
BY_HAND = 4  # Chromium's Manifest::Location of an unpacked extension
UPDATE = """<?xml version='1.0' encoding='UTF-8'?>
<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>
  <app appid='{id}'><updatecheck codebase='{crx}' version='{version}'/></app>
</gupdate>
"""


def system_folder(name):
    """Where that browser is documented to look for what is there for everyone, or ""."""
    return next((folder for start, folder in SYSTEM_JSON.items() if name.startswith(start)), "")


def takes_it(name):
    """Is it known of this browser that it loads a CRX from a file? docs/install.md has the table."""
    return name == "chromium" or bool(system_folder(name))


def script(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- making ------------------------------------------------------------------------------------------------------------


def make_key(key):
    """For its owner alone, and kept: the id comes from it, and with another id the browser would forget what it stored."""
    if key.exists() and key.stat().st_size:
        return
    with tempfile.TemporaryDirectory(dir=key.parent) as scratch:
        made = pathlib.Path(scratch) / "key.pem"
        made.touch(mode=0o600)
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", made], check=True, stderr=subprocess.DEVNULL)
        made.chmod(0o600)
        made.rename(key)


def version_for(digest, before):
    """A browser takes only what has a higher version: another content of the same version gets a fourth number."""
    stated = json.loads((HERE.parent / "extension/manifest.json").read_text())["version"]
    if before.get("sha256") == digest:
        return before["version"]
    same = before.get("version", "") == stated or before.get("version", "").startswith(f"{stated}.")
    if not same:
        return stated
    extra = before["version"][len(stated) + 1 :]
    return f"{stated}.{int(extra or 0) + 1}"


def read(file):
    """Its members; none of a file that is no object, whosever it is."""
    with contextlib.suppress(OSError, ValueError):
        data = json.loads(file.read_text())
        return data if isinstance(data, dict) else {}
    return {}


def write(file, data):
    """Whole or not at all, whenever this is ended; for everyone to read, as the umask allows."""
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(data if isinstance(data, bytes) else data.encode())
    part.replace(file)


def make(folder):
    when = (2020, 1, 1, 0, 0, 0)  # the bytes tell nothing of the day on which they were packed
    pack = script("pack-extension").pack
    folder.mkdir(parents=True, exist_ok=True)
    make_key(folder / "key.pem")
    crx, update = folder / "consentlog.crx", (folder / "update.xml").as_uri()
    with tempfile.TemporaryDirectory() as scratch:
        plain, archive = pathlib.Path(scratch) / "plain", pathlib.Path(scratch) / "zip"
        pack(plain, when, update)
        digest = hashlib.sha256(plain.read_bytes()).hexdigest()
        version = version_for(digest, read(folder / "packed.json"))
        pack(archive, when, update, version)
        data, name = script("pack-crx").wrap(folder / "key.pem", archive.read_bytes())
    write(folder / "packed.json", json.dumps({"sha256": digest, "version": version}) + "\n")
    write(crx, data)
    write(folder / "update.xml", UPDATE.format(id=name, crx=crx.as_uri(), version=version))
    write(folder / "external.json", json.dumps({"external_crx": str(crx), "external_version": version}) + "\n")
    write(folder / "id", f"{name}\n")


# ---- placing -----------------------------------------------------------------------------------------------------------


def settings(user_data):
    """What each profile knows about extensions."""
    for name in ("Preferences", "Secure Preferences"):
        for file in sorted(pathlib.Path(user_data).glob(f"*/{name}")):
            known = read(file).get("extensions")
            yield file.parent.name, known if isinstance(known, dict) else {}


def loaded_by_hand(user_data):
    """The profile that has it unpacked, or None."""
    for profile, known in settings(user_data):
        with contextlib.suppress(AttributeError, KeyError, TypeError):
            if known["settings"][FIXED_ID]["location"] == BY_HAND:
                return profile
    return None


def removed(user_data, name):
    return any(name in (known.get("external_uninstalls") or []) for _, known in settings(user_data))


def for_everyone(user_data):
    """Does that browser have it from the system's folders?"""
    name = os.path.basename(user_data)
    if name == "chromium":
        return FOR_ALL.exists()
    system = system_folder(name)
    return system != "" and any(is_ours(file) for file in pathlib.Path(system).glob("*.json"))


def is_ours(file, end="/share/consentlog/crx/consentlog.crx"):
    return str(read(file).get("external_crx", "")).endswith(end)


def put(folder, directory):
    """Ours, and no other of ours beside it."""
    name = (folder / "id").read_text().strip()
    directory.mkdir(parents=True, exist_ok=True)
    for file in directory.glob("*.json"):
        if is_ours(file) and file.stem != name:
            file.unlink()
    write(directory / f"{name}.json", (folder / "external.json").read_bytes())


def place(folder, title, user_data):
    directory, name = pathlib.Path(user_data) / "External Extensions", (folder / "id").read_text().strip()
    if for_everyone(user_data):
        take_back(directory)
        return _("{title}: it is there for everyone already").format(title=title)
    if profile := loaded_by_hand(user_data):
        take_back(directory)
        words = _(
            "{title}: loaded by hand in the profile {profile}, and stays as it is. To have it without developer mode, "
            "remove it there and run this again; the log stays, its settings do not."
        )
        return words.format(title=title, profile=profile)
    put(folder, directory)
    if removed(user_data, name):
        return _("{title}: you have removed it there, and it stays removed. To have it again: --uninstall, then install anew.").format(title=title)
    if not takes_it(os.path.basename(user_data)):
        return _("{title}: it is told where the extension is; whether it loads it is not known").format(title=title)
    return _("{title}: loads it from its next start on").format(title=title)


def take_back(directory, *end):
    """Was there one?"""
    ours = [file for file in directory.glob("*.json") if is_ours(file, *end)]
    for file in ours:
        file.unlink()
    return bool(ours)


def place_all(folder, browsers):
    """What could not be written is said, and the others get theirs."""
    failed = False
    for title, user_data in browsers:
        try:
            print(place(folder, title, user_data))
        except OSError as error:
            failed = True
            print(_("{title}: {file} cannot be written ({why}), so it does not load the extension").format(title=title, file=error.filename, why=error.strerror))
    return failed


def main(what, where, rest):
    if what == "make":
        make(where)
    elif what == "place":
        os.umask(0o077)
        sys.exit(place_all(where, zip(rest[::2], rest[1::2])))
    elif what == "everyone":
        for one in rest:
            put(where, pathlib.Path(one))
    elif what == "withdraw":
        if any([take_back(pathlib.Path(one), str(where / "consentlog.crx")) for one in rest]):
            print(_("Your own copy is taken back, for it is there for everyone now; the log stays, its settings do not."))
    elif what == "remove":
        for one in rest:
            take_back(pathlib.Path(one), str(where / "consentlog.crx"))
        shutil.rmtree(where, ignore_errors=True)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:])
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
