"""How good an assignment's own tests are: ``grade doctor``.

`examination` asks: which known mistakes lose points (`power`), how far the rounding of right algorithms stays
below the smallest of them (`margin`; the algorithms are in `right_algorithms` and `right_algorithms_1d`), and
whether the golden submissions come out as expected (`goldens`). `checkup` holds what it finds.
"""
