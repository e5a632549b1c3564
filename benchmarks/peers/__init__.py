"""The same checks by other tools, each a small script: `python -m benchmarks.peers.NAME FOLDER`.

Each prints a JSON object of how many faults it has found, by kind: `value` (form, code, date,
number or a blank where there must be none), `key` (duplicates), `reference` (by foreign key) and
`record` (by record reference, such as `events/event-7`). None looks for more, as chippolicy does.
"""
