"""What leaves the office: one frozen value becomes a bundle, pages and a table, once; from then on they are files.

filling.from_evaluations(…)      → engine.bundles.Published        what was approved, with the records behind it
filling.from_board(version, …)   → engine.bundles.Published        the same for looking at beforehand
publishing.publish(value, …)     → Publication                     one transaction, one event
publishing.withdraw(publication) → Withdrawal
shelf.fill()                     the files below SHIXIAO_HOME/published, made anew from the database
serving.PublishedFiles           answers from the files, before sessions, languages and the database
"""
