"""What becomes of results: kept, corrected by people, compared, and carried back to the LMS.

`results` is the contract ``results.json``, `store` keeps each as soon as it exists. `decisions` applies what
people decide: `overrides` and `lateness`. `differences` compares two runs, `sheets` fills in an LMS's own
sheet, and `tables` reads the CSV files that people write.
"""
