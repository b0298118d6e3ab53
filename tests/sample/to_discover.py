"""A vendor that is in no vendors file: its policies are there to be discovered, from its front pages and its index."""

from dataclasses import replace

import sites
from histories import GONE, MOVED, Event, History, Stretch
from pages import Look

HOST = "www.fernwharf.example"
FW, FWS = f"http://{HOST}", f"https://{HOST}"

_since_2014 = replace(sites.FERNWHARF, nav=sites.FERNWHARF_SINCE_2014)
_old = Look(sites.FERNWHARF, "divs", "iso-8859-1", header=False)
_new = Look(_since_2014, "cms")
_french = Look(replace(_since_2014, lang="fr"), "cms")

HISTORIES = (
    History(
        "fernwharf.example",
        "fernwharf-privacy",
        (
            Stretch("A", "the first policy", "2006-05-02", "2009-03-01", _old, (f"{FW}/privacy.html",), "PPP"),
            Stretch("B", "tickets by e-mail, a log", "2009-04-11", "2014-01-20", _old, (f"{FW}/privacy.html",), "PPPP"),
            Stretch("B", "", "2014-03-02", "2018-04-20", _new, (f"{FW}/legal/privacy",), "ZZPZ"),
            Stretch("C", "GDPR, ninety days", "2018-05-22", "2024-10-01", _new, (f"{FWS}/legal/privacy",), "ZBZBZ"),
        ),
        (
            Event("2014-06-07T11:20:31", f"{FW}/privacy.html", "redirect", MOVED, "moved", f"{FW}/legal/privacy"),
            Event("2017-08-01T10:00:00", f"{FW}/privacy.html", "error", GONE, "404"),
        ),
    ),
    History(
        "fernwharf.example",
        "fernwharf-confidentialite",
        (Stretch("A", "in French", "2018-06-01", "2024-09-12", _french, (f"{FWS}/fr/confidentialite",), "ZBZB"),),
        type="privacy policy (fr)",
    ),
    History(
        "fernwharf.example",
        "fernwharf-terms",
        (
            Stretch("A", "the first terms", "2006-05-02", "2014-02-01", _old, (f"{FW}/terms.html",), "PPPP"),
            Stretch("B", "accounts, two hours", "2014-03-02", "2024-08-20", _new, (f"{FWS}/legal/terms",), "ZZBZB"),
        ),
        type="terms of service",
    ),
)

_FRENCH = ("/fr/confidentialite", "Politique de confidentialité")
FRONT_PAGES = (
    ("2007-02-11T09:12:40", f"{FW}/", sites.FERNWHARF),
    ("2011-06-25T17:30:02", f"{FW}/", sites.FERNWHARF),
    ("2016-01-09T08:45:13", f"{FW}/", _since_2014),
    ("2021-11-30T20:04:55", f"{FWS}/", replace(sites.FERNWHARF, nav=(*sites.FERNWHARF_SINCE_2014, _FRENCH))),
)
"""When, where, and the site as it was."""
