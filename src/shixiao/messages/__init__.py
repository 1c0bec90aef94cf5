"""One outbox, many channels: who was told what, and what became of it.

Rooms above tell people something in the transaction of its event, and say how things are shown:

    wordings.declare("casework.returned", Text("{number} 被退回。", "{number} was returned."), tell=…)      at import
    subjects.register("casework.case", subjects.Subjects(shown=…, matching=…))                           in ready()
    telling.tell([telling.Notice(event=…, to=[…], step=…, wording=…, slots={…}, subject=…)], now=now)    one INSERT

A `Message` is what one person is told because of one event; it is in the inbox with the event, or not at all. Everything outside
follows from it by the worker: `planning` gives it to channels (what each person wants, quiet hours, digests), `sending` hands it
over. What happened to a message or a `Delivery` are rows of `Fate` that are never changed; `fates` is the only writer of both.

How a channel is written stands in `channels`; its folder is all that it needs. What a receipt or a page does:

    fates.happen(delivery, Fate.DELIVERED, now=now)     a receipt; False when it says nothing new
    fates.decide(delivery, "arrived", reason=…, by=…, now=now)     a person decides what is unknown

A channel whose notices go to no person (webhooks) writes `Delivery` rows in `gather(now)`: `channel`, `target` (a word of its own, such
as the id of an endpoint), `event`, `key` (unique; what the other side knows the notice by), `due_at` and `next_at`. The rest is the same.

The app's label is `outbox`: Django has an app called `messages`, which shows what was just done on a page.
"""
