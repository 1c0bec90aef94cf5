"""绩效自评 and 绩效运行监控: from the readings of a day to scores, texts and official forms; frozen, each run one more revision.

    making.make(version, kind=…, until=day, by=…, now=…)     every project, one transaction, one event
    editing.edit(evaluation, changes, by=…, now=…)            what people say; the records are not read anew
    contents.content_of(evaluation)                           → `forms.Content`, whose hash the revision carries
    newest.of(version, kind, until) · differing.since(…)      what stands, and what is known otherwise since

A form follows from one row of the database. What nobody has evidence of has no score; what is typed stands beside what is computed.
"""
