"""What happened to each policy, and when the archive came by."""

from dataclasses import dataclass

import sites
from pages import Look


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time from `start` to `end` (dates) in which the page showed the text `label` in one look.

    `captures` has a letter a capture: P a page as it is, Z gzip, B brotli, U gzip that no header declares, D gzip
    declared twice, E gzip and then an empty declaration; R a revisit record of the page before it (identical payload),
    N one of a 304. Several `urls` are captured in turn. `about` says what is new in the text, once a text.
    """

    label: str
    about: str
    start: str
    end: str
    look: Look
    urls: tuple[str, ...]
    captures: str


@dataclass(frozen=True, slots=True)
class Event:
    """A capture at one moment (`at`, ISO) that is not the policy.

    `kind` is "redirect", "challenge" or "error". A redirect that `lands` is followed, that many seconds later, by a
    capture of `location` with the text and look in force then; `listed`: that is one of the policy's URLs.
    """

    at: str
    url: str
    kind: str
    status: str
    reason: str
    location: str = ""
    lands: int = 0
    listed: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """A policy: its stretches in order, the events between, the file of its `text`; `requests`: request records too."""

    vendor: str
    text: str
    stretches: tuple[Stretch, ...]
    events: tuple[Event, ...] = ()
    type: str = "privacy policy"
    requests: bool = False


MOVED, FOUND = "301 Moved Permanently", "302 Found"
GONE, BUSY = "404 Not Found", "503 Service Unavailable"

HL = "http://www.harbourlight.example/privacy.html"
HLS = "https://www.harbourlight.example/privacy.html"
hl_tables = Look(sites.HARBOURLIGHT, "tables", "cp1252", "ISO-8859-1")
hl_divs = Look(sites.HARBOURLIGHT, "divs", "cp1252", "iso-8859-1", header=False)
hl_divs8 = Look(sites.HARBOURLIGHT, "divs")
hl_cms = Look(sites.HARBOURLIGHT, "cms")
hl_cf = Look(sites.HARBOURLIGHT, "cms", cloudflare=True)
hl_app = Look(sites.HARBOURLIGHT, "app", cloudflare=True)
hl_ask = Look(sites.HARBOURLIGHT, "app", cloudflare=True, consent=True)

TS = "http://www.tallowsoft.example/company/privacy.php"
TB = "http://www.tallowbridge.example/legal/privacy"
TBS = "https://www.tallowbridge.example/legal/privacy"
TT = "http://www.tallowbridge.example/legal/terms"
TTS = "https://www.tallowbridge.example/legal/terms"
ts_tables = Look(sites.TALLOWSOFT, "tables", "iso-8859-1", header=False)
ts_divs = Look(sites.TALLOWSOFT, "divs")
tb_cms = Look(sites.TALLOWBRIDGE, "cms")
tb_cf = Look(sites.TALLOWBRIDGE, "cms", cloudflare=True)
tb_app = Look(sites.TALLOWBRIDGE, "app")

GW = "http://www.gruenwald.example/datenschutz.html"
GWS = "https://www.gruenwald.example/datenschutz.html"
gw_tables = Look(sites.GRUENWALD, "tables", "ascii", "iso-8859-1", header=False)
gw_named = Look(sites.GRUENWALD, "divs", "ascii", "iso-8859-1")
gw_divs = Look(sites.GRUENWALD, "divs", header=False)
gw_cms = Look(sites.GRUENWALD, "cms")

TK = "http://www.tsukinami.example/privacy.html"
TKS = "https://www.tsukinami.example/privacy.html"
tk_tables = Look(sites.TSUKINAMI, "tables", "cp932", "Shift_JIS", header=False)
tk_divs = Look(sites.TSUKINAMI, "divs", "cp932", "Shift_JIS")
tk_euc = Look(sites.TSUKINAMI, "divs", "euc_jp", "EUC-JP", header=False)
tk_steady = Look(sites.TSUKINAMI, "cms", steady=True)
tk_cms = Look(sites.TSUKINAMI, "cms")

BC = "http://brindlecart.example/privacy-policy"
BC80 = "http://brindlecart.example:80/privacy-policy"
BCW = "http://www.brindlecart.example/privacy-policy"
BCS = "https://brindlecart.example/privacy-policy"
BCWS = "https://www.brindlecart.example/privacy-policy"
bc_divs = Look(sites.BRINDLECART, "divs")
bc_steady = Look(sites.BRINDLECART, "divs", steady=True)
bc_cms = Look(sites.BRINDLECART, "cms")
bc_app = Look(sites.BRINDLECART, "app", cloudflare=True)
bc_ask = Look(sites.BRINDLECART, "app", cloudflare=True, consent=True)

PW = "https://pellworth.example/cookies"
pw_cms = Look(sites.PELLWORTH, "cms")
pw_cf = Look(sites.PELLWORTH, "cms", cloudflare=True)
pw_app = Look(sites.PELLWORTH, "app", cloudflare=True)

OH = "http://www.ospreyhost.example/aup.html"
OHS = "https://www.ospreyhost.example/aup.html"
OHL = "https://www.ospreyhost.example/legal/aup"
oh_tables = Look(sites.OSPREYHOST, "tables", "iso-8859-1")
oh_divs = Look(sites.OSPREYHOST, "divs", "iso-8859-1")
oh_steady = Look(sites.OSPREYHOST, "divs", "iso-8859-1", steady=True)
oh_cms = Look(sites.OSPREYHOST, "cms")

HISTORIES = (
    History(
        "harbourlight.example",
        "harbourlight-privacy",
        (
            Stretch("A", "the first policy", "2004-03-02", "2006-06-10", hl_tables, (HL,), "PPPP"),
            Stretch("B", "sharing with partners", "2006-06-12", "2009-03-20", hl_tables, (HL,), "PPPP"),
            Stretch("C", "relaunch: cookies, new address", "2009-04-03", "2012-03-08", hl_divs, (HL,), "PPPP"),
            Stretch("D", "sharing withdrawn, consent to cookies", "2012-03-19", "2015-06-28", hl_divs8, (HL,), "PZU"),
            Stretch("E", "logs: ninety days become sixty", "2015-07-02", "2016-12-20", hl_cms, (HL,), "ZZZ"),
            Stretch("E", "", "2017-01-09", "2018-05-14", hl_cf, (HL, HLS), "ZZ"),
            Stretch("F", "GDPR", "2018-05-22", "2020-08-30", hl_cf, (HLS,), "ZZB"),
            Stretch("G", "contractual clauses", "2020-09-04", "2021-01-06", hl_cf, (HLS,), "ZB"),
            Stretch("H", "UK GDPR", "2021-01-12", "2022-09-20", hl_app, (HLS,), "BZB"),
            Stretch("H", "", "2022-10-03", "2024-04-01", hl_ask, (HLS,), "BBB"),
            Stretch("I", "no training on photographs", "2024-04-09", "2024-12-20", hl_ask, (HLS,), "BBB"),
        ),
        (
            Event("2013-09-17T02:14:55", HL, "error", BUSY, "503"),
            Event("2019-02-11T15:40:02", HL, "redirect", MOVED, "redirect to the same page by https", HLS, 1),
        ),
    ),
    History(
        "tallowbridge.example",
        "tallowbridge-privacy",
        (
            Stretch("A", "the first statement", "2005-02-14", "2008-01-20", ts_tables, (TS,), "PPPP"),
            Stretch("B", "live chat", "2008-02-11", "2011-03-25", ts_divs, (TS,), "PPPP"),
            Stretch("C", "analytics, another address", "2011-04-08", "2012-08-30", ts_divs, (TS,), "PZP"),
            Stretch("D", "new name, chats kept for six months", "2012-09-10", "2016-02-25", tb_cms, (TB,), "ZZZ"),
            Stretch("E", "Marketplace", "2016-03-07", "2018-05-20", tb_cf, (TB,), "ZZZ"),
            Stretch("F", "GDPR", "2018-05-24", "2022-02-10", tb_cf, (TBS,), "ZZBZ"),
            Stretch("G", "list of subprocessors", "2022-02-15", "2024-11-30", tb_app, (TBS,), "BBB"),
        ),
        (
            Event("2012-09-14T07:20:31", TS, "redirect", MOVED, "redirect to the policy's new URL", TB, 2),
            Event("2013-11-02T18:55:08", TS, "redirect", MOVED, "redirect to the policy's new URL", TB, 41),
            Event("2017-05-09T11:03:44", TS, "redirect", MOVED, "redirect to the policy's new URL", TB, 1),
        ),
    ),
    History(
        "tallowbridge.example",
        "tallowbridge-terms",
        (
            Stretch("A", "the first terms", "2012-10-01", "2014-03-01", tb_cms, (TT,), "ZZZ"),
            Stretch("B", "arbitration", "2014-03-10", "2014-07-02", tb_cms, (TT,), "ZZZ"),
            Stretch("A", "", "2014-07-08", "2018-05-20", tb_cms, (TT,), "ZZUZ"),
            Stretch("C", "plans instead of fixed limits", "2018-05-25", "2021-08-28", tb_cf, (TTS,), "ZBZ"),
            Stretch("D", "tickets, courts in Europe", "2021-09-06", "2024-12-01", tb_app, (TTS,), "BBB"),
        ),
        (Event("2019-10-30T23:12:09", TTS, "error", GONE, "404"),),
        "terms of service",
    ),
    History(
        "gruenwald.example",
        "gruenwald-datenschutz",
        (
            Stretch("A", "die erste Erklärung", "2007-03-11", "2011-02-14", gw_tables, (GW,), "PPP"),
            Stretch("B", "Zählpixel", "2011-03-01", "2013-08-20", gw_named, (GW,), "PP"),
            Stretch("B", "", "2013-09-02", "2018-05-10", gw_divs, (GW,), "PPZ"),
            Stretch("C", "DSGVO", "2018-05-23", "2019-07-19", gw_cms, (GW, GWS), "ZZZ"),
            Stretch("D", "neue Rechtsform und Anschrift", "2019-08-05", "2022-03-28", gw_cms, (GWS,), "ZZZ"),
            Stretch("E", "keine Zählung mehr", "2022-04-04", "2024-11-11", gw_cms, (GWS,), "ZZZ"),
        ),
    ),
    History(
        "tsukinami.example",
        "tsukinami-privacy",
        (
            Stretch("A", "制定", "2005-06-03", "2010-09-02", tk_tables, (TK,), "PPPP"),
            Stretch("B", "窯開きの案内は電子メールで", "2010-09-14", "2012-11-20", tk_divs, (TK,), "PPP"),
            Stretch("B", "", "2013-01-15", "2017-05-20", tk_euc, (TK,), "PP"),
            Stretch("C", "改正個人情報保護法", "2017-06-04", "2022-03-20", tk_steady, (TK, TKS), "PRRNR"),
            Stretch("D", "移転、外国への提供", "2022-04-05", "2024-10-10", tk_cms, (TKS,), "ZZZ"),
        ),
    ),
    History(
        "brindlecart.example",
        "brindlecart-privacy",
        (
            Stretch("A", "the first policy", "2009-02-19", "2011-04-25", bc_divs, (BC80, BCW, BC), "PPPP"),
            Stretch("B", "advertising network", "2011-05-02", "2011-05-28", bc_divs, (BC, BCW), "PP"),
            Stretch("A", "", "2011-06-03", "2014-01-20", bc_steady, (BC, BCW), "PRRNR"),
            Stretch("C", "rewritten", "2014-02-10", "2018-05-10", bc_cms, (BC, BCW, BCS), "ZPZDZ"),
            Stretch("D", "GDPR, a data center in Europe", "2018-05-21", "2019-12-20", bc_cms, (BCS, BCWS), "ZEZZ"),
            Stretch("E", "CCPA", "2020-01-03", "2022-12-15", bc_app, (BCS,), "BBB"),
            Stretch("F", "automated decisions", "2023-01-09", "2024-02-20", bc_ask, (BCS,), "BBB"),
            Stretch("G", "thirty days become sixty", "2024-03-04", "2024-12-10", bc_ask, (BCS,), "BBB"),
        ),
        (
            Event(
                "2015-07-19T08:00:12",
                BC,
                "redirect",
                FOUND,
                "redirect out of the archive",
                "https://brindlecart.example/legal/2015/privacy",
            ),
            Event("2018-09-03T21:30:47", BC, "redirect", MOVED, "redirect to the same page by https", BCS, 1),
            Event("2020-11-21T04:18:36", BCS, "challenge", "403 Forbidden", "challenge"),
            Event("2021-06-14T13:22:10", BCS, "challenge", "200 OK", "challenge"),
            Event("2022-08-08T16:45:59", BCW, "redirect", MOVED, "redirect to the same page by https", BCS, 3),
            Event("2023-10-01T09:09:41", BCS, "challenge", "200 OK", "challenge"),
        ),
    ),
    History(
        "pellworth.example",
        "pellworth-cookies",
        (
            Stretch("A", "the first policy", "2016-03-15", "2017-05-30", pw_cms, (PW,), "ZZZ"),
            Stretch("B", "local storage, another address", "2017-06-12", "2018-05-18", pw_cms, (PW,), "ZB"),
            Stretch("C", "consent, thirteen months", "2018-05-24", "2021-02-20", pw_cf, (PW,), "BBZ"),
            Stretch("D", "no cookies since version 4", "2021-03-02", "2023-12-20", pw_app, (PW,), "BBB"),
            Stretch("E", "Global Privacy Control, end of version 3", "2024-01-08", "2024-12-15", pw_app, (PW,), "BBB"),
        ),
        (Event("2022-05-05T05:05:50", PW, "error", BUSY, "503"),),
        "cookie policy",
        requests=True,
    ),
    History(
        "ospreyhost.example",
        "ospreyhost-aup",
        (
            Stretch("A", "the first rules", "2006-04-10", "2008-08-25", oh_tables, (OH,), "PPPP"),
            Stretch("B", "servers; reports are answered", "2008-09-08", "2012-05-30", oh_divs, (OH,), "PPP"),
            Stretch("C", "appeals, two days, 300 messages", "2012-06-11", "2014-02-20", oh_steady, (OH,), "PRR"),
            Stretch("C", "", "2014-03-03", "2016-03-25", oh_cms, (OH,), "PZ"),
            Stretch("D", "private images", "2016-04-04", "2019-01-30", oh_cms, (OH,), "ZZZ"),
            Stretch("E", "crypto-currency", "2019-02-12", "2022-06-20", oh_cms, (OHS,), "ZZZ"),
        ),
        (
            Event("2010-06-21T12:00:33", OH, "error", GONE, "404"),
            Event("2013-03-30T19:47:05", OH, "error", BUSY, "503"),
            Event("2017-03-05T10:10:10", OH, "redirect", MOVED, "redirect loop", OHS),
            Event("2017-03-05T10:10:12", OHS, "redirect", MOVED, "redirect loop", OH),
            Event("2018-11-12T06:33:20", OH, "redirect", FOUND, "redirect to an unlisted URL", OHL, 40, listed=False),
            Event("2020-08-19T20:01:17", OHS, "error", GONE, "404"),
            Event("2020-08-19T22:58:54", OHS, "error", GONE, "404"),
        ),
        "acceptable use policy",
    ),
)
