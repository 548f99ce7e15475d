# Lines `A⇥B` in; -1, 0 or 1 out, an empty line where RubyGems refuses one of them.
require "rubygems"

STDIN.each_line(chomp: true) do |line|
  a, b = line.split("\t")
  valid = Gem::Version.correct?(a) && Gem::Version.correct?(b)
  puts(valid ? Gem::Version.new(a) <=> Gem::Version.new(b) : "")
end
