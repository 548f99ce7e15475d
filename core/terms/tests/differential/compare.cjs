// Lines `A⇥B` in; -1, 0 or 1 out, an empty line where node-semver refuses one of them.
const semver = require("semver");
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const [a, b] = line.split("\t");
  console.log(semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : "");
}
