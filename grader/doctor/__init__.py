"""How good an assignment's own tests are: ``grade doctor``.

`examination` asks: which known mistakes lose points (`power`), how far honest rounding stays below the
smallest of them (`margin`, with the other right algorithms in `honest` and `honest_signals`), and whether the
golden submissions come out as expected (`goldens`). `checkup` holds what it finds.
"""
