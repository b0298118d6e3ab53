"""How dates, times and stretches of time are written: regular expressions, for patterns that ignore case.

English, German, French, Spanish, Italian, Dutch and Portuguese, by far most of what policies are written in. They
serve to recognise a date where a page names the present one, so a language that is missing only costs a rule.
"""


def _any(names: str) -> str:
    return "|".join(sorted(names.split(), key=len, reverse=True))


_MONTHS = _any(
    "january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
    " januar jänner februar märz mai juni juli oktober dezember mrz okt dez"
    " janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre"
    " enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre"
    " gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre"
    " januari februari maart mei augustus"
    " janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro"
)
_WEEKDAYS = _any(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
    " montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag"
    " lundi mardi mercredi jeudi vendredi samedi dimanche"
    " lunes martes miércoles miercoles jueves viernes sábado sabado domingo"
    " lunedì lunedi martedì martedi mercoledì mercoledi giovedì giovedi venerdì venerdi sabato domenica"
    " maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    " segunda-feira terça-feira quarta-feira quinta-feira sexta-feira"
)
_SHORT_WEEKDAYS = _any(
    "mo di mi do fr sa so lun mar mer jeu ven sam dim mié jue vie sáb dom gio ma wo vr za zo seg ter qua"
)
CALENDAR = rf"{_MONTHS}|{_WEEKDAYS}|(?:{_SHORT_WEEKDAYS})(?=[.,]?\s\d)"
"""The names of months and weekdays; those that are words too only before a number."""

_CLOCK = r"\d{1,2}(?:[:h]\d{2}(?::\d{2})?|\.\d{2}(?=\s?(?:uhr|[ap]\.?m)))"
_NUMERIC = r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
_TELLING = rf"(?:(?:{CALENDAR})\b\.?|(?:{_NUMERIC}|{_CLOCK})(?!\d))"
_NUMBER = rf"\d{{1,4}}(?:(?:st|nd|rd|th|er|h|º|\.(?=\s?(?:{_MONTHS})\b))(?!\w)|(?!\w))"
_ZONE = r"(?:gmt|utc|z|[ecmp][sd]?t|ces?t|bst|ist|jst|aes?t|uhr)(?!\w)(?:\s?[+-]\s?\d{1,2}(?::?\d\d)?(?!\d))?"
_FILLER = r"(?:[ap]\.m\.|[ap]m|of|the|at|and|um|den|der|le|à|de|del|el|las|il|alle|ore|op|om|uur|às|do|dia)(?!\w)"
_BETWEEN = r"[\s,()/·–:-]+"
MOMENT = (
    rf"(?:(?:{_NUMBER}|{_FILLER}){_BETWEEN})*?(?<!\w){_TELLING}"
    rf"(?:(?:{_BETWEEN})?(?<!\w)(?:{_TELLING}|{_ZONE}|{_NUMBER}|{_FILLER})|(?<=\d)[ap]m(?!\w))*"
)
"""A date, a time or both; of numbers alone only what can be nothing else."""

UNITS = _any(
    "second minute hour day week month year sec min hr"
    " sekunde sekunden minuten stunde stunden tag tagen woche wochen monat monaten jahr jahren"
    " seconde secondes heure heures jour jours semaine semaines mois an ans année années"
    " segundo segundos minuto minutos hora horas día días dia dias semana semanas mes meses mês año años ano anos"
    " secondo secondi minuti ora ore giorno giorni settimana settimane mese mesi anno anni"
    " seconden minuut uur dag dagen weken maand maanden jaar"
    " seconds minutes hours days weeks months years secs mins hrs"
)
_FEW = _any(
    "a an one two three four five six seven eight nine ten eleven twelve"
    " einem einer zwei drei vier fünf sechs un une deux trois uno una dos tres due tre een twee drie um uma dois"
)
_AMOUNT = rf"(?:(?:about|over|almost|more\sthan|etwa|über|fast|environ|plus\sde|hace\smás\sde)\s)?(?:\d+|{_FEW})"
AGO = (
    rf"(?:{_AMOUNT}\s(?:{UNITS})(?:,?\s(?:{_AMOUNT})\s(?:{UNITS}))?\s(?:ago|geleden|fa|atrás)"
    rf"|(?:vor|il\sy\sa|hace|há|ha)\s{_AMOUNT}\s(?:{UNITS})(?:\s(?:und|et|y|e)\s{_AMOUNT}\s(?:{UNITS}))?"
    r"|just\snow|yesterday|gestern|hier|ayer|ieri|gisteren|ontem)"
)
"""How long ago something was."""
