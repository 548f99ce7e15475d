#!/usr/bin/env bash
# Asks programs that we did not write how they order pairs of versions, and records the answers.
#
# usage: make.sh [PROGRAM…]     all programs where none is named
#
# Each answer becomes a line `A⇥B⇥-1|0|1` of PROGRAM.tsv; a pair that the program refuses is left
# out. The first line says which version of the program answered, when, and to which command.
# The pairs are the same for the same seed, so a second run changes nothing but that line, unless
# the program has changed its mind.
#
# Needed: dpkg; rpm with Lua; vercmp and pacman; Python with `packaging`; Node with npm; Ruby; PHP with
# composer/semver, or Composer to fetch it; Java 17 with Maven; Go. Packages are fetched by their own clients into a folder that
# is deleted at the end. Of the pairs that a program accepts the first ones are kept.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
asked=6000
kept=1500
seed=20260125
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

pairs() { python3 "$here/pairs.py" "$1" "$asked" "$seed" > "$folder/$1.pairs"; }

# record PROGRAM VERSION COMMAND: answers on stdin, one a line, empty where the program refuses.
record() {
    {
        echo "# $1 $2, $(date +%F), $3"
        paste "$folder/$1.pairs" - | awk -F'\t' -v kept="$kept" '$3 != "" && ++n <= kept'
    } > "$here/$1.tsv"
    echo "$1: $(($(wc -l < "$here/$1.tsv") - 1)) answers"
}

ask_dpkg() {
    pairs dpkg
    while IFS=$'\t' read -r a b; do
        if ! dpkg --validate-version "$a" 2> /dev/null || ! dpkg --validate-version "$b" 2> /dev/null; then echo
        elif dpkg --compare-versions "$a" lt "$b"; then echo -1
        elif dpkg --compare-versions "$a" eq "$b"; then echo 0
        else echo 1; fi
    done < "$folder/dpkg.pairs" \
        | record dpkg "$(dpkg --version | sed -n '1s/.*version \([^ ]*\).*/\1/p')" "dpkg --compare-versions A lt B"
}

ask_rpm() {
    pairs rpm
    PAIRS="$folder/rpm.pairs" rpm --eval '%{lua:
        for line in io.lines(os.getenv("PAIRS")) do
            local a, b = line:match("^(.-)\t(.*)$")
            local x, y = rpm.ver(a), rpm.ver(b)
            if not x or not y then print("\n")
            elseif x < y then print("-1\n")
            elseif x == y then print("0\n")
            else print("1\n") end
        end
    }' | head -n "$asked" | record rpm "$(rpm --version | awk '{print $3}')" "rpm --eval with Lua: rpm.ver(A) < rpm.ver(B)"
}

ask_vercmp() {
    pairs vercmp
    while IFS=$'\t' read -r a b; do vercmp "$a" "$b"; done < "$folder/vercmp.pairs" \
        | record vercmp "$(pacman --version | sed -n 's/.*Pacman v\([^ ]*\).*/\1/p')" "vercmp A B"
}

ask_packaging() {
    pairs packaging
    python3 -m pip install --quiet --target "$folder/python" packaging
    PYTHONPATH="$folder/python" python3 "$here/compare.py" < "$folder/packaging.pairs" > "$folder/answers"
    record packaging "$(PYTHONPATH="$folder/python" python3 -c 'import packaging; print(packaging.__version__)')" \
        "packaging.version.Version(A) < Version(B)" < "$folder/answers"
}

ask_node-semver() {
    pairs node-semver
    npm install --silent --prefix "$folder/node" semver > /dev/null
    NODE_PATH="$folder/node/node_modules" node "$here/compare.cjs" < "$folder/node-semver.pairs" > "$folder/answers"
    record node-semver "$(NODE_PATH="$folder/node/node_modules" node -p 'require("semver/package.json").version')" \
        "semver.compare(A, B)" < "$folder/answers"
}

ask_rubygems() {
    pairs rubygems
    ruby "$here/compare.rb" < "$folder/rubygems.pairs" \
        | record rubygems "$(ruby -e 'print Gem::VERSION')" "Gem::Version.new(A) <=> Gem::Version.new(B)"
}

ask_composer-semver() {
    pairs composer-semver
    local autoload=/usr/share/php/Composer/Semver/autoload.php version
    if [ -f "$autoload" ]; then
        version="$(dpkg-query -W -f '${Version}' php-composer-semver)"
    else
        echo '{}' > "$folder/composer.json"
        composer --quiet --no-interaction --working-dir="$folder" require composer/semver
        autoload="$folder/vendor/autoload.php"
        version="$(cd "$folder" && composer show composer/semver | awk '/^versions/ {print $NF}')"
    fi
    php "$here/compare.php" "$autoload" < "$folder/composer-semver.pairs" > "$folder/answers"
    record composer-semver "$version" \
        "Comparator::lessThan(normalize(A), normalize(B))" < "$folder/answers"
}

ask_maven-artifact() {
    pairs maven-artifact
    local version=4.0.0-rc-6
    mvn --quiet --batch-mode -Dmaven.repo.local="$folder/maven" dependency:get \
        -Dartifact="org.apache.maven:maven-artifact:$version" > /dev/null
    java -cp "$(find "$folder/maven" -name "maven-artifact-$version.jar")" "$here/Compare.java" \
        < "$folder/maven-artifact.pairs" > "$folder/answers"
    record maven-artifact "$version" "new ComparableVersion(A).compareTo(new ComparableVersion(B))" < "$folder/answers"
}

ask_x-mod-semver() {
    pairs x-mod-semver
    mkdir "$folder/go"
    cp "$here/compare.go.txt" "$folder/go/main.go"
    (cd "$folder/go" && go mod init compare && go get golang.org/x/mod@latest && go build -o compare .) > /dev/null 2>&1
    "$folder/go/compare" < "$folder/x-mod-semver.pairs" > "$folder/answers"
    record x-mod-semver "$(cd "$folder/go" && go list -m golang.org/x/mod | awk '{print $2}')" \
        "semver.Compare(A, B), both valid" < "$folder/answers"
}

[ $# -gt 0 ] || set -- dpkg rpm vercmp packaging node-semver rubygems composer-semver maven-artifact x-mod-semver
for program in "$@"; do "ask_$program"; done
