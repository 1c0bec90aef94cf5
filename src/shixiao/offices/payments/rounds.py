"""wip"""


def due_day(rhythm, period):
    from datetime import date

    return date(int(period[:4]), 12, 31)


def period_title(period):
    return period
