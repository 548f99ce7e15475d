"""Pairs of version texts for one program, the same ones for the same seed.

usage: pairs.py PROGRAM COUNT SEED

Half of each pair is a real version from seeds/PROGRAM.txt, the other half the same one changed a
little, another real one, or both changed; so that what decides is often deep in the text.
"""

import pathlib
import random
import re
import sys

WORDS = {
    "dpkg": ["~", "~rc1", "+", "+deb12u1", "-1", "-0", "-00", "ubuntu0.1", "~bpo12+1", "~esm1", "a", ":", "1:", "0:", ".", "+dfsg", "+really1.0", "~~"],
    "rpm": ["~", "~rc1", "^", "^git1", "^20230101", ".el9", ".el8_10", "-1", "-", "_", "a", "alpha", "1:", "0:", ".", "+", ".0", "~pre", ".module+el8.4.0+1+ab"],
    "vercmp": ["-1", "-2", ".", "..", "a", "alpha", "rc1", "1:", "0:", "+", "_", ".r12", ".0", "b", "0"],
    "packaging": ["a1", "b2", "rc1", ".post1", "-1", ".dev1", ".dev", "+local", "+1", "+abc.2", "1!", "v", ".0", ".alpha", "c3", "-preview_2", ".rev4", "RC", "_", ".00"],
    "node-semver": ["-alpha", "-alpha.1", "-beta.10", "-0", "-rc.2", "+build", "+1", ".1", ".x", "v", "-a-b", "-1.a", "=", "-10", "-A"],
    "rubygems": [".a", ".rc1", ".pre", ".beta.2", "-1", ".0", ".0.0", "a", ".0.b", ".00", "-java", ".10", "b2", ".Z"],
    "maven-artifact": ["-SNAPSHOT", ".Final", "-alpha-1", "-beta2", "-rc", "-RC1", "-sp", "-1", ".0", "-ga", "-m3", "a1", "-jre", ".RELEASE", "-foo", "-foo1", "x", "-", ".", "-0", "-cr2", "b", "-20230101", "-final1"],
    "composer-semver": ["-dev", "-alpha", "-alpha1", "-beta.2", "-RC1", "-p1", "-patch2", "pl3", "b4", ".x-dev", ".0", "v", "+build", "-stable", "@beta", "a5", "-rc-1", ".1"],
    "x-mod-semver": ["-alpha", "-rc.1", "+incompatible", "-0.20230101000000-abcdefabcdef", "-pre", ".1", ".0", "-1", "-beta.10", "-0", "+meta"],
}


def change(text, words, chance):
    """The text with one small change."""
    kind = chance.randrange(8)
    numbers = list(re.finditer(r"\d+", text))
    at = chance.randrange(len(text) + 1)
    if kind <= 2 and numbers:
        number = chance.choice(numbers)
        value = int(number.group())
        new = str(chance.choice([value + 1, max(value - 1, 0), value * 10, 0, value + 9]))
        if kind == 2:
            new = "0" * chance.randrange(1, 3) + number.group()
        return text[: number.start()] + new + text[number.end() :]
    if kind == 3 and len(text) > 1:
        return text[:at] + text[at + 1 :]
    if kind == 4:
        return text[:at] + chance.choice(words) + text[at:]
    if kind == 5:
        return text.swapcase()
    if kind == 6 and "." in text:
        return text[: text.rindex(".")]
    return text + chance.choice(words)


def main():
    program, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    here = pathlib.Path(__file__).parent
    real = (here / "seeds" / f"{program}.txt").read_text().split()
    words = WORDS[program]
    chance = random.Random(f"{program} {seed}")
    seen = set()
    while len(seen) < count:
        a = chance.choice(real)
        b = chance.choice(real) if chance.randrange(4) == 0 else a
        for _ in range(chance.randrange(3)):
            a = change(a, words, chance) or a
        for _ in range(chance.randrange(1, 4)):
            b = change(b, words, chance) or b
        pair = (a, b)
        if a != b and pair not in seen and not re.search(r"\s", a + b):
            seen.add(pair)
            print(f"{a}\t{b}")


main()
