"""Evidence: how a number of a gauge opens down to its cases and their events.

`naming` says what people call a gauge, `choosing` reads the address of a page, `standing` what a reading stands on, `figures` how it
looks; `board` reads every gauge, `opened` one of them, `counts` what counts one case. Restricted registers (law 9) are guarded in `guarding`, and
`scoping` knows whose names of projects, contracts and subjects somebody may read.
"""
