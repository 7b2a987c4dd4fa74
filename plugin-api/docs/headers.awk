# Reads one header of the ABI and prints what it declares, one declaration a line, its parts separated by tabs:
#
#   intro     text                            the comment at the top
#   section   title                           /* ---- title ---- */
#   define    name value text
#   typedef   declaration text
#   enum      text                            and then, for each of its constants
#   constant  name value text
#   struct    name text                       and then, for each member, in order
#   field     struct name type text
#   method    struct name declaration text    a function pointer
#   function  name declaration text
#
# `text` is the comment, with \n between its lines. It knows the layout that clang-format gives the headers, no more:
# a line it does not understand ends it with a message. Used by reference.sh and by plugin-api/tests.

function fail(why) { print FILENAME ":" FNR ": " why ": " $0 > "/dev/stderr"; failed = 1; exit 1 }
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
function squeeze(s) { gsub(/[ \t]+/, " ", s); return trim(s) }
function put(a, b, c, d, e) { print a "\t" b (c == "" && d == "" && e == "" ? "" : "\t" c) (d == "" && e == "" ? "" : "\t" d) (e == "" ? "" : "\t" e); doc = "" }

# The comment in `s`, which begins with /*; reads on until its end. What follows it is left in `rest`.
function comment(s,   text, end) {
  sub(/^\/\* ?/, "", s)
  while (!(end = index(s, "*/"))) {
    text = text s "\\n"
    if ((getline s) <= 0) fail("a comment without an end")
    sub(/^ *\* ?/, "", s)
    sub(/^                +/, "  ", s)   # a comment at the end of a line that goes on below it
  }
  rest = trim(substr(s, end + 2))
  text = text substr(s, 1, end - 1)
  sub(/ +$/, "", text)
  return text
}

# A declaration up to its semicolon, and the comment after it in `doc_after`.
function declaration(s,   at, line) {
  doc_after = ""
  while (!(at = index(s, ";"))) {
    if ((getline line) <= 0) fail("a declaration without an end")
    s = s " " line
  }
  line = trim(substr(s, at + 1))
  if (line ~ /^\/\*/) doc_after = comment(line)
  return squeeze(substr(s, 1, at - 1))
}

function constants(s,   parts, n, i, pair) {
  n = split(s, parts, ",")
  for (i = 1; i <= n; i++) if (split(parts[i], pair, "=") == 2) put("constant", trim(pair[1]), trim(pair[2]))
}

function enumerate(s,   text, at) {
  put("enum", doc)
  sub(/^enum \{/, "", s)
  if (s ~ /\};$/) { sub(/ *\};$/, "", s); constants(s); return }
  while ((getline s) > 0 && s !~ /^\};/) {
    text = ""
    if (at = index(s, "/*")) { text = comment(substr(s, at)); s = substr(s, 1, at - 1) }
    sub(/, *$/, "", s)
    split(s, pair, "=")
    put("constant", trim(pair[1]), trim(pair[2]), text)
  }
}

function member(s,   name, type, text) {
  s = declaration(s)
  text = doc == "" ? doc_after : doc
  if (match(s, /\(\*[a-z_0-9]+\)\(/)) {
    name = substr(s, RSTART + 2, RLENGTH - 4)
    put("method", struct, name, s, text)
    return
  }
  while (match(s, /, */)) { # several of one type
    type = substr(s, 1, RSTART - 1); sub(/[a-z_0-9]+$/, "", type)
    name = substr(s, length(type) + 1, RSTART - 1 - length(type))
    put("field", struct, name, trim(type), text)
    s = type substr(s, RSTART + RLENGTH)
  }
  match(s, /[a-z_0-9]+(\[[0-9]+\])?$/)
  name = substr(s, RSTART)
  put("field", struct, name, trim(substr(s, 1, RSTART - 1)), text)
}

function define(s,   name, value, text, at) {
  sub(/^#define /, "", s)
  match(s, /^[A-Z_0-9]+(\([A-Z]\))?/)
  name = substr(s, 1, RLENGTH)
  s = trim(substr(s, RLENGTH + 1))
  while (s ~ /\\$/) { sub(/ *\\$/, "", s); value = value s "\\n"; if ((getline s) <= 0) fail("half a macro"); s = trim(s) }
  if (at = index(s, "/*")) { text = comment(substr(s, at)); s = trim(substr(s, 1, at - 1)) }
  value = value s
  if (value != "" && name != "AGENTE_EXPORT") put("define", name, value, text == "" ? doc : text)
}

/^\/\* ---- .* ---- \*\/$/ { sub(/^\/\* ---- /, ""); sub(/ ---- \*\/$/, ""); put("section", $0); next }
/^ *\/\*/ {
  doc = comment(trim($0))
  if (!introduced) { put("intro", doc); introduced = 1 }
  if (rest != "") fail("something behind a comment")
  next
}
/^#define/ { define($0); next }
/^#/ || /^$/ { next }
/^extern "C" \{$/ || /^\}$/ { next }
/^typedef struct agente_host agente_host;/ || /^struct [a-z_]+;$/ { next }
/^(typedef )?struct [a-z_0-9]+ \{$/ { struct = $0; sub(/^(typedef )?struct /, "", struct); sub(/ \{$/, "", struct); put("struct", struct, doc); next }
/^\}.*;$/ && struct != "" { struct = ""; doc = ""; next }
/^enum \{/ { enumerate($0); next }
/^typedef / { text = doc; $0 = declaration($0); put("typedef", $0, text); next }
/^AGENTE_EXPORT / {
  text = doc; $0 = declaration($0); sub(/^AGENTE_EXPORT /, "")
  match($0, /[a-z_]+\(/); put("function", substr($0, RSTART, RLENGTH - 1), $0, text); next
}
struct != "" { member(trim($0)); next }
{ fail("not understood") }
END { if (!failed && struct != "") { print FILENAME ": struct " struct " has no end" > "/dev/stderr"; exit 1 } exit failed }
