"""See that each submission of a sample class got the marks that its ``expected.toml`` says.

python .ci/sample_class.py ASSIGNMENT RESULTS_JSON
"""

import sys
from pathlib import Path

from grader.assignment import read
from grader.doctor.goldens import differences, read_goldens
from grader.gradebook import results

assignment, run = map(Path, sys.argv[1:])
expected = read_goldens(read(assignment))
found = {result.id: result for result in results.read(run).submissions}
faults = [f"{id}: is not in both" for id in sorted(expected.keys() ^ found.keys())]
for id in sorted(expected.keys() & found.keys()):
    faults += [f"{id}: {fault}" for fault in differences(expected[id], found[id])]
print(f"{len(found)} submissions were graded.")
sys.exit("\n".join(faults) or None)
