"""Kent's published six terms of 2025/26, and made-up ones for 2026/27."""

from datetime import date

from transitions.term_dates import Term, TermDates

KENT_2025 = (
    Term("T1", 2025, date(2025, 9, 1), date(2025, 10, 17)),
    Term("T2", 2025, date(2025, 10, 27), date(2025, 12, 19)),
    Term("T3", 2025, date(2026, 1, 5), date(2026, 2, 13)),
    Term("T4", 2025, date(2026, 2, 23), date(2026, 4, 2)),
    Term("T5", 2025, date(2026, 4, 20), date(2026, 5, 22)),
    Term("T6", 2025, date(2026, 6, 1), date(2026, 7, 21)),
)
MADE_UP_2026 = (
    Term("T1", 2026, date(2026, 9, 1), date(2026, 10, 16)),
    Term("T2", 2026, date(2026, 11, 2), date(2026, 12, 18)),
    Term("T3", 2026, date(2027, 1, 4), date(2027, 2, 12)),
    Term("T4", 2026, date(2027, 2, 22), date(2027, 3, 25)),
    Term("T5", 2026, date(2027, 4, 12), date(2027, 5, 28)),
    Term("T6", 2026, date(2027, 6, 7), date(2027, 7, 21)),
)
KENT = TermDates(KENT_2025 + MADE_UP_2026)
