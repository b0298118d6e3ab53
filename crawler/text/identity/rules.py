"""What is disregarded in any text, since the page and not the vendor says it: years of copyright, the present date,
how long ago a page was edited, counters, the ids and addresses of a request.

A rule must never hide a change by the vendor. So each asks for words that leave no other meaning, in a short line, and
blanks no more than the value: "Viewed 1,234 times" is a counter, but "10,000 page views" may be what a plan allows,
"2 years ago" the limit of a claim, and "Last updated: 3 March" is the vendor's own word. What no rule dares to judge
may be learned from a policy's own snapshots (`crawler.text.identity.learning`).
"""

import re
from typing import NamedTuple

from crawler.model import Disregarded
from crawler.text.identity.dates import AGO, MOMENT

BLANK = "\u2426"
"""Stands in a text where something is disregarded (Unicode's symbol for a substitute, which no policy has)."""

_SHORT = 300
"""Longest line (characters) in which a rule looks: footers and stamps are short, and so it stays quick."""


class _Rule(NamedTuple):
    what: str
    pattern: re.Pattern[str]  # its group `value` is blanked
    anywhere: bool  # whether it may be in a list or table, where "25 users online" is rather what a plan allows


def _rule(what: str, pattern: str, *, anywhere: bool = True) -> _Rule:
    return _Rule(what, re.compile(pattern, re.IGNORECASE | re.VERBOSE), anywhere)


_START = r"(?:^|[.!?|·•–—»:(\[-]\s*)"
_NO_SENTENCE = r"(?=\W*$|\s*[.|·•–—)\]-]|[,;]?\s+(?-i:[A-Z]))"
"""After a value: the end, or something else that begins. A sentence that goes on may be of another thing."""

# -- copyright --------------------------------------------------------------------------------------------------------
_YEAR = r"(?:19|20)\d\d(?!\w)"
_YEARS = rf"""(?P<value>{_YEAR}(?:
    [-–—/]\d\d(?!\w)
    | \s?(?:[-–—/,&+]|to|and|bis|und|à|et|al|y|tot|en|a|e)\s?{_YEAR}
    | \s?[-–—]\s?(?:present|today|heute)\b
)*)"""
_SIGN = r"(?:©|(?<!\w)copyright\s*(?:©|\(c\)))"
_RESERVED = r"""(?:all\srights|alle\srechte|alle\srechten|tous\sdroits|todos\slos\sderechos|todos\sos\sdireitos
    |tutti\si\sdiritti)"""
_LAW = r"(?:acts?\b|laws?\b|statutes?\b|bill\b|directive|regulation|gesetz|order\b|treaty|amendment)"
_STAMP = r"(?:updated?|revised|version|effective|modified|dated?|since|last|valid|stand|in\sforce)"
_HOLDER = rf"(?:(?!{_LAW}|{_STAMP})[^\W\d][\w&'’,.-]*\s+|&\s+){{1,7}}"
_NAMES = (
    rf"(?-i:(?:(?!(?i:{_LAW}|{_STAMP}))[A-Z][\w&'’,.-]*)(?:\s+(?:(?!(?i:{_LAW}|{_STAMP}))[A-Z][\w&'’,.-]*|&)){{0,4}})"
)
_NOTICE_ENDS = rf"(?=\W*$|\s*[.;|·•]|\s*[,–-]\s*(?:{_RESERVED}|(?-i:[A-Z]))|\s+(?:by\b|{_RESERVED}|(?-i:[A-Z])))"
_QUOTED = r"(?<![“„«‘\"'])"  # a notice in quotes is one that readers must keep
_SAYS = r"""(?![)\]]?\s+(?:may|must|can|cannot|shall|should|will|is|are|was|were|has|have|or|only|onwards?
    |until|if|when|which|that|who|below|above)\b|\s+(?!by\b|all\b)(?-i:[a-z]+\s+[a-z]))"""
"""A notice says no more than whose and from when a text is; works of these years are something else."""

# -- the present date -------------------------------------------------------------------------------------------------
_NOW = r"""(?:
    today(?:['’]s\sdate)?(?:\sis)?:?
    | (?:the\s)?(?:current\s)?(?:date|time|date\sand\stime)\s(?:is\snow|now\sis)
    | (?:the\s)?current\s(?:server\s|local\s|date\sand\s)?(?:date|time)(?:\sis)?:?
    | (?:our\s|your\s)?(?:server|local)\stime\s(?:is\snow|now\sis)
    | it\sis\s(?:now|currently):?
    | (?:date\s)?printed(?:\son)?:?
    | page\s(?:was\s)?generated(?:\s(?:on|at))?:?
    | heute(?:\sist)?:? | aktuelle[sr]?\s(?:datum|zeit|uhrzeit):? | es\sist\sjetzt
    | (?:aujourd['’]hui,?\s)?nous\ssommes(?:\sactuellement)?(?:\sle)? | aujourd['’]hui\s?:? | date\sdu\sjour\s?:?
    | hoy(?:\ses)?:? | fecha\sactual:?
    | oggi(?:\sè)?:? | data\sodierna:?
    | (?:het\sis\s)?vandaag(?:\sis)?(?:\shet)?:? | het\sis\snu
    | hoje(?:\sé)?:? | data\satual:?
)"""

# -- edits ------------------------------------------------------------------------------------------------------------
_EDITED = r"""(?:(?:last|zuletzt|dernière|última|ultimo|ultima|laatst)\s)?(?:
    updated?|modified|edited|posted|published|reviewed|revised|changed
    |aktualisiert|geändert|bearbeitet|veröffentlicht
    |mis\sà\sjour|mise\sà\sjour|modifiée?|publiée?
    |actualizad[oa]|actualización|modificad[oa]|publicad[oa]
    |aggiornat[oa]|aggiornamento|modificat[oa]|pubblicat[oa]
    |bijgewerkt|gewijzigd|gepubliceerd
    |atualizad[oa]|atualização
)"""

# -- counters ---------------------------------------------------------------------------------------------------------
_N = r"(?>\d(?:[\d,.'’\u00a0\u202f]*\d)?(?:\s\d{3}(?!\d))*)"  # taken whole: else a line of digits takes 3 ms
_OF = rf"{_N}(?:\s(?:out\sof|of|von|sur|de|di|van|su)\s{_N})?"
_THANKED = r"""(?:fanden\s(?:dies|das|diesen\sbeitrag)\shilfreich|(?:ont\s)?trouvé\s(?:cela|cet\sarticle)\sutile
    |les\spareció\sútil|(?:lo\s)?hanno\strovato\sutile|vonden\sdit\snuttig|acharam\sisso\sútil
    |found\sthis\shelpful)"""
_VIEWS = r"(?:(?:page\s)?hits|article\s(?:views|hits|reads)|total\s(?:visitors|hits)|zugriffe|lecturas|letture)"
"""Words that no plan has limits for: "Page views: 10,000" may be what one allows."""
_READ = rf"""(?:
    (?:(?:this\s)?(?:article|page|document|post|topic)\s(?:has\sbeen\s|was\s)?)?(?:viewed|read|visited|accessed)[:\s]\s?
        (?P<value>{_N}\stimes?)
    | diese[rs]?\s(?:seite|artikel|beitrag)\swurde\s(?:bisher\s|bereits\s)?
        (?P<value_de>{_N})[\s-]?(?:mal|x)\s(?:gelesen|aufgerufen|abgerufen|besucht)
    | cet(?:te)?\s(?:article|page)\sa\sété\s(?:lue?|vue?|consultée?|visitée?)\s(?P<value_fr>{_N})\sfois
    | est[ea]\s(?:página|artículo)\sha\ssido\s(?:vist|leíd|visitad)[oa]\s(?P<value_es>{_N})\sveces
    | quest[oa]\s?(?:pagina|articolo)\s(?:è\sstat[oa])\s(?:lett|vist|visitat)[oa]\s(?P<value_it>{_N})\svolte
    | (?:deze|dit)\s(?:pagina|artikel)\s(?:is|werd)\s(?P<value_nl>{_N})\skeer\s(?:bekeken|gelezen|bezocht)
    | est[ea]\s(?:página|artigo)\sfoi\s(?:vist|lid|visitad)[oa]\s(?P<value_pt>{_N})\svezes
)"""
_PEOPLE = (
    r"(?:registered\s)?(?:guests?|users?|visitors?|members?|besucher|gäste|mitglieder|visiteurs?|usuarios?|utenti)"
)
_ONLINE = rf"""(?P<value>{_N}\s{_PEOPLE}(?:\s(?:and|und|et|y|e)\s(?:no|keine|aucun|{_N})\s{_PEOPLE})?)
    \s(?:are\s|is\s)?(?:currently\s)?(?:online|en\sligne|en\slínea)"""

# -- the request ------------------------------------------------------------------------------------------------------
_SECONDS = r"(?:ms|s|secs?|seconds?|milliseconds|sekunden|secondes|segundos|secondi|seconden)"

_RULES = (
    _rule("copyright year", rf"{_QUOTED}{_SIGN}\s*(?:copyright\s*)?(?:by\s+)?(?>{_YEARS}){_SAYS}"),
    _rule("copyright year", rf"{_START}(?:copyright|copr\.)\s+{_YEARS}(?!\s*{_LAW}){_NOTICE_ENDS}"),
    _rule("copyright year", rf"^\W*\(c\)\s*(?:copyright\s*)?{_YEARS}(?=.*{_RESERVED})"),
    _rule("copyright year", rf"^\W*\(c\)\s*{_YEARS}(?=\s+(?:by\s+)?{_NAMES}\W*$)"),
    _rule("copyright year", rf"{_SIGN}\s*(?:by\s+)?{_HOLDER}{_YEARS}(?=\W*$|\s*[.|·•,;–-]|\s+{_RESERVED})"),
    _rule("copyright year", rf"^\W*copyright\s+{_NAMES}\s+{_YEARS}(?=\W*$)"),
    _rule(
        "present date",
        rf"{_START}(?:all\stimes\sare\s[\w\s+:-]{{3,12}}\.\s)?{_NOW}\s*(?>(?P<value>{MOMENT})){_NO_SENTENCE}",
    ),
    _rule(
        "time taken",
        rf"""{_START}(?:this\s|diese\s|esta\s)?(?:page|seite|página|pagina)\b(?!.*\b(?:must|should|shall|will|may|can)\b)[\w\s]{{0,30}}?\b(?:in|took|en):?\s
        (?P<value>(?:\d+[.,]\d+\s?{_SECONDS}|\d+\s?ms)\b(?:\W*with\s\d+\squeries)?)\W*$""",
    ),
    _rule("time taken", r"^\W*parse\stime:\s(?P<value>[\d.]+(?:\W+number\sof\squeries:\s\d+)?)"),
    _rule(
        "time since an edit",
        rf"(?:^\W*|[.·•|–—]\s){_EDITED}\s?[:,-]?\s?(?P<value>{AGO})(?:\sby\s[^.,;]{{1,40}})?\W*$",
        anywhere=False,
    ),
    _rule("time since an edit", rf"^\W*(?!vor\s)(?P<value>{AGO})\W*$", anywhere=False),
    _rule("time since an edit", rf"^\W*(?P<value>{AGO})\s{_EDITED}\W*$", anywhere=False),
    _rule("time since an edit", rf"^\W*{_EDITED}\b.{{1,60}}\((?P<value>{AGO})\)\W*$", anywhere=False),
    _rule("counter", rf"^\W*{_READ}\W*$", anywhere=False),
    _rule("counter", rf"{_START}{_VIEWS}\s?:\W*(?P<value>{_N})\W*$", anywhere=False),
    _rule(
        "counter",
        rf"""(?:you\sare\s(?:our\s)?visitor|sie\ssind\s(?:unser\s)?besucher|vous\sêtes\sle\svisiteur)
        (?:\s(?:number|no\.?|nr\.?|nummer|numéro|n°))?\s?[:\#]?\s?(?P<value>{_N})""",
    ),
    _rule("counter", rf"^\W*sie\ssind\sder\s(?P<value>{_N})\.\sbesucher\b"),
    _rule(
        "counter",
        rf"""{_START}\W*(?P<value>{_OF})\s(?:people|readers|users|persons|personen|personnes|usuarios|utenti|mensen)?\s?
        (?:found\s(?:this|it)\s(?:\w+\s)?(?:to\sbe\s)?(?:helpful|useful)|{_THANKED})""",
    ),
    _rule("counter", rf"{_THANKED}\s?:\s?(?P<value>{_OF})"),
    _rule(
        "counter",
        rf"""^\W*(?:in\stotal\s)?(?:(?:there\s(?:are|is)|we\shave|aktuell\ssind|zurzeit\ssind)\s)?(?:currently:?\s)?
        {_ONLINE}\W*$""",
        anywhere=False,
    ),
    _rule(
        "counter",
        rf"""^\W*in\stotal\sthere\s(?:are|is)\s(?P<value>{_N}\s{_PEOPLE}\sonline\s::\s
        (?:(?:{_N}|and|,|registered|hidden|bots?|guests?|\s)+))(?:\(.{{1,60}}\))?\W*$""",
        anywhere=False,
    ),
    _rule(
        "counter",
        rf"^\W*currently\sactive\susers:\s(?P<value>{_N}(?:\s\({_N}\s{_PEOPLE}\sand\s{_N}\s{_PEOPLE}\))?)\W*$",
        anywhere=False,
    ),
    _rule(
        "id of the request",
        _START
        + r"""(?:(?:your|the|cloudflare)\s)?(?:ray|request|trace|correlation|incident|session)[\s-](?:id|number|no\.?)
        \s?[:\#]?\s?(?>(?P<value>(?=[\w-]*\d)[\da-z][\da-z-]{7,}))"""
        + _NO_SENTENCE,
    ),
    _rule("id of the request", r"^\W*reference\s?\#(?P<value>[\da-f]+(?:\.[\da-f]+){2,})"),
    _rule(
        "address of the reader",
        r"""(?:your\sip(?:\saddress)?(?:\sis)?|ihre\sip-adresse(?:\s(?:ist|lautet))?|votre\sadresse\sip(?:\sest)?)\s?:?\s
        (?>(?P<value>\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{1,4}(?::[\da-f]{0,4}){2,7}))"""
        + _NO_SENTENCE,
    ),
)
_DIGIT = re.compile(r"\d")
_SHORT_OF_TIME = 60  # longest line without digits that may say how long ago something was
_OF_TIME = " ago|vor |il y a|hace |geleden| fa|atrás|há |just now|yesterday|gestern|hier|ayer|ieri|gisteren|ontem"
_OF_ANY_RULE = (
    "©|(c)|copyright|copr."
    "|today|time|date|currently|it is now|printed|generated|heute|jetzt|aktuell|nous sommes|aujourd|hoy|fecha|oggi"
    "|odierna|vandaag|het is nu|hoje|data atual"
    "|page|seite|página|pagina|view|read|visit|access|hits|zugriff|aufruf|besuch|vues|lecturas|letture|weergaven"
    "|visualiza|gelesen|abgerufen|fois|veces|volte|keer|vezes|helpful|useful|hilfreich|utile|útil|nuttig|online"
    "|en ligne|en línea|active"
    "|ray|request|trace|correlation|incident|session|reference|your ip|ip-adresse|adresse ip"
)
_TIMES = tuple(_OF_TIME.split("|"))
_CUES = (*_TIMES, *_OF_ANY_RULE.split("|"))
"""Every rule asks for one of these, and most lines have none: to look takes less time than to try the rules."""


def disregard(line: str, *, in_item: bool) -> tuple[str, list[Disregarded]]:
    """Return a line of plain text with `BLANK` in place of what does not count, and what that is; ``in_item`` tells
    that it is of a list or table.
    """
    found: list[Disregarded] = []
    if 4 < len(line) <= _SHORT and _may_tell(line):
        line = _blank(line, found, in_item=in_item)
    return line, found


def _may_tell(line: str) -> bool:
    """Whether it is worth while to try the rules on a line."""
    if _DIGIT.search(line) is not None:
        low = line.lower()
        return any(cue in low for cue in _CUES)
    return len(line) <= _SHORT_OF_TIME and any(time in line.lower() for time in _TIMES)


def _blank(line: str, found: list[Disregarded], *, in_item: bool) -> str:
    for rule in _RULES:
        if in_item and not rule.anywhere:
            continue
        while match := rule.pattern.search(line):  # it ends: each time there are fewer digits or words
            group = next(name for name, value in match.groupdict().items() if value is not None)
            found.append(Disregarded(rule.what, match[group]))
            line = line[: match.start(group)] + BLANK + line[match.end(group) :]
    return line
