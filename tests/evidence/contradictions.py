"""What entries say against themselves and against those before them: docs/evidence-format.md, section 7. For verify.py."""
import base64
import datetime
import hashlib
import re

MINUTE, DAY = 60_000, 86_400_000
PROMPT = 5 * MINUTE
NOTHING = "0" * 64
# What hides or moves others, and the last two of each plane.
HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
                    "\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3"
                    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
                    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17)) + "]")
SITE = "https://www.linkedin.com/"
STATES = ("on", "off", "not-offered", "unknown")
REASONS = ("signed-out", "ambiguous", "inconsistent", "unrecognised-layout", "redirected", "timed-out", "mixed", "challenge",
           "error-page", "disabled", "reworded", "reader-failed", "member-on", "member-off",
           "too-many")
CHANGES = ("first", "unchanged", "changed", "reworded", "stale")
DOCUMENTS = ("privacy-policy", "user-agreement", "subscription-agreement", "ai-faq", "ai-setting-help", "notice-eu", "notice-us",
             "terms-update", "objection-form")
BROWSERS = ("chromium", "chrome", "edge", "brave", "vivaldi", "opera", "firefox", "other")
FOUND = ("key-missing", "key-damaged", "key-foreign", "head-missing", "log-missing", "log-rolled-back", "log-changed",
         "log-damaged", "log-version", "log-unsafe", "log-full", "not-found", "key-restored")


def ms(text):
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    return round((moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds() * 1000)


def later(text, days):
    """The day so many days after, but for what is behind the last one."""
    try:
        return (datetime.datetime.fromisoformat(text[:-1]) + datetime.timedelta(days=days)).strftime("%Y-%m-%d")
    except OverflowError:
        return "9999-12-31"


# ---- what an entry of each kind has --------------------------------------------------------------------------------------

def text(most):
    return lambda v: isinstance(v, str) and 0 < len(v.encode()) <= most


def of(*values):
    return lambda v: any(v is value or (isinstance(v, str) and v == value) for value in values)


def maybe(check):
    return lambda v: v is None or check(v)


def whole(least, most=2**53 - 1):
    return lambda v: type(v) is int and least <= v <= most


def digits(n):
    return lambda v: isinstance(v, str) and re.fullmatch(f"[0-9a-f]{{{n}}}", v) is not None


def time(v):
    try:
        return isinstance(v, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", v) is not None and ms(v) >= 0
    except ValueError:
        return False


def day(v):
    return isinstance(v, str) and time(f"{v}T00:00:00.000Z")


def shape(**members):
    return lambda v: isinstance(v, dict) and v.keys() == members.keys() and all(check(v[k]) for k, check in members.items())


def array(check, most):
    return lambda v: isinstance(v, list) and len(v) <= most and all(map(check, v))


def page_url(v):
    return isinstance(v, str) and v.startswith(SITE) and len(v) <= 256 and re.fullmatch(r'[!-~]+', v) is not None \
        and not re.search(r'[?#"<>\\]', v)


def salt(v):
    return isinstance(v, str) and re.fullmatch(r"[A-Za-z0-9+/]{21}[AQgw]==", v) is not None


TRI = of(True, False, None)
BOOL = of(True, False)
CLIENT = shape(browser=of(*BROWSERS), version=text(32), extension=text(32), reading=digits(32))
SENDER = shape(browser=of(*BROWSERS), version=text(32), extension=text(32))
MAIL = shape(**{"from": maybe(text(512)), "date": maybe(text(128)), "subject": maybe(text(512)), "linkedin_signature": BOOL})
EXHIBITS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf", "eml": "message/rfc822",
            "txt": "text/plain; charset=utf-8", "bin": "application/octet-stream"}
ATTACHMENTS = array(shape(name=text(32), media_type=text(64), size=whole(0, 4194304), sha256=digits(64)), 4)
LISTED = array(shape(name=text(128), media_type=text(128), size=whole(0), sha256=digits(64)), 64)
HEAD = {"v": whole(1, 1), "seq": whole(0), "kind": text(32), "time": time,
        "clock": shape(synchronized=TRI, boot_id=maybe(text(36)), uptime_ms=whole(0)), "salt": salt}
BODIES = {
    "genesis": {"host": text(31), "public_key": digits(64), "provider": text(63)},
    "observation": {
        "setting": of("data-for-ai-improvement"), "state": of(*STATES), "reason": of(None, *REASONS), "observed_at": time,
        "change": of(*CHANGES), "cause": of(None, "user", "unexplained"), "phase": of("seen", "pending", "confirmed"),
        "account": lambda v: shape(pseudonym=maybe(digits(32)), premium=TRI)(v)
        or shape(pseudonym=digits(32), premium=TRI, said=of(True))(v),
        "page": shape(url=page_url, language=maybe(text(35)), title=maybe(text(512)), navigation=of("load", "in-page"),
                      loaded_at=time, server_date=maybe(time), corroboration=of(None, "on", "off")),
        "control": maybe(shape(kind=of("role-switch", "checkbox", "artdeco", "aria-switch", "aria-button", "aria-checkbox"), key=maybe(text(128)),
                               label=maybe(text(1024)), checked=TRI, aria_checked=of(None, "false", "true", "mixed"),
                               aria_pressed=of(None, "false", "true", "mixed"), disabled=BOOL, busy=BOOL,
                               place=of("document", "shadow", "frame"))),
        "candidates": whole(0, 1000), "client": CLIENT, "trusted": TRI, "attachments": ATTACHMENTS},
    "document": {
        "document": of(*DOCUMENTS), "url": page_url, "title": maybe(text(512)), "language": maybe(text(35)),
        "effective": maybe(day), "effective_text": maybe(text(256)), "observed_at": time, "change": of(*CHANGES),
        "client": CLIENT, "attachments": lambda v: ATTACHMENTS(v) and len(v) == 1},
    "timestamp": {"size": whole(1), "root": digits(64), "tsa": text(255), "gen_time": time, "authority": text(256),
                  "attachments": ATTACHMENTS},
    "exhibit": {"file": text(255), "note": maybe(text(1000)), "mail": maybe(MAIL), "client": maybe(SENDER),
                "attachments": lambda v: array(shape(name=text(32), media_type=text(64), size=whole(0, 26214400),
                                                     sha256=digits(64)), 4)(v) and len(v) == 1},
    "discontinuity": {"found": text(64), "head_size": whole(0), "head_root": digits(64), "log_size": whole(0),
                      "log_root": digits(64), "previous": maybe(digits(64)),
                      "damaged": array(lambda r: shape(first=whole(0), last=whole(0))(r) and r["first"] <= r["last"], 64)},
}


def has_head(entry):
    """What every entry has, whatever else is in it."""
    head = {name: text(24) if name == "salt" else check for name, check in HEAD.items()}
    return all(name in entry and check(entry[name]) for name, check in head.items()) and LISTED(entry.get("attachments", []))


def is_read(entry):
    return shape(**HEAD, **BODIES[entry["kind"]])(entry)


# ---- one entry by itself --------------------------------------------------------------------------------------------------

def denied(o):
    """Does the state contradict what stands beside it?"""
    state, control, pending = o["state"], o["control"], o["trusted"] is not None
    member = o["reason"] in ("member-on", "member-off")
    if ((state in ("on", "off") or member) and control is None) or (state == "not-offered" and control is not None):
        return True
    if (state == "unknown") != (o["reason"] is not None):
        return True
    if state in ("on", "off") or member:
        said = {control["checked"]: 1} if control["checked"] is not None else {}
        said.update({{"true": True, "false": False}.get(control[name], "mixed"): 1
                     for name in ("aria_checked", "aria_pressed") if control[name] is not None})
        if set(said) not in ([{True}, {False}] if member else [{state == "on"}]) or o["candidates"] < 1:
            return True
    if pending and state not in ("on", "off"):
        return True
    setting = re.fullmatch(SITE + r"mypreferences/[dm]/(settings/)?data-for-ai-improvement/?", o["page"]["url"])
    return (state != "unknown" or member) and not setting


def attachments_fit(entry):
    listed = entry.get("attachments", [])
    names = {"observation": [[], ["picture"]], "document": [["text"]],
             "timestamp": [["chain", "checkpoint", "query", "reply"]], "exhibit": [["file"]]}.get(entry["kind"], [[]])
    types = {"picture": "image/png", "text": "text/plain; charset=utf-8"}
    if entry["kind"] == "exhibit" and any(a["media_type"] not in EXHIBITS.values() for a in listed):
        return False
    return sorted(a["name"] for a in listed) in names and all(
        a["size"] > 0 and types.get(a["name"], a["media_type"]) == a["media_type"] for a in listed)


def discontinuity_fits(d, seq, root):
    if d["found"] not in FOUND or (d["found"] == "log-rolled-back" and d["head_size"] <= d["log_size"]):
        return False
    ranges = [(r["first"], r["last"]) for r in d["damaged"]]
    if any(last >= d["log_size"] for _, last in ranges) or any(b[0] <= a[1] for a, b in zip(ranges, ranges[1:])):
        return False
    if (ranges and (ranges[0][0] == 0 or d["previous"])) or (d["head_size"] == 0 and d["head_root"] != NOTHING):
        return False
    if seq == 1 and d["log_size"] == 0:
        return d["previous"] != NOTHING and d["log_root"] == NOTHING
    if d["previous"] is not None:
        return seq == 1 and d["previous"] != NOTHING
    return d["log_size"] == seq and d["log_root"] == root(seq).hex()


# ---- what an observation means after those before -------------------------------------------------------------------------

class Account:
    def __init__(self, unsure):
        self.unsure, self.known = unsure, False
        self.settled = self.pending = None  # (state, loaded_at, observed_at); (state, at, trusted)
        self.wording = None

    def meaning(self, o):
        """(change, phase, cause), and the account after it."""
        state, loaded, observed = o["state"], ms(o["page"]["loaded_at"]), ms(o["observed_at"])
        pends = o["trusted"] is not None
        flipped = self.pending is not None and self.pending[0] == state
        waits = self.pending is not None and loaded <= self.pending[1]
        phase = "pending" if pends else "seen" if state == "unknown" or not flipped else "pending" if waits else "confirmed"
        words = None
        if o["control"] is not None and state != "unknown":
            words = hashlib.sha256(repr((o["page"]["language"], o["control"]["key"], o["control"]["label"])).encode()).digest()
        if state == "unknown":
            change = "unchanged" if self.known else "first"
        elif self.settled is None:
            change = "first"
        elif not pends and state != self.settled[0] and loaded < self.settled[1] and observed >= self.settled[2]:
            change = "stale"
        elif state != self.settled[0]:
            change = "changed"
        else:
            change = "reworded" if words and self.wording and words != self.wording else "unchanged"
        trusted = flipped and self.pending[2]
        if pends:
            trusted = trusted or o["trusted"] is True
        elif phase == "seen":
            trusted = False
        cause = None if phase != "pending" and change != "changed" else "user" if trusted else "unexplained"
        self.known = True
        if change != "stale" and words:
            self.wording = words
        if state != "unknown":
            if pends:
                self.pending = (state, observed, cause == "user")
            if phase != "pending" and change != "stale":
                if not waits:
                    self.pending = None
                self.settled = (state, loaded, observed)
        return change, phase, cause

    def possible(self, o):
        """What it can be, whatever was kept back."""
        change, phase, cause = o["change"], o["phase"], o["cause"]
        if o["state"] == "unknown":
            change, phase = change if change == "first" else "unchanged", "seen"
        if o["trusted"] is not None:
            phase = "pending"
        if phase != "pending" and change != "changed":
            return change, phase, None
        return change, phase, cause or "unexplained"

    def unsure_meaning(self, o, hole):
        change, phase, cause = self.possible(o)
        if o["state"] == "unknown" or change == "stale":
            return change, phase, cause
        if phase == "pending":
            self.pending = (o["state"], ms(o["observed_at"]), cause == "user")
            return change, phase, cause
        self.settled = self.pending = None
        self.meaning(o)
        self.unsure = ms(o["page"]["loaded_at"]) < hole
        return change, phase, cause


def remember(values, value):
    if len(values) < 32768:
        values.add(value)


class Contradictions:
    """Entries in order; `found` has the number of each that is to be named, and why."""

    def __init__(self, root):
        self.root, self.found, self.remarks = root, {}, []
        self.salts, self.readings, self.replies, self.accounts, self.documents = set(), set(), set(), {}, {}
        self.hole = self.after_hole = False
        self.hole_ms, self.last, self.ended = 0, None, []

    def say(self, seq, why):
        self.found.setdefault(seq, []).append(why)

    def hide(self):
        self.hole = self.after_hole = True
        for account in self.accounts.values():
            account.unsure = True
        self.documents = {name: (digest, True) for name, (digest, _) in self.documents.items()}

    def take(self, entry):
        seq = entry["seq"]
        if not is_read(entry):
            self.say(seq, "cannot be read")
            self.hide()
            return False
        if self.after_hole:
            self.hole_ms, self.after_hole = ms(entry["time"]), False
        if entry["salt"] in self.salts or len(set(base64.b64decode(entry["salt"]))) < 6:
            self.say(seq, "salt")
        remember(self.salts, entry["salt"])
        self.clock(seq, entry)
        if not attachments_fit(entry):
            self.say(seq, "attachments")
        getattr(self, entry["kind"])(seq, entry)
        return True

    def clock(self, seq, entry):
        now, clock = ms(entry["time"]), entry["clock"]
        boot, up = clock["boot_id"], clock["uptime_ms"]
        if up > 3650 * DAY or boot is None or (self.last and now - self.last[0] > 400 * DAY):
            self.say(seq, "clock")
        if self.last and boot and boot != self.last[1]:
            before = self.last[1] and 0 <= now - self.last[0] < up - MINUTE
            if boot in self.ended or before:
                self.say(seq, "another run of the computer")
            if self.last[1]:
                self.ended = (self.ended + [self.last[1]])[-64:]
        self.last = now, boot

    def times(self, seq, entry):
        late = ms(entry["time"]) - ms(entry["observed_at"])
        if late < -PROMPT or late > DAY:
            self.say(seq, "observed at another time")

    def reading(self, seq, entry):
        if entry["client"]["reading"] in self.readings:
            self.say(seq, "reading")
        remember(self.readings, entry["client"]["reading"])

    def genesis(self, seq, _):
        if seq:
            self.say(seq, "a second beginning")

    def observation(self, seq, o):
        self.reading(seq, o)
        self.times(seq, o)
        said = o["page"]["corroboration"]
        if ms(o["page"]["loaded_at"]) > ms(o["observed_at"]) + PROMPT:
            self.say(seq, "loaded after it was observed")
        if said and o["state"] != "unknown" and o["trusted"] is None and said != o["state"]:
            self.say(seq, "the page's own data")
        too_many = len(self.accounts) == 256 and o["account"]["pseudonym"] not in self.accounts
        contradicts = denied(o) or too_many
        if contradicts:
            self.say(seq, "its state" if denied(o) else "its account")
            o = {**o, "state": "unknown", "reason": "inconsistent", "trusted": None}
        name = o["account"]["pseudonym"]
        account = self.accounts.get(name, Account(self.hole))
        if len(self.accounts) < 256:
            self.accounts[name] = account
        given = account.unsure_meaning(o, self.hole_ms) if account.unsure else account.meaning(o)
        if not contradicts and given != (o["change"], o["phase"], o["cause"]):
            self.say(seq, "its meaning")

    def document(self, seq, d):
        self.reading(seq, d)
        self.times(seq, d)
        latest = later(d["time"], 1096)
        if d["effective"] and (d["effective_text"] is None or not "2003-01-01" <= d["effective"] <= latest):
            self.say(seq, "its date")
        digest = d["attachments"][0]["sha256"]
        before, unsure = self.documents.get(d["document"], (None, self.hole))
        self.documents[d["document"]] = (digest, False)
        change = "first" if before is None else "unchanged" if before == digest else "changed"
        if d["change"] != change and not (unsure and d["change"] in ("first", "unchanged", "changed")):
            self.say(seq, "its change")

    def timestamp(self, seq, token):
        if token["size"] > seq:
            self.say(seq, "its size")
        for one in token["attachments"]:
            if one["name"] == "reply" and one["sha256"] in self.replies:
                self.say(seq, "its answer")
            if one["name"] == "reply":
                remember(self.replies, one["sha256"])

    def exhibit(self, seq, e):
        texts = [e["file"], e["note"]] + [text for text in (e["mail"] or {}).values() if isinstance(text, str)]
        mail = e["attachments"][0]["media_type"] == "message/rfc822"
        if re.search(r"[/\\]", e["file"]) or any(text and HIDDEN.search(text) for text in texts) or mail != (e["mail"] is not None):
            self.say(seq, "what it encloses")

    def discontinuity(self, seq, d):
        if not discontinuity_fits(d, seq, self.root):
            self.say(seq, "what was lost")
