<?php
// Lines `A⇥B` in; -1, 0 or 1 out, an empty line where composer/semver refuses one of them, or
// holds neither of <, =, > between them. argv[1] is the autoloader.
require $argv[1];

use Composer\Semver\Comparator;
use Composer\Semver\VersionParser;

$parser = new VersionParser();
while (($line = fgets(STDIN)) !== false) {
    [$a, $b] = explode("\t", rtrim($line, "\n"));
    try {
        $a = $parser->normalize($a);
        $b = $parser->normalize($b);
    } catch (UnexpectedValueException $refusal) {
        echo "\n";
        continue;
    }
    if (Comparator::lessThan($a, $b)) {
        echo "-1\n";
    } elseif (Comparator::equalTo($a, $b)) {
        echo "0\n";
    } elseif (Comparator::greaterThan($a, $b)) {
        echo "1\n";
    } else {
        echo "\n";
    }
}
