"""Lines `A⇥B` in; -1, 0 or 1 out, an empty line where `packaging` refuses one of them."""

import sys

from packaging.version import InvalidVersion, Version

for line in sys.stdin:
    a, b = line.rstrip("\n").split("\t")
    try:
        x, y = Version(a), Version(b)
    except InvalidVersion:
        print()
        continue
    print((x > y) - (x < y))
