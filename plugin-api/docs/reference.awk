# Turns what headers.awk prints of one header into a page of Markdown. -v header=channel.h

BEGIN {
  FS = "\t"
  codes = split("INVALID CONFIG AUTH RETRY RATE TIMEOUT CANCELLED CONFLICT NOT_FOUND UNSUPPORTED UNKNOWN_OUTCOME INTERNAL", code, " ")
  print "# `<agente/" header ">`\n"
  print "<!-- Generated from plugin-api/include/agente/" header " by plugin-api/docs/reference.sh. Edit the header. -->"
}

# Words of a comment as Markdown: nothing in them is meant as markup, and our names are code.
function prose(s) {
  gsub(/[*<]/, "\\\\&", s)
  gsub(/\[(any|serial|quiesced)\]/, "`&`", s)
  gsub(/\{NULL, 0\}/, "`&`", s)
  gsub(/(AGENTE|agente)_[A-Za-z0-9_]+/, "`&`", s)
  gsub(/``/, "`", s)
  gsub(/_`\\\*/, "_*`", s)
  return s
}

function cell(s) {
  s = prose(s)
  gsub(/\|/, "\\|", s)
  gsub(/\\n  /, "<br>", s)
  gsub(/\\n */, " ", s)
  gsub(/  +/, " ", s)
  return s
}

# A comment with its paragraphs and lists. Lines that are set in columns stay so.
function paragraphs(s,   lines, n, i, line, open, gap, list) {
  n = split(s, lines, /\\n/)
  for (i = 1; i <= n; i++) {
    line = lines[i]
    if (line ~ /^- /) list = "  "
    if (line == "") list = ""
    gap = line ~ /^    / || line ~ /^  [^ ]/ && list == "" || line ~ /^[A-Z_, ]+  +[a-z]/
    if (gap != open) { print open ? list "```\n" : "\n" list "```text"; open = gap }
    print open ? line : prose(line)
  }
  if (open) print list "```"
}

function without_tag(s) { sub(/[ \\n]*\[(any|serial|quiesced)\]$/, "", s); return s }

function errors_in(s,   i, found) {
  for (i = 1; i <= codes; i++)
    if (s ~ ("(^|[^A-Z_])(AGENTE_E_)?" code[i] "($|[^A-Z_])")) found = found (found == "" ? "" : ", ") "`" code[i] "`"
  return found
}

function folded(s,   at, out) {
  while (length(s) > 100) {
    for (at = 100; at > 0 && substr(s, at, 2) != ", "; at--) {}
    out = out substr(s, 1, at) "\n"
    s = "    " substr(s, at + 2)
  }
  return out s
}

function end_table() { if (in_table) print ""; in_table = 0 }
function head(a, b, c) { if (!in_table) print "\n| " a " | " b " | " c " |\n| --- | --- | --- |"; in_table = 1 }

function function_of(name, text, declaration,   tag, errors) {
  end_table()
  match(text, /\[(any|serial|quiesced)\]$/)
  tag = RSTART ? substr(text, RSTART) : ""
  if (name != "") print "\n#### " name "\n"
  print "```c\n" folded(declaration ";") "\n```\n"
  paragraphs(without_tag(text))
  errors = errors_in(text)
  print "\nThread: `" tag "`." (errors == "" ? "" : " Errors named: " errors ".") "\n"
}

$1 == "intro" { print ""; paragraphs($2); print "" }
$1 == "section" { end_table(); print "\n## " $2 "\n" }
$1 == "define" && $2 ~ /\(X\)$/ {
  end_table(); print "\n### " $2 "\n"; paragraphs($4)
  gsub(/\\n/, "\n", $3); sub(/^\n/, "", $3); print "\n```c\n" $3 "\n```\n"
}
$1 == "define" && $2 !~ /\(X\)$/ { head("name", "value", "meaning"); print "| `" $2 "` | `" $3 "` | " cell($4) " |" }
$1 == "typedef" { end_table(); print "\n### " substr($2, match($2, /[a-z_]+$/)) "\n\n```c\n" $2 ";\n```\n"; paragraphs($3) }
$1 == "enum" { end_table(); if ($2 != "") { print ""; paragraphs($2) } }
$1 == "constant" { head("constant", "value", "meaning"); print "| `" $2 "` | " $3 " | " cell($4) " |" }
$1 == "struct" { end_table(); print "\n### " $2 "\n"; paragraphs($3); is_table = $2 ~ /_v[0-9]+$|^agente_(plugin|host)$/ }
$1 == "field" { head("field", "type", "meaning"); print "| `" $3 "` | `" $4 "` | " cell($5) " |" }
$1 == "method" && is_table { function_of($3, $5, $4) }
$1 == "method" && !is_table { head("field", "type", "meaning"); print "| `" $3 "` | `" $4 "` | " cell($5) " |" }
$1 == "function" { end_table(); print "\n### " $2 "\n"; function_of("", $4, $3) }
END { end_table() }
