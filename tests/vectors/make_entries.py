#!/usr/bin/env python3
"""Write the golden entries in tests/vectors/entries, from the description of an entry and not from the code.

Run it in this folder. json.dumps with these settings has the one spelling that an entry has: no blanks, UTF-8 as it is.
"""
import base64
import json
import pathlib

HERE = pathlib.Path(__file__).parent / "entries"
CLOCK = {"synchronized": True, "boot_id": "0f0e0d0c-0b0a-4908-8706-050403020100", "uptime_ms": 123456789}
NO_CLOCK = {"synchronized": None, "boot_id": None, "uptime_ms": 0}
URL = "https://www.linkedin.com/mypreferences/d/settings/data-for-ai-improvement"


def entry(seq, kind, body, clock=CLOCK, time="2026-11-21T18:00:00.000Z"):
    salt = base64.b64encode(bytes(range(16))).decode()
    return {"v": 1, "seq": seq, "kind": kind, "time": time, "clock": clock, "salt": salt, **body}


def observation(**changes):
    body = {
        "setting": "data-for-ai-improvement", "state": "on", "reason": None,
        "observed_at": "2026-11-21T17:59:59.123Z", "change": "first", "cause": None, "phase": "seen",
        "account": {"pseudonym": "00112233445566778899aabbccddeeff", "premium": True},
        "page": {"url": URL, "language": "en", "title": "Data for Generative AI Improvement",
                 "navigation": "load", "loaded_at": "2026-11-21T17:59:50.000Z",
                 "server_date": "2026-11-21T17:59:49.000Z", "corroboration": "on"},
        "control": {"kind": "role-switch", "key": "allowDataForAi",
                    "label": "Use my data for training content creation AI models", "checked": True,
                    "aria_checked": "true", "aria_pressed": None, "disabled": False, "busy": False,
                    "place": "document"},
        "candidates": 1,
        "client": {"browser": "chromium", "version": "156.0", "extension": "0.1.0",
                   "reading": "ffeeddccbbaa99887766554433221100"},
        "trusted": None, "attachments": [],
    }
    body.update(changes)
    return body


def attachment(name, media_type, size, byte):
    return {"name": name, "media_type": media_type, "size": size, "sha256": byte * 32}


def document(**changes):
    body = {
        "document": "privacy-policy", "url": "https://www.linkedin.com/legal/privacy-policy",
        "title": "Privacy Policy", "language": "en", "effective": "2025-11-03",
        "effective_text": "Effective November 3, 2025", "observed_at": "2026-11-21T17:59:59.123Z", "change": "first",
        "client": {"browser": "firefox", "version": "153.0", "extension": "0.1.0",
                   "reading": "ffeeddccbbaa99887766554433221100"},
        "attachments": [attachment("text", "text/plain; charset=utf-8", 41234, "0a")],
    }
    body.update(changes)
    return body


PLAIN_PAGE = {"url": "https://www.linkedin.com/uas/login", "language": None, "title": None,
              "navigation": "in-page", "loaded_at": "1970-01-01T00:00:00.000Z", "server_date": None,
              "corroboration": None}
ODD = "\"quotes\" \\ back\nline\ttab \u0001 \u007f \u2028 né 数据 \U0001f9ea"

GOLDEN = {
    "genesis": entry(0, "genesis", {"host": "0.1.0", "public_key": "ab" * 32, "provider": "gnome-keyring"}),
    "observation-on": entry(1, "observation", observation()),
    "observation-unknown": entry(2, "observation", observation(
        state="unknown", reason="signed-out", account={"pseudonym": None, "premium": None},
        page=PLAIN_PAGE, control=None, candidates=0), clock=NO_CLOCK),
    "observation-odd-words": entry(9007199254740991, "observation", observation(
        state="off", change="changed", cause="user", phase="pending", trusted=True,
        page={**observation()["page"], "title": ODD},
        control={**observation()["control"], "label": ODD, "checked": False, "aria_checked": None})),
    "observation-picture": entry(3, "observation", observation(
        attachments=[attachment("picture", "image/png", 4194304, "0b")])),
    "document": entry(4, "document", document()),
    "document-bare": entry(5, "document", document(
        document="objection-form", title=None, language=None, effective=None, effective_text=None, change="changed")),
    "timestamp": entry(6, "timestamp", {
        "size": 6, "root": "0c" * 32, "tsa": "CN=Good Time,O=Test", "gen_time": "2026-11-21T18:00:01.000Z",
        "authority": "https://time.example/tsr", "attachments": [
            attachment("checkpoint", "text/plain", 200, "0d"),
            attachment("query", "application/timestamp-query", 70, "0e"),
            attachment("reply", "application/timestamp-reply", 4000, "0f"),
            attachment("chain", "application/x-pem-file", 0, "10")]}),
    "exhibit": entry(7, "exhibit", {
        "file": "Your settings.eml", "note": "as it arrived", "mail": {
            "from": "LinkedIn <messages-noreply@linkedin.com>", "date": "Wed, 18 Sep 2024 10:00:00 +0000",
            "subject": None, "linkedin_signature": True},
        "client": {"browser": "firefox", "version": "153.0", "extension": "0.1.0"},
        "attachments": [attachment("file", "message/rfc822", 26214400, "11")]}),
    "exhibit-bare": entry(8, "exhibit", {
        "file": "screen.png", "note": None, "mail": None, "client": None,
        "attachments": [attachment("file", "image/png", 1, "12")]}),
    "discontinuity": entry(7, "discontinuity", {
        "found": "log-rolled-back", "head_size": 9, "head_root": "01" * 32, "log_size": 7,
        "log_root": "02" * 32, "previous": None,
        "damaged": [{"first": 1, "last": 1}, {"first": 3, "last": 5}]}),
    "discontinuity-anew": entry(1, "discontinuity", {
        "found": "key-missing", "head_size": 0, "head_root": "00" * 32, "log_size": 0,
        "log_root": "00" * 32, "previous": "03" * 32, "damaged": []}),
}

HERE.mkdir(exist_ok=True)
for name, value in GOLDEN.items():
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    (HERE / f"{name}.json").write_bytes(text.encode())
