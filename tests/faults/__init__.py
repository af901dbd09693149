"""Faults: real workers, a real ledger and a real relay, broken at random; and the books are made up afterwards.

`newsroom` plans a mailing, `nursery` starts and kills worker processes, `victims` are the servers that are killed,
`judge` is the relay that notes every copy it takes, `world` has all of them, `troubles` are what goes wrong, and
`account` compares the ledger with the judge's notes. `crashing` is a worker that ends itself at a named point.
"""
