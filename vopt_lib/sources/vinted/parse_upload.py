"""This is where "2 giorni fa" becomes a moment: the upload date of an item page, in seven languages."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

SECOND = (
    "second seconds secondo secondi seconde secondes seconden segundo segundos sekunde sekunden sekunda sekundy sekund"
)
MINUTE = "minute minutes minuto minuti minutos minuten minuut minuta minuty minut min"
HOUR = "hour hours ora ore heure heures hora horas stunde stunden uur uren godzina godziny godzin godzine"
DAY = "day days giorno giorni jour jours dia dias tag tage tagen dag dagen dzien dni"
WEEK = "week weeks settimana settimane semaine semaines semana semanas woche wochen weken tydzien tygodnie tygodni"
MONTH = "month months mese mesi mois mes meses monat monate monaten maand maanden miesiac miesiace miesiecy"
YEAR = "year years anno anni an ans ano anos jahr jahre jahren jaar rok lata lat"

UNITS: dict[str, timedelta] = {
    SECOND: timedelta(seconds=1),
    MINUTE: timedelta(minutes=1),
    HOUR: timedelta(hours=1),
    DAY: timedelta(days=1),
    WEEK: timedelta(weeks=1),
    MONTH: timedelta(days=30),
    YEAR: timedelta(days=365),
}
"""A month counts 30 days and a year 365: the page itself says no more."""

ONE = frozenset(
    ("a", "an", "un", "una", "uno", "une", "ein", "eine", "einem", "einer", "einen", "een", "jeden", "jedna")
)
AGO = frozenset(("ago", "fa", "hace", "vor", "geleden", "temu", "il"))

_UNIT_OF = {word: unit for words, unit in UNITS.items() for word in words.split()}


def upload_time(text: str | None, seen_at: datetime) -> datetime | None:
    """The moment that a page names, as exactly as it names it: "3 ore fa" is seen_at less three hours.

    Returns: None for no text or words that are not understood; ISO times with an offset are taken as they are.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        pass
    plain = unicodedata.normalize("NFKD", text.lower())
    words = re.findall(r"[a-z]+|[0-9]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    units = [_UNIT_OF[word] for word in words if word in _UNIT_OF]
    if not units or AGO.isdisjoint(words):
        return None
    number = next((int(word[:4]) for word in words if word.isdigit()), None)
    if number is None:
        number = 1 if not ONE.isdisjoint(words) or len(words) == 2 else None
    return seen_at - number * units[-1] if number is not None and number < 1000 else None
