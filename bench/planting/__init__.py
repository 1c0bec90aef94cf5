"""Cheats, planted in whole simulated years of an office, to see whether the questions of `performance.questions` find them.

Whoever wrote this had not read how the questions are made, and whoever makes them has not read this.

**What is planted.** In some place (the rounds of one register, the planned work, nil returns, petitions, payments, allowances) and
season work is neglected: done late or never. Somebody then hides a share of it, through the steps that the product gives him:

- batch closing: late work is closed in a heap on the last days of a month, a quarter, a half-year;
- close and reopen: closed before its limit, returned or reversed after it, and only then done;
- back-dating: written down three days to four months after the moment that is claimed, which lies before the limit;
- late exclusions: cancelled, dropped, extended or sent back once the limit has passed, or (planned work, payments) just before it;
- changed classification: what was missed goes to another project, or to another service of the roster.

**How strong.** Of the neglected cases a third, two thirds or all are hidden: mostly 8 to 60 cases, never counted below 5; the others
are done late or never, as honest people do. Sittings of an afternoon, several days, nights, two people, or each case on its own day;
reasons are plausible ones. Whatever the honest year has of such steps stays there. Years of `carelessness` neglect as much and hide nothing.

**What the steps refuse**, so that nobody can plant it, is tried one by one (`refusals`): payments, allowances, nil returns and
restricted entries moved to another project; another due day for planned work; what is done struck off; a duty changed for days that
are over. A round of allowances that is reversed and paid again is judged by the last payment, so there is nothing to gain by it.
"""
